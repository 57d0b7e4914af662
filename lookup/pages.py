"""The phone page: the same searches as the API, as HTML that works without JavaScript."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from markupsafe import Markup

from index import Procedure, Search
from lookup.answers import make_etag, mark_reusable, not_modified, procedure_url
from lookup.api import engine, make_search
from lookup.parameters import DEEPEST, SearchParameters
from lookup.sightings import note_opened, note_search

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> Response:
    """The search box, and results once something is asked."""
    question = make_search(SearchParameters().load(_parameters()))
    asked = bool(question.text or question.filters)
    snapshot = engine().snapshot()
    etag = make_etag(snapshot.current, ("page", question))
    if found := not_modified(etag):
        return found
    if not asked:
        overview = engine().overview()
        page = render_template("search.html", question=question, asked=False, fields=overview.facets["field"])
        return mark_reusable(Response(page), make_etag(overview.current, ("page", question)))
    results = engine().search(question)
    note_search(question, results)
    page = render_template(
        "search.html",
        question=question,
        asked=True,
        results=results,
        highlights=[Markup(hit.highlight) for hit in results.hits],
        last=min(-(-results.total // question.per_page), DEEPEST // question.per_page),
        procedure_url=procedure_url,
        link=lambda **changes: _link(question, **changes),
    )
    return mark_reusable(Response(page), make_etag(results.current, ("page", question)))


def _link(question: Search, text: str | None = None, page: int = 1, add: tuple[str, str] | None = None, drop: tuple[str, str] | None = None) -> str:
    """The same search with one thing changed: the text, the page, or one value of a filter added or dropped."""
    pairs = [(name, value) for name, values in question.filters.items() for value in values if (name, value) != drop]
    pairs += [add] if add and add not in pairs else []
    chosen: dict[str, list[str]] = {}
    for name, value in pairs:
        chosen.setdefault(name, []).append(value)
    values: dict[str, Any] = {"q": question.text if text is None else text, "page": page if page > 1 else None, **chosen}
    return url_for("pages.home", **values)


@blueprint.get("/thu-tuc/<string:code>")
def procedure(code: str) -> Response:
    """All that is known of one procedure, what a citizen needs first."""
    snapshot = engine().snapshot()
    etag = make_etag(snapshot.current, ("procedure page", code))
    if found := not_modified(etag):
        return found
    shown = snapshot.procedure(code)
    note_opened(shown.code)
    page = render_template("procedure.html", procedure=shown, cases=group_documents(shown))
    return mark_reusable(Response(page), etag)


def group_documents(procedure: Procedure) -> list[tuple[str | None, list[Any]]]:
    """The papers of each case in the order given: one case may repeat where the source parts it."""
    return [(case, list(documents)) for case, documents in groupby(procedure.documents, key=lambda document: document.case)]


def _parameters() -> dict[str, Any]:
    """The query string for the schema: repeated filters as lists; an empty choice of a form is no choice.

    Parameters that are none of ours (`fbclid`, `utm_source` …) come with links that people share, and mean nothing here.
    """
    known = SearchParameters().fields
    values = {name: given for name, given in request.args.to_dict(flat=False).items() if name in known}
    return {name: [value for value in given if value] if hasattr(known[name], "inner") else given[0] for name, given in values.items()}


@blueprint.app_template_filter("without_bullet")
def without_bullet(text: str) -> str:
    """A line without the dash or star that a source put before it; the page makes its own lists."""
    return text.lstrip("-–+*• ") or text


@blueprint.app_context_processor
def _settings() -> dict[str, Any]:
    return {"settings": current_app.extensions["settings"]}
