"""Rows without codes are matched by name and never guessed; values are read as the catalogue calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Document, SourceRefused
from index.catalogue.lists.exports import read_list
from index.catalogue.lists.names import NameMatch, codes_by_name, match_names
from index.catalogue.lists.values import build_document, read_channels, read_levels, read_link, read_online_level
from tests.list_files import HEAD, KNOWN, ONE, WARD, codes, write_csv, write_xlsx


@pytest.mark.parametrize(
    ("name", "codes", "nearest"),
    [
        ("Đăng ký khai sinh", ("1.001193",), ()),
        ("THỦ TỤC ĐĂNG KÍ KHAI SINH.", ("1.001193",), ()),
        ("Th ủ t ục đăng k ý khai sinh", ("1.001193",), ()),
        ("c ấp l ại Gi ấy ch ứng nh ận", ("1.012753",), ()),
        ("Cấp giấy phép", ("1.000001", "1.000002"), ()),
        ("Đăng ký khai sịnh lại", (), ("dang ki khai sinh", "dang ki khai tu")),
        ("Hoàn toàn khác", (), ()),
    ],
)
def test_names_are_matched_folded_or_unbroken_and_never_guessed(name: str, codes: tuple[str, ...], nearest: tuple[str, ...]) -> None:
    assert match_names([name], codes_by_name(KNOWN)) == [NameMatch(codes, nearest)]


def test_a_row_without_a_code_is_refused_where_its_name_is_not_certain(tmp_path: Path) -> None:
    names = ("Đăng ký khai tử", "Cấp giấy phép", "Đăng ký khai sịnh lại", "Hoàn toàn khác")
    listing = read_list(write_xlsx(tmp_path / "list.xlsx", {"DS": [WARD, *[(name, "Hộ tịch", "Trực tiếp") for name in names]]}), KNOWN)
    assert codes(listing) == ["1.000656"]
    assert [(problem.row, problem.reason) for problem in listing.problems] == [
        (3, "tên này là của 2 thủ tục: 1.000001, 1.000002"),
        (4, "không có thủ tục nào trong danh mục mang tên này"),
        (5, "không có thủ tục nào trong danh mục mang tên này"),
    ]
    assert "“Thủ tục đăng ký khai sinh” (1.001193)" in listing.problems[1].remedy
    assert all(problem.remedy for problem in listing.problems)


def test_a_list_without_codes_is_refused_where_nothing_is_known(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", {"DS": [WARD, ("Đăng ký khai sinh", "Hộ tịch", "Trực tiếp")]})
    with pytest.raises(SourceRefused, match="chưa có danh mục nào để đối chiếu tên"):
        read_list(path)


def test_a_code_that_lost_digits_in_a_text_is_refused_not_completed(tmp_path: Path) -> None:
    listing = read_list(write_csv(tmp_path / "list.csv", [HEAD, ONE, (2, "1.0011", "Khai tử", "")]))
    assert codes(listing) == ["1.001193"] and "mã thiếu chữ số" in listing.problems[0].reason


def test_no_link_but_a_web_address_is_taken(tmp_path: Path) -> None:
    assert [read_link(cell) for cell in ("Xem", "javascript:alert(1)", "Tại https://a.vn/1.", "")] == [None, None, "https://a.vn/1", None]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (read_levels("Tỉnh"), ("Cấp tỉnh",)),
        (read_levels("Cấp tỉnh/Cấp xã"), ("Cấp tỉnh", "Cấp xã")),
        (read_levels("CẤP BỘ; Cấp xã"), ("Cấp Bộ", "Cấp xã")),
        (read_levels("Cơ quan khác"), ("Cơ quan khác",)),
        (read_online_level("DVC trực tuyến một phần"), "Một phần"),
        (read_online_level("Chưa cung cấp"), "Chưa cung cấp"),
        (read_online_level(""), None),
        (read_channels("Trực tiếp, BCCI, online"), ("Trực tuyến", "Dịch vụ bưu chính", "Trực tiếp")),
        (read_channels("Khác"), ()),
        (build_document("Tờ khai"), Document("Tờ khai")),
        (build_document("Giấy khai sinh (01 bản chính, 02 bản sao)"), Document("Giấy khai sinh (01 bản chính, 02 bản sao)", originals=1, copies=2)),
    ],
)
def test_values_are_read_as_the_catalogue_calls_them(given: object, read: object) -> None:
    assert given == read
