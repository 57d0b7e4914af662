"""Figures for Prometheus, the same whichever worker is asked: under gunicorn the workers count into shared files."""

from __future__ import annotations

import ipaddress
import logging
import os
from collections.abc import Callable
from datetime import datetime
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec

from flask import Flask, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from index import Current
from lookup.operations.catalogue_figures import CatalogueFigures
from lookup.sightings import Searched, Sighting

log = logging.getLogger(__name__)

SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
RESULTS = (0, 1, 3, 10, 30, 100, 300, 1000)
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
ROOM = 256 * 1024  # bytes of a file of figures: more than all routes, methods and answers need
KINDS = ("counter", "histogram", "gauge_livesum", "gauge_liveall")  # as prometheus_client names the files
_slot = "master"
_has_room = True

Given = ParamSpec("Given")


def share(folder: Path) -> None:
    """Count into files of this folder from now on, so that processes see each other's counts. Call it before any metric is made."""
    os.environ[_FOLDER] = str(folder)
    _take_room()
    values.ValueClass = values.MultiProcessValue(lambda: _slot)  # type: ignore[no-untyped-call]


def _take_room() -> None:
    """Have the disk give all that the files of this process will need: a mapped page that is lacking when it is touched is no error but the end of a worker."""
    global _has_room
    if not hasattr(os, "posix_fallocate"):  # macOS
        return
    try:
        for kind in KINDS:
            with (Path(os.environ[_FOLDER]) / f"{kind}_{_slot}.db").open("ab") as file:
                os.posix_fallocate(file.fileno(), 0, ROOM)
    except OSError as error:
        log.warning("there is no room for the figures of /metrics (%s); this process counts nothing", type(error).__name__)
        _has_room = False
    else:
        _has_room = True


def take_slot(number: int) -> None:
    """Count as this worker. A worker that takes the place of a dead one counts on where that one ended, so files are bounded and nothing is lost."""
    global _slot
    _slot = str(number)
    _take_room()


def leave_slot(number: int) -> None:
    """A worker is dead: what only counts while it lives is forgotten."""
    mark_process_dead(number)  # type: ignore[no-untyped-call]


def _harmless(count: Callable[Given, None]) -> Callable[Given, None]:
    """Where counting fails figures are missing, not answers. On a full disk prometheus_client raises OSError once, and other errors after that."""

    @wraps(count)
    def try_to_count(*given: Given.args, **named: Given.kwargs) -> None:
        try:
            if _has_room:
                count(*given, **named)
        except Exception:
            _tell_once()

    return try_to_count


@cache
def _tell_once() -> None:
    log.exception("requests cannot be counted for /metrics")


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("lookup_requests", "Requests", ["method", "route", "status"], registry=self.registry)
        self._seconds = Histogram("lookup_request_seconds", "Time to an answer", ["route"], buckets=SECONDS, registry=self.registry)
        self._searches = Counter("lookup_searches", "First pages of results", ["correction"], registry=self.registry)
        self._results = Histogram("lookup_search_results", "Procedures found by a search", buckets=RESULTS, registry=self.registry)
        self._empty = Counter("lookup_searches_empty", "Searches that found nothing", registry=self.registry)
        self._opened = Counter("lookup_procedures_opened", "Procedures opened", registry=self.registry)
        self._refused = Counter("lookup_refused", "Requests refused at the door", ["reason"], registry=self.registry)
        self._cache = Counter("lookup_answer_cache", "Answers asked of the cache", ["outcome"], registry=self.registry)
        self._kept = Gauge("lookup_answer_cache_answers", "Answers kept ready", registry=self.registry, multiprocess_mode="livesum")
        self._kept_bytes = Gauge("lookup_answer_cache_bytes", "What they weigh", registry=self.registry, multiprocess_mode="livesum")
        self._evicted = Counter("lookup_answer_cache_evictions", "Answers dropped to make room", registry=self.registry)
        self._opened_version = Gauge(
            "lookup_worker_catalogue_published_timestamp_seconds",
            "When the version was published that a worker answers from",
            registry=self.registry,
            multiprocess_mode="liveall",
        )
        self._known: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}

    @_harmless
    def open_files(self) -> None:
        """Make the files of this process while the disk has room for them, not with the first request."""
        self._empty.inc(0)

    @_harmless
    def count_request(self, method: str, route: str, status: str, seconds: float) -> None:
        """Count an answered request; `route` is a template, never a path."""
        key = (method, route, status)
        if (pair := self._known.get(key)) is None:
            pair = self._known[key] = (self._requests.labels(*key), self._seconds.labels(route))
        pair[0].inc()
        pair[1].observe(seconds)

    @_harmless
    def count_sighting(self, sighting: Sighting) -> None:
        """Count what a request was about."""
        if not isinstance(sighting, Searched):
            self._opened.inc()
            return
        self._searches.labels(sighting.correction).inc()
        self._results.observe(sighting.total)
        if not sighting.total:
            self._empty.inc()

    @_harmless
    def count_refusal(self, reason: str) -> None:
        """Count a request that was refused: `rate`, `queue`, `host`, `length` or `unreadable`."""
        self._refused.labels(reason).inc()

    @_harmless
    def count_cache(self, outcome: str) -> None:
        """Count what the cache of answers said: `hit` or `miss`."""
        self._cache.labels(outcome).inc()

    @_harmless
    def note_kept(self, answers: int, weight: int, evicted: int) -> None:
        """Say how many answers the cache of this process holds, how many bytes they weigh, and how many went to make room for the last one."""
        self._kept.set(answers)
        self._kept_bytes.set(weight)
        self._evicted.inc(evicted)

    @_harmless
    def note_opened(self, current: Current) -> None:
        """Say which version this process answers from."""
        if current.published_at:
            self._opened_version.set(datetime.fromisoformat(current.published_at).timestamp())

    def expose(self) -> bytes:
        """All figures of all workers, as Prometheus reads them."""
        registry = self.registry
        if folder := os.environ.get(_FOLDER):
            registry = CollectorRegistry()
            MultiProcessCollector(registry, folder)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def register(app: Flask) -> None:
    """Make the figures of an application, and show them at `/metrics` where the settings say so."""
    metrics = app.extensions["metrics"] = Metrics()
    settings = app.extensions["settings"]
    if not settings.metrics:
        return
    catalogue = CollectorRegistry()
    catalogue.register(CatalogueFigures(app.extensions["engine"], settings.index_dir))

    def show() -> Response:
        if "X-Forwarded-For" in request.headers or not is_near(request.remote_addr):
            abort(404)
        return Response(metrics.expose() + generate_latest(catalogue), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})

    app.add_url_rule("/metrics", "metrics", show)


def is_near(address: str | None) -> bool:
    """Whether an address is of this machine or a private network; a Unix socket has none and is near."""
    if not address:
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return (getattr(parsed, "ipv4_mapped", None) or parsed).is_private
