"""Every layout of a list gives every part it speaks of, in every kind of file."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from index import Document, LegalBasis, Method, Procedure
from index.catalogue.lists.exports import read_list
from tests.list_files import (
    ANNEX,
    BIRTH,
    COMMUNE,
    ELEVEN,
    HEAD,
    JUSTICE,
    KNOWN,
    LAND,
    ONE,
    REPORT,
    TWO,
    WARD,
    Rows,
    codes,
    first,
    write_csv,
    write_ods,
    write_xls,
    write_xlsx,
)

PORTAL = ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực")
PORTAL_ROW = ("1.001193", "Khai sinh", "Bộ Tư pháp", "UBND cấp xã\n\nSở Tư pháp\n", "Hộ tịch")
PORTAL_READ = Procedure("1.001193", "Khai sinh", "Hộ tịch", (), ("UBND cấp xã", "Sở Tư pháp"), promulgating_agency="Bộ Tư pháp")

LAYOUTS: list[tuple[str, Rows, Procedure]] = [
    ("Cổng Dịch vụ công quốc gia", [("DANH SÁCH\n\n",), PORTAL, (), PORTAL_ROW], PORTAL_READ),
    (
        "danh sách mười một cột",
        [
            ("UBND TỈNH",), (), (), (), (), (), (), (), (), ELEVEN,
            ("1", "1.001193", "Khai sinh", "Hộ tịch", "Bộ Tư pháp", "TTHC được luật giao quy định chi tiết", "UBND cấp xã", "Cấp xã, Cấp tỉnh",
             "Dịch vụ công trực tuyến toàn trình", "8.000 đồng", "Phòng Tư pháp"),
        ],
        Procedure("1.001193", "Khai sinh", "Hộ tịch", ("Cấp xã", "Cấp tỉnh"), ("UBND cấp xã", "Phòng Tư pháp"), promulgating_agency="Bộ Tư pháp",
                  kind="TTHC được luật giao quy định chi tiết", methods=(Method(fee="8.000 đồng"),), online_level="Toàn trình"),
    ),
    (
        "mẫu Sở Tư pháp",
        [JUSTICE, (1, "1.001193", "Khai sinh", "Hộ tịch", "Không", "8.000 đồng", "Xã", "UBND cấp xã", "X", "", "", "x", "", "", "X", "12/QĐ-UBND", "Còn", "")],
        Procedure("1.001193", "Khai sinh", "Hộ tịch", ("Cấp xã",), ("UBND cấp xã",), decision_number="12/QĐ-UBND", online_level="Toàn trình",
                  methods=tuple(Method(channel, fee="Phí: Không; lệ phí: 8.000 đồng") for channel in ("Trực tuyến", "Dịch vụ bưu chính"))),
    ),
    (
        "báo cáo của tỉnh",
        [("UBND TỈNH",), ("DANH MỤC TTHC",), (), REPORT,
         (1, "1.001193", "Khai sinh", "Cấp xã", "Hộ tịch", "Bộ Tư pháp", "UBND cấp xã", "Trung ương", "https://dichvucong.gov.vn/p?ma=1.001193")],
        Procedure("1.001193", "Khai sinh", "Hộ tịch", ("Cấp xã",), ("UBND cấp xã",), promulgating_agency="Bộ Tư pháp", kind="Trung ương",
                  source_url="https://dichvucong.gov.vn/p?ma=1.001193"),
    ),
    (
        "sổ thủ tục cấp xã",
        [("SỔ",), (), COMMUNE,
         ("1", "1.001193", "Khai sinh", "https://a.vn/1", "12/QĐ-BTP", "01/02/2024", "Bộ Tư pháp", "Hộ tịch", "Cấp xã",
          "Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)", "Loại khác", "giấy khai sinh", "Bộ phận một cửa", "UBND cấp xã", "Chủ tịch UBND",
          "Công an cấp xã", "Công chức", "Mô tả", "Công khai")],
        Procedure("1.001193", "Khai sinh", "Hộ tịch", ("Cấp xã",), ("UBND cấp xã",), ("Công dân Việt Nam", "Tổ chức (không bao gồm doanh nghiệp, HTX)"),
                  "Bộ Tư pháp", "12/QĐ-BTP", "Loại khác", "Chủ tịch UBND", "Công an cấp xã", "Công chức", "Bộ phận một cửa", "Mô tả",
                  keywords="giấy khai sinh", source_url="https://a.vn/1"),
    ),
    (
        "khảo sát cấp xã",
        [WARD, ("Đăng ký khai sinh", "Hộ tịch", "Trực tiếp hoặc trực tuyến", "- Tờ khai (01 bản chính)\n- Giấy chứng sinh", "01 ngày", "Không", "Một cửa", "")],
        Procedure("1.001193", BIRTH.name, "Hộ tịch", documents=(Document("Tờ khai (01 bản chính)", originals=1), Document("Giấy chứng sinh")),
                  methods=(Method("Trực tuyến", "01 ngày", "Không"), Method("Trực tiếp", "01 ngày", "Không")), receiving_address="Một cửa"),
    ),
    (
        "phụ lục quyết định",
        [("PHỤ LỤC",), ("(Kèm theo Quyết định số 12/QĐ-UBND)",), ANNEX,
         ("1", "C ấp l ại Giấy chứng nhận", "10 ngày", "Một cửa", "Không", "Luật Đất đai\nhttps://vbpl.vn/1", "UBND cấp xã")],
        Procedure("1.012753", LAND.name, None, (), ("UBND cấp xã",), methods=(Method(None, "10 ngày", "Không"),), receiving_address="Một cửa",
                  legal_basis_text="Luật Đất đai\nhttps://vbpl.vn/1"),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("layout", "rows", "expected"), LAYOUTS, ids=[layout for layout, _, _ in LAYOUTS])
def test_every_workbook_layout_gives_every_part_it_speaks_of(tmp_path: Path, layout: str, rows: Rows, expected: Procedure) -> None:
    listing = read_list(write_xlsx(tmp_path / "list.xlsx", {"Danh sách": rows}), KNOWN)
    assert first(listing) == expected
    assert (listing.source.layout, listing.source.encoding, listing.source.rows) == (layout, "unicode", 1)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_provincial_csv_joins_the_rows_of_one_procedure(tmp_path: Path, delimiter: str) -> None:
    header = ("MaTTHC", "TenTTHC", "MaDVC", "TenDVC", "TenCQTH", "MucDo", "Trạng thái", "LinhVuc", "LoaiHeThong", "CapThucHien", "LinkNop", "Cơ quan công bố")
    rows = [
        ("'1.001193", "Khai sinh", "1.001193.01", "Khai sinh trong nước", "UBND xã A", "Toàn trình", "Mở", "Hộ tịch", "", "Cấp xã", "https://a.vn/1",
         "Bộ Tư pháp"),
        ("'1.001193", "Khai sinh", "1.001193.02", "Khai sinh, có yếu tố nước ngoài", "UBND xã B", "Một phần", "", "Hộ tịch", "", "", "", ""),
    ]  # fmt: skip
    listing = read_list(write_csv(tmp_path / "list.csv", [header, *rows], delimiter))
    assert first(listing) == Procedure(
        "1.001193", "Khai sinh", "Hộ tịch", ("Cấp xã",), ("UBND xã A", "UBND xã B"), promulgating_agency="Bộ Tư pháp", source_url="https://a.vn/1",
        keywords="Khai sinh trong nước; Khai sinh, có yếu tố nước ngoài", online_level="Toàn trình; Một phần",
    )  # fmt: skip
    assert (listing.source.layout, listing.source.encoding, listing.source.rows) == ("bảng dịch vụ công của tỉnh", "utf-8", 2)


def test_services_without_their_procedures_name_are_joined_under_its_code(tmp_path: Path) -> None:
    rows = [("Mã DVC", "Tên dịch vụ"), ("1.001193.01", "Khai sinh trong nước"), ("1.001193.02", "Khai sinh ở nước ngoài")]
    path = write_csv(tmp_path / "list.csv", rows)
    assert first(read_list(path)) == Procedure("1.001193", "Khai sinh trong nước", keywords="Khai sinh ở nước ngoài")
    services = "Khai sinh trong nước; Khai sinh ở nước ngoài"
    assert first(read_list(path, KNOWN)) == Procedure("1.001193", BIRTH.name, keywords=services)


def test_child_sheets_fill_what_the_main_sheet_lists(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "list.xlsx",
        {
            "TTHC": [("SỔ",), ("STT", "mã TTHC", "tên", "cơ quan được ủy quyền", "từ khóa"), ("1", "1.001193", "Khai sinh")],
            "Cách thức thực hiện": [
                ("STT", "Mã TTHC", "Hình thức nộp", "Thời hạn giải quyết", "Phí, lệ phí", "Mô tả"),
                ("1", "1.001193", "Trực tiếp", "1 ngày", "Không", "Nộp tại một cửa"),
                ("2", "1.001193", "Nộp trực tuyến", "5", "Không", ""),
            ],
            "Trình tự thực hiện": [("STT", "Mã TTHC", "Nội dung"), ("1", "1.001193", "Bước 1: nộp\nBước 2: nhận"), ("2", "1.001193", "Bước 3")],
            "TPHS": [
                ("STT", "Mã TTHC", "Trường hợp", "Tên giấy tờ", "Bản chính", "Bản sao"),
                (1, "1.001193", "Nộp", "Tờ khai", 1, 0), (), (2, "9.999999", "", "Khác"),
            ],
            "KQTH": [("a", "b", "c"), (1, "'1.001193", "Giấy khai sinh")],
            "CCPL": [("STT", "Mã", "Căn cứ pháp lý"), (1, "1.001193", "Luật Hộ tịch 60/2014/QH13"), (2, "1.001193", "Nghị định không số")],
        },
    )  # fmt: skip
    listing = read_list(path)
    assert listing.procedures[0] == Procedure(
        "1.001193", "Khai sinh", steps="Bước 1: nộp\nBước 2: nhận\nBước 3", result=("Giấy khai sinh",), documents=(Document("Tờ khai", "Nộp", originals=1),),
        methods=(Method("Trực tiếp", "1 ngày", "Không", "Nộp tại một cửa"), Method("Trực tuyến", None, "Không")),
        legal_basis=(LegalBasis("Luật Hộ tịch 60/2014/QH13", "60/2014/QH13"), LegalBasis("Nghị định không số")),
    )  # fmt: skip
    (problem,) = listing.problems
    assert (problem.sheet, problem.row, problem.column, problem.value) == ("TPHS", 4, "Mã TTHC", "9.999999")


def test_a_header_of_two_lines_is_read_as_one(tmp_path: Path) -> None:
    rows = [("STT", "Mã TTHC", "Tên TTHC", "Mức độ cung cấp DVC", ""), ("", "", "", "Toàn trình", "Một phần"), (1, "1.001193", "Khai sinh", "", "x")]
    path = write_xlsx(tmp_path / "list.xlsx", {"Sheet1": rows}, merged=["A1:A2", "B1:B2", "C1:C2", "D1:E1"])
    assert first(read_list(path)) == Procedure("1.001193", "Khai sinh", methods=(Method("Trực tuyến"),), online_level="Một phần")


def test_sheets_of_statistics_and_hidden_sheets_are_passed_over(tmp_path: Path) -> None:
    sheets: dict[str, Rows] = {
        "Thống kê": [("STT", "Lĩnh vực", "Số lượng"), (1, "Hộ tịch", 2)],
        "Danh sách": [HEAD, ONE],
        "Nháp": [HEAD, TWO],
    }
    assert codes(read_list(write_xlsx(tmp_path / "list.xlsx", sheets, hidden=["Nháp"]))) == ["1.001193"]


def test_a_workbook_that_declares_too_few_rows_is_read_whole(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "right.xlsx", {"DS": [HEAD, *[(n, f"1.{n:06}", f"Thủ tục {n}") for n in range(1, 51)]]})
    with zipfile.ZipFile(path) as right, zipfile.ZipFile(tmp_path / "wrong.xlsx", "w") as wrong:
        for name in right.namelist():
            wrong.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:D4"', right.read(name)))
    assert len(read_list(tmp_path / "wrong.xlsx").procedures) == 50


def test_xls_and_ods_are_read_like_xlsx(tmp_path: Path) -> None:
    rows = [("DANH SÁCH",), PORTAL, PORTAL_ROW]
    for path in (write_xls(tmp_path / "list.xls", "Danh sách", rows), write_ods(tmp_path / "list.ods", {"Danh sách": rows})):
        procedure = first(read_list(path))
        assert (procedure.code, procedure.name, procedure.field) == ("1.001193", "Khai sinh", "Hộ tịch")


def test_what_a_file_is_counts_and_not_how_it_is_called(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "list.csv", {"DS": [HEAD, ONE]})
    assert codes(read_list(tmp_path / "list.csv")) == ["1.001193"]
