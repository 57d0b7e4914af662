"""One entry a name: procedures that share a name (by level, by place) stand as variants of the best of them, never as nine rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.search.ranking import Ranking
from index.storage.snapshot import Snapshot


class Entry(NamedTuple):
    """A document to show, its score, the other documents of its name, best first, and whether staff put it here."""

    document: int
    score: float
    variants: tuple[int, ...]
    pinned: bool


class Entries:
    """All entries of a ranking, given the places of their best documents; only the ones of a page are made."""

    def __init__(self, ranking: Ranking, firsts: NDArray[Any], groups: NDArray[Any] | None) -> None:
        self._ranking = ranking
        self._firsts = firsts
        self._groups = groups if groups is not None and len(firsts) < len(groups) else None  # None: no name stands twice

    def __len__(self) -> int:
        return len(self._firsts)

    def page(self, page: int, per_page: int) -> list[Entry]:
        """The entries of a page, from 1."""
        places = self._firsts[(page - 1) * per_page : page * per_page]
        ranking = self._ranking
        best = zip(places.tolist(), ranking.documents[places].tolist(), ranking.scores[places].tolist(), strict=True)
        return [Entry(document, score, self._variants(place), place < ranking.pinned) for place, document, score in best]

    def _variants(self, place: int) -> tuple[int, ...]:
        return () if self._groups is None else tuple(self._ranking.documents[self._groups == self._groups[place]].tolist()[1:])


def group_names(ranking: Ranking, snapshot: Snapshot) -> Entries:
    """One entry a name, in the order of its best document."""
    groups = snapshot.groups[ranking.documents]
    best = np.empty(snapshot.names, np.intp)
    best[groups[::-1]] = np.arange(len(groups) - 1, -1, -1)  # the last to be written is the best
    return Entries(ranking, np.flatnonzero(best[groups] == np.arange(len(groups))), groups)


def list_all(ranking: Ranking) -> Entries:
    """One entry a document: the whole catalogue shows every procedure."""
    return Entries(ranking, np.arange(len(ranking.documents)), None)
