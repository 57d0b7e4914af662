"""Letters: compose a text, and give each syllable its exact key and its folded key.

Three lossless-to-lossy steps, each a pure function:

``compose``     any text -> NFC text with one blank between words, for showing
``exact_key``   ``hoà``, ``hòa`` -> ``hoa2``: quality marks kept, tone as a digit at the end, wherever it was written
``folded_key``  ``Hoà``, ``HÒA``, ``hoa`` -> ``hoa``: no marks at all, ``đ`` is ``d``, final ``y``/``i`` merged after h k l m s t qu

Tone digits are those of the VNI typing method: 1 sắc, 2 huyền, 3 hỏi, 4 ngã, 5 nặng.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from unidecode import unidecode

_TONES = {"\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5"}
_TONE_MARKS = {digit: mark for mark, digit in _TONES.items()}
_QUALITY_MARKS = "\u0302\u0306\u031b"  # circumflex, breve, horn

# Deleted, not blanked: inside a word they are invisible (soft hyphen, zero width, direction marks, BOM, variation selectors) or no text at all
# (lone surrogates).
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff]")
_LOOKALIKES = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ", "ƌ": "đ", "Ƌ": "Đ", "₫": " "})
# Composed Vietnamese and ASCII: nothing in it needs composing. Most texts are like that.
_PLAIN = re.compile("[ -~\\sĂÂĐÊÔƠƯăâđêôơưÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĨĩŨũẠ-ỹ–—“”…]*")
_COMBINING = re.compile("[\u0300-\u036f]")
_COMBINING_RUN = re.compile("[\u0300-\u036f]{2,}")
# A Han character is a word of its own; everything else runs to the next blank or sign.
_WORD = re.compile("[\u3400-\u9fff\uf900-\ufaff]|[^\\W_\u3400-\u9fff\uf900-\ufaff]+")
_FINAL_Y = re.compile(r"(h|k|l|m|s|t|qu)y")


def compose(text: str) -> str:
    """The text as it should be shown: NFC, real đ, nothing invisible, one blank between words, no line break."""
    if not _PLAIN.fullmatch(text):
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).translate(_LOOKALIKES)
        if _COMBINING.search(text):
            text = unicodedata.normalize("NFC", _COMBINING_RUN.sub(_order_marks, unicodedata.normalize("NFD", text)))
    return " ".join(text.split())


def _order_marks(run: re.Match[str]) -> str:
    """Quality marks before tone marks: ``a`` + sắc + circumflex, as some keyboards send it, becomes ``ấ`` too."""
    return "".join(sorted(run.group(), key=lambda mark: mark not in _QUALITY_MARKS))


@lru_cache(maxsize=1_024)
def words(text: str) -> tuple[str, ...]:
    """Lower-case syllables of any text, marks kept: the unit of everything that follows."""
    plain = text if _PLAIN.fullmatch(text) else _compatible(text)
    return tuple(map(str.lower, _WORD.findall(plain)))


def word_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of each syllable in a composed text, for marking what matched in the original."""
    return [match.span() for match in _WORD.finditer(text)]


def _compatible(text: str) -> str:
    return compose(unicodedata.normalize("NFKC", compose(text)))


@lru_cache(maxsize=65_536)
def split_tone(word: str) -> tuple[str, str]:
    """A lower-case word -> (its letters with quality marks, its tone digit or ``""``). The last tone written wins."""
    tone = ""
    letters = []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)), tone


@lru_cache(maxsize=65_536)
def exact_key(word: str) -> str:
    """Letters with quality marks, then the tone digit: ``thuỷ`` and ``thủy`` -> ``thuy3``."""
    letters, tone = split_tone(word)
    return letters + tone


@lru_cache(maxsize=65_536)
def folded_key(word: str) -> str:
    """A lower-case word without any mark; ``""`` where nothing is left. It never holds a blank or a capital."""
    if not word.isascii():
        word = "".join(_WORD.findall(unidecode(word).lower()))
    return word[:-1] + "i" if _FINAL_Y.fullmatch(word) else word


def is_marked(word: str) -> bool:
    """Whether the word carries any Vietnamese mark: then its typist meant exactly this word."""
    return not word.isascii()


@lru_cache(maxsize=65_536)
def place_tone(letters: str, tone: str) -> str:
    """(letters with quality marks, tone digit) -> the syllable in the spelling schools teach: ``hòa``, ``thủy``, ``quý``."""
    if not tone:
        return letters
    position = _tone_position(letters)
    if position is None:
        return letters
    marked = letters[: position + 1] + _TONE_MARKS[tone] + letters[position + 1 :]
    return unicodedata.normalize("NFC", marked)


def _tone_position(letters: str) -> int | None:
    start = 2 if letters.startswith("qu") or (letters.startswith("gi") and len(letters) > 2 and letters[2] in _VOWELS) else 0
    vowels = [i for i, char in enumerate(letters) if char in _VOWELS and i >= start]
    if not vowels:
        return None
    quality = [i for i in vowels if letters[i] in _QUALITY_VOWELS]
    if quality:
        return quality[-1]
    closed = vowels[-1] < len(letters) - 1
    if len(vowels) >= 3 or (len(vowels) == 2 and closed):
        return vowels[1]
    return vowels[0]


_VOWELS = frozenset("aăâeêioôơuưy")
_QUALITY_VOWELS = frozenset("ăâêôơư")


def spell(text: str) -> str:
    """Lower-case words with every tone where schools place it, one blank between: ``UỶ  BAN`` -> ``ủy ban``."""
    return " ".join(place_tone(*split_tone(word)) for word in words(text))


def fold(text: str) -> str:
    """The folded keys of a whole text, one blank between: ``Đăng kí`` and ``dang ky`` -> ``dang ki``."""
    return " ".join(filter(None, map(folded_key, words(text))))


# Vietnamese dictionary order: letters first (đ after d, ê after e), then the tones ngang huyền hỏi ngã sắc nặng.
_ALPHABET = {char: chr(place + 256) for place, char in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONE_ORDER = {"": "0", "2": "1", "3": "2", "4": "3", "1": "4", "5": "5"}


def collation_key(text: str) -> str:
    """A string whose order is the dictionary order of the text."""
    syllables = [split_tone(word) for word in words(text)]
    letters = " ".join("".join(_ALPHABET.get(char, char) for char in syllable) for syllable, _ in syllables)
    return letters + "\0" + "".join(_TONE_ORDER[tone] for _, tone in syllables)
