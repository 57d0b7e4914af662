"""Official text becomes paragraphs, lists and steps, and no word of it is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest
from markupsafe import Markup

from index import SearchEngine
from lookup.content.explaining import explain_terms
from lookup.content.page_data import PageData, Term
from lookup.pages.texts import present_text, without_bullet


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Một dòng", "<p>Một dòng</p>"),
        ("Một<br>hai\n\nba", "<p>Một</p><p>hai</p><p>ba</p>"),
        ("- Nộp\n- Nhận\n+ Trong ngày", '<ul><li>Nộp</li><li>Nhận</li><li class="deep">Trong ngày</li></ul>'),
        ("**Lưu ý:** nộp sớm", "<p><b>Lưu ý:</b> nộp sớm</p>"),
        ("2 ** 3", "<p>2 ** 3</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        (
            "Bước 1: Nộp hồ sơ\n- Trực tiếp\nBước 2. Nhận kết quả",
            '<ol class="steps"><li><b>Bước 1</b> <p>Nộp hồ sơ</p><ul><li>Trực tiếp</li></ul></li><li><b>Bước 2</b> <p>Nhận kết quả</p></li></ol>',
        ),
        ("**Bước 1: Nộp**\n2. **Bước 2**", '<ol class="steps"><li><b>Bước 1</b> <p>Nộp</p></li><li><b>Bước 2</b> </li></ol>'),
        ("Bước 1. Nộp Bước 2. Nhận", '<ol class="steps"><li><b>Bước 1</b> <p>Nộp</p></li><li><b>Bước 2</b> <p>Nhận</p></li></ol>'),
        ("Bước 1: Nộp, xem lại Bước 5. Hết", '<ol class="steps"><li><b>Bước 1</b> <p>Nộp, xem lại Bước 5. Hết</p></li></ol>'),
        (
            "Trường hợp A\nBước 1: Nộp\nBước 1: Gửi",
            '<p>Trường hợp A</p><ol class="steps"><li><b>Bước 1</b> <p>Nộp</p></li></ol><ol class="steps"><li><b>Bước 1</b> <p>Gửi</p></li></ol>',
        ),
    ],
)
def test_text_is_shown_with_its_shape(text: str, html: str) -> None:
    assert present_text(text) == html


def test_a_line_that_is_nothing_but_bullets_stays() -> None:
    assert without_bullet("- Tờ khai") == "Tờ khai"
    assert without_bullet("---") == "---"


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def test_no_word_of_any_real_procedure_is_lost(full_engine: SearchEngine) -> None:
    lost = []
    for procedure in full_engine.snapshot().procedures():
        for text in (procedure.steps, procedure.conditions, procedure.legal_basis_text, *(method.description for method in procedure.methods)):
            if not text:
                continue
            shown = words(unescape(re.sub(r"<[^>]+>", " ", present_text(text))))
            given = words(re.sub(r"<br\s*/?>", " ", re.sub(r"(?m)^(\d+)\.\s+(?=\**\s*Bước\s*\1\b)", "", text, flags=re.IGNORECASE)))
            if shown != given:
                lost.append((procedure.code, given, shown))
    assert lost == []


DATA = PageData(terms=(Term("một cửa", (), "text", "Nộp và nhận cùng một nơi.", "Nghị định 118"), Term("phí", (), "label", "Tiền phải nộp.", None)))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Qua một cửa, một cửa</p>", '<p>Qua <button type="button" class="term" popovertarget="term-1">một cửa</button>, một cửa</p>'),
        ('<a href="/">một cửa</a>', '<a href="/">một cửa</a>'),
        ("<dt>Phí</dt><dd>Miễn phí</dd>", '<dt><button type="button" class="term" popovertarget="term-1">Phí</button></dt><dd>Miễn phí</dd>'),
        (
            "<label>Đơn ở một cửa</label>",
            '<label>Đơn ở một cửa</label><p class="asks">Giải thích: <button type="button" class="term" popovertarget="term-1">một cửa</button></p>',
        ),
        ("<p>&lt;một cửa&gt;</p>", '<p>&lt;<button type="button" class="term" popovertarget="term-1">một cửa</button>&gt;</p>'),
    ],
)
def test_an_official_term_opens_its_explanation(html: str, expected: str) -> None:
    assert explain_terms(Markup(html), DATA).split('<section class="terms"')[0] == expected


def test_each_explanation_stands_once_with_its_source() -> None:
    page = explain_terms(Markup("<p>một cửa</p><section>một cửa</section>"), DATA)
    assert page.count("<div popover") == 1 and "Nộp và nhận cùng một nơi." in page and "Theo Nghị định 118" in page
