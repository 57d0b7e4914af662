"""Why a document has its score: the points of every clause that matched it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from index.search.plan import Plan
from index.search.ranking import find_pinned
from index.storage.snapshot import Snapshot


class Match(NamedTuple):
    """A clause (a term of a blend, and its weight) and what it adds to the score before the prior."""

    blend: str
    term: str
    weight: float
    points: float


class Explanation(NamedTuple):
    """`score` = `sum` of the matches' points × `boost`, the document's prior and what the query steers to; matches by falling points.

    `pinned`: which of the results that staff put first it is, from 1; 0 where it stands by its score.
    """

    score: float
    sum: float
    boost: float
    matches: tuple[Match, ...]
    pinned: int = 0


def explain(plan: Plan, code: str, snapshot: Snapshot) -> Explanation:
    """The explanation of one procedure's score. Raises UnknownProcedure."""
    document = snapshot.document(code)
    boost = float(snapshot.boosts[document])
    matches = []
    for (blend, term), weight in plan.clauses.items():
        number = snapshot.postings.find(blend, term)
        if number is not None:
            documents, impacts = snapshot.postings.postings(number)
            place = int(np.searchsorted(documents, document))
            if place < len(documents) and documents[place] == document:
                matches.append(Match(blend, term, weight, weight * float(impacts[place]) / boost))
    total = sum(match.points for match in matches)
    for facet, words, share in plan.steers:
        boost *= 1 + share * bool(snapshot.steered(facet, words)[document])
    pinned = find_pinned(plan, snapshot)
    place = pinned.index(document) + 1 if document in pinned else 0
    return Explanation(total * boost, total, boost, tuple(sorted(matches, key=lambda match: -match.points)), place)
