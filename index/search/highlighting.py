"""Which syllables of a name a query matched, as safe HTML."""

from __future__ import annotations

import re
from html import escape

from index.text.folding import folded_key, word_spans

_SPECIAL = re.compile("[&<>\"']")


def highlight(name: str, marks: frozenset[str]) -> str:
    """The name, HTML-escaped, with ``<mark>`` around each run of matching syllables."""
    runs: list[tuple[int, int]] = []
    last = 0  # end of the last word, matching or not
    for start, stop in word_spans(name):
        if folded_key(name[start:stop].lower()) in marks:
            if runs and runs[-1][1] == last and name[last:start].isspace():
                runs[-1] = (runs[-1][0], stop)
            else:
                runs.append((start, stop))
        last = stop
    clean = escape if _SPECIAL.search(name) else str
    pieces = []
    end = 0
    for start, stop in runs:
        pieces += [clean(name[end:start]), "<mark>", clean(name[start:stop]), "</mark>"]
        end = stop
    return "".join([*pieces, clean(name[end:])])
