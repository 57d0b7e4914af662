"""Header spellings -> columns: one table. A list is recognised by the words of its header, not by their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.text.folding import fold

# Every spelling is compared folded, so case, marks and signs do not matter.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "code": ("Mã số", "Mã TTHC", "Mã thủ tục", "Mã số TTHC", "Mã số thủ tục", "Mã thủ tục hành chính", "MaTTHC", "Mã"),
    "name": ("Tên", "Tên TTHC", "Tên thủ tục", "Tên thủ tục hành chính", "Thủ tục hành chính", "Nội dung thủ tục", "TenTTHC"),
    "field": ("Lĩnh vực", "Chuyên ngành", "LinhVuc"),
    "promulgating_agency": ("Cơ quan ban hành", "Cơ quan công bố"),
    "agencies": ("Cơ quan thực hiện", "Đơn vị thực hiện", "TenCQTH", "Tên cơ quan thực hiện"),
    "levels": ("Cấp thực hiện", "Cấp giải quyết", "Thẩm quyền", "Cấp", "CapThucHien"),
    "source_url": ("URL", "Link", "Đường dẫn", "Đường dẫn tra cứu DVCQG"),
}
REQUIRED = ("code", "name")
HEADER_WITHIN = 20  # rows

_COLUMN_OF = {fold(spelling): column for column, spellings in SPELLINGS.items() for spelling in spellings}


@dataclass(frozen=True, slots=True)
class Header:
    """Where a list's header stands: `row` counts from 0, `columns` maps a column's name to its place."""

    row: int
    columns: dict[str, int]
    titles: dict[str, str]


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """The first row that names every required column, or None where the rows are no list."""
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            column = _COLUMN_OF.get(fold(cell))
            if column:
                columns.setdefault(column, place)
        if all(column in columns for column in REQUIRED):
            return Header(number, columns, {column: row[place].strip() for column, place in columns.items()})
    return None
