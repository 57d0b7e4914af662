"""Lists as staff get them: workbook or delimited text -> procedures, with the problem of every row that is left out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path

from index.catalogue.lists.child_sheets import add_child_sheets, is_child_sheet
from index.catalogue.lists.entries import Entry, EntryReader, Fault
from index.catalogue.lists.layouts import HEADER_WITHIN, SPELLINGS, Header, find_header
from index.catalogue.lists.rows import Row, read_rows
from index.catalogue.lists.sections import Fields
from index.catalogue.lists.sheets import Sheet, read_tables
from index.catalogue.procedure import Place, Procedure, RowProblem, Source
from index.errors import SourceRefused
from index.text.folding import fold


@dataclass(frozen=True, slots=True)
class Listing:
    """One list file, read: its procedures in file order, its problems, and what file it was."""

    procedures: tuple[Procedure, ...]
    problems: tuple[RowProblem, ...]
    source: Source
    places: Mapping[str, Place] = field(default_factory=dict)


def read_list(path: Path, known: Sequence[Procedure] = ()) -> Listing:
    """Read one list. Raises SourceRefused, with the reason and the remedy, where the file cannot be a list at all.

    `known` are the procedures whose names tell the codes of a list that has none, and whose fields tell a field from another title.
    """
    tables = read_tables(path)
    children = [sheet for sheet in tables.sheets if is_child_sheet(sheet)]
    lists = [(sheet, header) for sheet in tables.sheets if not is_child_sheet(sheet) and (header := find_header(sheet.rows))]
    if not lists:
        lists, children = [(sheet, header) for sheet in children if (header := find_header(sheet.rows))], []
    if not lists:
        raise SourceRefused(
            f"{path.name}: không thấy dòng tiêu đề có cột “{SPELLINGS['code'][0]}” và cột “{SPELLINGS['name'][0]}” trong {HEADER_WITHIN} dòng đầu, "
            "nên đây không phải danh sách thủ tục. Xin chọn tệp danh sách xuất từ Cổng dịch vụ công, hoặc đặt tên cột cho đúng."
        )
    reader = _ListReader(path.name, known)
    for sheet, header in lists:
        reader.read(sheet, header)
    reader.add_children(children)
    if not reader.entries:
        example = f" Ví dụ: {reader.problems[0]}" if reader.problems else ""
        raise SourceRefused(f"{path.name}: không có dòng thủ tục nào đọc được. Xin kiểm tra lại tệp.{example}")
    procedures = tuple(entry.procedure for entry in reader.entries.values())
    return Listing(procedures, tuple(reader.problems), fingerprint(path, lists[0][1].layout, reader.rows_read, tables.encoding), reader.places)


def fingerprint(path: Path, layout: str, rows: int, encoding: str = "") -> Source:
    """What a version remembers of a source file."""
    content = path.read_bytes()
    modified = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).isoformat(timespec="seconds")
    return Source(path.name, len(content), hashlib.sha256(content).hexdigest(), layout, rows, modified, encoding)


class _ListReader:
    """Collects the rows of one file's lists: one entry a code."""

    def __init__(self, file: str, known: Sequence[Procedure]) -> None:
        self.file = file
        self.entries: dict[str, Entry] = {}
        self.problems: list[RowProblem] = []
        self.places: dict[str, Place] = {}
        self.rows_read = 0
        self._reader = EntryReader(known)
        self._fields: Fields = {fold(procedure.field): procedure.field for procedure in known if procedure.field}

    def read(self, sheet: Sheet, header: Header) -> None:
        for row in read_rows(sheet, header, self._fields):
            self.rows_read += 1
            try:
                code = self._add(row)
                self.places.setdefault(code, Place(self.file, sheet.name, row.number))
            except Fault as fault:
                title = row.titles.get(fault.column, SPELLINGS[fault.column][0])
                self.problems.append(RowProblem(self.file, sheet.name, row.number, title, fault.value, fault.reason, fault.remedy))

    def _add(self, row: Row) -> str:
        entry = self._reader.read(row)
        code = entry.procedure.code
        self.entries[code] = self.entries[code].joined(entry) if code in self.entries else entry
        return code

    def add_children(self, sheets: Sequence[Sheet]) -> None:
        """What the sheets beside the main one say of the procedures it lists."""
        procedures = {code: entry.procedure for code, entry in self.entries.items()}
        for orphan in add_child_sheets(procedures, sheets):
            reason, remedy = "mã này không có ở trang danh sách", "Xin thêm thủ tục vào trang danh sách, hoặc sửa mã ở dòng này."
            self.problems.append(RowProblem(self.file, orphan.sheet, orphan.number, orphan.title, orphan.code, reason, remedy))
        self.entries = {code: replace(self.entries[code], procedure=procedure) for code, procedure in procedures.items()}
