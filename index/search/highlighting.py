"""Which syllables of a name a query matched, as safe HTML."""

from __future__ import annotations

from index.storage.records import PLACE


def highlight(marks: frozenset[str], keys: str, places: str, text: str) -> str:
    """The name with ``<mark>`` around each run of matching syllables, from the three lines of `part_name`."""
    html = ""
    done = end = 0  # places in the text: so far it is copied; so far it matches
    last = -1
    for word in [number for number, key in enumerate(keys.split(" ")) if key in marks]:
        start = ord(places[2 * word]) - PLACE
        if word != last + 1 or not text[end:start].isspace():
            html += f"{text[done:end]}</mark>{text[end:start]}<mark>" if end else f"{text[:start]}<mark>"
            done = start
        end = ord(places[2 * word + 1]) - PLACE
        last = word
    return f"{html}{text[done:end]}</mark>{text[end:]}" if end else text
