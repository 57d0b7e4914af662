"""The gate: the outermost layer, before Flask and before any answer kept ready. It turns away, names, times, counts and logs every request."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

from index import Current, SearchEngine
from lookup.insights import Recorder
from lookup.operations.headers import Headers, join_headers, make_headers
from lookup.operations.limits import Limiter
from lookup.operations.logs import REQUEST_ID, choose_request_id, write_request
from lookup.operations.metrics import METHODS, Metrics
from lookup.operations.refusals import Refusal, Refusals
from lookup.settings import Settings
from lookup.sightings import seen

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROUTE = "lookup.route"
"""Key of the environment for the route template; a layer that answers before Flask says there which one it answered for."""

ALWAYS = frozenset({"/healthz", "/readyz", "/metrics"})  # asked by machines that must learn how it stands, above all under load
LONGEST_HOST = 260  # characters: a name of 253, a port
BUSY = Refusal("queue", HTTPStatus.SERVICE_UNAVAILABLE, 2)
STRANGE_HOST = Refusal("host", HTTPStatus.BAD_REQUEST)
NO_LENGTH = Refusal("length", HTTPStatus.LENGTH_REQUIRED)  # no browser sends such a body, and nobody could tell whether it has arrived


class Gate:
    """Wraps the WSGI application of `app`; `waiting` tells how many requests wait in its process for a thread."""

    def __init__(self, app: Flask, inner: WSGIApplication) -> None:
        settings: Settings = app.extensions["settings"]
        self._inner = inner
        self._engine: SearchEngine = app.extensions["engine"]
        self._metrics: Metrics = app.extensions["metrics"]
        self._insights: Recorder | None = app.extensions["insights"]
        self._limiter = Limiter(settings.rate_limit, settings.workers, settings.redis_url)
        self._refusals = Refusals(app)
        self._headers = make_headers(settings.hsts)
        self._queue = settings.queue
        self._logs = settings.request_log
        self._noted: Current | None = None
        self._knows_host = _host_check(settings.allowed_hosts)
        self.waiting: Callable[[], int] = int

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        begun = time.perf_counter()
        request_id = environ[REQUEST_ID] = choose_request_id(environ.get("HTTP_X_REQUEST_ID"))
        status = "500"

        def start(line: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
            nonlocal status
            status = line[:3]
            return start_response(line, [*join_headers(headers, self._headers), ("X-Request-ID", request_id)], *rest)

        try:
            if refusal := self._refuse(environ):
                self._metrics.count_refusal(refusal.reason)
                answer = self._refusals.answer(refusal, environ["PATH_INFO"], environ.get("HTTP_ORIGIN"))
                start(answer.status, answer.headers)
                return [answer.body]
            return self._inner(environ, start)
        finally:
            self._account(environ, request_id, status, time.perf_counter() - begun)

    def _refuse(self, environ: WSGIEnvironment) -> Refusal | None:
        path = environ["PATH_INFO"]
        if path in ALWAYS:
            return None
        if self.waiting() > self._queue:
            return BUSY
        if not self._knows_host(environ.get("HTTP_HOST")):
            return STRANGE_HOST
        if "HTTP_TRANSFER_ENCODING" in environ:
            return NO_LENGTH
        if path.startswith("/static/") or environ["REQUEST_METHOD"] == "OPTIONS":  # a preflight refused hides even the 429 from the page
            return None
        seconds = self._limiter.wait(environ.get("REMOTE_ADDR", ""))
        return Refusal("rate", HTTPStatus.TOO_MANY_REQUESTS, seconds) if seconds else None

    def _account(self, environ: WSGIEnvironment, request_id: str, status: str, seconds: float) -> None:
        method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in METHODS else "other"
        route = environ.get(ROUTE, "none")
        self._metrics.count_request(method, route, status, seconds)
        if sighting := seen(environ):
            self._metrics.count_sighting(sighting)
            if self._insights:
                self._insights.record(sighting)
        current = self._engine.open_current
        if current and current != self._noted:
            self._noted = current
            self._metrics.note_opened(current)
        if self._logs:
            write_request(request_id, method, route, status, seconds, current.version if current else "")


def _host_check(allowed: tuple[str, ...]) -> Callable[[str | None], bool]:
    if not allowed:
        return lambda host: True
    knows = lru_cache(maxsize=256)(lambda host: host_is_trusted(host, allowed))
    return lambda host: len(host or "") <= LONGEST_HOST and knows(host)


def _tell_route() -> None:
    if request.url_rule:
        request.environ[ROUTE] = request.url_rule.rule


def register(app: Flask) -> None:
    """Put the gate before an application that is otherwise complete."""
    settings: Settings = app.extensions["settings"]
    app.extensions["insights"] = Recorder(settings.state_dir) if settings.insights else None
    app.before_request_funcs.setdefault(None, []).insert(0, _tell_route)  # before any that may answer by itself
    gate = app.extensions["gate"] = Gate(app, app.wsgi_app)
    app.wsgi_app = gate  # type: ignore[method-assign]
    if count := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(gate, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
