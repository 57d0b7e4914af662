"""The ways one query gets typed, for judging: each variant rewrites a clean query as a keyboard, a habit or a slip would. Seeded."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from index.text.folding import compose, place_tone, split_tone

_TELEX = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
_TELEX_TONES = {"1": "s", "2": "f", "3": "r", "4": "x", "5": "j", "": ""}
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_OLD_PLACEMENT = dict(pair.split("/") for pair in "òa/oà óa/oá ỏa/oả õa/oã ọa/oạ òe/oè óe/oé ỏe/oẻ õe/oẽ ọe/oẹ ùy/uỳ úy/uý ủy/uỷ ũy/uỹ ụy/uỵ".split())

Rewrite = Callable[[str, random.Random], str]


def unaccent(text: str) -> str:
    """Letters without marks, everything else as it stands; ``y`` stays ``y`` as people type it."""
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _each_word(change: Callable[[str], str]) -> Rewrite:
    return lambda text, dice: " ".join(change(word) if word.isalpha() else word for word in text.split())


def _half_accent(text: str, dice: random.Random) -> str:
    return " ".join(unaccent(word) if place % 2 else word for place, word in enumerate(text.split()))


def _wrong_tones(text: str, dice: random.Random) -> str:
    def mistone(word: str) -> str:
        letters, tone = split_tone(word.lower())
        return place_tone(letters, dice.choice("12345".replace(tone, "") if tone else "12345")) if tone and dice.random() < 0.5 else word

    return " ".join(map(mistone, text.split()))


def _old_placement(text: str, dice: random.Random) -> str:
    for new, old in _OLD_PLACEMENT.items():
        text = text.replace(new, old)
    return text


def _keys(marks: dict[str, str], tones: dict[str, str]) -> Callable[[str], str]:
    def type_word(word: str) -> str:
        letters, tone = split_tone(word.lower())
        return "".join(marks.get(letter, letter) for letter in letters) + tones[tone]

    return type_word


def _slip(text: str, dice: random.Random) -> str:
    """One slip of the thumb in one word of three letters or more: neighbour key, swap, drop or double."""
    words = text.split()
    places = [place for place, word in enumerate(words) if len(word) >= 3 and word.isalpha()]
    if not places:
        return text
    place = dice.choice(places)
    word = words[place]
    at = dice.randrange(len(word) - 1)
    letter = word[at]
    slips = {
        "swap": word[:at] + word[at + 1] + letter + word[at + 2 :],
        "drop": word[:at] + word[at + 1 :],
        "double": word[:at] + letter + word[at:],
        "neighbour": word[:at] + _neighbour(letter, dice) + word[at + 1 :],
    }
    words[place] = slips[dice.choice(sorted(slips))]
    return " ".join(words)


def _neighbour(letter: str, dice: random.Random) -> str:
    plain = unaccent(letter).lower()
    for row in _KEYS:
        if plain in row:
            at = row.index(plain)
            return dice.choice(row[max(0, at - 1) : at] + row[at + 1 : at + 2])
    return letter


def _join_pair(text: str, dice: random.Random) -> str:
    words = text.split()
    if len(words) < 2:
        return text
    at = dice.randrange(len(words) - 1)
    return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2 :]])


VARIANTS: dict[str, Rewrite] = {
    "clean": lambda text, dice: text,
    "unaccented": lambda text, dice: unaccent(text),
    "decomposed": lambda text, dice: unicodedata.normalize("NFD", text),
    "capitals": lambda text, dice: text.upper(),
    "half_accented": _half_accent,
    "wrong_tones": _wrong_tones,
    "tone_placement": _old_placement,
    "telex": _each_word(_keys(_TELEX, _TELEX_TONES)),
    "vni": _each_word(_keys(_VNI, {tone: tone for tone in _TELEX_TONES})),
    "typo": lambda text, dice: _slip(unaccent(text), dice),
    "typo_accented": _slip,
    "joined_pair": lambda text, dice: _join_pair(unaccent(text), dice),
    "no_blanks": lambda text, dice: unaccent(text).replace(" ", ""),
}


def rewrite(query: str, variant: str, seed: int = 0) -> str:
    """A clean query as the variant types it; the same seed gives the same text."""
    return VARIANTS[variant](compose(query), random.Random(f"{seed} {variant} {query}"))
