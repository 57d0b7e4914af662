"""Searches and suggestions, the two operations that are asked for all the time, free of Flask: checked parameters in, an answer out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from index import Search, SearchEngine
from lookup.api.answers import make_etag, write, write_search
from lookup.api.parameters import SEARCH, SUGGEST, Parameters
from lookup.sightings import Sighting, sight_search

FILTERS = ("field", "level", "agency", "applicant", "channel")


class Made(NamedTuple):
    """The body of an answer as JSON, its ETag (not quoted), and what was seen on the way."""

    body: str
    etag: str
    sighting: Sighting | None = None


class Operation(NamedTuple):
    """What an operation takes; `ask`: what checked parameters ask for; `make`: the answer to that."""

    takes: Parameters
    ask: Callable[[dict[str, Any]], Any]
    make: Callable[[Any, SearchEngine], Made]


def make_search(parameters: dict[str, Any]) -> Search:
    """The search that checked parameters ask for."""
    filters = {name: tuple(parameters[name]) for name in FILTERS if parameters[name]}
    return Search(parameters["q"], filters, parameters["page"], parameters["per_page"], parameters["as_typed"])


def _search(question: Search, engine: SearchEngine) -> Made:
    results = engine.search(question)
    return Made(write_search(question, results), make_etag(results.current, question), sight_search(question, results))


def _make_prefix(parameters: dict[str, Any]) -> tuple[str, str, int]:
    return "suggest", parameters["q"], parameters["limit"]


def _suggest(question: tuple[str, str, int], engine: SearchEngine) -> Made:
    offered = engine.suggest(*question[1:])
    written = ",".join([f'{{"text":{write(text)},"code":{write(code)}}}' for text, code in offered.suggestions])
    return Made(f'{{"suggestions":[{written}]}}', make_etag(offered.current, question))


OPERATIONS = {"/api/v1/search": Operation(SEARCH, make_search, _search), "/api/v1/suggest": Operation(SUGGEST, _make_prefix, _suggest)}
