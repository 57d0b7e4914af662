"""Slips of the thumb: the likeliest words that a mistyped query was meant to be, judged by the catalogue's own pairs of syllables.

A folded syllable has twenty valid neighbours at one edit, so a word alone tells nothing; a Viterbi pass over candidates and pairs does.
Costs are natural logs, as the scores are: a slip of cost 5 must make its surroundings e⁵ times likelier.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

from index.search.understanding.likelihood import START, follow, is_confirmed
from index.search.understanding.words import Word
from index.storage.lexicon import Lexicon
from index.text.folding import folded_key, is_marked
from index.text.syllables import is_syllable

_NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol", "a": "qsz", "s": "awdxz",
    "d": "sefxc", "f": "drgcv", "g": "ftyhvb", "h": "gyujbn", "j": "huiknm", "k": "jiolm", "l": "kop", "z": "asx", "x": "zsdc", "c": "xdfv",
    "v": "cfgb", "b": "vghn", "n": "bhjm", "m": "njk",
}  # fmt: skip
# Letters that sound alike somewhere in the country, or that keyboards without Vietnamese put for one another.
_CONFUSED = tuple(pair.split("/") for pair in "s/x ch/tr d/gi d/r gi/r v/d l/n n/ng nh/n c/t i/y k/c ng/ngh g/gh qu/w ph/f".split())

UNKNOWN = 9.0  # what a word that is nowhere in the catalogue costs more than its rarity tells
SLIP_NEAR, SLIP_FAR = 4.5, 6.0  # one edit that thumbs make, one that they rarely make
SLIP_KNOWN = 4.0  # more, where the word as typed is a known one
MOST_SUSPECTS, MOST_CANDIDATES = 6, 24  # what a query of fifty odd words may cost
SEEN_ENOUGH = 3  # times a pair must stand in the catalogue to change a known word
_SHORTEST_SUSPECT = 3  # letters: shorter unknown words are abbreviations
LONGEST_SLIP = 14  # letters: nobody's slip of a syllable, nor of a foreign word, is longer
_LONGEST_FINAL_Y = 3  # letters: "quy"; in longer words a final y stands as it is
_SHORTEST_CERTAIN = 4  # letters: shorter slips have too many ways to be right
_LETTERS = "abcdeghiklmnopqrstuvxy"


class Repair(NamedTuple):
    """The likeliest words; `certain` where every change is of a word that is no syllable, into one that its neighbours confirm."""

    words: tuple[Word, ...]
    certain: bool


def repair(query: Sequence[Word], lexicon: Lexicon, find_settled: Callable[[Sequence[Word]], Container[int]]) -> Repair | None:
    """The likeliest meaning of a query with slips, or None where it stands as it is. `find_settled`: the places that are understood already."""
    found = _find_suspects(query, lexicon)
    if found:
        settled = find_settled(query)
        found = [place for place in found if place not in settled]
    if not found:
        return None
    found.sort(key=lambda place: lexicon.knows(query[place].folded))  # unknown words first: the bound falls on known ones
    suspects = [place in found[:MOST_SUSPECTS] for place in range(len(query))]
    ways = [START]
    for word, suspect in zip(query, suspects, strict=True):
        ways = [follow(ways, candidate, cost, lexicon) for candidate, cost in (_candidates(word, lexicon) if suspect else [(word, 0.0)])]
    likely = max(ways, key=itemgetter(0)).words()
    words = tuple(meant if _is_supported(query, likely, place, lexicon) else query[place] for place, meant in enumerate(likely))
    if words == tuple(query):
        return None
    return Repair(words, all(_is_certain(query, words, place, lexicon) for place in range(len(query)) if words[place] != query[place]))


def _find_suspects(query: Sequence[Word], lexicon: Lexicon) -> list[int]:
    """The places of words nowhere in the catalogue, or known ones that stand beside none of their neighbours anywhere.

    Who types marks spells with care: there only what is no syllable is a slip.
    """
    careful = any(is_marked(word.text) for word in query)
    return [place for place, word in enumerate(query) if len(word.folded) >= _SHORTEST_SUSPECT and _is_suspect(query, place, careful, lexicon)]


def _is_suspect(query: Sequence[Word], place: int, careful: bool, lexicon: Lexicon) -> bool:
    word = query[place]
    known = lexicon.knows(word.folded)
    if known:
        return not careful and len(query) > 1 and not is_confirmed(query, place, lexicon) and word.text.isalpha()
    if len(word.text) > LONGEST_SLIP or not word.text.isalpha():
        return False
    return not is_syllable(word.folded) if careful else len(query) > 1 or len(word.folded) >= _SHORTEST_CERTAIN


def _is_supported(query: Sequence[Word], words: Sequence[Word], place: int, lexicon: Lexicon) -> bool:
    """Whether a known word may be changed: only into one that stands beside all of its neighbours often."""
    if not lexicon.knows(query[place].folded):
        return True
    pairs = [words[max(0, place - 1) : place + 1], words[place : place + 2]]
    return all(lexicon.pair_count(pair[0].folded, pair[1].folded) >= SEEN_ENOUGH for pair in pairs if len(pair) == 2)


def _is_certain(query: Sequence[Word], words: Sequence[Word], place: int, lexicon: Lexicon) -> bool:
    typed = query[place].folded
    return not is_syllable(typed) and len(typed) >= _SHORTEST_CERTAIN and is_confirmed(words, place, lexicon)


def _candidates(word: Word, lexicon: Lexicon) -> list[tuple[Word, float]]:
    known = lexicon.knows(word.folded)
    options = [(word, 0.0 if known else UNKNOWN)]
    extra = SLIP_KNOWN if known else 0.0
    costs: dict[str, float] = {}
    for text, cost in _edits(word.folded):
        folded = folded_key(text) if len(text) <= _LONGEST_FINAL_Y else text
        if lexicon.knows(folded) and cost < costs.get(folded, 99.0):
            costs[folded] = cost
    costs.pop(word.folded, None)
    likeliest = sorted(costs, key=lambda folded: (costs[folded], -lexicon.syllables[folded]))[:MOST_CANDIDATES]
    return options + [(Word(folded, folded), costs[folded] + extra) for folded in likeliest]


def _edits(word: str) -> Iterator[tuple[str, float]]:
    """Every text at one slip, with what the slip costs: swap, double, drop, neighbour key, letters that sound alike."""
    for place in range(len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        doubled = letter in (before[-1:], after[:1])
        yield before + after, SLIP_NEAR if doubled or letter in _NEIGHBOURS.get(before[-1:], "") + _NEIGHBOURS.get(after[:1], "") else SLIP_FAR
        if after:
            yield before + after[0] + letter + after[1:], SLIP_NEAR
        near = _NEIGHBOURS.get(letter, "")
        for other in _LETTERS:
            yield before + other + after, SLIP_NEAR if other in near else SLIP_FAR
            yield before + other + letter + after, SLIP_NEAR + 0.5
    for other in _LETTERS:
        yield word + other, SLIP_NEAR + 0.5
    for first, second in _CONFUSED:
        for heard, meant in ((first, second), (second, first)):
            if word.startswith(heard):
                yield meant + word[len(heard) :], SLIP_NEAR - 0.5
            if word.endswith(heard):
                yield word[: -len(heard)] + meant, SLIP_NEAR - 0.5
