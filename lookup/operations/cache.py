"""Answers kept ready, compressed and with all their headers: what was asked before is answered before Flask.

An answer is kept only where it says itself that anybody may keep it. How long it grants to others does not bind us: they cannot see that another version
is published, we drop all answers then. The gate stands before this layer: limits, counts and logs see no difference.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask
from werkzeug.http import parse_etags

from index import CatalogueIndexError, Current, SearchEngine
from lookup.api.cors import MINI_APP
from lookup.operations.gate import ROUTE
from lookup.operations.headers import Headers
from lookup.operations.keeping import LONGEST_QUESTION, Key, choose_encoding, may_keep, read_question
from lookup.operations.metrics import Metrics
from lookup.settings import Settings
from lookup.sightings import Sighting, leave, seen

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT_FOR = 300.0  # seconds; what changes without a new version shows by then
OVERHEAD = 2_000  # bytes beside the body: headers, key, bookkeeping
_OF_THE_BODY = frozenset({"content-length", "content-type", "content-encoding"})


class Answer(NamedTuple):
    """A whole answer, what the gate counts of it, and until when it may be given."""

    status: str
    headers: Headers
    body: bytes
    etag: str
    route: str | None
    sighting: Sighting | None
    until: float


class AnswerCache:
    """Wraps a WSGI application; holds at most `capacity` bytes, the answers asked for last."""

    def __init__(self, inner: WSGIApplication, engine: SearchEngine, metrics: Metrics, origins: Iterable[str], capacity: int) -> None:
        self._inner = inner
        self._engine = engine
        self._metrics = metrics
        self._origins = frozenset(origins)
        self._capacity = capacity
        self._answers: OrderedDict[Key, Answer] = OrderedDict()
        self._current: Current | None = None
        self._lock = threading.Lock()
        self.size = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        key = self._make_key(environ)
        current = self._find_current() if key else None
        if key is None or current is None:
            return self._inner(environ, start_response)
        answer = self._find(key, current)
        self._metrics.count_cache("hit" if answer else "miss")
        if answer is None:
            return self._ask(key, current, environ, start_response)
        if answer.route is not None:
            environ[ROUTE] = answer.route
        if (asked := environ.get("HTTP_IF_NONE_MATCH")) and answer.etag and parse_etags(asked).contains_weak(answer.etag):
            start_response("304 NOT MODIFIED", [header for header in answer.headers if header[0].lower() not in _OF_THE_BODY])
            return []
        leave(environ, answer.sighting)  # who has the answer already looks a second time at what was counted
        start_response(answer.status, answer.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]

    def _make_key(self, environ: WSGIEnvironment) -> Key | None:
        """Everything that an answer may depend on; None where it may not be kept. What repeats the host it was asked by says that it is private."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or path.startswith("/static/"):
            return None
        query = environ.get("QUERY_STRING", "")
        if len(path) + len(query) > LONGEST_QUESTION or not query.isascii():  # bytes sent unescaped stand here as other letters than they are
            return None
        question = read_question(path, query)
        if question is None:
            return None
        origin = environ.get("HTTP_ORIGIN")
        encoding = environ["HTTP_ACCEPT_ENCODING"] = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        return path, question, encoding, origin if origin in self._origins else None

    def _find_current(self) -> Current | None:
        try:
            return self._engine.snapshot().current
        except CatalogueIndexError:
            return None

    def _find(self, key: Key, current: Current) -> Answer | None:
        with self._lock:
            if current != self._current:
                self._current, self.size = current, 0
                self._answers.clear()
            answer = self._answers.get(key)
            if answer is not None:
                if time.monotonic() < answer.until:
                    self._answers.move_to_end(key)
                    return answer
                self._drop(key)
            return None

    def _ask(self, key: Key, current: Current, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by the application, and keep the answer if it may be kept."""
        said: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return start_response(status, headers, *rest)

        content = self._inner(environ, note)
        if environ["REQUEST_METHOD"] != "GET" or not said or not may_keep(*said[0]):
            return content
        try:
            body = b"".join(content)
        finally:
            if hasattr(content, "close"):
                content.close()
        status, headers = said[0]
        headers = [header for header in headers if header[0].lower() != "date"]
        etag = parse_etags(dict(headers).get("ETag", "")).as_set(include_weak=True)
        until = time.monotonic() + KEPT_FOR
        self._keep(key, current, Answer(status, headers, body, next(iter(etag), ""), environ.get(ROUTE), seen(environ), until))
        return [body]

    def _keep(self, key: Key, current: Current, answer: Answer) -> None:
        live = self._find_current()  # may have to open a version: not while others wait for the lock
        with self._lock:
            # Asked of one version and answered by the next: nobody knows which it is.
            if current != self._current or current != live or _weigh(answer) > self._capacity // 8:
                return
            self._drop(key)
            self._answers[key] = answer
            self.size += _weigh(answer)
            evicted = 0
            while self.size > self._capacity:
                self._drop(next(iter(self._answers)))
                evicted += 1
            self._metrics.note_kept(len(self._answers), self.size, evicted)

    def _drop(self, key: Key) -> None:
        if dropped := self._answers.pop(key, None):
            self.size -= _weigh(dropped)


def _weigh(answer: Answer) -> int:
    return len(answer.body) + OVERHEAD


def register(app: Flask) -> None:
    """Put the cache before an application that is otherwise complete; the gate comes before it."""
    settings: Settings = app.extensions["settings"]
    if settings.cache_mb:
        origins = (*MINI_APP, *settings.allowed_origins)
        cache = AnswerCache(app.wsgi_app, app.extensions["engine"], app.extensions["metrics"], origins, settings.cache_mb * 1024 * 1024)
        app.extensions["cache"] = cache
        app.wsgi_app = cache  # type: ignore[method-assign]
