"""Telex and VNI left raw by a keyboard that did not compose them: ``ddawng`` and ``d9a8ng`` -> (``đăng``, no tone).

Keys may stand anywhere after the letter they change (``dawfng``, ``nguoi72``); a tone or mark key typed twice cancels itself. Decoding only says what
the keys mean; whether that is what was meant, the catalogue's vocabulary must tell: ``tax`` decodes to ``tã``.
"""

from __future__ import annotations

from collections.abc import Callable

from index.text.folding import place_tone

_TELEX_TONES = {"s": "1", "f": "2", "r": "3", "x": "4", "j": "5", "z": ""}
_CIRCUMFLEX = {"a": "â", "e": "ê", "o": "ô"}
_HORN = {"u": "ư", "o": "ơ"}
_PLAIN = {"â": "a", "ê": "e", "ô": "o", "ă": "a", "ư": "u", "ơ": "o", "đ": "d"}
_VOWELS = frozenset("aăâeêioôơuưy")


class _Syllable:
    """Letters and tone while the keys of one word come in."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.tone = ""

    def has_vowel(self) -> bool:
        return any(letter in _VOWELS for letter in self.letters)

    def set_tone(self, tone: str, key: str) -> None:
        if tone and tone == self.tone:
            self.tone = ""
            self.letters.append(key)
        else:
            self.tone = tone

    def mark(self, marks: dict[str, str], key: str) -> bool:
        """Put a mark on the last letter that takes it, or take it off and keep the key where it is there already."""
        for place in range(len(self.letters) - 1, -1, -1):
            letter = self.letters[place]
            if letter in marks:
                self.letters[place] = marks[letter]
                return True
            if letter in marks.values():
                self.letters[place] = _PLAIN[letter]
                self.letters.append(key)
                return True
        return False

    def spell(self) -> str:
        letters = "".join(self.letters)
        # ``nuwoc`` and ``nuocw`` both mean ``nước``: the horn spreads over uo before a final sound.
        if "ưo" in letters or ("uơ" in letters and not letters.endswith("uơ")):
            letters = letters.replace("ưo", "ươ").replace("uơ", "ươ")
        return place_tone(letters, self.tone)


def decode_telex(word: str) -> str:
    """A lower-case ASCII word read as Telex keys, spelled with its marks."""
    syllable = _Syllable()
    for key in word:
        if key in _TELEX_TONES and syllable.has_vowel():
            syllable.set_tone(_TELEX_TONES[key], key)
        elif key == "w":
            if not syllable.mark({"u": "ư", "o": "ơ", "a": "ă"}, key):
                syllable.letters.append("ư")
        elif key == "d" and syllable.letters[:1] in (["d"], ["đ"]):
            syllable.mark({"d": "đ"}, key)
        elif key in _CIRCUMFLEX and (key in syllable.letters or _CIRCUMFLEX[key] in syllable.letters):
            syllable.mark({key: _CIRCUMFLEX[key]}, key)
        else:
            syllable.letters.append(key)
    return syllable.spell()


def decode_vni(word: str) -> str:
    """A lower-case ASCII word read as VNI keys, spelled with its marks."""
    syllable = _Syllable()
    marks: dict[str, dict[str, str]] = {"6": _CIRCUMFLEX, "7": _HORN, "8": {"a": "ă"}, "9": {"d": "đ"}}
    for key in word:
        if key in "012345" and syllable.has_vowel():
            syllable.set_tone("" if key == "0" else key, key)
        elif key in marks and syllable.mark(marks[key], key):
            continue
        else:
            syllable.letters.append(key)
    return syllable.spell()


def decode(word: str, is_known: Callable[[str], bool]) -> str | None:
    """The word that raw Telex or VNI keys mean, or None where neither reading is a known word that differs from what stands there."""
    if not word.isascii() or not word.isalnum():
        return None
    for read in (decode_vni,) if any(char.isdigit() for char in word) else (decode_telex,):
        meant = read(word)
        if meant != word and meant.isalpha() and is_known(meant):
            return meant
    return None
