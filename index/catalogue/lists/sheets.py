"""A file -> its sheets, whatever it is: workbook or delimited text, told apart by what is in it and not by its name."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.catalogue.lists.layouts import HEADER_WITHIN, find_header
from index.catalogue.lists.letters import decode_columns
from index.catalogue.lists.limits import check_archive, check_table, read_content
from index.catalogue.lists.workbooks import open_workbook
from index.errors import SourceRefused
from index.text.encodings import decode_bytes

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"
_WORKBOOK_NAMES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_LOCK_FILES = ("~$", ".~lock.")
_DELIMITERS = ",;\t"
_ENOUGH = 3  # rows that show how many cells a row has
_CSV_FAULTS = (("unexpected end", "dấu nháy kép mở mà không đóng, hoặc tệp bị cắt ngang"), ("larger than field limit", "một ô dài quá mức"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of texts as it stands in the file, from its first row and column; `name` is None in a text file.

    `shows_merges`: cells merged over rows are filled already; where the file could not say so, they are blank.
    """

    name: str | None
    rows: list[list[str]]
    shows_merges: bool = False


@dataclass(frozen=True, slots=True)
class Tables:
    """The visible sheets of one file, and the letters it was written in."""

    sheets: tuple[Sheet, ...]
    encoding: str


def read_tables(path: Path) -> Tables:
    """Open one file. Raises SourceRefused, with the reason and the remedy, where it is no table or breaks a limit."""
    if path.name.startswith(_LOCK_FILES):
        raise SourceRefused(
            f"{path.name}: đây là tệp khóa tạm sinh ra khi bảng tính đang mở, không phải danh sách. Xin chọn tệp cùng tên không có “{path.name[:2]}” ở đầu."
        )
    content = read_content(path)
    if content.startswith((_ZIP, _OLE)):
        return _read_workbook(path.name, content)
    _refuse_other_kinds(path, content)
    return _read_text(path.name, content)


def _read_workbook(name: str, content: bytes) -> Tables:
    if content.startswith(_ZIP):
        check_archive(name, content)
    sheets = tuple(Sheet(*sheet) for sheet in open_workbook(name, content))
    encodings = dict.fromkeys(encoding for sheet in sheets for encoding in decode_columns(sheet.rows))
    return Tables(sheets, ", ".join(encodings) or "unicode")


def _refuse_other_kinds(path: Path, content: bytes) -> None:
    if content.startswith(_PDF):
        raise SourceRefused(f"{path.name}: đây là tệp PDF, không phải bảng tính. Xin lấy bản Excel, hoặc chép bảng sang Excel rồi lưu dạng .xlsx.")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise SourceRefused(f"{path.name}: đây thật ra là một trang web hoặc tệp XML. Xin mở bằng Excel rồi lưu lại dạng .xlsx.")
    if path.suffix.lower() in _WORKBOOK_NAMES:
        raise SourceRefused(f"{path.name}: không mở được như một bảng tính (nội dung không phải bảng tính). Xin tải lại tệp hoặc lưu lại dạng .xlsx.")


def _read_text(name: str, content: bytes) -> Tables:
    _refuse_cut_letter(name, content)
    try:
        text, encoding = decode_bytes(content)
    except ValueError as error:
        raise SourceRefused(f"{name}: tệp không ở bảng mã tiếng Việt nào đọc được. Xin lưu lại dạng “CSV UTF-8” hoặc .xlsx.") from error
    if "M? s?" in text[:2_000] or "M? TTHC" in text[:2_000]:
        raise SourceRefused(f"{name}: chữ tiếng Việt đã mất thành dấu “?” khi lưu dạng ANSI, không khôi phục được. Xin xuất lại dạng UTF-8 hoặc .xlsx.")
    rows = _parse(name, text, _find_delimiter(text))
    found = decode_columns(rows)
    return Tables((Sheet(None, rows),), ", ".join((encoding, *found)))


def _refuse_cut_letter(name: str, content: bytes) -> None:
    """UTF-8 that ends within a letter broke off there."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise _cut_off(name, content.count(b"\n") + 1) from error


def _cut_off(name: str, line: int) -> SourceRefused:
    return SourceRefused(f"{name}: tệp bị cắt ngang ở dòng {line}, phần sau đã mất. Xin tải lại hoặc xuất lại tệp.")


def _find_delimiter(text: str) -> str:
    """The delimiter under which a header shows, else the one that the first line has most of."""
    for delimiter in _DELIMITERS:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            if find_header([row for row, _ in zip(lines, range(HEADER_WITHIN + 1), strict=False)]):
                return delimiter
        except csv.Error:
            continue
    count: Callable[[str], int] = text.partition("\n")[0].count
    return max(_DELIMITERS, key=count)


def _parse(name: str, text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    columns = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            columns = max(columns, len(row))
            rows.append(row)
            check_table(name, len(rows), columns)
    except csv.Error as error:
        reason = next((reason for words, reason in _CSV_FAULTS if words in str(error)), "dấu nháy kép đặt sai chỗ")
        raise SourceRefused(f"{name}: tệp CSV hỏng (gần dòng {len(rows) + 1}: {reason}). Xin xuất lại tệp.") from error
    if not text.endswith(("\n", "\r")) and len(rows) > _ENOUGH and len(rows[-1]) < min(map(len, filter(None, rows[:-1]))):
        raise _cut_off(name, len(rows))
    return rows
