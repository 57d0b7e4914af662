"""Letters: what is typed in many ways gives the same keys, and what means different things does not."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.folding import collation_key, compose, exact_key, fold, folded_key, spell, words

FOLDED = [
    ("Đăng ký khai sinh", "dang ki khai sinh"),
    ("ĐĂNG KÝ KHAI SINH", "dang ki khai sinh"),
    ("đăng kí khai sinh", "dang ki khai sinh"),
    ("dang ky khai sinh", "dang ki khai sinh"),
    (unicodedata.normalize("NFD", "Đăng ký khai sinh"), "dang ki khai sinh"),
    ("Ðăng ký", "dang ki"),  # U+00D0, Icelandic eth
    ("ðường ɖất ƌô", "duong dat do"),
    ("sổ đỏ", "so do"),
    ("sổ_đỏ", "so do"),
    ("sổ-đỏ/sổ–hồng", "so do so hong"),
    ("“Sổ đỏ”", "so do"),
    ("khai\u200bsinh", "khaisinh"),
    ("khai\u00adsinh", "khaisinh"),
    ("khai\u00a0sinh", "khai sinh"),
    ("\ufeffkhai sinh", "khai sinh"),
    ("ｋｈａｉ　ｓｉｎｈ", "khai sinh"),
    ("\u202dkhai sinh\u202c", "khai sinh"),
    ("công ty", "cong ti"),
    ("công ti", "cong ti"),
    ("kỹ sư", "ki su"),
    ("quý", "qui"),
    ("quỹ", "qui"),
    ("mỹ phẩm", "mi pham"),
    ("bác sĩ", "bac si"),
    ("tỷ lệ", "ti le"),
    ("hy sinh", "hi sinh"),
    ("y tế", "y te"),
    ("ủy ban", "uy ban"),
    ("thủy lợi", "thuy loi"),
    ("máy bay", "may bay"),
    ("khuyến khích", "khuyen khich"),
    ("100.000₫", "100 000"),
    ("5₫/bản", "5 ban"),
    ("m²", "m2"),
    ("№ 5", "no 5"),
    ("½ tháng", "1 2 thang"),
    ("1.004873", "1 004873"),
    ("C/O mẫu D", "c o mau d"),
    ("行政", "xing zheng"),
    ("café", "cafe"),
    ("Straße", "strasse"),
    ("ﬁle", "file"),
    ("", ""),
    ("…—!?", ""),
    ("🙂 khai sinh", "khai sinh"),
]

EXACT = [
    ("hoà", "hoa2"),
    ("hòa", "hoa2"),
    ("HOÀ", "hoa2"),
    ("thuỷ", "thuy3"),
    ("thủy", "thuy3"),
    ("quý", "quy1"),
    ("qúy", "quy1"),
    ("già", "gia2"),
    ("gìa", "gia2"),
    ("việt", "viêt5"),
    ("vịêt", "viêt5"),
    ("đất", "đât1"),
    ("đạt", "đat5"),
    ("bán", "ban1"),
    ("bạn", "ban5"),
    ("mở", "mơ3"),
    ("mỡ", "mơ4"),
    ("thuê", "thuê"),
    ("thuế", "thuê1"),
    ("ban", "ban"),
    ("2025", "2025"),
]

SPELLED = [
    ("hoà giải", "hòa giải"),
    ("UỶ BAN", "ủy ban"),
    ("khoẻ", "khỏe"),
    ("thuỷ sản", "thủy sản"),
    ("hoàn thuế", "hoàn thuế"),
    ("huỳnh", "huỳnh"),
    ("giá đất", "giá đất"),
    ("qúy", "quý"),
    ("gìn giữ", "gìn giữ"),
    ("ngoài giờ", "ngoài giờ"),
    ("khuỷu tay", "khuỷu tay"),
    ("nghĩa vụ", "nghĩa vụ"),
    ("rượu", "rượu"),
    ("a\u0301\u0302p", "ấp"),  # sắc typed before the circumflex
]


@pytest.mark.parametrize(("typed", "folded"), FOLDED)
def test_folding_takes_every_mark_away(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(("word", "key"), EXACT)
def test_the_exact_key_merges_tone_placement_and_nothing_else(word: str, key: str) -> None:
    assert [exact_key(part) for part in words(word)] == [key]


@pytest.mark.parametrize(("typed", "spelled"), SPELLED)
def test_spelling_places_each_tone_where_schools_do(typed: str, spelled: str) -> None:
    assert spell(typed) == spelled


def test_the_shared_cases_pass(shared: Path) -> None:
    functions = {"exact_key": spell, "folded_key": fold}
    wrong = []
    with (shared / "vietnamese/cases.csv").open(encoding="utf-8", newline="") as file:
        for case in csv.DictReader(file):
            if case["stage"].startswith("tone_key"):
                result = exact_key(words(case["input"])[0])
            elif case["stage"] in functions:
                result = functions[case["stage"]](case["input"])
            else:
                continue
            if result != case["expected"]:
                wrong.append((case["input"], result, case["expected"]))
    assert not wrong


def test_names_sort_as_in_a_dictionary() -> None:
    names = ["Đất đai", "Dược", "Dân số", "Ấp", "Áo", "An ninh", "Êm", "Em"]
    assert sorted(names, key=collation_key) == ["An ninh", "Áo", "Ấp", "Dân số", "Dược", "Đất đai", "Em", "Êm"]


@given(st.text())
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_composed_and_decomposed_texts_give_the_same_tokens(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


@given(st.text())
def test_no_token_holds_a_blank_or_a_capital(text: str) -> None:
    for word in words(text):
        for token in (exact_key(word), folded_key(word)):
            assert not any(char.isspace() for char in token)
            assert token == token.lower()


@given(st.text(alphabet=st.characters()))
def test_no_text_raises(text: str) -> None:
    compose(text)
    spell(text)
    collation_key(text)
