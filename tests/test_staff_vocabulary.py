"""Clerks change vocabulary and pinned results on the staff page: they see the results before and after, then keep the change and it is live."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote_plus

import pytest
from flask import Flask

from index import Edit, Procedure, Search, SearchEngine, VersionStore, load_vocabulary, publish_catalogue, read_history, save_edit
from index.catalogue.procedure import Catalogue
from lookup.staff.audit import read_events
from tests.conftest import VOCABULARY
from tests.staff_client import Staff, make_staff_app, signed_in

BIRTH = Procedure("1.001193", "Đăng ký khai sinh", levels=("Cấp xã",), field="Hộ tịch")
DEATH = Procedure("1.000656", "Đăng ký khai tử", levels=("Cấp xã",), field="Hộ tịch")
LICENCE = Procedure("3.000348", "Đổi giấy phép lái xe", levels=("Cấp tỉnh",), field="Đường bộ")
OWN = {"term": "tờ bìa cứng", "official": "giấy phép lái xe", "kind": "colloquial", "direction": "one-way"}


@pytest.fixture
def application(tmp_path: Path) -> Flask:
    """Three procedures published with the shipped vocabulary, and two accounts."""
    application = make_staff_app(tmp_path, ())
    publish_catalogue(Catalogue((BIRTH, DEATH, LICENCE)), tmp_path / "index", load_vocabulary(VOCABULARY))
    return application


def find(folder: Path, text: str) -> list[str]:
    return [hit.card["code"] for hit in SearchEngine(folder / "index").search(Search(text)).hits]


def show(person: Staff, slug: str, *phrases: str, **fields: str) -> tuple[str, str]:
    """Send a form; the address of its preview, and that page once it is there."""
    sent = person.post(f"/quan-tri/tu-vung/{slug}/sua", **fields)
    assert sent.status_code == 303, unescape(sent.text)
    return sent.location, unescape(person.wait(sent.location, *(phrases or ("Lưu và đưa lên</button>", "Chưa làm được"))))


def keep(person: Staff, change: str) -> str:
    assert person.post(f"{change}/dua-len").status_code == 303
    return unescape(person.wait(change, "Đã lưu và đưa lên", "Chưa làm được"))


def test_a_synonym_is_tried_kept_live_written_down_and_survives_the_next_refresh(application: Flask, tmp_path: Path) -> None:
    person = signed_in(application, "hoa")
    change, page = show(person, "dong-nghia", **OWN, queries="đổi tờ bìa cứng")
    shown = {query: (before, after) for query, before, after in re.findall(r"Tìm “([^”]+)”.*?<h3>Trước</h3>(.*?)<h3>Sau</h3>(.*?)</section>", page, re.DOTALL)}
    assert list(shown) == ["tờ bìa cứng", "đổi tờ bìa cứng"]
    assert [re.findall(r"[123]\.\d{6}", side)[:1] == [LICENCE.code] for side in shown["tờ bìa cứng"]] == [False, True]
    assert find(tmp_path, "tờ bìa cứng")[:1] != [LICENCE.code] and not (tmp_path / "state/vocabulary/synonyms.csv").exists(), "nothing is changed by looking"
    assert "Đã lưu và đưa lên" in keep(person, change)
    assert find(tmp_path, "tờ bìa cứng")[:1] == [LICENCE.code]
    note = "Từ đồng nghĩa: thêm “tờ bìa cứng”"
    assert [(event.who, event.note) for event in read_history(tmp_path / "index")][-1] == ("hoa", note)
    assert [event["action"] for event in read_events(tmp_path / "state")][:3] == ["vocabulary published", "edit keep asked", "edit asked"]
    sent = person.upload(("list.csv", "Mã số,Tên\n3.000348,Đổi giấy phép lái xe\n1.001193,Đăng ký khai sinh\n1.000656,Đăng ký khai tử\n"))
    person.wait(sent.location, "Công bố 3 thủ tục")
    assert person.post(f"{sent.location}/cong-bo", note="danh sách mới", allow=["column"]).status_code in (303, 422)
    person.wait(sent.location, "Đã công bố")
    assert find(tmp_path, "tờ bìa cứng")[:1] == [LICENCE.code]


@pytest.mark.parametrize(
    ("slug", "fields", "query", "first"),
    [
        ("cach-goi", {"code": "1001193", "aliases": "làm giấy cho cu tí; khai cho em bé mới đẻ"}, "lam giay cho cu ti", BIRTH.code),
        ("ghim", {"query": "giấy tờ gia đình", "codes": "1.000656; 3.000348"}, "GIAY TO GIA DINH", DEATH.code),
    ],
)
def test_an_alias_and_a_pin_are_tried_and_kept(application: Flask, tmp_path: Path, slug: str, fields: dict[str, str], query: str, first: str) -> None:
    person = signed_in(application, "hoa")
    change, page = show(person, slug, **fields)
    assert first in page.partition("<h3>Sau</h3>")[2]
    keep(person, change)
    assert find(tmp_path, query)[0] == first
    listed = unescape(person.get(f"/quan-tri/tu-vung/{slug}").text)
    assert "của đơn vị" in listed and next(iter(fields.values())).replace("1001193", "1.001193") in listed


def test_a_signpost_is_tried_and_kept(application: Flask, tmp_path: Path) -> None:
    person = signed_in(application, "hoa")
    change, page = show(person, "chi-dan", patterns="mua vé số dạo", text="Vé số do công ty xổ số bán.", responsible="Công ty xổ số")
    assert "Chỉ dẫn: Vé số do công ty xổ số bán." in page.partition("<h3>Sau</h3>")[2]
    keep(person, change)
    plan = SearchEngine(tmp_path / "index").understand(Search("mua vé số dạo ở đâu"))
    assert plan.signposts[0].responsible == "Công ty xổ số"


def test_a_shipped_row_is_found_switched_off_and_on_again(application: Flask, tmp_path: Path) -> None:
    person = signed_in(application, "hoa")
    page = unescape(person.get("/quan-tri/tu-vung/dong-nghia?tim=bang lai").text)
    links = [unquote_plus(link) for link in re.findall(r'href="/quan-tri/tu-vung/dong-nghia/sua\?dong=([^"]+)">Sửa', page)]
    assert "bằng lái" in links and "có sẵn" in page
    key = "bằng lái"
    change, _ = show(person, "dong-nghia", dong=key, action="take_out")
    keep(person, change)
    assert not [synonym for synonym in SearchEngine(tmp_path / "index").snapshot().vocabulary.synonyms if synonym.term == key]
    assert "đã tắt" in unescape(person.get("/quan-tri/tu-vung/dong-nghia?tim=bang lai").text)
    change, _ = show(person, "dong-nghia", dong=key, action="switch_on")
    keep(person, change)
    assert [synonym for synonym in SearchEngine(tmp_path / "index").snapshot().vocabulary.synonyms if synonym.term == key]


@pytest.mark.parametrize(
    ("slug", "fields", "told"),
    [
        ("dong-nghia", {**OWN, "official": ""}, "Ô “Từ trong văn bản” để trống"),
        ("dong-nghia", {**OWN, "term": "x" * 400}, "Ô “Từ người dân nói” quá dài"),
        ("cach-goi", {"code": "1.999999", "aliases": "gì đó"}, "Không có thủ tục nào mang mã “1.999999”"),
        ("ghim", {"query": "gì đó", "codes": "1.001193; 1.999999"}, "Không có thủ tục nào mang mã “1.999999”"),
        ("ghim", {"query": "gì đó", "codes": "1.001193", "dong": "dòng không có"}, None),
    ],
)
def test_a_form_that_cannot_be_is_told_at_its_box(application: Flask, slug: str, fields: dict[str, str], told: str | None) -> None:
    sent = signed_in(application, "hoa").post(f"/quan-tri/tu-vung/{slug}/sua", **fields)
    assert sent.status_code == (422 if told else 404)
    assert not told or told in unescape(sent.text)


@pytest.mark.parametrize(
    ("slug", "fields", "told"),
    [
        ("dong-nghia", {**OWN, "term": "gplx"}, "“gplx” đã có ở danh sách từ đồng nghĩa có sẵn, dòng"),
        ("dong-nghia", {**OWN, "since": "1/7/2026"}, "Ngày “1/7/2026” không đúng. Xin ghi dạng 2025-07-01."),
        ("cach-goi", {"code": "1.001193", "aliases": "đăng ký khai tử"}, "“đăng ký khai tử” là đúng tên của thủ tục 1.000656"),
        ("ghim", {"query": "???", "codes": "1.001193"}, "Ô “Câu tìm” để trống"),
    ],
)
def test_a_conflict_of_wording_is_told_in_plain_words_and_the_form_can_be_mended(
    application: Flask, tmp_path: Path, slug: str, fields: dict[str, str], told: str
) -> None:
    person = signed_in(application, "hoa")
    live = VersionStore(tmp_path / "index").current()
    change, page = show(person, slug, **fields)
    assert told in page and "Lưu và đưa lên</button>" not in page
    form = unescape(person.get(f"/quan-tri/tu-vung/{slug}/sua?tu={change.rpartition('/')[2]}").text)
    assert next(iter(fields.values())) in form
    assert VersionStore(tmp_path / "index").current() == live and not list((tmp_path / "state/vocabulary").glob("*.csv"))


def test_who_may_only_look_can_change_nothing(application: Flask, tmp_path: Path) -> None:
    person = signed_in(application, "lan")
    assert "Thêm dòng mới" not in unescape(person.get("/quan-tri/tu-vung").text)
    assert person.get("/quan-tri/tu-vung/ghim/sua").status_code == 403
    assert person.post("/quan-tri/tu-vung/dong-nghia/sua", **OWN).status_code == 403
    assert person.post("/quan-tri/tu-vung/dua-len").status_code == 403
    assert not (tmp_path / "state/vocabulary").exists()


def test_what_was_saved_and_is_not_online_is_told_and_put_online_with_one_button(application: Flask, tmp_path: Path) -> None:
    person = signed_in(application, "hoa")
    assert "Đưa lên trang" not in unescape(person.get("/quan-tri/tu-vung").text)
    save_edit(VOCABULARY, tmp_path / "state/vocabulary", Edit("synonyms.csv", put_in=OWN))
    assert "Đưa lên trang" in unescape(person.get("/quan-tri/tu-vung").text)
    sent = person.post("/quan-tri/tu-vung/dua-len")
    person.wait(sent.location, "Đã lưu và đưa lên")
    assert find(tmp_path, "tờ bìa cứng")[:1] == [LICENCE.code]
    assert "Đưa lên trang" not in unescape(person.get("/quan-tri/tu-vung").text)


def test_a_change_waits_for_the_refresh_under_way(application: Flask, tmp_path: Path) -> None:
    person = signed_in(application, "hoa")
    change, _ = show(person, "dong-nghia", **OWN)
    with VersionStore(tmp_path / "index").lock():
        assert person.post(f"{change}/dua-len").status_code == 303
        person.wait(change, "Đang đợi một lần cập nhật danh mục khác xong")
    person.wait(change, "Đã lưu và đưa lên")
    assert find(tmp_path, "tờ bìa cứng")[:1] == [LICENCE.code]


def test_a_dropped_change_changes_nothing(application: Flask, tmp_path: Path) -> None:
    person = signed_in(application, "hoa")
    change, _ = show(person, "dong-nghia", **OWN)
    assert person.post(f"{change}/bo").status_code == 303
    assert "Đã bỏ" in unescape(person.get(change).text)
    person.post(f"{change}/dua-len")
    assert find(tmp_path, "tờ bìa cứng")[:1] != [LICENCE.code] and not (tmp_path / "state/vocabulary/synonyms.csv").exists()


def test_long_lists_come_page_by_page_and_nothing_typed_is_run(application: Flask) -> None:
    person = signed_in(application, "hoa")
    page = unescape(person.get("/quan-tri/tu-vung/cach-goi").text)
    assert page.count("<tr>") <= 101 and re.search(r"Trang 1 / \d{3}", page)
    last = unescape(person.get("/quan-tri/tu-vung/cach-goi?trang=99999&tim=khai").text)
    assert "Trang trước" in last
    assert "<script>" not in person.get("/quan-tri/tu-vung?tim=<script>").text
    _, shown = show(person, "dong-nghia", **{**OWN, "term": "<b>bìa</b>"})
    assert "Tìm “<b>" in shown  # unescaped by this test alone
