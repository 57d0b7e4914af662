"""Words -> clauses: which terms of which fields, and how much each counts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from index.search.plan import Clause
from index.search.understanding.words import Word
from index.storage.analysis import PAIR, whole_term
from index.storage.postings import Postings
from index.text.folding import exact_key, is_marked

# How much a clause of each blend counts beside one of words and pairs; what stands inside a blend is weighed in the schema.
EXACT_SHORT, EXACT_LONG = 0.5, 0.5 / 3  # "bán": 1 of 10 right without, 10 of 10 with
EXACT_PAIRS = 0.5  # "chứng thực": without it "chứng nhận … thực phẩm" ranks beside
CODE = 50.0  # "1.004873" among digits of other names
SHORT = 2  # syllables
SHORTEST_WHOLE, LONGEST_WHOLE = 2, 10  # syllables; one syllable is a whole only where nothing else is said


def make_clauses(words: Sequence[Word], weight: float, postings: Postings) -> list[Clause]:
    """The clauses of one reading of a query."""
    folded = [word.folded for word in words]
    clauses = [Clause("words", key, weight) for key in folded]
    clauses += [Clause("pairs", f"{a}{PAIR}{b}", weight) for a, b in pairwise(folded)]
    clauses += [Clause("whole", whole, weight * length / len(folded)) for whole, length in _find_wholes(folded, postings)]
    return clauses + _exact_clauses(words, weight)


def _find_wholes(folded: list[str], postings: Postings) -> Iterator[tuple[str, int]]:
    """Every run of words that is a whole name or alias, with its length. Asked for word by word, most of a query's clauses would be of none."""
    shortest = min(len(folded), SHORTEST_WHOLE)
    for start in range(len(folded) - shortest + 1):
        run = whole_term(folded[start : start + LONGEST_WHOLE])
        for whole in postings.list_starts("whole", run):
            length = whole.count(PAIR) + 1
            if length >= shortest and run[len(whole) : len(whole) + 1] in ("", PAIR):
                yield whole, length


def _exact_clauses(words: Sequence[Word], weight: float) -> list[Clause]:
    """A marked word means itself; an unmarked one does at half weight, and only in a query most of which is marked."""
    marks = [is_marked(word.text) for word in words]
    marked = sum(marks)
    if not marked:
        return []
    share = weight * (EXACT_SHORT if len(words) <= SHORT else EXACT_LONG)
    keys = [exact_key(word.text) for word in words]
    clauses = [Clause("exact", key, share if mark else share / 2) for key, mark in zip(keys, marks, strict=True) if mark or marked * 2 >= len(words)]
    return clauses + [
        Clause("exact_pairs", f"{keys[place]}{PAIR}{keys[place + 1]}", weight * EXACT_PAIRS)
        for place in range(len(keys) - 1)
        if marks[place] or marks[place + 1]
    ]


def merge_clauses(clauses: Iterable[Clause]) -> tuple[Clause, ...]:
    """A term asked for twice counts once, at its greatest weight."""
    best: dict[tuple[str, str], Clause] = {}
    for clause in clauses:
        key = (clause.blend, clause.term)
        if key not in best or clause.weight > best[key].weight:
            best[key] = clause
    return tuple(best.values())
