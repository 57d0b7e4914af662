"""How likely words stand side by side, from the catalogue's own counts; and the likeliest ways through a text (Viterbi)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, log
from typing import NamedTuple

from index.search.understanding.words import Word
from index.storage.analysis import PAIR
from index.storage.lexicon import Lexicon


class Way(NamedTuple):
    """The likeliest way to read a text up to some place: natural log of its likelihood, its last word, and the way before that word."""

    score: float
    word: Word
    before: Way | None

    def words(self) -> list[Word]:
        """Every word of the way in order."""
        words, way = [], self
        while way.before is not None:
            words.append(way.word)
            way = way.before
        return words[::-1]


START = Way(0.0, Word("", ""), None)


def follow(ways: Iterable[Way], word: Word, cost: float, lexicon: Lexicon) -> Way:
    """The likeliest of the ways, gone on to a word: pair counts backed off to single counts, less what the word costs besides."""
    syllables, pairs = lexicon.syllables, lexicon.pairs
    alone = (syllables.get(word.folded, 0) + 1e-3) / lexicon.total
    backed_off, ending = 2 * alone, PAIR + word.folded
    best, before = -inf, START
    for way in ways:
        last = way.word.folded
        likelihood = (pairs.get(last + ending, 0) + backed_off) / (syllables.get(last, 0) + 2) if last else alone
        score = way.score + log(likelihood)
        if score > best:
            best, before = score, way
    return Way(best - cost, word, before)


def is_confirmed(words: Sequence[Word], place: int, lexicon: Lexicon) -> bool:
    """Whether a word stands beside one of its neighbours somewhere in the catalogue."""
    before = place > 0 and lexicon.pair_count(words[place - 1].folded, words[place].folded)
    after = place + 1 < len(words) and lexicon.pair_count(words[place].folded, words[place + 1].folded)
    return bool(before or after)
