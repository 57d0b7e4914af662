"""Slips of the thumb: the likeliest words that a mistyped query was meant to be, judged by the catalogue's own pairs of syllables.

A folded syllable has twenty valid neighbours at one edit, so a word alone tells nothing; a Viterbi pass over candidates and pairs does.
Costs are natural logs, as the scores are: a slip of cost 5 must make its surroundings e⁵ times likelier.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from index.search.understanding.typing import is_confirmed, pair_score
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
_SHORTEST_CERTAIN = 4  # letters: shorter slips have too many ways to be right
_LETTERS = "abcdeghiklmnopqrstuvxy"


class Repair(NamedTuple):
    """The likeliest words; `certain` where every change is of a word that is no syllable, into one that its neighbours confirm."""

    words: tuple[Word, ...]
    certain: bool


def repair(query: Sequence[Word], lexicon: Lexicon, settled: Container[int] = ()) -> Repair | None:
    """The likeliest meaning of a query with slips, or None where it stands as it is. `settled` places are understood already."""
    found = [place for place in range(len(query)) if place not in settled and _is_suspect(query, place, lexicon)]
    if not found:
        return None
    found.sort(key=lambda place: lexicon.knows(query[place].folded))  # unknown words first: the bound falls on known ones
    suspects = [place in found[:MOST_SUSPECTS] for place in range(len(query))]
    states: dict[str, tuple[float, tuple[Word, ...]]] = {"": (0.0, ())}
    for word, suspect in zip(query, suspects, strict=True):
        options = _candidates(word, lexicon) if suspect else [(word, 0.0)]
        reached: dict[str, tuple[float, tuple[Word, ...]]] = {}
        for candidate, cost in options:
            best = max(
                ((score + pair_score(last, candidate.folded, lexicon) - cost, path) for last, (score, path) in states.items()), key=lambda state: state[0]
            )
            known = reached.get(candidate.folded)
            if known is None or best[0] > known[0]:
                reached[candidate.folded] = (best[0], (*best[1], candidate))
        states = reached
    likely = max(states.values(), key=lambda state: state[0])[1]
    words = tuple(meant if _is_supported(query, likely, place, lexicon) else query[place] for place, meant in enumerate(likely))
    if words == tuple(query):
        return None
    return Repair(words, all(_is_certain(query, words, place, lexicon) for place in range(len(query)) if words[place] != query[place]))


def _is_suspect(query: Sequence[Word], place: int, lexicon: Lexicon) -> bool:
    """A word nowhere in the catalogue, or a known one that stands beside none of its neighbours anywhere.

    Who types marks spells with care: there only what is no syllable is a slip.
    """
    word = query[place]
    if not word.text.isalpha() or len(word.folded) < _SHORTEST_SUSPECT:
        return False
    known = lexicon.knows(word.folded)
    if any(is_marked(other.text) for other in query):
        return not known and not is_syllable(word.folded)
    if not known:
        return len(query) > 1 or len(word.folded) >= _SHORTEST_CERTAIN
    return len(query) > 1 and not is_confirmed(query, place, lexicon)


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
    for folded, cost in _edits(word.folded):
        if folded != word.folded and lexicon.knows(folded) and cost < costs.get(folded, 99.0):
            costs[folded] = cost
    likeliest = sorted(costs, key=lambda folded: (costs[folded], -lexicon.syllables[folded]))[:MOST_CANDIDATES]
    return options + [(Word(folded, folded), costs[folded] + extra) for folded in likeliest]


def _edits(word: str) -> Iterable[tuple[str, float]]:
    """Every text at one slip, with what the slip costs: swap, double, drop, neighbour key, letters that sound alike."""
    for place in range(len(word)):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        doubled = letter in (before[-1:], after[:1])
        yield folded_key(before + after), SLIP_NEAR if doubled or letter in _NEIGHBOURS.get(before[-1:], "") + _NEIGHBOURS.get(after[:1], "") else SLIP_FAR
        if after:
            yield folded_key(before + after[0] + letter + after[1:]), SLIP_NEAR
        for other in _LETTERS:
            yield folded_key(before + other + after), SLIP_NEAR if other in _NEIGHBOURS.get(letter, "") else SLIP_FAR
            yield folded_key(before + other + letter + after), SLIP_NEAR + 0.5
    for other in _LETTERS:
        yield folded_key(word + other), SLIP_NEAR + 0.5
    for first, second in _CONFUSED:
        for heard, meant in ((first, second), (second, first)):
            if word.startswith(heard):
                yield folded_key(meant + word[len(heard) :]), SLIP_NEAR - 0.5
            if word.endswith(heard):
                yield folded_key(word[: -len(heard)] + meant), SLIP_NEAR - 0.5
