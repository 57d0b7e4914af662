"""What clerks, programs and copying do to lists, and how they are read right all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Procedure
from index.catalogue.lists.exports import read_list
from tests.list_files import ANNEX, HEAD, KNOWN, ONE, TWO, Rows, codes, first, write_csv, write_ods, write_xlsx

FIELDS: list[tuple[str, Rows, str, list[str | None]]] = [
    ("a section of a field", [HEAD, ("I. LĨNH VỰC HỘ TỊCH",), ONE, ("LĨNH VỰC ĐẤT ĐAI (12 TTHC)",), TWO], "Sheet1", ["Hộ tịch", "Đất đai"]),
    ("a section with its number apart", [HEAD, ("I", "", "Lĩnh vực: Hộ tịch"), ONE, ("II", "", "ĐẤT ĐAI"), TWO], "Sheet1", ["Hộ tịch", "Đất đai"]),
    ("a section repeated in every cell", [HEAD, ("1. Lĩnh vực hộ tịch",) * 4, ONE, TWO], "Sheet1", ["Hộ tịch", "Hộ tịch"]),
    ("a section of a level", [HEAD, ("A. THỦ TỤC HÀNH CHÍNH CẤP XÃ",), ("I. HỘ TỊCH",), ONE, ("B. CẤP TỈNH",), TWO], "Sheet1", ["Hộ tịch", None]),
    ("a section of an agency", [HEAD, ("I. SỞ TƯ PHÁP",), ONE, TWO], "Sheet1", [None, None]),
    ("a sheet's name", [HEAD, ONE, TWO], "2. Đất đai", ["Đất đai", "Đất đai"]),
    ("a sheet's name in capitals", [HEAD, ONE, TWO], "LV HỘ TỊCH", ["Hộ tịch", "Hộ tịch"]),
    ("a sheet's name that is no field", [HEAD, ONE, TWO], "Danh mục TTHC", [None, None]),
    ("a section over a sheet's name", [HEAD, ONE, ("II. LĨNH VỰC HỘ TỊCH",), TWO], "Đất đai", ["Đất đai", "Hộ tịch"]),
]


@pytest.mark.parametrize(("rows", "sheet", "fields"), [case[1:] for case in FIELDS], ids=[case[0] for case in FIELDS])
def test_a_field_is_told_by(tmp_path: Path, rows: Rows, sheet: str, fields: list[str | None]) -> None:
    listing = read_list(write_xlsx(tmp_path / "list.xlsx", {sheet: rows}), KNOWN)
    assert listing.problems == () and codes(listing) == ["1.001193", "1.000656"]
    assert [procedure.field for procedure in listing.procedures] == fields


def test_a_level_section_tells_the_level_of_its_rows(tmp_path: Path) -> None:
    rows = [HEAD, ("A. DANH MỤC THỦ TỤC HÀNH CHÍNH CẤP XÃ",), ("I. HỘ TỊCH",), ONE, ("B. TTHC CẤP TỈNH",), TWO]
    assert [procedure.levels for procedure in read_list(write_xlsx(tmp_path / "list.xlsx", {"DS": rows})).procedures] == [("Cấp xã",), ("Cấp tỉnh",)]


MERGED: Rows = [("Lĩnh vực", "Mã TTHC", "Tên"), ("Hộ tịch", "1.001193", "A"), ("", "1.000656", "B"), ("", "1.000657", "C"), ("Đất đai", "1.000658", "D")]


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv", "list.ods"])
def test_a_field_merged_over_rows_holds_for_all_of_them(tmp_path: Path, name: str) -> None:
    rows = [*MERGED, ("", "1.000659", "E")]
    path = tmp_path / name
    if name.endswith("xlsx"):
        write_xlsx(path, {"Sheet1": rows}, merged=["A2:A4", "A5:A6"])
    else:
        write_csv(path, rows) if name.endswith("csv") else write_ods(path, {"Sheet1": rows})
    assert [procedure.field for procedure in read_list(path).procedures] == ["Hộ tịch"] * 3 + ["Đất đai"] * 2


def test_a_field_left_blank_here_and_there_stays_unknown(tmp_path: Path) -> None:
    rows = [("Lĩnh vực", "Mã TTHC", "Tên"), ("Hộ tịch", "1.001193", "A"), ("", "1.000656", "B"), ("Đất đai", "1.000657", "C")]
    for path in (write_csv(tmp_path / "list.csv", rows), write_xlsx(tmp_path / "list.xlsx", {"Sheet1": rows})):
        assert [procedure.field for procedure in read_list(path).procedures] == ["Hộ tịch", None, "Đất đai"]


HAZARDS: list[tuple[str, Rows, list[tuple[str, str]]]] = [
    ("swapped code and name", [HEAD, (1, "Khai sinh", "1.001193", ""), TWO], [("1.001193", "Khai sinh"), ("1.000656", "Khai tử")]),
    ("a code inside the name", [HEAD, (1, "", "Khai sinh (Mã số TTHC: 1.001193)", "")], [("1.001193", "Khai sinh")]),
    ("the code in the name too", [HEAD, (1, "1.001193", "Khai sinh (mã số 1.001193)", "")], [("1.001193", "Khai sinh")]),
    ("another code in the name", [HEAD, (1, "1.001193", "Khai sinh (thay mã 1.000001)", "")], [("1.001193", "Khai sinh (thay mã 1.000001)")]),
    ("an official name that ends in its code", [HEAD, (1, "1.010719", "Cấp phép (1.010719)", "")], [("1.010719", "Cấp phép (1.010719)")]),
    ("codes in names alone", [ANNEX, (1, "Khai sinh\n(Mã số TTHC: 1.999999)"), (2, "Khai tử (1.888888)")],
     [("1.999999", "Khai sinh"), ("1.888888", "Khai tử")]),
    ("repeated header rows", [HEAD, ONE, HEAD, TWO, ("STT", "mã tthc", "", "")], [("1.001193", "Khai sinh"), ("1.000656", "Khai tử")]),
    ("a repeated header in another order", [HEAD, ONE, ("Tên", "Mã số"), ("Khai tử", "1.000656")], [("1.001193", "Khai sinh"), ("1.000656", "Khai tử")]),
    ("numbers of columns", [HEAD, ("(1)", "(2)", "(3)", "(4)"), ONE, ("A", "B", "1", "2")], [("1.001193", "Khai sinh")]),
    ("leading apostrophes", [HEAD, (1, "'1.001193", "'Khai sinh", "")], [("1.001193", "Khai sinh")]),
    ("codes as numbers", [HEAD, (1, 1.001193, "Khai sinh", ""), (2, 1.0011, "Khai tử", "")], [("1.001193", "Khai sinh"), ("1.001100", "Khai tử")]),
    ("a decimal comma", [HEAD, (1, "1,001193", "Khai sinh", "")], [("1.001193", "Khai sinh")]),
    ("a header with brackets and stars", [("Mã TTHC (*)", "Tên TTHC\n(đầy đủ)"), ("1.001193", "Khai sinh")], [("1.001193", "Khai sinh")]),
    ("one code under two spellings of its name", [HEAD, ONE, (2, "1.001193", "KHAI SINH.", "Sở")], [("1.001193", "Khai sinh")]),
    ("a header in row 20", [*[("x",)] * 19, HEAD, ONE], [("1.001193", "Khai sinh")]),
    ("the code of a suffix", [HEAD, (1, "1.000948.H38", "Khai sinh", "")], [("1.000948.H38", "Khai sinh")]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in HAZARDS], ids=[case[0] for case in HAZARDS])
def test_a_list_is_read_right_despite(tmp_path: Path, rows: Rows, expected: list[tuple[str, str]]) -> None:
    listing = read_list(write_xlsx(tmp_path / "list.xlsx", {"Danh sách": rows}))
    assert listing.problems == ()
    assert [(procedure.code, procedure.name) for procedure in listing.procedures] == expected


def test_a_formula_is_never_run_and_its_error_never_a_value(tmp_path: Path) -> None:
    formulas = [HEAD, ("=1+1", "1.001193", "Khai sinh", "=[other.xlsx]Sheet1!A1")]
    assert first(read_list(write_xlsx(tmp_path / "list.xlsx", {"DS": formulas}))) == Procedure("1.001193", "Khai sinh")
    errors = [HEAD, (1, "1.001193", "Khai sinh", "#NAME?"), (2, "#REF!", "Khai tử", ""), (3, "1.000656", "#N/A", "")]
    listing = read_list(write_csv(tmp_path / "list.csv", errors))
    assert [procedure.agencies for procedure in listing.procedures] == [()]
    assert [(problem.column, problem.reason) for problem in listing.problems] == [
        ("Mã TTHC", "ô này là lỗi của một công thức"),
        ("Tên TTHC", "ô này là lỗi của một công thức"),
    ]


OLD_LETTERS = [
    ("tcvn3", ("1.001193", "CÊp giÊy x¸c nhËn t×nh tr¹ng h«n nh©n", "Hé tÞch"), ("Cấp giấy xác nhận tình trạng hôn nhân", "Hộ tịch")),
    ("vni", ("1.001193", "Caáp giaáy xaùc nhaän tình traïng hoân nhaân", "Hoä tòch"), ("Cấp giấy xác nhận tình trạng hôn nhân", "Hộ tịch")),
    ("mojibake", ("1.001193", "Ä\x90Äƒng kÃ½ khai sinh", "Há»™ tá»‹ch"), ("Đăng ký khai sinh", "Hộ tịch")),
]


@pytest.mark.parametrize(("encoding", "row", "expected"), OLD_LETTERS, ids=[case[0] for case in OLD_LETTERS])
@pytest.mark.parametrize("header", [("Mã TTHC", "Tên", "Lĩnh vực")])
def test_old_letters_in_a_workbook_come_out_right(
    tmp_path: Path, encoding: str, row: tuple[str, ...], expected: tuple[str, str], header: tuple[str, ...]
) -> None:
    listing = read_list(write_xlsx(tmp_path / "list.xlsx", {"DS": [header, row]}))
    assert [(procedure.name, procedure.field) for procedure in listing.procedures] == [expected]
    assert listing.source.encoding == encoding


def test_a_header_in_old_letters_is_found(tmp_path: Path) -> None:
    rows = [("M· TTHC", "Tªn thñ tôc hµnh chÝnh"), ("1.001193", "CÊp giÊy x¸c nhËn t×nh tr¹ng h«n nh©n")]
    assert first(read_list(write_xlsx(tmp_path / "list.xlsx", {"DS": rows}))).name == "Cấp giấy xác nhận tình trạng hôn nhân"
