"""Which syllables of a name a query matched, as safe HTML."""

from __future__ import annotations

from index.storage.records import PIECE


def highlight(parted: str, marks: frozenset[str]) -> str:
    """The name with ``<mark>`` around each run of matching syllables, from `part_name`'s HTML-escaped pieces."""
    line, _, text = parted.partition("\n")
    keys, pieces = line.split(" "), text.split(PIECE)
    if marks.isdisjoint(keys):
        return "".join(pieces)
    last = -2  # place of the last matching word
    for place, key in enumerate(keys):
        if key in marks:
            if last != place - 1 or not pieces[2 * place].isspace():
                pieces[2 * place + 1] = "<mark>" + pieces[2 * place + 1]
                if last >= 0:
                    pieces[2 * last + 1] += "</mark>"
            last = place
    pieces[2 * last + 1] += "</mark>"
    return "".join(pieces)
