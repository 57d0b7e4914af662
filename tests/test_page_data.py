"""Occasions in life and official terms: checked like the vocabulary, and every need leads where it should."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from index import Search, SearchEngine, UnknownProcedure
from lookup.content.page_data import EVENTS, FOLDER, HEADERS, NEEDS, TERMS, LifeEvent, Need, PageData, Term, load_page_data, read_checked

ROWS = {
    EVENTS: "sinh-con,Sinh con,Giấy tờ cho bé.",
    NEEDS: "sinh-con,Làm giấy khai sinh,đăng ký khai sinh,1.001193",
    TERMS: "một cửa,cơ chế một cửa,text,Nộp và nhận ở cùng một nơi.,Nghị định 118/2025/NĐ-CP",
}


def write_tables(folder: Path, **added: str) -> Path:
    """Each table with its good row, and another row where one is given (events=, needs=, terms=)."""
    more = {EVENTS: added.get("events"), NEEDS: added.get("needs"), TERMS: added.get("terms")}
    for name, header in HEADERS.items():
        lines = filter(None, (",".join(header), ROWS[name], more[name]))
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_our_own_tables_have_no_fault() -> None:
    assert read_checked(FOLDER)[1] == []
    data = load_page_data()
    assert len(data.events) >= 15 and len(data.terms) >= 40


def test_tables_become_events_and_terms(tmp_path: Path) -> None:
    assert load_page_data(write_tables(tmp_path)) == PageData(
        (LifeEvent("sinh-con", "Sinh con", "Giấy tờ cho bé.", (Need("Làm giấy khai sinh", "đăng ký khai sinh", "1.001193"),)),),
        (Term("một cửa", ("cơ chế một cửa",), "text", "Nộp và nhận ở cùng một nơi.", "Nghị định 118/2025/NĐ-CP"),),
    )


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ({"events": "sinh-con,Sinh,Sinh."}, "life-events.csv, dòng 3: “sinh-con” đã có ở dòng 2. Xin bỏ một dòng hoặc gộp hai dòng."),
        ({"events": "Sinh con,Sinh,Sinh."}, "life-events.csv, dòng 3: tên “Sinh con” không đúng dạng."),
        ({"events": "ket-hon,Kết hôn,Cưới."}, "life-events.csv, dòng 3: “ket-hon” chưa dẫn tới đâu. Xin thêm dòng vào life-event-queries.csv."),
        ({"needs": "sinh-con,,khai sinh,"}, "life-event-queries.csv, dòng 3: ô “wording” để trống."),
        ({"needs": "sinh-con,Làm giấy khai sinh,khai sinh,"}, "life-event-queries.csv, dòng 3: “sinh-con: Làm giấy khai sinh” đã có ở dòng 2."),
        ({"needs": "cuoi,Cưới,kết hôn,"}, "life-event-queries.csv, dòng 3: không có việc “cuoi”. Xin thêm vào life-events.csv hoặc sửa ô event."),
        ({"terms": "Cơ chế một cửa,,text,Một nơi.,"}, "glossary.csv, dòng 3: “Cơ chế một cửa” đã có ở dòng 2. Xin chỉ giữ ở một dòng."),
        ({"terms": "phí,,everywhere,Tiền.,"}, "glossary.csv, dòng 3: phạm vi “everywhere” không có. Xin chọn: text, label."),
        ({"terms": "phí,,text,Một. Hai. Ba.,"}, "glossary.csv, dòng 3: lời giải thích quá dài."),
        ({"terms": "phí,text"}, "glossary.csv, dòng 3: có 2 ô, cần 5."),
    ],
)
def test_a_faulty_row_is_named_and_left_out_while_the_others_serve(tmp_path: Path, added: dict[str, str], said: str, caplog: pytest.LogCaptureFixture) -> None:
    write_tables(tmp_path, **added)
    assert [str(fault) for fault in read_checked(tmp_path)[1] if str(fault).startswith(said)]
    with caplog.at_level(logging.ERROR):
        data = load_page_data(tmp_path)
    assert said in caplog.text
    assert [event.key for event in data.events] == ["sinh-con"] and [term.name for term in data.terms] == ["một cửa"]


def test_missing_tables_are_empty_ones(tmp_path: Path) -> None:
    assert load_page_data(tmp_path) == PageData()
    assert list(PageData().part_terms("cơ chế một cửa")) == [("cơ chế một cửa", None)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Nộp tại Bộ phận Một cửa.", [("Bộ phận Một cửa", "Bộ phận Một cửa")]),
        ("theo cơ chế một cửa liên thông", [("cơ chế một cửa liên thông", "một cửa liên thông")]),
        ("bản sao được chứng thực, bản sao", [("bản sao được chứng thực", "bản sao chứng thực"), ("bản sao", "bản sao")]),
        ("Miễn phí; chi phí vận chuyển", []),
        ("đăng nhập bằng vneid", [("vneid", "VNeID")]),
        ("một phần diện tích thửa đất", [("thửa đất", "thửa đất")]),
        ("", []),
    ],
)
def test_terms_are_found_in_running_text_the_longest_first(text: str, named: list[tuple[str, str]]) -> None:
    parts = list(load_page_data().part_terms(text))
    assert [(part, term.name) for part, term in parts if term] == named
    assert "".join(part for part, _ in parts) == text


def test_a_term_is_found_by_any_of_its_names() -> None:
    data = load_page_data()
    assert data.term("Một phần") and data.term("PHÍ") and data.term("xyzzy") is None
    assert data.term("sao y bản chính") is None and data.term("Bản sao có chứng thực") == data.term("bản sao chứng thực")


def check_needs(engine: SearchEngine) -> list[tuple[str, str]]:
    """(query, code) of every need that does not lead where it should, of those this catalogue can answer."""
    wrong = []
    for need in (need for event in load_page_data().events for need in event.needs):
        results = engine.search(Search(need.query))
        if need.code is None:
            right = bool(results.plan.signposts)
        else:
            try:
                engine.procedure(need.code)
            except UnknownProcedure:
                continue
            right = bool(results.hits) and need.code in results.hits[0].codes and not results.unsure
        if not right:
            wrong.append((need.query, need.code or "signpost"))
    return wrong


def test_every_need_finds_its_procedure_first_in_the_sample(engine: SearchEngine) -> None:
    assert check_needs(engine) == []


def test_every_need_finds_its_procedure_first_in_the_whole_catalogue(full_engine: SearchEngine) -> None:
    assert check_needs(full_engine) == []
    for need in (need for event in load_page_data().events for need in event.needs if need.code):
        full_engine.procedure(need.code or "")


def test_every_term_stands_in_the_details_of_real_procedures(shared: Path) -> None:
    details = (shared / "catalogue/details.jsonl").read_text(encoding="utf-8").lower()
    unused = [term.name for term in load_page_data().terms if not any(name.lower() in details for name in (term.name, *term.variants))]
    assert unused == []
