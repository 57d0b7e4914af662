"""The search engine: one object per process, safe for threads, that always answers from one whole version."""

from __future__ import annotations

import gc
import logging
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

from index.catalogue.procedure import Procedure
from index.errors import CatalogueIndexError
from index.search.counting import count_facets
from index.search.explaining import Explanation, explain
from index.search.grouping import Entry, group_names, list_all
from index.search.highlighting import highlight
from index.search.plan import Plan
from index.search.ranking import Ranking, is_unsure, run
from index.search.results import Hit, Overview, Results, Search
from index.search.similar_codes import find_similar_codes
from index.search.suggesting import Suggestions, suggest
from index.search.understanding import Understanding
from index.storage.snapshot import Snapshot, open_current, open_last_good
from index.storage.versions import Current, VersionStore

log = logging.getLogger(__name__)

LOOK_EVERY = 0.05  # seconds between two looks for a newer version: a call of the kernel costs a search a tenth of its time


class _Edition(NamedTuple):
    """An open version and the understanding of queries that goes with it."""

    snapshot: Snapshot
    understanding: Understanding


def _open_edition(snapshot: Snapshot) -> _Edition:
    return _Edition(snapshot, Understanding(snapshot.vocabulary, snapshot.lexicon, snapshot.facets, snapshot.postings))


class SearchEngine:
    """Searches the live version of an index folder and notices a newly published one within LOOK_EVERY; or one named version for good."""

    def __init__(self, root: Path, version: str | None = None) -> None:
        self._store = VersionStore(root)
        self._stamp: tuple[int, int] | None = None
        self._edition: _Edition | None = None
        self._opening = threading.Lock()
        self._opens_aside = False
        self._next_look = 0.0  # on the monotonic clock
        self._pinned = version is not None
        if version is not None:
            self._edition = _open_edition(Snapshot(self._store.folder(version), Current(version, "")))

    def snapshot(self) -> Snapshot:
        """The live version, opened. A version that cannot be opened leaves the one before it serving."""
        return self._live().snapshot

    @property
    def open_current(self) -> Current | None:
        """The version that answered last; looks for no newer one."""
        return self._edition.snapshot.current if self._edition else None

    def _live(self) -> _Edition:
        edition = self._edition
        now = time.monotonic()
        if edition is not None and (self._pinned or now < self._next_look):
            return edition
        self._next_look = now + LOOK_EVERY
        stamp = self._store.stamp()
        if edition is not None and (stamp == self._stamp or stamp is None):
            return edition
        if not self._opening.acquire(blocking=edition is None):  # it is being opened; nobody need wait
            return self._edition or self._live()
        if edition is not None and self._opens_aside:
            threading.Thread(target=self._open_newer, name="opening", daemon=True).start()
            return edition
        return self._open_newer()

    def _open_newer(self) -> _Edition:
        """Open what is published now, and give back the lock that the caller took."""
        try:
            stamp = self._store.stamp()
            if self._edition is None or stamp not in (None, self._stamp):
                self._switch(stamp)
            assert self._edition is not None
            return self._edition
        finally:
            self._opening.release()

    def _switch(self, stamp: tuple[int, int] | None) -> None:
        try:
            self._edition = _open_edition(open_current(self._store))
        except CatalogueIndexError:
            self._edition = self._edition or _open_edition(open_last_good(self._store))
            log.exception("the published version cannot be opened; %s goes on serving", self._edition.snapshot.current.version)
        self._stamp = stamp
        gc.freeze()  # a version is a hundred thousand objects that live long and hold no cycles: the collector need not look at them again

    def open_aside(self) -> None:
        """From now on a newer version is opened by a thread of its own, and the one before answers until then: no request waits for it."""
        self._opens_aside = True

    def is_degraded(self) -> bool:
        """Whether an older version answers because the published one cannot be opened. Waits for one that is being opened."""
        self._next_look = 0.0
        self.snapshot()
        with self._opening:
            return not self._pinned and self.snapshot().current.version != self._store.live()

    def understand(self, search: Search) -> Plan:
        """What a search means to the live version."""
        return self._live().understanding.understand(search.text, search.filters, search.as_typed)

    def rank(self, plan: Plan) -> Ranking:
        """The documents that a plan finds, best first, and nothing made of them."""
        return run(plan, self._live().snapshot)

    def explain(self, search: Search, code: str) -> Explanation:
        """Why a procedure has the score it has. Raises UnknownProcedure."""
        snapshot, understanding = self._live()
        return explain(understanding.understand(search.text), code, snapshot)

    def search(self, search: Search) -> Results:
        """Find procedures. Raises VersionUnavailable while nothing is published."""
        snapshot, understanding = self._live()
        plan = understanding.understand(search.text, search.filters, search.as_typed)
        ranking = run(plan, snapshot)
        entries = group_names(ranking, snapshot) if plan.clauses else list_all(ranking)
        shown = entries.page(search.page, search.per_page)
        hits = tuple(_make_hit(snapshot, plan, entry) for entry in shown)
        facets = count_facets(ranking, search.filters, snapshot.facets, by_name=bool(plan.clauses))
        return Results(hits, len(entries), facets, plan, is_unsure(plan, ranking, snapshot), snapshot.current)

    def suggest(self, text: str, limit: int = 8) -> Suggestions:
        """As-you-type suggestions for an unfinished query."""
        snapshot, understanding = self._live()
        return Suggestions(suggest(text, snapshot, understanding, limit), snapshot.current)

    def procedure(self, code: str) -> Procedure:
        """The whole record of a code. Raises UnknownProcedure."""
        return self.snapshot().procedure(code)

    def related(self, code: str) -> list[dict[str, Any]]:
        """The cards of the procedures most like this one in papers, laws and name, best first. Raises UnknownProcedure."""
        return self.snapshot().related_cards(code)

    def similar_codes(self, code: str) -> list[dict[str, Any]]:
        """The cards of procedures whose code is one slip away from an unknown one, the likeliest slips first."""
        return find_similar_codes(code, self.snapshot())

    def overview(self) -> Overview:
        """What is published, and every value of every facet with its count over the whole catalogue."""
        snapshot = self.snapshot()
        facets = {name: tuple(zip(facet.values, facet.totals.tolist(), strict=True)) for name, facet in snapshot.facets.items()}
        return Overview(facets, snapshot.manifest, snapshot.current)


def _make_hit(snapshot: Snapshot, plan: Plan, entry: Entry) -> Hit:
    document, score, variants, pinned = entry
    card, code, name = snapshot.cards.shown(document)
    codes = (code, *[snapshot.codes[variant].decode() for variant in variants])
    return Hit(codes, card, highlight(plan.marks, name), round(score, 4), tuple(map(snapshot.cards.variant_json, variants)), pinned)
