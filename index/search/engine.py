"""The search engine: one object per process, safe for threads, that always answers from one whole version."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.catalogue.procedure import Procedure
from index.errors import CatalogueIndexError
from index.search.highlighting import highlight
from index.search.plan import Plan
from index.search.ranking import Ranking, run
from index.search.suggesting import Suggestion, suggest
from index.search.understanding import understand
from index.storage.manifest import Manifest
from index.storage.snapshot import Snapshot, open_current
from index.storage.versions import Current, VersionStore

log = logging.getLogger(__name__)

FACET_VALUES = 20  # values listed per facet of a search; `overview` lists them all


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for. `filters`: facet -> values, any of which will do."""

    text: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    per_page: int = 10


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many results have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: the card of a procedure, its name with the matching syllables marked (safe HTML), and its score."""

    card: dict[str, Any]
    highlight: str
    score: float


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, facet counts over all of them, and the version they all come from."""

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, tuple[FacetCount, ...]]
    plan: Plan
    current: Current


@dataclass(frozen=True, slots=True)
class Overview:
    """A whole catalogue at a glance."""

    facets: dict[str, tuple[FacetCount, ...]]
    manifest: Manifest
    current: Current


class SearchEngine:
    """Searches the live version of an index folder; notices a newly published one between two calls."""

    def __init__(self, root: Path) -> None:
        self._store = VersionStore(root)
        self._stamp: tuple[int, int] | None = None
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()

    def snapshot(self) -> Snapshot:
        """The live version, opened. A version that cannot be opened leaves the one before it serving."""
        stamp = self._store.stamp()
        snapshot = self._snapshot
        if snapshot is not None and (stamp == self._stamp or stamp is None):
            return snapshot
        with self._opening:
            if self._snapshot is None or stamp != self._stamp:
                self._switch(stamp)
            assert self._snapshot is not None
            return self._snapshot

    def _switch(self, stamp: tuple[int, int] | None) -> None:
        try:
            self._snapshot = open_current(self._store)
        except CatalogueIndexError:
            if self._snapshot is None:
                raise
            log.exception("the published version cannot be opened; %s goes on serving", self._snapshot.current.version)
        self._stamp = stamp

    def search(self, search: Search) -> Results:
        """Find procedures. Raises VersionUnavailable while nothing is published."""
        snapshot = self.snapshot()
        plan = understand(search.text, search.filters)
        ranking = run(plan, snapshot)
        start = (search.page - 1) * search.per_page
        shown = ranking.documents[start : start + search.per_page].tolist()
        scores = ranking.scores[start : start + search.per_page].tolist()
        hits = tuple(_make_hit(snapshot.cards[document], plan, score) for document, score in zip(shown, scores, strict=True))
        return Results(hits, len(ranking.documents), _count_facets(snapshot, ranking, search.filters), plan, snapshot.current)

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        """As-you-type suggestions for an unfinished query."""
        return suggest(text, self.snapshot(), limit)

    def procedure(self, code: str) -> Procedure:
        """The whole record of a code. Raises UnknownProcedure."""
        return self.snapshot().procedure(code)

    def overview(self) -> Overview:
        """What is published, and every value of every facet with its count over the whole catalogue."""
        snapshot = self.snapshot()
        facets = {
            name: tuple(FacetCount(value, int(count)) for value, count in zip(facet.values, facet.totals, strict=True))
            for name, facet in snapshot.facets.items()
        }
        return Overview(facets, snapshot.manifest, snapshot.current)


def _make_hit(card: dict[str, Any], plan: Plan, score: float) -> Hit:
    return Hit(card, highlight(card["name"], plan.marks), round(score, 4))


def _count_facets(snapshot: Snapshot, ranking: Ranking, filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[FacetCount, ...]]:
    """The most frequent values of each facet, and every chosen one so that a choice can be taken back."""
    counts = {}
    for name, facet in snapshot.facets.items():
        found = facet.count(ranking.matched[name])
        top = [number for number in (-found).argsort(kind="stable")[:FACET_VALUES].tolist() if found[number]]
        chosen = [facet.number(value) for value in filters.get(name, ())]
        listed = dict.fromkeys([*top, *(number for number in chosen if number is not None)])
        counts[name] = tuple(FacetCount(facet.values[number], int(found[number])) for number in listed)
    return counts
