"""Numbers and addresses that may be somebody's, taken out of a text: telephones, identity cards, accounts, plates, houses, plots, e-mail."""

from __future__ import annotations

import re

_MOST_DIGITS = 5  # more are a telephone, an identity card, a file; a year has four

_SIGNS = r"[\W_]{0,6}"  # what may stand between two digits of one number: 0912 - 345 - 678
_NUMBER = re.compile(rf"(?:(?<![^\W_])[^\W\d_]{{1,4}})?\+?\d(?:{_SIGNS}\d)*(?:(?<=\d)\.H\d+)?")  # with letters before it: B1234567
_CODE = re.compile(r"[1-9]\.\d{6}(?:\.000\.00\.00)?(?:\.H\d{2})?")  # a procedure's, which is nobody's
_LAW = re.compile(r"\d{1,3}/(?:19|20)\d{2}")  # 123/2015/NĐ-CP

_EMAIL = re.compile(r"\S*\s?(?:[@＠]|\((?:at|a còng)\)|\[at\])\s?\S*", re.IGNORECASE)
_DATE = re.compile(r"\b\d{1,2}[\W_]{1,3}\d{1,2}[\W_]{1,3}\d{4}\b")
_PLATE = re.compile(r"\b\d{2}[\W_]{0,3}[a-zđ]{1,2}\d?[\W_]{0,3}\d{3}[\W_]{0,2}\d{1,2}\b", re.IGNORECASE)
_PLOT = re.compile(r"\b(?:thửa(?: đất)?|thua(?: dat)?|tờ bản đồ|to ban do)(?: số| so)?\W{0,3}\d+", re.IGNORECASE)
_HOUSE = re.compile(
    r"\b(?:số nhà|so nha|nhà số|nha so|ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|tổ|khu phố|khu pho|thôn|thon|ấp|xóm|xom)(?: số| so)?\W{0,3}\d"
    r"|\d[a-z]?(?:/\d+[a-z]?)*,? (?:đường|duong|phố|pho|ngõ|ngo|ngách|ngach|hẻm|hem|kiệt)\b",
    re.IGNORECASE,
)


def is_address(text: str) -> bool:
    """Whether a composed text seems to name a house: what street follows may be written in a hundred ways, so the whole text is somebody's."""
    return bool(_HOUSE.search(text))


def take_out_numbers(text: str) -> tuple[list[str], str]:
    """The codes of procedures in a composed text, and the rest of it without numbers that may be somebody's."""
    codes: list[str] = []

    def judge(number: re.Match[str]) -> str:
        if _CODE.fullmatch(number[0]):
            codes.append(number[0])
            return " "
        short = sum(map(str.isdigit, number[0])) <= _MOST_DIGITS
        return number[0] if short or _LAW.fullmatch(number[0]) else " "

    rest = text
    for pattern in (_EMAIL, _PLOT, _DATE, _PLATE):
        rest = pattern.sub(" ", rest)
    return codes, _NUMBER.sub(judge, rest)
