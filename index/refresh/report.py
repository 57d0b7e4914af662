"""A described proposal as a workbook for colleagues, written so that no cell can run as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook

from index.refresh.description import Record
from index.storage.cells import harmless, save_workbook

# sheet, where its rows stand in the record, column titles and their keys
_SHEETS = (
    ("Tệp", "files", {"Tệp": "name", "Kiểu": "layout", "Bảng mã": "encoding", "Số dòng": "rows", "Byte": "size", "Sửa lúc": "modified", "SHA-256": "sha256"}),
    ("Chốt chặn", "stops", {"Tên": "name", "Lý do": "reason"}),
    (
        "Dòng bị bỏ ra",
        "left_out",
        {"Tệp": "file", "Trang": "sheet", "Dòng": "row", "Cột": "column", "Giá trị": "value", "Lý do": "reason", "Cách sửa": "remedy"},
    ),
    ("Thêm", "added", {"Mã": "code", "Tên": "name"}),
    ("Rút", "withdrawn", {"Mã": "code", "Tên": "name"}),
    ("Đổi", "changed", {"Mã": "code", "Tên": "name", "Phần": "label", "Cũ": "old", "Mới": "new"}),
    ("Lĩnh vực", "fields", {"Lĩnh vực": "value", "Cũ": "old", "Mới": "new"}),
    ("Cấp", "levels", {"Cấp": "value", "Cũ": "old", "Mới": "new"}),
)


def write_report(record: Record, path: Path) -> None:
    """Write what `describe` tells: a sheet each for files, stops, rows left out, added, withdrawn, changed, tallies."""
    workbook = Workbook(write_only=True)
    for title, part, columns in _SHEETS:
        listed = record[part]
        items = listed["items"] if isinstance(listed, dict) else listed
        rows = [[item[key] for key in columns.values()] for item in items]
        if isinstance(listed, dict) and listed["count"] > len(items):
            rows.append([f"… và {listed['count'] - len(items)} nữa"])
        _sheet(workbook, title, tuple(columns), rows)
    save_workbook(workbook, path)


def _sheet(workbook: Workbook, title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet = workbook.create_sheet(title)
    sheet.append(header)
    for row in rows:
        sheet.append([value if isinstance(value, int) else harmless(str(value or "")) for value in row])
