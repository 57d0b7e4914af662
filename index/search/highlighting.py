"""Which syllables of a name a query matched, as safe HTML."""

from __future__ import annotations

from itertools import compress

from index.storage.records import Parted


def highlight(marks: frozenset[str], name: Parted) -> str:
    """The name with ``<mark>`` around each run of matching syllables."""
    keys, starts, ends, joined, text = name
    html = ""
    done = end = 0  # places in the text: so far it is copied; so far it matches
    last = -1
    for word in compress(range(len(keys)), map(marks.__contains__, keys)):
        if word != last + 1 or not joined[word]:
            start = starts[word]
            html += f"{text[done:end]}</mark>{text[end:start]}<mark>" if end else f"{text[:start]}<mark>"
            done = start
        end = ends[word]
        last = word
    return f"{html}{text[done:end]}</mark>{text[end:]}" if end else text
