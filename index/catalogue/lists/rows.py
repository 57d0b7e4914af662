"""The rows of one sheet's list: which of them are procedures, and what each says in every column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from index.catalogue.lists.layouts import Header, column_of, read_header
from index.catalogue.lists.sections import Fields, field_of_sheet, read_section
from index.catalogue.lists.sheets import Sheet
from index.catalogue.procedure import CODE, clean_code
from index.text.folding import compose

_COLUMN_NUMBER = re.compile(r"\(?[\dA-Z]{1,2}\)?")
_JOINED = ("agencies",)  # a list may have two columns of these
_APOSTROPHES = ("'", "’", "`")  # what a spreadsheet puts before a text that looks like a number


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list: `number` counts from 1 as a spreadsheet shows it, `cells` are its texts by column, `titles` the header words.

    `given` is what a section or the sheet's name says where the row itself says nothing.
    """

    number: int
    cells: dict[str, str]
    titles: dict[str, str]
    given: dict[str, str] = field(default_factory=dict)


def read_rows(sheet: Sheet, header: Header, fields: Fields) -> Iterator[Row]:
    """Every row that ought to be a procedure; titles, repeated headers, column numbers and section rows are passed over.

    What a section or the sheet's name says stands in where the row itself says nothing.
    """
    given: dict[str, str] = {}
    if "field" not in header.columns and (named := field_of_sheet(sheet.name, fields)):
        given["field"] = named
    fills_down = not sheet.shows_merges and _looks_merged(sheet.rows, header)
    for place in range(header.row + 1, len(sheet.rows)):
        row = sheet.rows[place]
        if place <= header.row or not any(map(compose, row)):
            continue
        if not CODE.fullmatch(clean_code(header.cell(row, "code"))):
            if again := read_header(sheet.rows, place):
                header = again
                continue
            if _is_header_word(header, row) or _is_column_numbers(row):
                continue
            if section := read_section(row, header, fields):
                given = given | section if "field" in section else section
                continue
        cells = _pick_cells(row, header)
        if fills_down and (field := compose(cells.get("field", ""))):
            given = given | {"field": field}
        yield Row(place + 1, _stand_in(cells, given), header.titles, given)


def _pick_cells(row: Sequence[str], header: Header) -> dict[str, str]:
    cells = {}
    for column, places in header.columns.items():
        texts = [row[place] for place in (places if column in _JOINED else places[:1]) if place < len(row)]
        cells[column] = "\n".join(text[1:] if text.startswith(_APOSTROPHES) else text for text in texts)
    return cells


def _stand_in(cells: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    return cells | {column: text for column, text in given.items() if text and not compose(cells.get(column, ""))}


def _is_header_word(header: Header, row: Sequence[str]) -> bool:
    """Whether the row's own key says what the column is called."""
    return any(column_of(cell) == column for column in ("code", "name") if (cell := header.cell(row, column)))


def _is_column_numbers(row: Sequence[str]) -> bool:
    """``(1) (2) (3)`` or ``A B 1 2`` under a header."""
    cells = [cell for cell in map(compose, row) if cell]
    return len(cells) > 2 and all(map(_COLUMN_NUMBER.fullmatch, cells))


def _looks_merged(rows: Sequence[Sequence[str]], header: Header) -> bool:
    """Whether the field was merged over rows in a file that cannot say so: said once at the top, then mostly blank."""
    if "field" not in header.columns:
        return False
    told = [bool(compose(header.cell(row, "field"))) for row in rows[header.row + 1 :] if CODE.fullmatch(clean_code(header.cell(row, "code")))]
    return len(told) > 2 and told[0] and sum(told) * 2 < len(told)
