"""Plan + postings -> ranked documents and facet counts. Exact: every clause is added up for every document, nothing is pruned."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import UnknownProcedure
from index.search.plan import Clauses, Plan
from index.storage.postings import Numbers
from index.storage.snapshot import Snapshot

# Documents below this share of the best score match by some common word alone; they would only swell the totals (0.45 costs nDCG .01).
RELATIVE_CUT = 0.3

# "giá vàng bao nhiêu một chỉ" and "tìm gia sư" stay below it, "con em mới đẻ" stays above
SURE = 2.8
TINY = float(np.finfo(np.float64).tiny)
TOO_FEW = 100  # procedures; among fewer, idf cannot tell rare words from common ones


class Ranking(NamedTuple):
    """`documents` are all results, best first, with their `scores`; `beside`: for each facet that filters, the results without its own filter.

    The first `pinned` of them stand there because staff put them there, whatever their scores.
    """

    documents: NDArray[Any]
    scores: NDArray[np.float64]
    beside: dict[str, NDArray[Any]]
    pinned: int = 0


def run(plan: Plan, snapshot: Snapshot) -> Ranking:
    """Rank the documents of a version. Ties keep document order: field, name, code. Pinned ones come first, where the filters let them."""
    pins = find_pinned(plan, snapshot)
    if plan.clauses:
        found, scores = _cut(score(plan.clauses, snapshot), pins, plan, snapshot)
    else:
        found = np.arange(0 if plan.is_meaningless else len(snapshot))
        scores = np.zeros(len(found))
    masks = {facet: snapshot.facets[facet].mask(values) for facet, values in plan.filters.items() if values}
    if not masks:
        return Ranking(found, scores, {}, len(pins))
    kept = _keep(found, masks.values())
    beside = {facet: found[_keep(found, [mask for other, mask in masks.items() if other != facet])] for facet in masks}
    return Ranking(found[kept], scores[kept], beside, int(kept[: len(pins)].sum()))


def find_pinned(plan: Plan, snapshot: Snapshot) -> list[int]:
    """The documents of the pinned codes in the order given; codes that left the catalogue are passed over."""
    numbers = []
    for code in plan.pins:
        with suppress(UnknownProcedure):
            numbers.append(snapshot.document(code))
    return list(dict.fromkeys(numbers))


def _cut(scores: NDArray[np.float64], pins: list[int], plan: Plan, snapshot: Snapshot) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """The documents that come near enough to the best, best first, and their scores, raised by what the query steers to; pinned ones before them."""
    for facet, words, share in plan.steers:
        scores *= 1 + share * snapshot.steered(facet, words)
    found = (scores > RELATIVE_CUT * np.maximum.reduce(scores, initial=TINY)).nonzero()[0]
    found = found[(-scores[found]).argsort(kind="stable")]
    if pins:
        found = np.concatenate((pins, found[~np.isin(found, pins)]))
    return found, scores[found]


def is_unsure(plan: Plan, ranking: Ranking, snapshot: Snapshot) -> bool:
    """Whether the best score is too low for what was said, measured by the idf of its words."""
    if plan.is_meaningless:
        return True
    if ranking.pinned:
        return False
    if not plan.clauses or (len(snapshot) < TOO_FEW and len(ranking.documents)):
        return False
    best = ranking.scores[0] if len(ranking.scores) else 0.0
    return bool(best < SURE * (1 + sum(map(snapshot.idf, plan.content))))


def score(clauses: Clauses, snapshot: Snapshot) -> NDArray[np.float64]:
    """The score of every document: the weighted impacts of all clauses, times the document's prior.

    Lists of postings are added up in one pass (one by one takes more than twice as long), rows of common terms each in one stroke.
    """
    documents, impacts, weights = [], [], []
    rows: dict[float, list[Numbers]] = {}
    find = snapshot.postings.term
    for key, weight in clauses.items():
        term = find(key)
        if term is None:
            continue
        _, listed, scored, row = term
        if row is not None:
            rows.setdefault(weight, []).append(row)
            continue
        documents.append(listed)
        impacts.append(scored)
        weights.append(weight)
    scores: NDArray[Any] = np.zeros(len(snapshot))
    if documents:
        weighted = np.concatenate(impacts)
        weighted *= np.array(weights, np.float32).repeat(list(map(len, impacts)))
        scores = np.bincount(np.concatenate(documents), weighted, len(snapshot))
    for weight, same in rows.items():
        scores += _add_up(same) * np.float32(weight)
    return scores


def _add_up(rows: list[Numbers]) -> Numbers:
    """The sum of rows, which stay as they are."""
    if len(rows) == 1:
        return rows[0]
    total = rows[0] + rows[1]
    for row in rows[2:]:
        total += row
    return total


def _keep(found: NDArray[Any], masks: Iterable[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Which of the documents all masks let through."""
    kept = np.ones(len(found), np.bool_)
    for mask in masks:
        kept &= mask[found]
    return kept
