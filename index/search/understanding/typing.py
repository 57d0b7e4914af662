"""What a keyboard did to the words: raw Telex and VNI keys, blanks left out or put in. Each step says what it changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from operator import itemgetter

from index.search.plan import Interpretation
from index.search.understanding.likelihood import START, Way, follow, is_confirmed
from index.search.understanding.words import Word, join_words
from index.storage.lexicon import Lexicon
from index.text.folding import exact_key, folded_key
from index.text.keystrokes import decode
from index.text.syllables import LONGEST

_SHORTEST_RAW = 4  # letters; a shorter raw word needs company
_LONGEST_RAW = 16  # keys: seven letters, each with a mark, and a tone
_SHORTEST_GLUED = 5  # letters; shorter unknown words are abbreviations or slips
_CODE_DIGITS = 5  # digits that make a code or a number, never to be parted
_SHORTEST_MIXED = 4  # letters and digits: ``lop6``
LONGEST_WORD = 10  # letters of foreign words: passport, container
MOST_WAYS = 6  # to part a text up to one place that are followed further: what two hundred glued letters may cost
_LONE_VOWELS = frozenset("aeouyi")


def decode_keystrokes(query: Sequence[Word], lexicon: Lexicon) -> tuple[list[Word], list[Interpretation]]:
    """Raw Telex and VNI words become what their keys mean.

    A meaning must be a word of the catalogue; where two words of the query are raw, a known syllable with other marks will do too (``dat61``).
    A short word alone needs a neighbour that it stands beside in the catalogue (``tax`` is no ``tã``).
    """
    meanings = [_decode(word, lexicon) for word in query]
    if not any(meanings):
        return list(query), []
    if sum(meaning is not None for meaning in meanings) < 2:
        meanings = [meaning if meaning and exact_key(meaning) in lexicon.exact else None for meaning in meanings]
    decoded = [Word(meaning, folded_key(meaning)) if meaning else word for word, meaning in zip(query, meanings, strict=True)]
    changed = [place for place, meaning in enumerate(meanings) if meaning]
    if not changed or (len(changed) == 1 and len(query[changed[0]].text) < _SHORTEST_RAW and not is_confirmed(decoded, changed[0], lexicon)):
        return list(query), []
    start, end = changed[0], changed[-1] + 1
    return decoded, [Interpretation("keystrokes", join_words(query[start:end]), join_words(decoded[start:end]))]


def _decode(word: Word, lexicon: Lexicon) -> str | None:
    """What the keys of a word mean, where that is a known syllable with whatever marks."""
    if lexicon.knows(word.folded) or len(word.text) > _LONGEST_RAW or sum(map(str.isalpha, word.text)) < 2:
        return None  # ``b2`` and ``a1`` are licence classes
    return decode(word.text, lambda meant: lexicon.knows(folded_key(meant)))


def mend_blanks(query: Sequence[Word], lexicon: Lexicon) -> tuple[list[Word], list[Interpretation]]:
    """Words glued together are parted; the pieces of a syllable that a blank broke are joined."""
    mended: list[Word] = []
    changes: list[Interpretation] = []
    if len(query) > 1 and all(lexicon.knows(word.folded) and len(word.text) > 1 for word in query):
        return list(query), []
    part = cache(lambda text: part_syllables(text, lexicon))
    place = 0
    while place < len(query):
        word = query[place]
        if joined := _join(query, place, lexicon):
            changes.append(Interpretation("spacing", join_words(query[place : place + 2]), joined.text))
            mended.append(joined)
            place += 2
            continue
        if parts := _part([*mended, *query[place:]], len(mended), lexicon, part) if _may_be_glued(word, lexicon) else None:
            changes.append(Interpretation("spacing", word.text, join_words(parts)))
            mended += parts
        else:
            mended.append(word)
        place += 1
    return mended, changes


def _part(query: Sequence[Word], place: int, lexicon: Lexicon, part: Callable[[str], list[Word] | None]) -> list[Word] | None:
    """The parts of a glued word. One that is short enough to be a mistyped syllable must fit its neighbours, parted."""
    word = query[place]
    parts = part(word.text)
    if parts is None or not word.text.isalpha() or len(word.text) > LONGEST or len(query) == 1:
        return parts
    following = query[place + 1 : place + 2]
    if following and not lexicon.knows(following[0].folded):
        following = (part(following[0].text) or [])[:1]
    around = [*query[max(0, place - 1) : place], *parts, *following]
    return parts if all(lexicon.pair_count(a.folded, b.folded) for a, b in pairwise(around)) else None


def _may_be_glued(word: Word, lexicon: Lexicon) -> bool:
    """Whether a word is unknown, long enough to be several, and neither a code nor a number."""
    if lexicon.knows(word.folded) or word.text.isdigit():
        return False
    shortest = _SHORTEST_GLUED if word.text.isalpha() else _SHORTEST_MIXED
    return len(word.text) >= shortest and sum(map(str.isdigit, word.text)) < _CODE_DIGITS


def _join(query: Sequence[Word], place: int, lexicon: Lexicon) -> Word | None:
    """``k`` + ``ý`` -> ``ký``: two pieces of which one is no word and that make a common word together."""
    if place + 1 >= len(query):
        return None
    first, second = query[place], query[place + 1]
    broken = len(first.text) == 1 or not lexicon.knows(first.folded) or not lexicon.knows(second.folded)
    if not broken or len(first.text) + len(second.text) > LONGEST_WORD:
        return None
    text = first.text + second.text
    joined = Word(text, folded_key(text))
    if not text.isalpha() or not lexicon.knows(joined.folded) or lexicon.pair_count(first.folded, second.folded):
        return None
    return joined if is_confirmed([*query[:place], joined, *query[place + 2 :]], place, lexicon) else None


def part_syllables(text: str, lexicon: Lexicon) -> list[Word] | None:
    """The most likely way to part a glued text into known words and numbers, or None where there is none."""
    ways: list[list[Way]] = [[START], *([] for _ in text)]
    for start, pieces in enumerate(_list_pieces(text, lexicon)):
        for word in pieces if ways[start] else ():
            reached = ways[start + len(word.text)]
            reached.append(follow(ways[start], word, 0.0, lexicon))
            reached.sort(key=itemgetter(0), reverse=True)
            del reached[MOST_WAYS:]
    parts = ways[-1][0].words() if ways[-1] else []
    return parts if len(parts) > 1 else None


def _list_pieces(text: str, lexicon: Lexicon) -> list[list[Word]]:
    """For each place of a glued text, the words that may start there and leave a rest that can be parted too."""
    pieces: list[list[Word]] = [[] for _ in text]
    reachable = [False] * len(text) + [True]
    for start in range(len(text) - 1, -1, -1):
        pieces[start] = [word for word in _pieces(text, start, lexicon) if reachable[start + len(word.text)]]
        reachable[start] = bool(pieces[start])
    return pieces


def _pieces(text: str, start: int, lexicon: Lexicon) -> list[Word]:
    """The words that may stand at a place of a glued text: a whole number, or known letters."""
    if text[start].isdigit():
        end = next((place for place in range(start, len(text)) if not text[place].isdigit()), len(text))
        return [Word(text[start:end], text[start:end])]
    pieces = []
    for end in range(start + 1, min(len(text), start + LONGEST_WORD) + 1):
        if not text[end - 1].isalpha():
            break
        piece = text[start:end]
        folded = folded_key(piece)
        if lexicon.knows(folded) and (end - start > 1 or folded in _LONE_VOWELS):
            pieces.append(Word(piece, folded))
    return pieces
