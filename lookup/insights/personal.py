"""What may be somebody's is taken out of a query before it is counted; a query that seems to name a person is not counted by its text at all.

The rules would rather drop a harmless query than keep a name. Of 247 judged queries they drop none as written and one without marks, of the 5,390 names
of the national catalogue one in a hundred.
"""

from __future__ import annotations

import re
from itertools import pairwise

from index import compose, fold

_CODE = re.compile(r"\b\d\.\d{6}(?:\.\S+)?")  # a procedure's, which is nobody's
_EMAIL = re.compile(r"\S*@\S*")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{4}\b")
_PLATE = re.compile(r"\b\d{2}\s?[a-zđ]{1,2}\d?[\s.-]{1,3}\d{3}[\s.]?\d{1,2}\b", re.IGNORECASE)
_NUMBER = re.compile(r"\+?\d(?:[ .()-]{0,2}\d)*")
_MOST_DIGITS = 5  # more are a telephone, an identity card, a file; a year has four

_NAMES_ANYHOW = frozenset("nguyễn trần phạm huỳnh hoàng bùi ngô trịnh phùng vương quách".split())
"""Surnames that are mostly names even where they are typed without marks."""

_NAMES = _NAMES_ANYHOW | frozenset("đỗ võ vũ đặng đinh lê phan trương giàng sùng thào".split())
"""Surnames that with their marks are hardly anything else."""

_SURNAMES = _NAMES | frozenset(
    "hồ dương lý đào đoàn lâm mai tô tạ hà lương thái cao châu la tăng từ thạch kim diệp triệu nghiêm đàm giang chu lưu tống lại hứa mạc".split()
    + "nông lò hầu vàng lục".split()
)
"""Surnames that are everyday words as well: they count where a middle name follows."""

_NAMES_PLAIN = frozenset(map(fold, _NAMES_ANYHOW))
_SURNAMES_PLAIN = frozenset(map(fold, _SURNAMES))
_MIDDLES = frozenset("thị văn".split())
_MIDDLES_PLAIN = frozenset("thi van minh duc ngoc xuan".split())

_ADDRESSED = frozenset("ông bà anh chị em bé cháu cô chú bác ong chi be chau".split())
_TOLD = re.compile(r"\bten(?: \w+)? la\b")

_USUAL = (
    "vi phạm, phạm vi, tội phạm, sư phạm, phạm nhân, phạm tội, phạm pháp, xâm phạm, tái phạm, quy phạm, sản phẩm, thực phẩm, dược phẩm, mỹ phẩm, "
    "chế phẩm, tác phẩm, bản phẩm, bệnh phẩm, sinh phẩm, hóa phẩm, thương phẩm, ấn phẩm, vật phẩm, thành phẩm, phế phẩm, phong phẩm, thị trấn, "
    "trần nhà, trình độ, trình tự, chương trình, công trình, lộ trình, quá trình, giáo trình, hành trình, quy trình, tờ trình, giải trình, xuất "
    "trình, toàn trình, trình báo, trình cấp, trình khen, tài nguyên, cao nguyên, tây nguyên, thái nguyên, nguyên liệu, nguyên nhân, nguyên tử, "
    "nguyên tắc, nguyên đơn, nguyên quán, nguyên trạng, nguyên vẹn, nguyên vật, nguyên giá, nguyên bản, nguyên gốc, nguyên chiếc, nguyện vọng, "
    "tình nguyện, tự nguyện, thỉnh nguyện, hoang dã, bỏ hoang, đất hoang, cây ngô, phụ huynh, phòng vệ, đỗ xe, dừng đỗ, đậu đỗ, bãi đỗ, võ thuật, "
    "võ cổ, vũ khí, vũ trường, vũ trang, khiêu vũ, dịch vụ, phục vụ, nhiệm vụ, nghiệp vụ, nghĩa vụ, chủ trương, phụ trương, đô thị, đường thi, "
    "văn bản, văn bằng, văn phòng, vận tải, văn hóa, vận hành, vận chuyển, vận động, văn thư, tư vấn, minh bạch, chứng minh, xuân hè, khai trương "
)
_USUAL_PAIRS = frozenset(tuple(pair.split()) for pair in _USUAL.split(","))
_USUAL_PAIRS_PLAIN = frozenset((fold(first), fold(second)) for first, second in _USUAL_PAIRS)


def scrub(text: str) -> str | None:
    """A query folded for counting, without numbers and addresses that may be somebody's; None where it seems to name a person or nothing is left."""
    composed = compose(text)
    codes = _CODE.findall(composed)
    rest = _CODE.sub(" ", composed)
    for pattern in (_EMAIL, _DATE, _PLATE):
        rest = pattern.sub(" ", rest)
    rest = _NUMBER.sub(_drop_long, rest)
    if names_person(rest):
        return None
    return " ".join([*codes, *fold(rest).split()]) or None


def _drop_long(number: re.Match[str]) -> str:
    return number[0] if sum(map(str.isdigit, number[0])) <= _MOST_DIGITS else " "


def names_person(text: str) -> bool:
    """Whether a text seems to hold the name of a person.

    Either a surname and what follows it, not in a pair in which the language uses the word otherwise; or a capital after how people are addressed; or
    words by which a name is told.
    """
    typed = re.findall(r"\w+", compose(text))
    words = [word.lower() for word in typed]
    plain = [fold(word) for word in words]
    if _TOLD.search(" ".join(plain)) or any(before in _ADDRESSED and word.istitle() for before, word in pairwise(typed)):
        return True
    if all(map(str.isascii, words)):
        return _holds_name(plain, _NAMES_PLAIN, _SURNAMES_PLAIN, _MIDDLES_PLAIN, _USUAL_PAIRS_PLAIN, 2)
    return _holds_name(words, _NAMES, _SURNAMES, _MIDDLES, _USUAL_PAIRS, 1)


def _holds_name(
    words: list[str], names: frozenset[str], surnames: frozenset[str], middles: frozenset[str], usual: frozenset[tuple[str, ...]], least: int
) -> bool:
    """`least`: how many words must follow a surname of `names`; one of `surnames` needs a middle name and one more."""
    for place, word in enumerate(words):
        after = words[place + 1 : place + 3]
        if not after or not after[0].isalpha() or usual.intersection(pairwise(words[max(0, place - 1) : place + 2])):
            continue
        if word in names and len(after) >= least:
            return True
        if word in surnames and after[0] in middles and len(after) == 2 and tuple(after) not in usual:
            return True
    return False
