"""Plan + postings -> ranked documents and facet counts. Exact: every clause is added up for every document, nothing is pruned."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import log1p
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import UnknownProcedure
from index.search.plan import Clause, Plan
from index.storage.snapshot import Snapshot

# Documents below this share of the best score match by some common word alone; they would only swell the totals (0.45 costs nDCG .01).
RELATIVE_CUT = 0.3

# "giá vàng bao nhiêu một chỉ" and "tìm gia sư" stay below it, "con em mới đẻ" stays above
SURE = 2.8
TOO_FEW = 100  # procedures; among fewer, idf cannot tell rare words from common ones


@dataclass(frozen=True, slots=True)
class Ranking:
    """`documents` are all results, best first, with their `scores`; `matched` says, per facet, what to count (its own filter left out).

    The first `pinned` of them stand there because staff put them there, whatever their scores.
    """

    documents: NDArray[Any]
    scores: NDArray[np.float64]
    matched: dict[str, NDArray[Any]]
    pinned: int = 0


def run(plan: Plan, snapshot: Snapshot) -> Ranking:
    """Rank the documents of a version. Ties keep document order: field, name, code. Pinned ones come first, where the filters let them."""
    pins = find_pinned(plan, snapshot)
    if plan.clauses:
        scores = score(plan.clauses, snapshot)
        for facet, words, share in plan.steers:
            scores *= 1 + share * snapshot.facets[facet].containing(words)
        found = np.flatnonzero(scores > RELATIVE_CUT * max(scores.max(initial=0.0), np.finfo(np.float64).tiny))
        found = np.union1d(found, pins) if len(pins) else found
    else:
        scores = np.zeros(len(snapshot))
        found = np.arange(0 if plan.is_meaningless else len(snapshot))
    masks = {facet: snapshot.facets[facet].mask(values) for facet, values in plan.filters.items() if values}
    documents = _keep(found, masks.values())
    matched = {facet: _keep(found, [mask for other, mask in masks.items() if other != facet]) if facet in masks else documents for facet in snapshot.facets}
    if plan.clauses:
        documents = documents[np.argsort(-scores[documents], kind="stable")]
    first = _keep(pins, masks.values())
    if len(first):
        documents = np.concatenate((first, documents[~np.isin(documents, first)]))
    return Ranking(documents, scores[documents], matched, len(first))


def find_pinned(plan: Plan, snapshot: Snapshot) -> NDArray[np.intp]:
    """The documents of the pinned codes in the order given; codes that left the catalogue are passed over."""
    numbers = []
    for code in plan.pins:
        with suppress(UnknownProcedure):
            numbers.append(snapshot.document(code))
    return np.array(list(dict.fromkeys(numbers)), np.intp)


def is_unsure(plan: Plan, ranking: Ranking, snapshot: Snapshot) -> bool:
    """Whether the best score is too low for what was said, measured by the idf of its words."""
    if plan.is_meaningless:
        return True
    if ranking.pinned:
        return False
    if not plan.clauses or (len(snapshot) < TOO_FEW and len(ranking.documents)):
        return False
    best = ranking.scores[0] if len(ranking.scores) else 0.0
    return bool(best < SURE * (1 + sum(_idf(word, snapshot) for word in plan.content)))


def _idf(word: str, snapshot: Snapshot) -> float:
    number = snapshot.postings.find("words", word)
    frequency = snapshot.postings.document_frequency(number) if number is not None else 0
    return log1p((len(snapshot) - frequency + 0.5) / (frequency + 0.5))


def score(clauses: Iterable[Clause], snapshot: Snapshot) -> NDArray[np.float64]:
    """The score of every document: the weighted impacts of all clauses, times the document's prior.

    All postings are added up in one pass; adding list by list to an array of scores takes more than twice as long.
    """
    documents, impacts = [], []
    postings = snapshot.postings
    for blend, term, weight in clauses:
        number = postings.find(blend, term)
        if number is not None:
            ids, values = postings.postings(number)
            documents.append(ids)
            impacts.append(values * weight)
    if not documents:
        return np.zeros(len(snapshot))
    scores = np.bincount(np.concatenate(documents), np.concatenate(impacts), len(snapshot)).astype(np.float64, copy=False)
    scores *= snapshot.boosts
    return scores


def _keep(found: NDArray[Any], masks: Any) -> NDArray[Any]:
    for mask in masks:
        found = found[mask[found]]
    return found
