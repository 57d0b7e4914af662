"""What a hostile or broken file may not do: every limit, checked before a file is opened."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from index.errors import SourceRefused

MAX_BYTES = 50 * 2**20
MAX_UNPACKED = 300 * 2**20
MAX_RATIO = 200  # unpacked to packed; lists of XML text pack 5 to 40 times
RATIO_COUNTS_FROM = 20 * 2**20  # unpacked; a small file may pack as well as it likes
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 5_000_000  # blank ones too: a reader keeps the whole rectangle in memory
_CHUNK = 2**20
_UNREADABLE = ((FileNotFoundError, "không có tệp này"), (PermissionError, "không có quyền đọc"), (IsADirectoryError, "đây là một thư mục"))
_LOCAL_HEADER = 30  # bytes before the name and the extra field
_LONGEST_TAG = 4_096  # bytes kept from one chunk to the next, so that a tag cut in two is seen whole

_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml|content\.xml")
# A cell with something in it: an empty one is closed at once, and formats alone may reach down to the last row.
_XLSX_CELL = re.compile(rb"""<(?:\w+:)?c\s(?:[^<>]*?\s)?r\s*=\s*["']([A-Za-z]{1,3})(\d{1,7})["'](?:[^<>]*[^/])?>""")
_ODS_ROW = re.compile(
    rb"""<table:table-row\b[^<>]*?number-rows-repeated\s*=\s*["'](\d+)["'][^<>]*?>"""
    rb"""(?:\s*<table:(?:covered-)?table-cell\b[^<>]*/>)*\s*<table:(?:covered-)?table-cell\b[^<>]*[^/]>"""
)
_ODS_CELL = re.compile(rb"""<table:table-cell\b[^<>]*?number-columns-repeated\s*=\s*["'](\d+)["'][^<>]*[^/]>""")


def read_content(path: Path) -> bytes:
    """A whole file, unless it is too large to be a list."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_much(path.name, f"tệp lớn hơn {MAX_BYTES // 2**20} MB")
        return path.read_bytes()
    except OSError as error:
        reason = next((reason for kind, reason in _UNREADABLE if isinstance(error, kind)), "ổ đĩa báo lỗi")
        raise SourceRefused(f"{path.name}: không đọc được tệp ({reason}). Xin kiểm tra đường dẫn và quyền đọc.") from error


def check_archive(name: str, content: bytes) -> None:
    """Refuse a zipped workbook that unpacks to more than a list can need. It is really unpacked, piece by piece: sizes it declares may lie."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                tail = b""
                for piece in _unpack(entry, content):
                    unpacked += len(piece)
                    _check_unpacked(name, unpacked, len(content))
                    if _SHEET.fullmatch(entry.filename):
                        _check_extent(name, tail + piece)
                        tail = piece[-_LONGEST_TAG:]
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError) as error:
        raise SourceRefused(f"{name}: không mở được như một bảng tính (tệp nén bị hỏng hoặc thiếu). Xin tải lại tệp hoặc lưu lại dạng .xlsx.") from error


def check_table(name: str, rows: int, columns: int) -> None:
    """Refuse a table beyond any list of procedures; the whole country has some 6,000 rows."""
    if rows > MAX_ROWS:
        raise _too_much(name, f"bảng có hơn {MAX_ROWS:,} dòng".replace(",", "."))
    if columns > MAX_COLUMNS:
        raise _too_much(name, f"bảng có hơn {MAX_COLUMNS} cột")
    if rows * columns > MAX_CELLS:
        raise _too_much(name, f"bảng có hơn {MAX_CELLS:,} ô".replace(",", "."))


def _unpack(entry: zipfile.ZipInfo, content: bytes) -> Iterator[bytes]:
    if entry.flag_bits & 1:
        raise ValueError("encrypted")
    name_length, extra_length = struct.unpack_from("<HH", content, entry.header_offset + 26)
    start = entry.header_offset + _LOCAL_HEADER + name_length + extra_length
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        while packed and not inflater.eof:
            yield inflater.decompress(packed, _CHUNK)
            packed = inflater.unconsumed_tail
    else:
        raise ValueError("packed in a way no spreadsheet program uses")


def _check_unpacked(name: str, unpacked: int, packed: int) -> None:
    if unpacked > MAX_UNPACKED or (unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * packed):
        raise SourceRefused(
            f"{name}: tệp nén bung ra lớn bất thường (hơn {unpacked // 2**20} MB từ {packed // 2**10} KB), có thể là tệp phá hoại. "
            "Xin chép riêng danh sách sang một tệp mới rồi lưu dạng .xlsx."
        )


def _check_extent(name: str, xml: bytes) -> None:
    """A cell far out costs nothing in the file, but memory for every empty cell before it."""
    rows = columns = 0
    for found in _XLSX_CELL.finditer(xml):
        rows = max(rows, int(found[2]))
        columns = max(columns, _column_number(found[1].decode().upper()))
    rows = max(rows, *(int(found[1]) for found in _ODS_ROW.finditer(xml)), 0)
    columns = max(columns, *(int(found[1]) for found in _ODS_CELL.finditer(xml)), 0)
    check_table(name, rows, columns)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _too_much(name: str, what: str) -> SourceRefused:
    return SourceRefused(f"{name}: {what}, quá mức của một danh sách thủ tục. Xin bỏ phần thừa hoặc chia thành nhiều tệp.")
