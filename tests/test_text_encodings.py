"""Old encodings: every way a staff file was saved gives the same Vietnamese, and what is Vietnamese already is left alone."""

from __future__ import annotations

import csv
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.encodings import Decoded, decode_bytes, decode_text

NAME = "Cấp giấy xác nhận tình trạng hôn nhân"
SMALL = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"

CAPITALS = SMALL.upper()
# The whole alphabet in each set, from tables not ours: glibc's TCVN5712-1 and xvnkb's VNI.
TCVN3_SMALL = (
    "b5 b8 b6 b7 b9 a8 bb be bc bd c6 a9 c7 ca c8 c9 cb cc d0 ce cf d1 aa d2 d5 d3 d4 d6 d7 dd d8 dc de df e3 e1 e2 e4 ab e5 e8 e6 e7 e9 "
    "ac ea ed eb ec ee ef f3 f1 f2 f4 ad f5 f8 f6 f7 f9 fa fd fb fc fe ae"
)
VNI_SMALL = ("aøaùaûaõaïaêaèaéaúaüaëaâaàaáaåaãaä eøeùeûeõeïeâeàeáeåeãeä ìíæóò oøoùoûoõoïoâoàoáoåoãoäôôøôùôûôõôï uøuùuûuõuïööøöùöûöõöï yøyùyûyõîñ").replace(
    " ", ""
)
ALPHABETS = [
    (bytes.fromhex(TCVN3_SMALL), SMALL, b"c\xcap gi\xcay x\xb8c nh\xcbn t\xd7nh tr\xb9ng h\xabn nh\xa9n ", "tcvn3"),
    (bytes.fromhex("a1a2a3a4a5a6a7"), "ĂÂÊÔƠƯĐ", b"c\xcap gi\xcay x\xb8c nh\xcbn ", "tcvn3"),
    (VNI_SMALL.encode("cp1252"), SMALL, b"ca\xe1p gia\xe1y xa\xf9c nha\xe4n t\xecnh tra\xefng ho\xe2n nha\xe2n ", "vni"),
    (VNI_SMALL.upper().encode("cp1252"), CAPITALS, b"ca\xe1p gia\xe1y xa\xf9c nha\xe4n t\xecnh tra\xefng ho\xe2n nha\xe2n ", "vni"),
]

FILES = [
    (NAME.encode(), "utf-8"),
    (NAME.encode("utf-8-sig"), "utf-8"),
    (unicodedata.normalize("NFD", NAME).encode(), "utf-8"),
    (NAME.encode("utf-16"), "utf-16"),
    (NAME.encode("utf-16-le"), "utf-16"),
    (NAME.encode("utf-16-be"), "utf-16"),
    (b"C\xe2\xecp gi\xe2\xecy x\xe1c nh\xe2\xf2n ti\xccnh tra\xf2ng h\xf4n nh\xe2n", "windows-1258"),
    (b"C\xcap gi\xcay x\xb8c nh\xcbn t\xd7nh tr\xb9ng h\xabn nh\xa9n", "tcvn3"),
    (b"Ca\xe1p gia\xe1y xa\xf9c nha\xe4n t\xecnh tra\xefng ho\xe2n nha\xe2n", "vni"),
    (NAME.encode().decode("latin-1").encode(), "mojibake"),
]

CELLS = [
    ("CÊp GiÊy x¸c nhËn", "Cấp Giấy xác nhận", "tcvn3"),
    ("n\xadíc s¹ch", "nước sạch", "tcvn3"),  # the byte of ư is the soft hyphen that compose deletes
    ("THñ TôC QUü Tù GI¶I THÓ (CÊp tØnh)", "THỦ TỤC QUỸ TỰ GIẢI THỂ (Cấp tỉnh)", "tcvn3"),  # .VnTimeH
    ("Bé Y tÕ", "Bộ Y tế", "tcvn3"),
    ("UBND x·", "UBND xã", "tcvn3"),
    ("Aùp duïng", "Áp dụng", "vni"),
    ("ÑAÊNG KYÙ", "ĐĂNG KÝ", "vni"),
    ("cuûa chuû", "của chủ", "vni"),
    ("Ðãng kyì", "Đăng ký", "windows-1258"),
    ("thÃ\xa0nh phá»‘", "thành phố", "mojibake"),
    ("thÃ nh phá»‘", "thành phố", "mojibake"),  # U+00A0 typed over by a blank
    ("Ä\x90áº¥t", "Đất", "mojibake"),  # read as Latin-1
    ("ï»¿Há»™ tá»‹ch", "Hộ tịch", "mojibake"),
]

LEFT_ALONE = [
    "",
    "Cap giay xac nhan",
    "Cấp giấy xác nhận",
    "có",
    "cô có bà",
    "Xe ô tô",
    "CÁ NHÂN",
    "Hoà giải",
    "hoà, quý, thuê",
    "· có",
    "«có»",
    "« Nam »",
    "3×4 cm",
    "½ ngày",
    "5 µm",
    "30 °C",
    "100 m²",
    "§ 5",
    "Windows®",
    "© 2024",
    "Société Générale",
    "Công ty Noël",
    "São Paulo",
    "El Niño",
    "Müller",
    "行政",
]

BINARY = [
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    b"PK\x03\x04\x14\0\x06\0",
    b"\xff\xd8\xff\xe0\0\x10JFIF",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfea",  # half a character of UTF-16
    bytes(range(256)),
    "Cấp giấy".encode() + b"\xe1",
    b"Khai sinh, khai t\xe1\xbb, k\xe1\xba\xbft h\xc3\xb4n",  # one byte of UTF-8 lost
]


@pytest.mark.parametrize(("content", "encoding"), FILES)
def test_a_file_is_read_whatever_it_was_saved_in(content: bytes, encoding: str) -> None:
    assert decode_bytes(content) == Decoded(NAME, encoding)


@pytest.mark.parametrize(("content", "letters", "carrier", "encoding"), ALPHABETS)
def test_no_letter_of_the_alphabet_is_missing(content: bytes, letters: str, carrier: bytes, encoding: str) -> None:
    text, found = decode_bytes(carrier * 3 + content)
    assert (text.rpartition(" ")[2], found) == (letters, encoding)


@pytest.mark.parametrize("content", [b"", b"1.001193;Cap giay"])
def test_plain_ascii_is_utf_8(content: bytes) -> None:
    assert decode_bytes(content) == Decoded(content.decode("ascii"), "utf-8")


@pytest.mark.parametrize("content", BINARY)
def test_a_binary_or_broken_file_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="no encoding"):
        decode_bytes(content)


def test_lines_and_separators_of_a_file_stay() -> None:
    content = 'M· sè;Tªn thñ tôc\r\n1.001193;"CÊp giÊy phÐp"\r\n'.encode("cp1252")
    assert decode_bytes(content).text == 'Mã số;Tên thủ tục\r\n1.001193;"Cấp giấy phép"\r\n'


@pytest.mark.parametrize(("cell", "text", "encoding"), CELLS)
def test_a_cell_with_old_letters_gets_real_ones(cell: str, text: str, encoding: str) -> None:
    assert decode_text(cell) == Decoded(text, encoding)


@pytest.mark.parametrize("cell", LEFT_ALONE)
def test_a_cell_without_old_letters_is_left_alone(cell: str) -> None:
    assert decode_text(cell) == Decoded(cell, "as-is")


def test_the_shared_cases_pass(shared: Path) -> None:
    with (shared / "vietnamese/cases.csv").open(encoding="utf-8", newline="") as file:
        cases = [case for case in csv.DictReader(file) if case["stage"] == "import_decode"]
    wrong = [(case["input"], result, case["expected"]) for case in cases if (result := decode_text(case["input"]).text.lower()) != case["expected"]]
    assert cases
    assert not wrong


SYLLABLES = st.sampled_from([*NAME.split(), "có", "bà", "ở", "quý", "thuỷ", "hoà", "đăng", "ký", "tô", "sè", "tõ", "HÔN", "MÃ", "nghĩa", "an"])


@given(st.lists(SYLLABLES).map(" ".join))
def test_proper_vietnamese_stays_as_is(text: str) -> None:
    assert decode_text(text) == Decoded(text, "as-is")
    assert decode_text(unicodedata.normalize("NFD", text)) == Decoded(text, "as-is")


@given(st.text(alphabet=st.characters()) | st.binary().map(lambda content: content.decode("latin-1")))
def test_no_cell_raises_and_every_text_is_composed(text: str) -> None:
    assert unicodedata.is_normalized("NFC", decode_text(text).text)


@given(st.binary())
def test_a_file_is_decoded_or_refused_and_nothing_else(content: bytes) -> None:
    try:
        text = decode_bytes(content).text
    except ValueError as error:
        assert "no encoding" in str(error)
    else:
        assert unicodedata.is_normalized("NFC", text)
