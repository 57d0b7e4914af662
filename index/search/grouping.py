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
    """All entries of a ranking; only the ones of a page are made. `firsts`: the places of the best document of each name; `first_of`: for each place."""

    def __init__(self, ranking: Ranking, firsts: NDArray[Any], first_of: NDArray[Any]) -> None:
        self._ranking = ranking
        self._firsts = firsts
        self._first_of = first_of

    def __len__(self) -> int:
        return len(self._firsts)

    def page(self, page: int, per_page: int) -> list[Entry]:
        """The entries of a page, from 1."""
        places = self._firsts[(page - 1) * per_page : page * per_page]
        ranking, variants = self._ranking, self._find_variants(places)
        best = zip(places.tolist(), ranking.documents[places].tolist(), ranking.scores[places].tolist(), strict=True)
        return [Entry(document, score, tuple(variants.get(place, ())), place < ranking.pinned) for place, document, score in best]

    def _find_variants(self, places: NDArray[Any]) -> dict[int, list[int]]:
        """The other documents of the names whose best ones stand at these neighbouring places."""
        variants: dict[int, list[int]] = {}
        if len(places) and len(self._firsts) < len(self._first_of):
            shown = ((self._first_of >= places[0]) & (self._first_of <= places[-1])).nonzero()[0]
            for place, first, document in zip(shown.tolist(), self._first_of[shown].tolist(), self._ranking.documents[shown].tolist(), strict=True):
                if place != first:
                    variants.setdefault(first, []).append(document)
        return variants


def group_names(ranking: Ranking, snapshot: Snapshot) -> Entries:
    """One entry a name, in the order of its best document."""
    groups = snapshot.groups[ranking.documents]
    places = np.arange(len(groups))
    first_of_name = np.empty(snapshot.names, np.intp)
    first_of_name[groups[::-1]] = places[::-1]  # the last to be written is the best
    first_of = first_of_name[groups]
    return Entries(ranking, (first_of == places).nonzero()[0], first_of)


def list_all(ranking: Ranking) -> Entries:
    """One entry a document: the whole catalogue shows every procedure."""
    places = np.arange(len(ranking.documents))
    return Entries(ranking, places, places)
