"""What may be somebody's is taken out of a query before it is counted, and what people ask for is not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from index import fold, read_catalogue, read_judgements
from lookup.insights import name_words
from lookup.insights.names import names_person
from lookup.insights.personal import scrub
from tests.conftest import ROOT, SAMPLE_LIST


def without_marks(text: str) -> str:
    letters = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912 345 678 khai sinh", "khai sinh"),
        ("cccd 001099012345", "cccd"),
        ("+84 912.345.678", None),
        ("(+84) 912_345_678", None),
        ("0912/345/678", None),
        ("0912 - 345 - 678", None),
        ("0912–345–678", None),
        ("0912,345,678", None),
        ("0 9 1 2 3 4 5 6 7 8", None),
        ("０９１２３４５６７８", None),
        ("⓪⑨①②③④⑤⑥⑦⑧", None),
        ("cmnd 012 - 345 - 678", "cmnd"),
        ("hộ chiếu B1234567", "ho chieu"),
        ("thẻ bảo hiểm GD4797934512345", "the bao hiem"),
        ("stk 1903 4567 8910 12 techcombank", "stk techcombank"),
        ("hỏi a.b@example.vn", "hoi"),
        ("a.b @ example.vn", None),
        ("a.b(at)example.vn", None),
        ("sinh ngày 01/02/1990", "sinh ngay"),
        ("sinh ngay 1 - 2 - 1990", "sinh ngay"),
        ("xe 30A-123.45 sang tên", "xe sang ten"),
        ("xe 51F-123.45", "xe"),
        ("xe 51F12345", "xe"),
        ("xe 29-H1 123.45", "xe"),
        ("51LD-123.45", None),
        ("12/4 đường Lê Lợi", None),
        ("15a duong so 7", None),
        ("số nhà 15", None),
        ("hẻm 123 nhà tôi", None),
        ("thửa đất số 123 sang tên", "sang ten"),
        ("  ", None),
    ],
)
def test_numbers_and_addresses_are_taken_out(typed: str, kept: str | None) -> None:
    assert scrub(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1.001193", "1.001193"),
        ("thủ tục 1.004873.H38", "1.004873.H38 thu tuc"),
        ("1.004873.000.00.00.H38", "1.004873.000.00.00.H38"),
        ("0.912345678", None),
        ("0.912345 678", None),
        ("0.912345", None),
        ("1.001193.0912345678", None),
        ("1.001193 0912345678", None),
        ("1.004873.H38.0912345678", "1.004873.H38"),
    ],
)
def test_only_a_code_as_procedures_have_them_is_kept(typed: str, kept: str | None) -> None:
    assert scrub(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Nghị định 123/2015/NĐ-CP", "nghi dinh 123 2015 nd cp"),
        ("vi phạm giao thông đô thị", "vi pham giao thong do thi"),
        ("luật đất đai 2024", "luat dat dai 2024"),
        ("bằng lái A1 mẫu 01", "bang lai a1 mau 01"),
        ("nhà 3 tầng 100 m2", "nha 3 tang 100 m2"),
        ("cấp số nhà", "cap so nha"),
        ("ĐĂNG KÝ KHAI SINH", "dang ki khai sinh"),
        ("Cấp Lại Bằng Lái Xe", "cap lai bang lai xe"),
        ("Hồ Sơ Quản Lý", "ho so quan li"),
        ("hô sơ quản lý đất đai", "ho so quan li dat dai"),
        ("hồ so thành phố Hồ Chí Minh", "ho so thanh pho ho chi minh"),
        ("tỉnh Lâm Đồng, Thái Bình", "tinh lam dong thai binh"),
        ("lương hưu của bà ngoại", "luong huu cua ba ngoai"),
        ("lãi suất do thực hiện chính sách", "lai suat do thuc hien chinh sach"),
    ],
)
def test_what_is_nobodys_is_kept(typed: str, kept: str) -> None:
    assert scrub(typed) == kept


@pytest.mark.parametrize("typed", ["khai sinh cho Nguyễn Văn An", "tra ho so tran van binh", "làm thẻ cho bé Khôi", "con tôi tên là khôi", "ông Tuấn hỏi giấy"])
def test_a_text_that_names_a_person_is_not_kept_at_all(typed: str) -> None:
    assert scrub(typed) is None


NAMES = (
    "Nguyễn Văn An,Trần Thị Hoa,Phạm Tuấn,ông Bùi Văn Nam,Đỗ Thị Lan,Hồ Văn Cường,Võ Nguyên Giáp,Giàng A Páo,Hồ Ngọc Hà,Mai Phương Thúy,Lương Xuân Trường,"
    "Tô Lâm,Lý Gia Hân,Cao Bá Quát,Chu Văn An,Đàm Vĩnh Hưng,Đoàn Thị Điểm,Phan Bội Châu,Vương Đình Huệ,Nông Đức Mạnh,Lại Văn Sâm,Tạ Đình Đề,"
    "Ngô Bảo Châu,Lê Duẩn,Hà Huy Tập,Lưu Quang Vũ,Vũ Trọng Phụng,Dương Quảng Hàm,Trịnh Công Sơn,Tôn Đức Thắng,Trần Hưng Đạo,Nguyễn Thái,Vũ Hà,Lê Lợi,"
    "Thạch Sô Phia,Sùng Seo Tủa,Hầu A Lềnh,Lò Văn Muôn,H'Hen Niê,Kiều Oanh"
).split(",")
PLAIN_NAMES = (
    "nguyen thi minh khai,pham minh chinh,huynh tan phat,ho van cuong,le thi hong gam,hoang van thu,duong van minh,tran thi hoa,le quang liem,phan dinh tung,"
    "do quang huy,ho ngoc ha,mai phuong thuy,luong xuan truong,ly gia han,cao thai son,vo van kiet,nong duc manh,ta quang buu,ngo bao chau,ha huy tap,"
    "luu quang vu,dang hoang anh,vu thi ha,do thi mai,Ho Ngoc Ha"
).split(",")


@pytest.mark.parametrize("name", ["Kim Ngọc", *NAMES, *PLAIN_NAMES, *map(str.lower, NAMES[:10]), *map(str.upper, NAMES)])
def test_names_are_known_with_and_without_marks(name: str) -> None:
    assert names_person(f"hồ sơ của {name}" if not name.isascii() else f"ho so cua {name}")
    assert names_person(name)


@pytest.mark.parametrize("name", ["Nguyen Văn An", "Nguyễn Van An", "Nguyeenx Vawn An", "nguye64n va8n an", "nguyenvanan", "tranthihoa", "NguyễnVănAn"])
def test_names_are_known_however_they_are_typed(name: str) -> None:
    assert names_person(f"khai sinh cho {name}")


FORMS: list[Callable[[str], str]] = [str, str.lower, str.upper, str.title]


@pytest.mark.parametrize("form", [*FORMS, without_marks])
@pytest.mark.parametrize("source", ["ours", "shared"])
def test_nothing_that_people_ask_is_taken_for_a_name(source: str, form: Callable[[str], str], request: pytest.FixtureRequest) -> None:
    path = ROOT / "data/judgements/sample.jsonl" if source == "ours" else request.getfixturevalue("shared") / "queries/dev.jsonl"
    queries = [form(judged.query) for judged in read_judgements(path)]
    assert [query for query in queries if names_person(query) or not scrub(query)] == []


@pytest.mark.parametrize("form", FORMS)
def test_no_procedure_of_the_sample_is_taken_for_a_name(form: Callable[[str], str]) -> None:
    names = [form(procedure.name) for procedure in read_catalogue([SAMPLE_LIST]).procedures]
    assert [name for name in names if not scrub(name)] == []


def test_where_the_vocabulary_is_missing_more_is_dropped_and_nothing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_words, "_DATA", tmp_path)
    name_words.said_together.cache_clear()
    assert names_person("Lê Duẩn") and names_person("thành phố Hồ Chí Minh") and not names_person("khai sinh")
    name_words.said_together.cache_clear()


def test_words_of_names_are_folded_alike_with_and_without_marks() -> None:
    assert {fold(word) for word in name_words.NAME_WORDS} == name_words.NAME_WORDS
    assert {fold(surname) for surname in name_words.SURNAMES} == name_words.PLAIN_SURNAMES
