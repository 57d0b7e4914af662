"""Words -> clauses: which terms of which fields, and how much each counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, pairwise
from operator import not_, or_

from index.search.understanding.words import Word
from index.storage.analysis import PAIR, code_terms, whole_term
from index.storage.postings import OPENING, Postings
from index.text.folding import exact_key, is_marked

# How much a clause of each blend counts beside one of words and pairs; what stands inside a blend is weighed in the schema.
EXACT_SHORT, EXACT_LONG = 0.5, 0.5 / 3  # "bán": 1 of 10 right without, 10 of 10 with
EXACT_PAIRS = 0.5  # "chứng thực": without it "chứng nhận … thực phẩm" ranks beside
CODE = 50.0  # "1.004873" among digits of other names
SHORT = 2  # syllables
SHORTEST_WHOLE = 2  # syllables; one syllable is a whole only where nothing else is said

_CODE = re.compile(r"(?<![\w.])(\d)\s*\.?\s*(\d{6,9})((?:\s*\.\s*\w+|-\w+|[A-Z])*)(?!\w)")

Growing = dict[tuple[str, str], float]
"""The clauses of a plan while it is made."""


def add_clauses(clauses: Growing, words: Sequence[Word], weight: float, postings: Postings) -> None:
    """Add the clauses of one reading of a query."""
    add_folded(clauses, words, weight, postings)
    _add_exact(clauses, words, weight)


def add_folded(clauses: Growing, words: Sequence[Word], weight: float, postings: Postings) -> None:
    """Add the clauses of words whose marks tell nothing of what was typed."""
    folded = [word.folded for word in words]
    pairs = [f"{a}{PAIR}{b}" for a, b in pairwise(folded)]
    add(clauses, "words", folded, weight)
    add(clauses, "pairs", pairs, weight)
    for whole, length in _find_wholes(folded, pairs, postings):
        add(clauses, "whole", [whole], weight * length / len(folded))


def add(clauses: Growing, blend: str, terms: Iterable[str], weight: float) -> None:
    """Add a clause a term. A term asked for twice counts once, at its greatest weight."""
    for term in terms:
        key = (blend, term)
        if clauses.get(key, 0.0) < weight:
            clauses[key] = weight


def add_code(clauses: Growing, text: str) -> None:
    """The code as written counts before the code without its suffix."""
    for match in _CODE.finditer(text):
        for place, term in enumerate(code_terms("".join(match.group().split()))):
            add(clauses, "code", [term], CODE / (1 + place))


def _find_wholes(folded: list[str], pairs: list[str], postings: Postings) -> Iterator[tuple[str, int]]:
    """Every run of words that is a whole name or alias, with its length. Asked for word by word, most of a query's clauses would be of none."""
    shortest = min(len(folded), SHORTEST_WHOLE)
    openings = postings.openings
    for start, pair in enumerate(pairs or folded):
        if pair not in openings and whole_term(folded[start : start + OPENING]) not in openings:
            continue
        run = whole_term(folded[start:])
        for whole in postings.list_starts("whole", run):
            length = whole.count(PAIR) + 1
            if length >= shortest and run[len(whole) : len(whole) + 1] in ("", PAIR):
                yield whole, length


def _add_exact(clauses: Growing, words: Sequence[Word], weight: float) -> None:
    """A marked word means itself; an unmarked one does at half weight, and only in a query most of which is marked."""
    marks = [is_marked(word.text) for word in words]
    marked = sum(marks)
    if not marked:
        return
    share = weight * (EXACT_SHORT if len(words) <= SHORT else EXACT_LONG)
    keys = [exact_key(word.text) for word in words]
    add(clauses, "exact", compress(keys, marks), share)
    if marked * 2 >= len(words):
        add(clauses, "exact", compress(keys, map(not_, marks)), share / 2)
    add(
        clauses,
        "exact_pairs",
        [f"{a}{PAIR}{b}" for (a, b), either in zip(pairwise(keys), map(or_, marks, marks[1:]), strict=True) if either],
        weight * EXACT_PAIRS,
    )
