"""The pages: the same searches as the API, as HTML that works without JavaScript."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request
from markupsafe import Markup

from index import Current, Search, compose
from lookup.api.answers import make_etag, mark_reusable, not_modified, procedure_url
from lookup.api.endpoints import engine
from lookup.api.parameters import DEEPEST, LONGEST_QUERY, SEARCH
from lookup.api.searching import make_search
from lookup.content.explaining import explain_terms
from lookup.content.page_data import PageData
from lookup.content.related import list_related
from lookup.pages import procedure_page
from lookup.pages.addresses import write_address
from lookup.pages.texts import present_text, without_bullet
from lookup.pages.understood import ASKED_NAMES, find_asked, join_channels, tell
from lookup.sightings import Opened, leave, sight_search

blueprint = Blueprint("pages", __name__)
blueprint.add_app_template_filter(present_text)
blueprint.add_app_template_filter(without_bullet)
blueprint.add_app_template_filter(join_channels)
blueprint.add_app_template_filter(lambda number: re.sub(r"[^\d+]", "", number), "phone_digits")


def page_data() -> PageData:
    """Occasions in life and official terms."""
    data: PageData = current_app.extensions["page_data"]
    return data


@blueprint.app_template_filter("explained")
def explain(html: Markup) -> Markup:
    """A part of a page with its official terms explained."""
    return explain_terms(html, page_data())


@blueprint.get("/")
def home() -> Response:
    """The search box, and results once something is asked."""
    question = make_search(SEARCH.read(_parameters()))
    if not (question.text or question.filters):
        overview = engine().overview()
        return _answer(overview.current, "home", "home.html", question=question, fields=overview.facets["field"], events=page_data().events)
    return _answer_search("search.html", question)


@blueprint.get("/viec/<string:key>")
def life_event(key: str) -> Response:
    """An occasion in life: what people need then, each with its procedure."""
    event = next((event for event in page_data().events if event.key == key), None)
    if event is None:
        abort(HTTPStatus.NOT_FOUND)
    snapshot = engine().snapshot()
    return _answer(snapshot.current, ("event", key), "life_event.html", event=event, knows=snapshot.knows)


@blueprint.get("/ket-qua")
def results() -> Response:
    """The results alone, for a page that shows them while someone types. What is half typed is no search; the page says (`chot`) what was meant."""
    question = make_search(SEARCH.read(_parameters()))
    if "chot" in request.args:
        leave(request.environ, sight_search(question, engine().search(question)))
        return Response(status=HTTPStatus.NO_CONTENT)
    response = _answer_search("results.html", question)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _answer_search(template: str, question: Search) -> Response:
    if kept := not_modified(page_etag(engine().snapshot().current, (template, question))):
        return kept
    found = engine().search(question)
    if template == "search.html":
        leave(request.environ, sight_search(question, found))
    asked = find_asked(found.plan)
    return _answer(
        found.current,
        (template, question),
        template,
        question=question,
        results=found,
        highlights=[Markup(hit.highlight) for hit in found.hits],
        understood=tell(found.plan),
        asked=asked,
        last=min(-(-found.total // question.per_page), DEEPEST // question.per_page),
        link=lambda **changes: _link(question, **changes),
        page_of=lambda code: _page_of(code, question.text, asked),
    )


def _link(
    question: Search, text: str | None = None, page: int = 1, add: tuple[str, str] | None = None, drop: tuple[str, str] | None = None, as_typed: bool = False
) -> str:
    """The same search with one thing changed: the text, the page, one value of a filter added or dropped, or the text taken as it was typed."""
    pairs = [(name, value) for name, values in question.filters.items() for value in values if (name, value) != drop]
    pairs += [add] if add and add not in pairs else []
    chosen: dict[str, list[str]] = {}
    for name, value in pairs:
        chosen.setdefault(name, []).append(value)
    values: dict[str, Any] = {"q": (question.text if text is None else text) or None, "page": page if page > 1 else None, **chosen}
    if as_typed or (question.as_typed and text is None):
        values["as_typed"] = "true"
    return write_address("/", values)


def _page_of(code: str, text: str, asked: str | None) -> str:
    """The page of a procedure, that knows the way back and which part was asked for."""
    return write_address(procedure_url(code), {"can": asked, "q": text or None})


@blueprint.get("/thu-tuc/<string:code>")
def procedure(code: str) -> Response:
    """All that is known of one procedure, what was asked for first."""
    asked = request.args.get("can")
    asked = asked if asked in ASKED_NAMES else None
    text = compose(request.args.get("q", ""))[:LONGEST_QUERY]
    snapshot = engine().snapshot()
    question = ("procedure", code, asked, text)
    if found := not_modified(page_etag(snapshot.current, question)):
        return found
    shown = snapshot.procedure(code)
    leave(request.environ, Opened(shown.code))
    cases = procedure_page.group_papers(shown)
    return _answer(
        snapshot.current,
        question,
        "procedure.html",
        procedure=shown,
        asked=asked,
        back=text,
        order=procedure_page.order_parts(asked),
        cases=cases,
        are_many=procedure_page.are_many(cases),
        gain=procedure_page.find_gain(shown),
        is_bare=procedure_page.is_bare(shown),
        times=procedure_page.group_times(shown.methods),
        fees=procedure_page.group_fees(shown.methods),
        variants=snapshot.variants(code),
        related=list_related(code, snapshot, page_data()),
    )


def _answer(current: Current, question: object, template: str, /, **values: Any) -> Response:
    """A page that may be kept and asked again; it says which version of the catalogue it tells, so that kept pages can be renewed."""
    etag = page_etag(current, question)
    if found := not_modified(etag):
        return found
    response = mark_reusable(Response(render_template(template, current=current, procedure_url=procedure_url, **values)), etag)
    response.headers["Catalogue-Version"] = current.version
    return response


def page_etag(current: Current, question: object) -> str:
    """Changes with the catalogue, with what is asked, with the templates and with the settings that pages show."""
    settings = current_app.extensions["settings"]
    shown = (settings.portal_name, settings.province, settings.hotline, settings.feedback_url, settings.public_url, settings.zalo_app_id)
    return make_etag(current, (question, shown, current_app.extensions["assets_version"]))


def _parameters() -> list[tuple[str, list[str]]]:
    """The query string for the schema: of what stands several times the first; an empty choice of a form is no choice.

    Parameters that are none of ours (`fbclid`, `utm_source` …) come with links that people share, and mean nothing here.
    """
    given = ((name, values) for name, values in request.args.lists() if name in SEARCH.fields)
    return [(name, [value for value in values if value] if name in SEARCH.lists else values[:1]) for name, values in given]


@blueprint.app_context_processor
def _settings() -> dict[str, Any]:
    return {"settings": current_app.extensions["settings"], "asked_names": ASKED_NAMES}
