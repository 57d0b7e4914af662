"""Lists come in as staff have them; every row that cannot is named with its place and reason."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import openpyxl
import pytest

from index import RowProblem, SourceRefused, read_catalogue
from index.catalogue.lists.exports import read_list
from index.catalogue.lists.values import split_cell
from index.catalogue.procedure import clean_code, clean_name

HEADER = ["Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"]
BIRTH = ["1.001193", "Thủ tục đăng ký khai sinh", "Bộ Tư pháp", "Ủy ban nhân dân cấp xã\n\nSở Tư pháp\n", "Hộ tịch"]


def write_workbook(path: Path, *rows: list[str], title: bool = True, hidden: list[list[str]] | None = None) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Danh sách TTHC"
    if title:
        sheet.append(["DANH SÁCH THỦ TỤC HÀNH CHÍNH\n\n"])
        sheet.merge_cells("A1:E1")
    for row in rows:
        sheet.append(row)
    if hidden is not None:
        other = workbook.create_sheet("Nháp")
        other.sheet_state = "hidden"
        for row in hidden:
            other.append(row)
    workbook.save(path)
    return path


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def test_a_portal_workbook_is_read_below_its_title(tmp_path: Path) -> None:
    listing = read_list(write_workbook(tmp_path / "list.xlsx", HEADER, BIRTH))
    (procedure,) = listing.procedures
    assert (procedure.code, procedure.name, procedure.field) == ("1.001193", "Thủ tục đăng ký khai sinh", "Hộ tịch")
    assert procedure.agencies == ("Ủy ban nhân dân cấp xã", "Sở Tư pháp")
    assert procedure.promulgating_agency == "Bộ Tư pháp"
    assert listing.source.name == "list.xlsx" and listing.source.rows == 1 and len(listing.source.sha256) == 64


def test_columns_are_found_by_their_words_wherever_they_stand(tmp_path: Path) -> None:
    listing = read_list(
        write_workbook(tmp_path / "list.xlsx", ["STT", "LĨNH VỰC", "Tên thủ tục hành chính", "Mã TTHC"], ["1", "Hộ tịch", "Khai tử", "1.000656"])
    )
    assert [(procedure.code, procedure.name, procedure.field) for procedure in listing.procedures] == [("1.000656", "Khai tử", "Hộ tịch")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_csv_is_read_whatever_parts_its_cells(tmp_path: Path, delimiter: str, encoding: str) -> None:
    rows = [["Mã số", "Tên", "Cơ quan thực hiện"], ["1.001193", "Khai sinh", "Không có thông tin"]]
    listing = read_list(write_text(tmp_path / "list.csv", "\n".join(delimiter.join(row) for row in rows), encoding))
    assert [(procedure.code, procedure.agencies) for procedure in listing.procedures] == [("1.001193", ())]


def test_a_bad_row_is_left_out_and_named(tmp_path: Path) -> None:
    rows = [BIRTH, ["", "Không mã", "", "", ""], ["1.000656", "", "", "", ""], ["abc", "Mã sai", "", "", ""], ["1.001193", "Tên khác", "", "", ""]]
    listing = read_list(write_workbook(tmp_path / "list.xlsx", HEADER, *rows))
    assert [procedure.code for procedure in listing.procedures] == ["1.001193"]
    code, name = "Xin ghi đúng mã vào ô này rồi đưa lại tệp.", "Xin ghi tên thủ tục vào ô này rồi đưa lại tệp."
    other = "Xin xem dòng nào đúng rồi sửa mã hoặc tên của dòng kia."
    assert listing.problems == (
        RowProblem("list.xlsx", "Danh sách TTHC", 4, "Mã số", "", "ô này để trống", code),
        RowProblem("list.xlsx", "Danh sách TTHC", 5, "Tên", "", "ô này để trống", name),
        RowProblem("list.xlsx", "Danh sách TTHC", 6, "Mã số", "abc", "mã thủ tục phải có dạng như 1.001193", code),
        RowProblem("list.xlsx", "Danh sách TTHC", 7, "Tên", "Tên khác", "mã 1.001193 đã đứng ở một dòng trên với tên khác", other),
    )
    place = "list.xlsx, trang “Danh sách TTHC”, dòng 6, cột “Mã số”"
    assert str(listing.problems[2]) == f"{place}: mã thủ tục phải có dạng như 1.001193 (giá trị: “abc”). {code}"


def test_several_rows_of_one_procedure_join_their_agencies(tmp_path: Path) -> None:
    second = [*BIRTH[:3], "Bộ Ngoại giao", "Hộ tịch"]
    (procedure,) = read_list(write_workbook(tmp_path / "list.xlsx", HEADER, BIRTH, second)).procedures
    assert procedure.agencies == ("Ủy ban nhân dân cấp xã", "Sở Tư pháp", "Bộ Ngoại giao")


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    listing = read_list(write_workbook(tmp_path / "list.xlsx", HEADER, BIRTH, hidden=[HEADER, ["1.000656", "Khai tử", "", "", ""]]))
    assert [procedure.code for procedure in listing.procedures] == ["1.001193"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "không thấy dòng tiêu đề"),
        ("other.csv", "Họ tên,Tuổi\nAn,5\n".encode(), "không thấy dòng tiêu đề"),
        ("only-header.csv", "Mã số,Tên\n".encode(), "không có dòng thủ tục nào"),
        ("ansi.csv", b"M? s?,T?n,URL\n1.001193,X,\n", "đã mất thành dấu “?”"),
        ("binary.csv", b"\xff\xfe\x00\xd8", "không ở bảng mã tiếng Việt nào"),
        ("broken.csv", 'Mã số,Tên\n1.001193,"Khai'.encode(), "tệp CSV hỏng"),
        ("fake.xlsx", b"not a workbook", "không mở được như một bảng tính"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceRefused, match=re.escape(reason)):
        read_list(tmp_path / name)


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("  Đăng  ký\tkhai\nsinh ", "Đăng ký khai sinh"),
        (unicodedata.normalize("NFD", "Đăng ký"), "Đăng ký"),
        ("1. Cấp giấy phép", "Cấp giấy phép"),
        (". Thủ tục cấp", "Thủ tục cấp"),
        ("12) Cấp đổi", "Cấp đổi"),
        ("- Cấp lại", "Cấp lại"),
        ("CẤP LẠI GIẤY PHÉP.", "CẤP LẠI GIẤY PHÉP."),
        ("3 năm kinh nghiệm", "3 năm kinh nghiệm"),
        ("1.", "1."),
        ("\u200eCấp", "Cấp"),
    ],
)
def test_names_are_cleaned_and_never_reworded(given: str, clean: str) -> None:
    assert clean_name(given) == clean


@pytest.mark.parametrize(("given", "clean"), [("'1.001193", "1.001193"), (" 1. 001193\n", "1.001193"), ("1.000948.H38", "1.000948.H38")])
def test_codes_lose_blanks_and_the_spreadsheet_apostrophe(given: str, clean: str) -> None:
    assert clean_code(given) == clean


def test_a_cell_holds_several_values_a_line_or_a_semicolon_each() -> None:
    assert split_cell("Sở Y tế; Sở Tư pháp\n\nSở Y tế\n") == ("Sở Y tế", "Sở Tư pháp")


def test_all_real_files_read_without_a_lost_row(shared: Path) -> None:
    exports = shared / "catalogue/exports"
    lists = [*sorted(exports.glob("*.xlsx")), exports / "danh-sach-tthc-ca-nuoc.csv"]
    catalogue = read_catalogue(lists, [shared / "catalogue/details.jsonl"])
    assert len(catalogue.procedures) == 5715
    assert len(catalogue.sources) == len(lists) + 1
    assert catalogue.problems == ()
    assert all(unicodedata.is_normalized("NFC", procedure.name) and "\n" not in procedure.name for procedure in catalogue.procedures)
