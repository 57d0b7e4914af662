"""The search engine: one object per process, safe for threads, that always answers from one whole version."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from index.catalogue.procedure import Procedure
from index.errors import CatalogueIndexError
from index.search.explaining import Explanation, explain
from index.search.grouping import Entry, group_names, list_all
from index.search.highlighting import highlight
from index.search.plan import Plan
from index.search.ranking import Ranking, is_unsure, run
from index.search.suggesting import Suggestion, suggest
from index.search.understanding import Understanding
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
    """A result: the card of a procedure, its name with the matching syllables marked (safe HTML), its score, and the cards of the same name."""

    card: dict[str, Any]
    highlight: str
    score: float
    variants: tuple[dict[str, Any], ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes this result stands for, its own first."""
        return tuple(card["code"] for card in (self.card, *self.variants))


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, facet counts over all of them, and the version they all come from.

    `unsure`: the best result matches so little of what was said that it may well be wrong.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, tuple[FacetCount, ...]]
    plan: Plan
    unsure: bool
    current: Current


@dataclass(frozen=True, slots=True)
class Overview:
    """A whole catalogue at a glance."""

    facets: dict[str, tuple[FacetCount, ...]]
    manifest: Manifest
    current: Current


class _Edition(NamedTuple):
    """An open version and the understanding of queries that goes with it."""

    snapshot: Snapshot
    understanding: Understanding


def _open_edition(snapshot: Snapshot) -> _Edition:
    return _Edition(snapshot, Understanding(snapshot.vocabulary, snapshot.lexicon, snapshot.facets))


class SearchEngine:
    """Searches the live version of an index folder and notices a newly published one between two calls; or one named version for good."""

    def __init__(self, root: Path, version: str | None = None) -> None:
        self._store = VersionStore(root)
        self._stamp: tuple[int, int] | None = None
        self._edition: _Edition | None = None
        self._opening = threading.Lock()
        self._pinned = version is not None
        if version is not None:
            self._edition = _open_edition(Snapshot(self._store.folder(version), Current(version, "")))

    def snapshot(self) -> Snapshot:
        """The live version, opened. A version that cannot be opened leaves the one before it serving."""
        return self._live().snapshot

    def _live(self) -> _Edition:
        edition = self._edition
        if edition is not None and self._pinned:
            return edition
        stamp = self._store.stamp()
        if edition is not None and (stamp == self._stamp or stamp is None):
            return edition
        with self._opening:
            if self._edition is None or stamp != self._stamp:
                self._switch(stamp)
            assert self._edition is not None
            return self._edition

    def _switch(self, stamp: tuple[int, int] | None) -> None:
        try:
            self._edition = _open_edition(open_current(self._store))
        except CatalogueIndexError:
            if self._edition is None:
                raise
            log.exception("the published version cannot be opened; %s goes on serving", self._edition.snapshot.current.version)
        self._stamp = stamp

    def understand(self, search: Search) -> Plan:
        """What a search means to the live version."""
        return self._live().understanding.understand(search.text, search.filters)

    def explain(self, search: Search, code: str) -> Explanation:
        """Why a procedure has the score it has. Raises UnknownProcedure."""
        snapshot, understanding = self._live()
        return explain(understanding.understand(search.text), code, snapshot)

    def search(self, search: Search) -> Results:
        """Find procedures. Raises VersionUnavailable while nothing is published."""
        snapshot, understanding = self._live()
        plan = understanding.understand(search.text, search.filters)
        ranking = run(plan, snapshot)
        entries = group_names(ranking, snapshot) if plan.clauses else list_all(ranking)
        shown = entries.page(search.page, search.per_page)
        hits = tuple(_make_hit(snapshot, plan, entry) for entry in shown)
        facets = _count_facets(snapshot, ranking, search.filters)
        return Results(hits, len(entries), facets, plan, is_unsure(plan, ranking, snapshot), snapshot.current)

    def suggest(self, text: str, limit: int = 8) -> list[Suggestion]:
        """As-you-type suggestions for an unfinished query."""
        return suggest(text, *self._live(), limit)

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


def _make_hit(snapshot: Snapshot, plan: Plan, entry: Entry) -> Hit:
    card = snapshot.cards[entry.document]
    variants = tuple(snapshot.cards[document] for document in entry.variants)
    return Hit(card, highlight(card["name"], card.pop("keys"), plan.marks), round(entry.score, 4), variants)


def _count_facets(snapshot: Snapshot, ranking: Ranking, filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[FacetCount, ...]]:
    """The most frequent values of each facet, and every chosen one so that a choice can be taken back."""
    counts = {}
    for name, facet in snapshot.facets.items():
        found = facet.count(ranking.matched[name])
        present = np.flatnonzero(found)
        top = present[np.argsort(-found[present], kind="stable")[:FACET_VALUES]].tolist()
        chosen = [facet.number(value) for value in filters.get(name, ())]
        listed = dict.fromkeys([*top, *(number for number in chosen if number is not None)])
        counts[name] = tuple(FacetCount(facet.values[number], int(found[number])) for number in listed)
    return counts
