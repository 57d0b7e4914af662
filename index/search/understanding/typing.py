"""What a keyboard did to the words: raw Telex and VNI keys, blanks left out or put in. Each step says what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log

from index.search.plan import Interpretation
from index.search.understanding.words import Word, join_words
from index.storage.lexicon import Lexicon
from index.text.folding import exact_key, folded_key
from index.text.keystrokes import decode
from index.text.syllables import LONGEST

_SHORTEST_RAW = 4  # letters; a shorter raw word needs company
_SHORTEST_GLUED = 5  # letters; shorter unknown words are abbreviations or slips
_CODE_DIGITS = 5  # digits that make a code or a number, never to be parted
_SHORTEST_MIXED = 4  # letters and digits: ``lop6``
LONGEST_WORD = 10  # letters of foreign words: passport, container
_LONE_VOWELS = frozenset("aeouyi")


def decode_keystrokes(query: Sequence[Word], lexicon: Lexicon) -> tuple[list[Word], list[Interpretation]]:
    """Raw Telex and VNI words become what their keys mean.

    A meaning must be a word of the catalogue; where two words of the query are raw, a known syllable with other marks will do too (``dat61``).
    A short word alone needs a neighbour that it stands beside in the catalogue (``tax`` is no ``tã``).
    """
    sure = [_decode(word, lexicon, strict=True) for word in query]
    loose = [_decode(word, lexicon, strict=False) for word in query]
    meant = loose if sum(word is not None for word in loose) >= 2 else sure
    decoded = [Word(new, folded_key(new)) if new else word for word, new in zip(query, meant, strict=True)]
    changed = [place for place, new in enumerate(meant) if new]
    if not changed or (len(changed) == 1 and len(query[changed[0]].text) < _SHORTEST_RAW and not is_confirmed(decoded, changed[0], lexicon)):
        return list(query), []
    start, end = changed[0], changed[-1] + 1
    return decoded, [Interpretation("keystrokes", join_words(query[start:end]), join_words(decoded[start:end]))]


def _decode(word: Word, lexicon: Lexicon, strict: bool) -> str | None:
    letters = sum(char.isalpha() for char in word.text)
    if letters < 2 or lexicon.knows(word.folded):
        return None  # ``b2`` and ``a1`` are licence classes
    return decode(word.text, lambda meant: exact_key(meant) in lexicon.exact if strict else lexicon.knows(folded_key(meant)))


def mend_blanks(query: Sequence[Word], lexicon: Lexicon) -> tuple[list[Word], list[Interpretation]]:
    """Words glued together are parted; the pieces of a syllable that a blank broke are joined."""
    mended: list[Word] = []
    changes: list[Interpretation] = []
    place = 0
    while place < len(query):
        word = query[place]
        if joined := _join(query, place, lexicon):
            changes.append(Interpretation("spacing", join_words(query[place : place + 2]), joined.text))
            mended.append(joined)
            place += 2
            continue
        parts = _part([*mended, *query[place:]], len(mended), lexicon)
        if parts:
            changes.append(Interpretation("spacing", word.text, join_words(parts)))
            mended += parts
        else:
            mended.append(word)
        place += 1
    return mended, changes


def _part(query: Sequence[Word], place: int, lexicon: Lexicon) -> list[Word] | None:
    """The parts of a glued word. One that is short enough to be a mistyped syllable must fit its neighbours, parted."""
    word = query[place]
    mixed = not word.text.isalpha() and not word.text.isdigit()
    if (
        lexicon.knows(word.folded)
        or sum(map(str.isdigit, word.text)) >= _CODE_DIGITS
        or word.text.isdigit()
        or len(word.text) < (_SHORTEST_MIXED if mixed else _SHORTEST_GLUED)
    ):
        return None
    parts = part_syllables(word.text, lexicon)
    if parts is None or mixed or len(word.text) > LONGEST or len(query) == 1:
        return parts
    following = query[place + 1 : place + 2]
    if following and not lexicon.knows(following[0].folded):
        following = (part_syllables(following[0].text, lexicon) or [])[:1]
    around = [*query[max(0, place - 1) : place], *parts, *following]
    return parts if all(lexicon.pair_count(a.folded, b.folded) for a, b in pairwise(around)) else None


def _join(query: Sequence[Word], place: int, lexicon: Lexicon) -> Word | None:
    """``k`` + ``ý`` -> ``ký``: two pieces of which one is no word and that make a common word together."""
    if place + 1 >= len(query):
        return None
    first, second = query[place], query[place + 1]
    text = first.text + second.text
    joined = Word(text, folded_key(text))
    broken = not lexicon.knows(first.folded) or not lexicon.knows(second.folded) or len(first.text) == 1
    if not broken or len(text) > LONGEST or not text.isalpha() or not lexicon.knows(joined.folded) or lexicon.pair_count(first.folded, second.folded):
        return None
    return joined if is_confirmed([*query[:place], joined, *query[place + 2 :]], place, lexicon) else None


def part_syllables(text: str, lexicon: Lexicon) -> list[Word] | None:
    """The most likely way to part a glued text into known words and numbers (Viterbi over pairs), or None where there is none."""
    best: list[dict[str, tuple[float, tuple[Word, ...]]]] = [{"": (0.0, ())}, *({} for _ in text)]
    for start in range(len(text)):
        if not best[start]:
            continue
        for word in _pieces(text, start, lexicon):
            end = start + len(word.text)
            for last, (score, path) in best[start].items():
                reached = score + pair_score(last, word.folded, lexicon)
                if word.folded not in best[end] or reached > best[end][word.folded][0]:
                    best[end][word.folded] = (reached, (*path, word))
    if not best[-1]:
        return None
    parts = max(best[-1].values(), key=lambda reached: reached[0])[1]
    return list(parts) if len(parts) > 1 else None


def _pieces(text: str, start: int, lexicon: Lexicon) -> list[Word]:
    """The words that may stand at a place of a glued text: a whole number, or known letters."""
    if text[start].isdigit():
        end = next((place for place in range(start, len(text)) if not text[place].isdigit()), len(text))
        return [Word(text[start:end], text[start:end])]
    pieces = []
    for end in range(start + 1, min(len(text), start + LONGEST_WORD) + 1):
        piece = text[start:end]
        word = Word(piece, folded_key(piece))
        if piece.isalpha() and lexicon.knows(word.folded) and (len(piece) > 1 or word.folded in _LONE_VOWELS):
            pieces.append(word)
    return pieces


def is_confirmed(words: Sequence[Word], place: int, lexicon: Lexicon) -> bool:
    """Whether a word stands beside one of its neighbours somewhere in the catalogue."""
    before = place > 0 and lexicon.pair_count(words[place - 1].folded, words[place].folded)
    after = place + 1 < len(words) and lexicon.pair_count(words[place].folded, words[place + 1].folded)
    return bool(before or after)


def pair_score(first: str, second: str, lexicon: Lexicon) -> float:
    """Natural log of how likely a syllable follows another, from pair counts backed off to single counts; ``""`` starts a text."""
    alone = (lexicon.syllables.get(second, 0) + 1e-3) / lexicon.total
    if not first:
        return log(alone)
    count = lexicon.syllables.get(first, 0)
    return log((lexicon.pair_count(first, second) + 2 * alone) / (count + 2))
