"""Plan + postings -> ranked documents and facet counts. Exact: every clause is added up for every document, nothing is pruned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.search.plan import Plan
from index.storage.snapshot import Snapshot

# Documents below this share of the best score match by some common word alone; they would only swell the totals.
RELATIVE_CUT = 0.25


@dataclass(frozen=True, slots=True)
class Ranking:
    """`documents` are all results, best first, with their `scores`; `matched` says, per facet, what to count (its own filter left out)."""

    documents: NDArray[Any]
    scores: NDArray[np.float64]
    matched: dict[str, NDArray[Any]]


def run(plan: Plan, snapshot: Snapshot) -> Ranking:
    """Rank the documents of a version. Ties keep document order: field, name, code."""
    if plan.clauses:
        scores = score(plan, snapshot)
        found = np.flatnonzero(scores > RELATIVE_CUT * max(scores.max(initial=0.0), np.finfo(np.float64).tiny))
    else:
        scores = np.zeros(len(snapshot))
        found = np.arange(len(snapshot))
    masks = {facet: snapshot.facets[facet].mask(values) for facet, values in plan.filters.items() if values}
    documents = _keep(found, masks.values())
    matched = {facet: _keep(found, [mask for other, mask in masks.items() if other != facet]) if facet in masks else documents for facet in snapshot.facets}
    if plan.clauses:
        documents = documents[np.argsort(-scores[documents], kind="stable")]
    return Ranking(documents, scores[documents], matched)


def score(plan: Plan, snapshot: Snapshot) -> NDArray[np.float64]:
    """The score of every document."""
    scores = np.zeros(len(snapshot))
    postings = snapshot.postings
    for clause in plan.clauses:
        number = postings.find(clause.field, clause.term)
        if number is not None:
            documents, impacts = postings.postings(number)
            scores[documents] += clause.weight * impacts
    return scores


def _keep(found: NDArray[Any], masks: Any) -> NDArray[Any]:
    for mask in masks:
        found = found[mask[found]]
    return found
