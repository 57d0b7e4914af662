"""Lists in every kind of file that staff have, made for the tests: xlsx, xls, ods, csv."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from index import Procedure
from index.catalogue.lists.exports import Listing

Rows = Sequence[Sequence[Any]]


def write_xlsx(path: Path, sheets: dict[str, Rows], merged: Sequence[str] = (), hidden: Sequence[str] = ()) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for cells in merged:
            sheet.merge_cells(cells)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    workbook.save(path)
    return path


def write_csv(path: Path, rows: Rows, delimiter: str = ",", encoding: str = "utf-8-sig") -> Path:
    path.write_text("\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows), encoding=encoding)
    return path


def write_ods(path: Path, sheets: dict[str, Rows], attributes: str = "") -> Path:
    def table(name: str, rows: Rows) -> str:
        cells = [
            "".join(f'<table:table-cell office:value-type="string"{attributes}><text:p>{cell}</text:p></table:table-cell>' for cell in row) for row in rows
        ]
        return f'<table:table table:name="{name}">{"".join(f"<table:table-row>{row}</table:table-row>" for row in cells)}</table:table>'

    spaces = " ".join(f'xmlns:{space}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"' for space in ("office", "table", "text"))
    body = "".join(table(name, rows) for name, rows in sheets.items())
    content = f"<office:document-content {spaces}><office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return path


def write_xls(path: Path, name: str, rows: Rows) -> Path:
    """The smallest Excel 97 file: one sheet of labels (BIFF8) in a compound file of one stream."""

    def record(kind: int, data: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")

    start = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6))
    title = name.encode("utf-16-le")
    place = len(start) + 4 + 8 + len(title) + 4
    sheet = record(0x85, struct.pack("<IBBBB", place, 0, 0, len(name), 1) + title)
    labels = [record(0x204, struct.pack("<HHH", y, x, 0) + text(cell)) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell]
    body = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6)) + b"".join(labels) + record(0x0A)
    stream = start + sheet + record(0x0A) + body
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432

    def entry(label: str, kind: int, child: int, first: int, size: int) -> bytes:
        raw = label.encode("utf-16-le") + b"\0\0"
        free = 0xFFFFFFFF
        return raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child) + bytes(36) + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream))
    fat = b"".join(struct.pack("<I", sector) for sector in table).ljust(512, b"\xff")
    path.write_bytes(header + fat + folder.ljust(512, b"\0") + stream)
    return path


def write_empty_vocabulary(folder: Path) -> Path:
    """The files of the vocabulary without a row: a refresh with them is quick."""
    folder.mkdir(exist_ok=True)
    for path in (Path(__file__).parents[1] / "data/vocabulary").glob("*.csv"):
        (folder / path.name).write_text(path.read_text(encoding="utf-8").partition("\n")[0] + "\n", encoding="utf-8")
    return folder


HEAD = ("STT", "Mã TTHC", "Tên TTHC", "Cơ quan thực hiện")
ONE, TWO = (1, "1.001193", "Khai sinh", "UBND"), (2, "1.000656", "Khai tử", "UBND")
ELEVEN = (
    "STT", "Mã TTHC", "Tên Thủ tục hành chính", "Lĩnh vực", "Cơ quan công bố", "Loại TTHC", "Cơ quan thực hiện", "Cấp thực hiện", "Mức độ cung cấp",
    "Phí - lệ phí", "Đơn vị thực hiện",
)  # fmt: skip
JUSTICE = (
    "STT", "MÃ TTHC", "Tên TTHC", "Lĩnh vực", "Phí", "Lệ Phí", "Cấp thực hiện", "Cơ quan thực hiện", "Cùng cấp", "02 cấp", "Phi địa giới", "Toàn trình",
    "Một phần", "Cung cấp thông tin", "Dịch vụ BCCI", "Quyết định số", "TRẠNG THÁI", "Ghi chú",
)  # fmt: skip
REPORT = (
    "STT", "Mã TTHC", "Tên Thủ tục Hành chính", "Phân cấp chi tiết", "Lĩnh vực", "Cơ quan ban hành", "Cơ quan thực hiện", "Hình thức quy định",
    "Đường dẫn tra cứu DVCQG",
)  # fmt: skip
COMMUNE = (
    "stt", "mã TTHC", "tên", "link truy cập", "số quyết định", "ngày quyết định", "cơ quan ban hành", "lĩnh vực", "cấp thực hiện", "đối tượng thực hiện",
    "loại TTHC", "từ khóa", "địa chỉ tiếp nhận", "cơ quan thực hiện", "cơ quan có thẩm quyền", "cơ quan phối hợp", "cơ quan được ủy quyền", "mô tả",
    "trạng thái",
)  # fmt: skip
WARD = (
    "Tên thủ tục hành chính", "Lĩnh vực", "Hình thức nộp", "Thành phần hồ sơ", "Thời gian giải quyết", "Lệ phí",
    "Địa điểm tiếp nhận hồ sơ trực tiếp (nếu có)", "Ghi chú",
)  # fmt: skip
ANNEX = ("Số TT", "Tên TTHC", "Thời hạn giải quyết", "Địa điểm thực hiện", "Phí, lệ phí", "Căn cứ pháp lý", "Cơ quan thực hiện")
BIRTH = Procedure("1.001193", "Thủ tục đăng ký khai sinh", field="Hộ tịch")
DEATH = Procedure("1.000656", "Thủ tục đăng ký khai tử", field="Hộ tịch")
LAND = Procedure("1.012753", "Cấp lại Giấy chứng nhận", field="Đất đai")
TWINS = (Procedure("1.000001", "Cấp giấy phép"), Procedure("1.000002", "Cấp giấy phép"))
KNOWN = (BIRTH, DEATH, LAND, *TWINS)


def codes(listing: Listing) -> list[str]:
    return [procedure.code for procedure in listing.procedures]


def first(listing: Listing) -> Procedure:
    assert listing.problems == ()
    return listing.procedures[0]
