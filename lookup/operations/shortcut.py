"""Searches and suggestions answered without Flask: its request, its routing, its response and what extensions add took longer than most searches.

Nothing is decided here. The headers are those that Flask gave to the first such answer, and whatever is not quite plain goes to Flask: another method,
an unknown origin, a question about what the asker has already, a parameter that is refused, an index that is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Flask
from marshmallow import ValidationError

from index import CatalogueIndexError, SearchEngine
from lookup.api.cors import MINI_APP
from lookup.api.searching import OPERATIONS, Made, Operation
from lookup.operations.compression import SHORTEST, compress
from lookup.operations.gate import ROUTE
from lookup.operations.headers import Headers
from lookup.operations.keeping import choose_encoding, may_keep
from lookup.settings import Settings
from lookup.sightings import leave

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Path, origin, encoding, and whether the body is long enough to be encoded: all that the headers of such an answer depend on.
Kind = tuple[str, str | None, str, bool]

_OF_ONE_ANSWER = frozenset({"etag", "content-length"})


class Shortcut:
    """Wraps the WSGI application of Flask."""

    def __init__(self, inner: WSGIApplication, engine: SearchEngine, origins: Iterable[str]) -> None:
        self._inner = inner
        self._engine = engine
        self._origins = frozenset(origins)
        self._headers: dict[Kind, Headers] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path, origin = environ["PATH_INFO"], environ.get("HTTP_ORIGIN")
        operation = OPERATIONS.get(path)
        is_plain = environ["REQUEST_METHOD"] == "GET" and "HTTP_IF_NONE_MATCH" not in environ and (origin is None or origin in self._origins)
        if operation is None or not is_plain:
            return self._inner(environ, start_response)
        encoding = environ["HTTP_ACCEPT_ENCODING"] = choose_encoding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        made = self._make(operation, environ.get("QUERY_STRING", ""))
        if made is None:
            return self._inner(environ, start_response)
        body = made.body.encode()
        is_encoded = encoding != "identity" and len(body) >= SHORTEST
        headers = self._headers.get((path, origin, encoding, is_encoded))
        if headers is None:
            return self._learn((path, origin, encoding, is_encoded), environ, start_response)
        if is_encoded:
            body = compress(body, encoding)
        environ[ROUTE] = path
        leave(environ, made.sighting)
        start_response("200 OK", [*headers, ("ETag", f'W/"{made.etag}"'), ("Content-Length", str(len(body)))])
        return [body]

    def _make(self, operation: Operation, query: str) -> Made | None:
        """The answer to a query string, or None where Flask must say what is wrong."""
        if not query.isascii():  # bytes sent unescaped
            return None
        given: dict[str, list[str]] = {}
        try:
            for name, value in parse_qsl(query, keep_blank_values=True, errors="strict"):
                given.setdefault(name, []).append(value)
            return operation.make(operation.ask(operation.takes.read(given.items())), self._engine)
        except (ValueError, ValidationError, CatalogueIndexError):
            return None

    def _learn(self, kind: Kind, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Let Flask answer, and note the headers."""

        def note(status: str, headers: Headers, *rest: Any) -> Callable[[bytes], object]:
            if may_keep(status, headers):
                self._headers[kind] = [header for header in headers if header[0].lower() not in _OF_ONE_ANSWER]
            return start_response(status, headers, *rest)

        return self._inner(environ, note)


def register(app: Flask) -> None:
    """Put the shortcut before an application that is otherwise complete; the cache and the gate come before it."""
    settings: Settings = app.extensions["settings"]
    origins = (*MINI_APP, *settings.allowed_origins)
    app.wsgi_app = Shortcut(app.wsgi_app, app.extensions["engine"], origins)  # type: ignore[method-assign]
