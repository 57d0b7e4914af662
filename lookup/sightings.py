"""What a view saw, left in the WSGI environment for the gate to count: no view counts anything itself, and an answer kept ready is counted like a fresh one."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from index import Results, Search

KEY = "lookup.sighting"

Correction = Literal["none", "offered", "applied", "refused"]


class Searched(NamedTuple):
    """A first page of results: what was asked (as typed), how many procedures it found, what came of the correction offered."""

    text: str
    total: int
    correction: Correction


class Opened(NamedTuple):
    """A procedure that was opened; its code as the catalogue writes it."""

    code: str


Sighting = Searched | Opened


def sight_search(search: Search, results: Results) -> Searched | None:
    """What was seen of a search. Browsing without words and leafing through later pages are no new searches."""
    if not search.text.strip() or search.page != 1:
        return None
    return Searched(search.text, results.total, "refused" if search.as_typed else _what_became(results))


def leave(environ: dict[str, Any], sighting: Sighting | None) -> None:
    """Leave a note of what a request was about."""
    if sighting:
        environ[KEY] = sighting


def seen(environ: dict[str, Any]) -> Sighting | None:
    """The note left for this request."""
    return environ.get(KEY)


def _what_became(results: Results) -> Correction:
    correction = results.plan.correction
    if correction is None:
        return "none"
    return "applied" if correction.applied else "offered"
