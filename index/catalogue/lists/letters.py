"""Old letters inside a table: TCVN3, VNI and their like are recognised column by column, for a single cell is often too short to tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.catalogue.lists.layouts import column_of
from index.text.encodings import decode_text

# Letters that no Windows-1252 reader can show: a cell that holds one is Unicode already, whatever its column is.
_UNICODE = re.compile("[^\0-ÿ€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def decode_columns(rows: Sequence[list[str]]) -> list[str]:
    """Put real letters into the columns that hold old ones, in place; returns what was found, each name once, in column order."""
    found: dict[str, None] = {}
    for place in range(max(map(len, rows), default=0)):
        doubtful = [row for row in rows if place < len(row) and _may_be_old(row[place])]
        if doubtful:
            found.update(dict.fromkeys(_decode_column(doubtful, place)))
    return list(found)


def _may_be_old(cell: str) -> bool:
    """Header words are typed anew over old columns; ``Tên`` alone would not show it."""
    return not cell.isascii() and not _UNICODE.search(cell) and not column_of(cell)


def _decode_column(rows: Sequence[list[str]], place: int) -> list[str]:
    """A line a cell, so that the vote is over the whole column and capitals of one cell say nothing of the next."""
    decoded = decode_text("\n".join(row[place].replace("\n", "\v") for row in rows))
    lines = decoded.text.split("\n")
    if decoded.encoding == "as-is" or len(lines) != len(rows):
        return []
    for row, line in zip(rows, lines, strict=True):
        row[place] = line.replace("\v", "\n")
    return [decoded.encoding]
