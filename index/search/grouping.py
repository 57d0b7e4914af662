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
    """All entries of a ranking; only the ones of a page are made."""

    def __init__(self, ranking: Ranking, firsts: NDArray[Any], groups: NDArray[Any] | None) -> None:
        self._ranking = ranking
        self._firsts = firsts
        self._groups = groups

    def __len__(self) -> int:
        return len(self._firsts)

    def page(self, page: int, per_page: int) -> list[Entry]:
        """The entries of a page, from 1."""
        return [self._make(place) for place in self._firsts[(page - 1) * per_page : page * per_page].tolist()]

    def _make(self, place: int) -> Entry:
        documents = self._ranking.documents
        variants: list[int] = [] if self._groups is None else documents[self._groups == self._groups[place]].tolist()[1:]
        return Entry(int(documents[place]), float(self._ranking.scores[place]), tuple(variants), place < self._ranking.pinned)


def group_names(ranking: Ranking, snapshot: Snapshot) -> Entries:
    """One entry a name, in the order of its best document."""
    groups = snapshot.groups[ranking.documents]
    _, firsts = np.unique(groups, return_index=True)
    return Entries(ranking, np.sort(firsts), groups)


def list_all(ranking: Ranking) -> Entries:
    """One entry a document: the whole catalogue shows every procedure."""
    return Entries(ranking, np.arange(len(ranking.documents)), None)
