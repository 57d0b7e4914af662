"""Header spellings -> columns: one table. A list is recognised by the words of its header, not by their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.text.folding import compose, fold

# Compared folded and, where that fails, without what stands in brackets: case, marks, signs and "(nếu có)" do not matter. Where two cells of a header
# mean one column, the earlier spelling counts.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "ordinal": ("STT", "Số TT", "TT", "Số thứ tự"),
    "code": (
        "Mã số", "Mã TTHC", "Mã thủ tục", "Mã số TTHC", "Mã số thủ tục", "Mã thủ tục hành chính", "Mã số thủ tục hành chính", "MaTTHC", "Mã",
    ),
    "name": (
        "Tên thủ tục hành chính", "Tên TTHC", "Tên thủ tục", "TenTTHC", "Thủ tục hành chính", "Nội dung thủ tục", "Nội dung thủ tục hành chính", "Tên",
    ),
    "service_code": ("MaDVC", "Mã DVC", "Mã dịch vụ", "Mã dịch vụ công"),
    "service_name": ("TenDVC", "Tên DVC", "Tên dịch vụ", "Tên dịch vụ công"),
    "field": ("Lĩnh vực", "LinhVuc", "Tên lĩnh vực", "Chuyên ngành"),
    "promulgating_agency": ("Cơ quan ban hành", "Cơ quan công bố"),
    "agencies": (
        "Cơ quan thực hiện", "TenCQTH", "Tên cơ quan thực hiện", "Tên CQTH", "Đơn vị thực hiện", "Sở, ngành", "Bộ, ngành",
    ),
    "competent_agency": ("Cơ quan có thẩm quyền", "Cơ quan có thẩm quyền quyết định"),
    "coordinating_agency": ("Cơ quan phối hợp",),
    "authorised_agency": ("Cơ quan được ủy quyền",),
    "receiving_address": (
        "Địa chỉ tiếp nhận", "Địa chỉ tiếp nhận hồ sơ", "Địa điểm tiếp nhận", "Địa điểm tiếp nhận hồ sơ", "Địa điểm tiếp nhận hồ sơ trực tiếp",
        "Địa điểm thực hiện",
    ),
    "levels": (
        "Cấp thực hiện", "CapThucHien", "Cấp giải quyết", "Phân cấp chi tiết", "Phân cấp", "Thẩm quyền", "Thẩm quyền giải quyết", "Cấp",
    ),
    "applicants": ("Đối tượng thực hiện", "Đối tượng"),
    "kind": ("Loại TTHC", "Loại thủ tục", "Loại thủ tục hành chính", "Hình thức quy định"),
    "online_level": (
        "Mức độ cung cấp", "Mức độ", "MucDo", "Mức độ DVC", "Mức độ dịch vụ công", "Mức độ cung cấp DVC trực tuyến",
        "Mức độ dịch vụ công trực tuyến", "Mức độ cung cấp dịch vụ công trực tuyến",
    ),
    "full_online": ("Toàn trình",),
    "partial_online": ("Một phần",),
    "information_online": ("Cung cấp thông tin", "Cung cấp thông tin trực tuyến"),
    "postal": ("Dịch vụ BCCI", "BCCI", "Dịch vụ bưu chính công ích"),
    "channels": ("Hình thức nộp", "Hình thức nộp hồ sơ", "Cách thức thực hiện"),
    "time_limit": ("Thời hạn giải quyết", "Thời gian giải quyết", "Thời hạn", "Thời gian"),
    "fee": ("Phí, lệ phí", "Phí - lệ phí", "Phí và lệ phí", "Phí"),
    "charge": ("Lệ phí",),
    "steps": ("Trình tự thực hiện",),
    "documents": ("Thành phần hồ sơ",),
    "result": ("Kết quả thực hiện", "Kết quả giải quyết", "Kết quả"),
    "legal_basis_text": ("Căn cứ pháp lý",),
    "conditions": ("Yêu cầu, điều kiện", "Yêu cầu, điều kiện thực hiện"),
    "description": ("Mô tả",),
    "keywords": ("Từ khóa",),
    "decision_number": ("Quyết định số", "Số quyết định", "Số QĐ", "Quyết định công bố"),
    "source_url": (
        "URL", "Đường dẫn tra cứu DVCQG", "Link truy cập", "Đường dẫn", "Citizen URL", "Link", "LinkNop", "Link nộp",
    ),
    # Known only as words of a header; nothing of a procedure is read from them.
    "other": ("Cùng cấp", "02 cấp", "Phi địa giới", "LoaiHeThong", "Loại hệ thống", "Trạng thái", "Ghi chú", "Ngày quyết định"),
}  # fmt: skip
HEADER_WITHIN = 20  # rows
_STANDS_IN = {"code": "service_code", "name": "service_name"}  # a list of services alone
_BESIDE_A_NAME = 2  # columns that must stand beside the name where no column is called a code
_NOT_TELLING = {"name", "ordinal", "other"}

# Words that only the header of this layout has, the most telling layouts first: how the report calls the layout.
_TELLING: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("sổ thủ tục cấp xã", ("Cơ quan được ủy quyền", "Từ khóa")),
    ("mẫu Sở Tư pháp", ("Phi địa giới",)),
    ("mẫu Sở Tư pháp", ("Toàn trình", "Một phần")),
    ("danh sách mười một cột", ("Mức độ cung cấp", "Loại TTHC")),
    ("báo cáo của tỉnh", ("Phân cấp chi tiết",)),
    ("báo cáo của tỉnh", ("Hình thức quy định",)),
    ("bảng dịch vụ công của tỉnh", ("MaDVC",)),
    ("bảng dịch vụ công của tỉnh", ("Mức độ",)),
    ("bảng dịch vụ công của tỉnh", ("MucDo",)),
    ("bảng dịch vụ công của tỉnh", ("TenCQTH",)),
    ("khảo sát cấp xã", ("Hình thức nộp", "Thời gian giải quyết")),
    ("phụ lục quyết định", ("Địa điểm thực hiện",)),
    ("phụ lục quyết định", ("Thời hạn giải quyết", "Căn cứ pháp lý")),
    ("Cổng Dịch vụ công quốc gia", ("Mã số", "Tên", "Cơ quan ban hành")),
)
OTHER_LAYOUT = "danh sách khác"

_COLUMN_OF = {fold(spelling): (column, rank) for column, spellings in SPELLINGS.items() for rank, spelling in enumerate(spellings)}
_BRACKETS = re.compile(r"\([^()]*\)|\*")


@dataclass(frozen=True, slots=True)
class Header:
    """Where a list's header stands: `row` counts from 0 and is its last row; `columns` maps a column's name to its places, the best first."""

    row: int
    columns: dict[str, tuple[int, ...]]
    titles: dict[str, str]
    layout: str

    def cell(self, row: Sequence[str], column: str) -> str:
        """What a row says in a column, "" where the list has no such column or the row is too short."""
        return next((row[place] for place in self.columns.get(column, ())[:1] if place < len(row)), "")


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """The first row that names every required column, with the row of parts below it; None where the rows are no list."""
    return next((header for number in range(min(HEADER_WITHIN, len(rows))) if (header := read_header(rows, number))), None)


def read_header(rows: Sequence[Sequence[str]], number: int) -> Header | None:
    """The header that starts in this very row, or None where the row is none."""
    upper = rows[number]
    if not is_header(upper):
        return None
    lower = rows[number + 1] if number + 1 < len(rows) and _is_second_line(upper, rows[number + 1]) else ()
    found = sorted((rank, line, place, column) for line, row in enumerate((upper, lower)) for place, column, rank in _named(row))
    columns: dict[str, tuple[int, ...]] = {}
    for _, _, place, column in found:
        columns[column] = tuple(dict.fromkeys((*columns.get(column, ()), place)))
    for column, stand_in in _STANDS_IN.items():
        if column not in columns and stand_in in columns:
            columns[column] = columns[stand_in]
    titles = {column: compose((*lower, *[""] * len(upper))[places[0]] or upper[places[0]]) for column, places in columns.items()}
    return Header(number + bool(lower), columns, titles, _name_layout((*upper, *lower)))


def is_header(row: Sequence[str]) -> bool:
    """Whether a row names a list's columns: a code and a name, or a name and enough that stands beside names."""
    if sum(map(bool, row)) < 2:
        return False
    columns = {column for _, column, _ in _named(row)}
    columns |= {column for column, stand_in in _STANDS_IN.items() if stand_in in columns}
    return "name" in columns and ("code" in columns or len(columns - _NOT_TELLING) >= _BESIDE_A_NAME)


def column_of(title: str) -> str | None:
    """The column that a header cell names, or None where it is no header word."""
    return found[0] if (found := _lookup(title)) else None


def _lookup(title: str) -> tuple[str, int] | None:
    return _COLUMN_OF.get(fold(title)) or _COLUMN_OF.get(fold(_BRACKETS.sub(" ", title)))


def _named(row: Sequence[str]) -> Iterator[tuple[int, str, int]]:
    for place, cell in enumerate(row):
        if cell and (found := _lookup(cell)):
            yield place, *found


def _is_second_line(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a row only divides the header above it: header words all of it, where that header has none or the same."""
    cells = [(cell, upper[place] if place < len(upper) else "") for place, cell in enumerate(lower) if compose(cell)]
    return bool(cells) and all(cell == above or (_lookup(cell) and not _lookup(above)) for cell, above in cells)


def _name_layout(titles: Sequence[str]) -> str:
    folded = set(map(fold, titles))
    return next((layout for layout, telling in _TELLING if folded.issuperset(map(fold, telling))), OTHER_LAYOUT)
