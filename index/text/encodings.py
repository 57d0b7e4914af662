"""Old encodings: bytes or cells of staff files, in whatever letters they were saved -> Vietnamese in composed Unicode, and what they were.

Windows-1252 is the one view of them all: a file that is not Unicode is read so here, and a cell with wrong letters was read so by somebody before.
Each reader turns that view into a text; the text with the most Vietnamese syllables wins.

Sources: TCVN 5712:1993, third set (VN3, the ABC fonts: .VnTime); VNI-Windows, the set of the VNI fonts; Windows-1258 as Python has it.
VN3 has only the capitals ĂÂÊÔƠƯĐ. The others are small letters in a font of capitals (.VnTimeH), so a cell whose Latin letters are all capitals is raised.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

from index.text.folding import folded_key, place_tone, split_tone
from index.text.syllables import is_syllable


class Decoded(NamedTuple):
    """A text in NFC and what it was: utf-8, utf-16, windows-1258, tcvn3, vni, mojibake; as-is where a str needed nothing but NFC."""

    text: str
    encoding: str


def decode_bytes(content: bytes) -> Decoded:
    """The text of a whole file, without its BOM. Raises ValueError where no encoding fits: a binary file, or a broken one."""
    readings = list(_unicode_readings(content))
    if readings:
        best = max(readings, key=_score)
        decoded = decode_text(best.text)
        result = Decoded(decoded.text, best.encoding) if decoded.encoding == "as-is" else decoded
    else:
        seen = content.decode("latin-1").translate(_WINDOWS_1252)
        result = max((_decoded(read(seen), name) for name, read in _READERS.items()), key=_score)
    # Mojibake in bytes that are not UTF-8 is UTF-8 with a broken byte: nothing to paper over.
    if _CONTROL.search(result.text) or (not readings and (_score(result) <= 0 or result.encoding == "mojibake")):
        raise ValueError("no encoding of Vietnamese fits these bytes: neither Unicode nor Windows-1258, TCVN3 or VNI")
    return result


def _unicode_readings(content: bytes) -> Iterator[Decoded]:
    """Every Unicode reading the bytes allow. Without a BOM, only zero bytes tell UTF-16: the upper halves of Latin letters."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    codecs = ["utf-16"] if marked else ["utf-16-le", "utf-16-be"] if b"\0" in content else ["utf-8"]
    for codec in codecs:
        with suppress(UnicodeDecodeError):
            reading = _decoded(content.decode(codec), "utf-8" if codec == "utf-8" else "utf-16")
            if codec in ("utf-8", "utf-16") or _score(reading) >= 0:
                yield reading


def decode_text(text: str) -> Decoded:
    """A cell that may hold old letters, in real ones. Never raises; a tie, ASCII and proper Vietnamese stay as-is (but NFC)."""
    as_is = _decoded(text, "as-is")
    if text.isascii() or _ONLY_UNICODE.search(text) or _MEASURE.sub("", text).isascii():
        return as_is
    seen = text.translate(_WINDOWS_1252)
    return max([as_is, *(_decoded(read(seen), name) for name, read in _READERS.items())], key=_score)


def _decoded(text: str, encoding: str) -> Decoded:
    return Decoded(unicodedata.normalize("NFC", text.removeprefix("\ufeff")), encoding)


# What a Windows-1252 reader shows for each byte. Its five holes stay C1 controls, as browsers and Latin-1 readers leave them.
_WINDOWS_1252 = {byte: bytes([byte]).decode("windows-1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
_BYTES = {ord(seen): chr(byte) for byte, seen in _WINDOWS_1252.items()} | {ord(" "): "\xa0"}
_WINDOWS_1258 = {ord(seen): bytes([byte]).decode("windows-1258", "ignore") or seen for byte, seen in _WINDOWS_1252.items()}
_TCVN3 = str.maketrans(
    "¡¢£¤¥¦§¨©ª«¬\xad®" "µ¸¶·¹" "»¾¼½Æ" "ÇÊÈÉË" "ÌÐÎÏÑ" "ÒÕÓÔÖ" "×ÝØÜÞ" "ßãáâä" "åèæçé" "êíëìî" "ïóñòô" "õøö÷ù" "úýûüþ",
    "ĂÂÊÔƠƯĐăâêôơưđ" "àáảãạ" "ằắẳẵặ" "ầấẩẫậ" "èéẻẽẹ" "ềếểễệ" "ìíỉĩị" "òóỏõọ" "ồốổỗộ" "ờớởỡợ" "ùúủũụ" "ừứửữự" "ỳýỷỹỵ",
)  # fmt: skip

# A letter, the marks that may follow it, and what each pair means; last, the signs that stand alone.
_VNI_ROWS = [
    ("a", "ùøûõï" "âáàåãä" "êéèúüë", "áàảãạ" "âấầẩẫậ" "ăắằẳẵặ"),
    ("e", "ùøûõï" "âáàåãä", "éèẻẽẹ" "êếềểễệ"),
    ("o", "ùøûõï" "âáàåãä", "óòỏõọ" "ôốồổỗộ"),
    ("u", "ùøûõï", "úùủũụ"),
    ("y", "ùøûõ", "ýỳỷỹ"),
    ("ô", "ùøûõï", "ớờởỡợ"),
    ("ö", "ùøûõï", "ứừửữự"),
    ("", "ôöíìæóòîñ", "ơưíìỉĩịỵđ"),
]  # fmt: skip
_VNI_SMALL = {base + mark: letter for base, marks, letters in _VNI_ROWS for mark, letter in zip(marks, letters, strict=True)}
# Aùp: after a capital, the mark need not be one.
_VNI = _VNI_SMALL | {raised: letter.upper() for key, letter in _VNI_SMALL.items() for raised in (key.upper(), key.capitalize())}
_VNI_LETTER = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

_CONTINUATION = re.escape("".join(_WINDOWS_1252[byte] for byte in range(0x80, 0xC0)))
_MOJIBAKE = "[Â-ß][{0}]|[à-ï][{0}]{{2}}|[ð-ô][{0}]{{3}}"
_UTF8_SEEN = re.compile(_MOJIBAKE.format(_CONTINUATION + " "))  # a blank where U+00A0 was typed over: thÃ nh

# Words without a small Latin letter, whole and in a row; and a word that only the capital font can have made: TôC, but not Bé (Bộ).
_CAPITALS = re.compile(r'(?<![^\s,;"()])[^a-z\t\r\n]+(?![^\s,;"()])')
_CAPITAL_FONT = re.compile(r"[A-Z][^\0-\x7f]+[A-Z]|[A-Z]{2}[^\0-\x7f]|[^\0-\x7f][A-Z]{2}")


def _read_tcvn3(seen: str) -> str:
    return _CAPITALS.sub(lambda words: words.group().upper() if _CAPITAL_FONT.search(words.group()) else words.group(), seen.translate(_TCVN3))


_READERS: dict[str, Callable[[str], str]] = {
    "tcvn3": _read_tcvn3,
    "vni": lambda seen: _VNI_LETTER.sub(lambda found: _VNI[found.group()], seen),
    "windows-1258": lambda seen: seen.translate(_WINDOWS_1258),
    "mojibake": lambda seen: _UTF8_SEEN.sub(lambda found: found.group().translate(_BYTES).encode("latin-1").decode("utf-8", "replace"), seen),
}

_ONLY_UNICODE = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u036f]")  # letters no Windows-1252 reader can show
_MEASURE = re.compile(r"\d\s?[°µ]|§\s?\d")  # else the µm of 5 µm were the àm of TCVN3
_CONTROL = re.compile("[\0-\x08\x0e-\x1b\x7f]")
_WORD = re.compile(r"[^\W\d_²³¹¼-¾]+")
_UNLIKELY = re.compile(
    r"[\x80-\x9f\xad\u0300-\u036f\ue000-\uf8ff\ufff0-\uffff]|(?<=[^\W\d_])[€‚ƒ„†‡ˆ‰‹•˜™›¡-¿×÷](?=[^\W\d_])"
    r"|(?<=[^\W\d_])§|[§®](?=[^\W\d_])|" + _MOJIBAKE.format(_CONTINUATION)
)
# What a marked word never has: foreign letters; vowels with the wrong letter after or before them; closed diphthongs without their mark.
_MISSPELT = re.compile(
    "[^a-zăâđêôơư]|[ăâ]$|ă[^cmnpt]|â[^cmnptuy]|ê[^chmnptu]|ô[^cimnpt]|(?<!ư)ơ(?:ng|[^imnpt])|ư[^acimntuơ]|"
    "[aăâeêơ][ăâêôơư]|o[âêôơư]|(?<!g)i[ăâôơư]|y[ăâôơư]|(?<!q)uă|uư|uơ.|uo|ye|(?<!g)ie|(?<!q)ua.|ưa.|(?<!kh)uya"
)


def _score(reading: Decoded) -> int:
    """The vote. A marked syllable weighs most; one letter alone (ý, ô, but also the sign · as ã) tells nothing."""
    return sum(map(_weight, _WORD.findall(reading.text))) - len(_UNLIKELY.findall(reading.text))


@lru_cache(maxsize=65_536)
def _weight(word: str) -> int:
    if len(word) == 1 or word.isascii():
        return int(len(word) > 1 and is_syllable(folded_key(word.lower())))
    return 2 if _is_well_spelt(word) else -2


def _is_well_spelt(word: str) -> bool:
    """Whether a marked word is a Vietnamese syllable with its letters, tone and capitals in place: not ``hoaân``, ``càp``, ``hơị``, ``nhËn``."""
    letters, tone = split_tone(word.lower())
    one_case = word.islower() or word.isupper() or word.istitle()
    one_tone = len(unicodedata.normalize("NFD", word)) - len(unicodedata.normalize("NFD", letters)) <= 1
    tone_placed = word.lower() == place_tone(letters, tone) or letters.endswith(("oa", "oe", "uy"))
    tone_fits = tone in ("1", "5") or not letters.endswith(("c", "ch", "p", "t"))
    return one_case and one_tone and tone_placed and tone_fits and not _MISSPELT.search(letters) and is_syllable(folded_key(letters))
