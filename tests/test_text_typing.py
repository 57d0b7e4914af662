"""Raw keys and syllables: what a keyboard sent, and what may be a Vietnamese syllable at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.keystrokes import decode, decode_telex, decode_vni
from index.text.syllables import is_syllable
from index.variants import VARIANTS, rewrite

TELEX = [
    ("ddawng", "đăng"),
    ("ddangw", "đăng"),
    ("kys", "ký"),
    ("keets", "kết"),
    ("ketes", "kết"),
    ("hoon", "hôn"),
    ("thuees", "thuế"),
    ("ddaats", "đất"),
    ("daatsd", "đất"),
    ("duwngj", "dựng"),
    ("lasi", "lái"),
    ("dawfng", "dằng"),
    ("nguwowif", "người"),
    ("nguowif", "người"),
    ("nuwocs", "nước"),
    ("nuocws", "nước"),
    ("nhuwowngj", "nhượng"),
    ("quyeenf", "quyền"),
    ("ass", "as"),
    ("aaa", "aa"),
    ("tax", "tã"),
    ("xe", "xe"),
]
VNI = [
    ("d9a8ng", "đăng"),
    ("dang98", "đăng"),
    ("ky1", "ký"),
    ("giay61", "giấy"),
    ("xay6", "xây"),
    ("dung75", "dựng"),
    ("nguoi72", "người"),
    ("d9u7o7c5", "được"),
    ("chuyen63", "chuyển"),
    ("a11", "a1"),
]


@pytest.mark.parametrize(("keys", "word"), TELEX)
def test_telex_keys_may_stand_anywhere_after_their_letter(keys: str, word: str) -> None:
    assert decode_telex(keys) == word


@pytest.mark.parametrize(("keys", "word"), VNI)
def test_vni_digits_may_stand_anywhere_after_their_letter(keys: str, word: str) -> None:
    assert decode_vni(keys) == word


def test_a_word_is_decoded_only_into_a_known_word() -> None:
    assert decode("tax", {"thuế"}.__contains__) is None
    assert decode("thuees", {"thuế"}.__contains__) == "thuế"
    assert decode("thue61", {"thuế"}.__contains__) == "thuế"


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz0123456789", max_size=12))
def test_no_keys_raise(keys: str) -> None:
    decode_telex(keys)
    decode_vni(keys)


@pytest.mark.parametrize("syllable", ["nghieng", "khuyu", "quoc", "gi", "gia", "uyen", "yeu", "oan", "truong", "a", "phuong", "thuo", "ngoeo"])
def test_syllables_are_an_onset_and_a_rime(syllable: str) -> None:
    assert is_syllable(syllable)


@pytest.mark.parametrize("word", ["", "zalo", "facebook", "sihn", "pehp", "dnag", "online", "gplx", "khaisinh", "q", "ngh", "visa"])
def test_other_words_are_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_every_variant_types_a_query_its_own_way() -> None:
    typed = {variant: rewrite("Đăng ký kết hôn hòa", variant) for variant in VARIANTS}
    assert typed["unaccented"] == "Dang ky ket hon hoa"
    assert typed["telex"] == "ddawng kys keets hoon hoaf"
    assert typed["vni"] == "d9a8ng ky1 ke6t1 ho6n hoa2"
    assert typed["tone_placement"].endswith("hoà")
    assert typed["no_blanks"] == "Dangkykethonhoa"
    assert typed["half_accented"] == "Đăng ky kết hon hòa"
    assert len(typed["joined_pair"].split()) == 4
    assert typed["typo"] != typed["unaccented"]
    assert len(set(typed.values())) == len(typed)
    assert rewrite("Đăng ký kết hôn", "typo", seed=1) == rewrite("Đăng ký kết hôn", "typo", seed=1)
