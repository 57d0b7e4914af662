"""Which procedures a person who needs one may need too: the same papers and results, the same laws, the same words of the name.

Chosen at build time. Kept as five document numbers a procedure; depends on the catalogue alone, never on the vocabulary.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, count, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.catalogue.procedure import Procedure
from index.storage.analysis import PAIR, folded_terms, whole_name_terms
from index.storage.arrays import best_first, open_array

_FILE = "related.npy"
MOST = 5
COMMONEST = 300  # a trait that more procedures have tells nothing of any of them
LEAST = 0.2  # of likeness; below it the "same" papers are slips of wording
SAME_FIELD = 1.3
OTHERS = 0.6  # who stands at the commune's counter is not helped by the ministry's procedure, nor a citizen by what a court may ask for
LIKE_ASKED = 0.4  # how much a name like the procedure's own costs: nine birth registrations are one piece of advice
LIKE_CHOSEN = 0.6  # how much a name like one already chosen costs
_POOL = 12  # candidates from which the few are chosen
_PAPER_WORDS = 12
_PAPER_OPENING = re.compile(r"^\W*(?:\(?[\wđ]{1,3}[).]\s*)?(?:bản (?:sao|chính|gốc|chụp)\s*(?:có chứng thực|được chứng thực)?\s*(?:của\s)?\s*)?", re.IGNORECASE)
_PAPER_END = re.compile(r"[,;:(/]|\.\s|theo mẫu|trường hợp|được cấp|có xác nhận", re.IGNORECASE)


class _Kind(NamedTuple):
    """One kind of trait, its weight, and the length that few traits are taken to have (in traits that nothing shares): one in common is not all."""

    traits: Callable[[Procedure], Iterator[str]]
    weight: float
    shortest: float


def compile_related(procedures: Sequence[Procedure], folder: Path) -> None:
    """Write, for procedures given in document order, the related documents of each, best first; -1 where there are fewer."""
    likeness = _Likeness(procedures)
    names = [frozenset(whole_name_terms(procedure.name)[0].split(PAIR)) for procedure in procedures]
    related = np.full((len(procedures), MOST), -1, np.int32)
    for document in range(len(procedures)):
        chosen = _choose(document, likeness.of(document), names)
        related[document, : len(chosen)] = chosen
    np.save(folder / _FILE, related)


def open_related(folder: Path) -> NDArray[Any]:
    """The related documents of every document."""
    return open_array(folder / _FILE)


class _Likeness:
    """How alike two procedures are: the cosines of their traits' idf, added up over the kinds of traits."""

    def __init__(self, procedures: Sequence[Procedure]) -> None:
        self._count = len(procedures)
        weighed = np.fromiter(_weigh(procedures), [("document", np.int64), ("trait", np.int64), ("weight", np.float64)])
        documents, traits, weights = weighed["document"], weighed["trait"], weighed["weight"]
        self._traits, self._weights, self._starts = _by(documents, self._count, traits, weights)
        self._owners, self._owner_weights, self._trait_starts = _by(traits, int(traits.max(initial=-1)) + 1, documents, weights)
        self._fields = _number([procedure.field for procedure in procedures])
        self._levels = _bits([procedure.levels for procedure in procedures])
        self._applicants = _bits([procedure.applicants for procedure in procedures])

    def of(self, document: int) -> NDArray[Any]:
        """The likeness of every document to this one."""
        own = slice(self._starts[document], self._starts[document + 1])
        traits = self._traits[own]
        starts, lengths = self._trait_starts[traits], self._trait_starts[traits + 1] - self._trait_starts[traits]
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(ends[-1] if len(ends) else 0)
        shared = self._owner_weights[places] * np.repeat(self._weights[own], lengths)
        likeness: NDArray[Any] = np.bincount(self._owners[places], weights=shared, minlength=self._count)
        likeness = likeness * np.where(self._fields == self._fields[document], SAME_FIELD, 1.0)
        for bits in (self._levels, self._applicants):
            likeness = likeness * np.where((bits & bits[document] == 0) & (bits != 0) & (bits[document] != 0), OTHERS, 1.0)
        return likeness


def _choose(document: int, likeness: NDArray[Any], names: Sequence[frozenset[str]]) -> list[int]:
    """The most alike that are not the same thing once more: neither a variant of the name nor close to one already chosen."""
    pool: dict[frozenset[str], int] = {}
    for other in best_first(likeness, _POOL).tolist():
        if likeness[other] >= LEAST and names[other] != names[document]:
            pool.setdefault(names[other], other)
    worth = {other: likeness[other] * (1 - LIKE_ASKED * _overlap(names[document], name)) for name, other in pool.items()}
    nearest = dict.fromkeys(worth, 0.0)
    chosen: list[int] = []
    while worth and len(chosen) < MOST:
        best = max(worth, key=lambda other: worth[other] * (1 - LIKE_CHOSEN * nearest[other]))
        chosen.append(best)
        del worth[best]
        for other in worth:
            nearest[other] = max(nearest[other], _overlap(names[best], names[other]))
    return chosen


def _overlap(some: frozenset[str], others: frozenset[str]) -> float:
    shared = len(some & others)
    return shared / (len(some) + len(others) - shared)


def _name_traits(procedure: Procedure) -> Iterator[str]:
    syllables = whole_name_terms(procedure.name)[0].split(PAIR)
    yield from syllables
    yield from (a + PAIR + b for a, b in pairwise(syllables))


def _paper_traits(procedure: Procedure) -> Iterator[str]:
    """Papers to bring and papers to get alike: what one procedure gives is what the next one asks for."""
    papers = (document.name for document in procedure.documents if not document.is_note)
    return chain.from_iterable(map(_opening_traits, chain(papers, procedure.result)))


def _opening_traits(paper: str) -> Iterator[str]:
    """What a paper is called, without the conditions that follow: the whole and each three neighbouring syllables."""
    syllables = folded_terms(_PAPER_END.split(_PAPER_OPENING.sub("", paper, count=1), maxsplit=1)[0])[:_PAPER_WORDS]
    if len(syllables) > 1:
        yield PAIR.join(syllables)
        yield from (PAIR.join(syllables[place : place + 3]) for place in range(len(syllables) - 2))


def _law_traits(procedure: Procedure) -> Iterator[str]:
    return (basis.number for basis in procedure.legal_basis if basis.number)


def _keyword_traits(procedure: Procedure) -> Iterator[str]:
    return filter(None, (PAIR.join(folded_terms(keyword)) for keyword in re.split(r"[,;\n]", procedure.keywords or "")))


_KINDS = (_Kind(_name_traits, 1.0, 1.4), _Kind(_paper_traits, 1.0, 1.7), _Kind(_law_traits, 0.3, 0.7), _Kind(_keyword_traits, 0.3, 1.4))


def _weigh(procedures: Sequence[Procedure]) -> Iterator[tuple[int, int, float]]:
    """(document, trait number, weight) of every trait of every kind that is shared and not common."""
    numbers = count()
    for kind in _KINDS:
        traits = [list(dict.fromkeys(kind.traits(procedure))) for procedure in procedures]
        counts = Counter(chain.from_iterable(traits))
        idf = {trait: math.log(len(procedures) / found) for trait, found in counts.items()}
        telling = {trait: next(numbers) for trait, found in counts.items() if 1 < found <= COMMONEST}
        for document, own in enumerate(traits):
            length = max(kind.shortest * math.log(len(procedures)), math.sqrt(sum(idf[trait] ** 2 for trait in own)))
            for trait in own:
                if trait in telling:
                    yield document, telling[trait], math.sqrt(kind.weight) * idf[trait] / length


def _by(keys: NDArray[np.int64], count: int, others: NDArray[np.int64], weights: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The pairs in the order of their keys, and where each key's pairs start."""
    order = np.argsort(keys, kind="stable")
    return others[order], weights[order], np.concatenate(([0], np.cumsum(np.bincount(keys, minlength=count))))


def _number(values: Sequence[str | None]) -> NDArray[np.int64]:
    """A number for every distinct value; unknown ones are never the same."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(value, len(known)) if value else -1 - place for place, value in enumerate(values)], np.int64)


def _bits(values: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """A bit for every value, as far as 63 reach: two procedures share one where their bits do. Rare values beyond count as unknown."""
    counts = Counter(value for listed in values for value in listed)
    bits = {value: 1 << place for place, (value, _) in enumerate(counts.most_common(63))}
    return np.array([sum(bits.get(value, 0) for value in dict.fromkeys(listed)) for listed in values], np.int64)
