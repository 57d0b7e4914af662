"""Lists as staff get them: workbook or CSV -> rows -> procedures, with the problem of every row that is left out."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from index.catalogue.layouts import HEADER_WITHIN, REQUIRED, SPELLINGS, Header, find_header
from index.catalogue.procedure import CODE, Procedure, RowProblem, Source, clean_code, clean_name
from index.errors import SourceRefused
from index.text.encodings import decode_bytes
from index.text.folding import compose

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
_UNKNOWN = "Không có thông tin"
_SEVERAL = re.compile(r"[\n;]+")


@dataclass(frozen=True, slots=True)
class Listing:
    """One list file, read: its procedures in file order, its problems, and what file it was."""

    procedures: tuple[Procedure, ...]
    problems: tuple[RowProblem, ...]
    source: Source


def read_list(path: Path) -> Listing:
    """Read one list. Raises SourceRefused, with the reason and the remedy, where the file cannot be a list at all."""
    sheets = list(_read_sheets(path))
    layout = "xlsx" if path.suffix.lower() in WORKBOOKS else "csv"
    lists = [(sheet, rows, header) for sheet, rows in sheets if (header := find_header(rows))]
    if not lists:
        raise SourceRefused(
            f"{path.name}: không thấy dòng tiêu đề có cột “{SPELLINGS['code'][0]}” và cột “{SPELLINGS['name'][0]}” trong {HEADER_WITHIN} dòng đầu, "
            "nên đây không phải danh sách thủ tục. Xin chọn tệp danh sách xuất từ Cổng dịch vụ công, hoặc đặt tên cột cho đúng."
        )
    reader = _RowReader(path.name)
    for sheet, rows, header in lists:
        reader.read(sheet, rows, header)
    if not reader.procedures:
        raise SourceRefused(f"{path.name}: không có dòng thủ tục nào đọc được. Xin kiểm tra lại tệp.")
    return Listing(tuple(reader.procedures.values()), tuple(reader.problems), fingerprint(path, layout, reader.rows_read))


def fingerprint(path: Path, layout: str, rows: int) -> Source:
    """What a version remembers of a source file."""
    content = path.read_bytes()
    return Source(path.name, len(content), hashlib.sha256(content).hexdigest(), layout, rows)


class _RowReader:
    """Collects the rows of one file's lists: one procedure a code, its agencies joined where the code stands on several rows."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.procedures: dict[str, Procedure] = {}
        self.problems: list[RowProblem] = []
        self.rows_read = 0

    def read(self, sheet: str | None, rows: Sequence[Sequence[str]], header: Header) -> None:
        for number, row in enumerate(rows[header.row + 1 :], header.row + 2):
            if not any(cell.strip() for cell in row):
                continue
            self.rows_read += 1
            fault = self._add({column: row[place] if place < len(row) else "" for column, place in header.columns.items()})
            if fault:
                column, value, reason = fault
                self.problems.append(RowProblem(self.file, sheet, number, header.titles[column], value, reason))

    def _add(self, cells: dict[str, str]) -> tuple[str, str, str] | None:
        """Take one row in, or tell (column, value, reason) why it is left out."""
        for column in REQUIRED:
            if not compose(cells[column]):
                return column, cells[column], "ô này để trống"
        code = clean_code(cells["code"])
        if not CODE.fullmatch(code):
            return "code", cells["code"], "mã thủ tục phải có dạng như 1.001193"
        procedure = Procedure(
            code=code,
            name=clean_name(cells["name"]),
            agencies=split_cell(cells.get("agencies", "")),
            levels=split_cell(cells.get("levels", "")),
            field=known_text(cells.get("field", "")),
            promulgating_agency=known_text(cells.get("promulgating_agency", "")),
            source_url=known_text(cells.get("source_url", "")),
        )
        known = self.procedures.get(code)
        if known is None:
            self.procedures[code] = procedure
        elif known.name != procedure.name:
            return "name", cells["name"], f"mã {code} đã đứng ở một dòng trên với tên khác"
        else:
            agencies = tuple(dict.fromkeys(known.agencies + procedure.agencies))
            self.procedures[code] = replace(known, agencies=agencies).filled_from(procedure)
        return None


def known_text(cell: str) -> str | None:
    """A cell's text, or None where it is empty or says that nothing is known."""
    text = compose(cell)
    return None if not text or text == _UNKNOWN else text


def split_cell(cell: str) -> tuple[str, ...]:
    """The several values of one cell, a line or a semicolon each; blanks and repeats left out."""
    return tuple(dict.fromkeys(text for part in _SEVERAL.split(cell) if (text := known_text(part))))


def _read_sheets(path: Path) -> Iterator[tuple[str | None, list[list[str]]]]:
    if path.suffix.lower() in WORKBOOKS:
        yield from _read_workbook(path)
    else:
        yield None, _read_csv(path)


def _read_workbook(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        for sheet in workbook.sheets_metadata:
            if sheet.visible == SheetVisibleEnum.Visible:
                rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                yield sheet.name, [[_cell_text(cell) for cell in row] for row in rows]
    except (CalamineError, OSError) as error:
        raise SourceRefused(f"{path.name}: không mở được như một bảng tính ({error}). Xin tải lại tệp hoặc lưu lại dạng .xlsx.") from error


def _cell_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _read_csv(path: Path) -> list[list[str]]:
    try:
        content = decode_bytes(path.read_bytes()).text
    except OSError as error:
        raise SourceRefused(f"{path.name}: không đọc được tệp ({error.strerror}). Xin kiểm tra đường dẫn và quyền đọc.") from error
    except ValueError as error:
        raise SourceRefused(f"{path.name}: tệp không ở bảng mã tiếng Việt nào đọc được. Xin lưu lại dạng “CSV UTF-8” hoặc .xlsx.") from error
    first_line = content.partition("\n")[0]
    if "?" in first_line and "M? s?" in first_line:
        raise SourceRefused(f"{path.name}: chữ tiếng Việt đã mất thành dấu “?” khi lưu dạng ANSI, không khôi phục được. Xin xuất lại dạng UTF-8 hoặc .xlsx.")
    delimiter = max(",;\t", key=first_line.count)
    try:
        return list(csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SourceRefused(f"{path.name}: tệp CSV hỏng ({error}). Xin xuất lại tệp.") from error
