"""Whether a text seems to hold the name of a person. It would rather see one too many than one too few.

A surname is known with its marks or without any, what follows it by the words that names are made of or by its capital. Where the vocabulary has the
same words side by side they are no name: "hồ sơ", "đăng ký", "thành phố Hồ Chí Minh".
"""

from __future__ import annotations

import re
from typing import NamedTuple

from index import compose, fold
from lookup.insights.name_words import ALONE, FIRM, MIDDLES, NAME_WORDS, PLAIN_SURNAMES, SURNAMES, said_together, spell

_SPELT_SURNAMES = frozenset(map(spell, SURNAMES))
_SPELT_FIRM = frozenset(map(spell, FIRM))
_ADDRESSED = frozenset(map(spell, "ông bà anh chị em bé cháu cô chú bác ong chi be chau".split()))
_POINTING = frozenset("cho cua ten la voi va me cha bo vo chong con toi do ong ba anh chi em be chau co chu bac".split())  # never one word with a surname
_TOLD = re.compile(r"\bten(?: \w+)? la\b")

_FEW = 2  # times that the vocabulary must have two words to know them
_SOME = 3  # a word and the surname behind it, to be one: "quản lý"
_MANY = 20  # to be one word whatever follows: "hồ sơ"

# What Telex and VNI type for marks: no syllable has these letters there.
_KEYS = re.compile(r"(?<=[a-z])\d+|(?<=d)d|(?<=a)a|(?<=e)e|(?<=o)o|(?<=[uoa])w|(?<=[aeiouy])[sfrxj]|(?<=[aeiouy][cpmntgh])[sfrxj]$|(?<=n[gh]|ch)[sfrxj]$")
_VOWEL = re.compile("[aeiouy]")
_LONGEST_SYLLABLE = 7  # letters; what is longer was typed without blanks
_ONE_OF_FIRM, _ONE_OF_MIDDLES, _PART = ("|".join(sorted(map(fold, words), key=len, reverse=True)) for words in (FIRM, MIDDLES, NAME_WORDS))
_GLUED = re.compile(rf"\A({_ONE_OF_FIRM})({_PART})({_PART})({_PART})?\Z|({_ONE_OF_FIRM})({_ONE_OF_MIDDLES})({_PART})\Z")


class _Word(NamedTuple):
    """A word as it was typed; `exact` has its marks, `plain` none, nor the keys by which Telex and VNI type them."""

    exact: str
    plain: str
    capital: bool

    @property
    def marked(self) -> bool:
        return not self.exact.isascii()


def names_person(text: str) -> bool:
    """Whether a text seems to hold the name of a person: told as one, after how people are addressed, after a surname."""
    if _TOLD.search(fold(text)):
        return True
    clauses = [[_read(word) for word in re.findall(r"[^\W_]+", clause)] for clause in re.split(r"[,;:.()?!]", compose(text))]
    capitals = [word.capital for words in clauses for word in words]
    if len(capitals) > 3 and sum(capitals) * 2 > len(capitals):  # Capitals Everywhere tell nothing
        clauses = [[word._replace(capital=False) for word in words] for words in clauses]
    return any(_begins_name(words, place) for words in clauses for place in range(len(words)))


def _read(typed: str) -> _Word:
    lower = typed.lower()
    plain = fold(_KEYS.sub("", lower) if lower.isascii() else lower)
    return _Word(spell(lower), plain, typed.istitle() and len(typed) > 1 and bool(_VOWEL.search(plain)))


def _begins_name(words: list[_Word], place: int) -> bool:
    word, after = words[place], words[place + 1 : place + 4]
    if len(word.plain) > _LONGEST_SYLLABLE and (glued := _GLUED.search(word.plain)):
        word, *after = [_read(part) for part in glued.groups() if part]
    if word.plain in ALONE:
        return True
    if after and after[0].capital and word.exact in _ADDRESSED and not _times(word, after[0]):
        return True
    parts = _parts(word, after) if _may_be_surname(word, after) else []
    if not parts or _is_usual(word, parts):
        return False
    capitals = word.capital and parts[0].capital
    if place and not capitals and words[place - 1].plain not in _POINTING and _times(words[place - 1], word) >= _SOME:
        return False
    return len(parts) > 1 or word.marked or capitals


def _may_be_surname(word: _Word, after: list[_Word]) -> bool:
    """Whether a word is a surname as it stands, or without its marks where the next has none either: "do" before "thực hiện" is no Đỗ."""
    if word.exact in _SPELT_SURNAMES:
        return True
    return word.plain in PLAIN_SURNAMES and not word.marked and bool(after) and (word.capital or not after[0].marked)


def _parts(surname: _Word, after: list[_Word]) -> list[_Word]:
    """The words behind a surname that may belong to the name."""
    parts: list[_Word] = []
    for word in after:
        surely = parts[-1].plain in MIDDLES if parts else surname.exact in _SPELT_FIRM
        if not word.plain.isalpha() or not (surely or word.plain in NAME_WORDS or (surname.capital and word.capital)):
            break
        parts.append(word)
    while parts and parts[-1].plain in MIDDLES and not parts[-1].capital:  # no name ends so
        parts.pop()
    return parts


def _is_usual(word: _Word, parts: list[_Word]) -> bool:
    """Whether the vocabulary has a word with what follows it, so that it is no surname."""
    together = _times(word, parts[0])
    further = _times(*parts[:2]) if len(parts) > 1 else _MANY
    if parts[0].plain in MIDDLES and len(parts) > 1 and parts[1].plain in NAME_WORDS:
        return together >= _FEW and further >= _MANY
    return together >= _MANY or (together >= _FEW and further >= _FEW)


def _times(first: _Word, second: _Word) -> int:
    """How often the vocabulary has two words side by side, as they were typed; where one of them was left without its marks, only what is sure counts."""
    said = said_together()
    plain = said.get(f"{first.plain} {second.plain}", 0)
    if not first.marked and not second.marked:
        return plain
    exact = said.get(f"{first.exact} {second.exact}", 0)
    half = first.marked != second.marked and (first.marked or first.exact not in _SPELT_SURNAMES)
    return plain if half and not exact and plain >= _MANY else exact
