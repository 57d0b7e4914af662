"""Which answers anybody may keep, and which requests get the same one."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import parse_qsl

from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from index import compose
from lookup.api.parameters import MOST_SUGGESTIONS, PER_PAGE
from lookup.operations.headers import Headers

Key = tuple[object, ...]

LONGEST_QUESTION = 2_000  # characters of path and query string; nobody asks a longer one twice
LONGEST_ACCEPTED = 200  # characters of a header that browsers fill with twenty

KEPT_TYPES = ("application/json", "text/html")
KEPT_VARY = frozenset({"origin", "accept-encoding"})  # what a key holds; an answer that varies by more is not kept

# Parameters that say what would hold anyway, and paths whose `q` is composed before anything looks at it.
_DEFAULTS = {"/api/v1/search": {("page", "1"), ("per_page", str(PER_PAGE))}, "/api/v1/suggest": {("limit", str(MOST_SUGGESTIONS))}}


def may_keep(status: str, headers: Headers) -> bool:
    """Whether anybody may keep an answer."""
    said: dict[str, str] = {}
    for name, value in headers:
        said[name.lower()] = f"{said[name.lower()]}, {value}" if name.lower() in said else value
    if not status.startswith("200") or "set-cookie" in said or not said.get("content-type", "").startswith(KEPT_TYPES):
        return False
    if {name.strip().lower() for name in said.get("vary", "").split(",") if name.strip()} - KEPT_VARY:
        return False
    return "public" in {directive.strip() for directive in said.get("cache-control", "").split(",")}


@lru_cache(maxsize=2048)
def read_question(path: str, query: str) -> Key | None:
    """What a query string asks: equal for strings that get the same answer. None where it cannot be read.

    Where `q` is composed before it is looked at, so it is here; the answer shows it composed. Letters and marks stay as typed: the answer shows them.
    """
    defaults = _DEFAULTS.get(path)
    if defaults is None:
        return (query,)
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    whole = path == "/api/v1/search"  # in what is only begun, a blank at the end says that a word is whole
    composed = [(name, compose(value) + " " * (not whole and value[-1:].isspace()) if name == "q" else value) for name, value in pairs]
    names = [name for name, _ in composed]
    asked = [pair for pair in composed if not (pair in defaults and names.count(pair[0]) == 1)]
    return tuple(sorted(asked, key=lambda pair: pair[0]))


def choose_encoding(accepted: str) -> str:
    """The one encoding of ours that an asker takes, best first; what the application is then asked for."""
    return _choose(accepted) if len(accepted) <= LONGEST_ACCEPTED else "identity"


@lru_cache(maxsize=1024)
def _choose(accepted: str) -> str:
    taken: Accept = parse_accept_header(accepted)
    return next((encoding for encoding in ("br", "gzip") if taken.quality(encoding) > 0), "identity")
