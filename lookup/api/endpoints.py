"""The JSON API, version 1, and the health checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, Response, current_app, render_template, request
from flask_smorest import Api, Blueprint
from marshmallow import Schema

from index import SearchEngine
from lookup.api import schemas
from lookup.api.answers import answer, make_etag, not_modified, present_current, write, write_facets, write_procedure
from lookup.api.parameters import NOTHING, SEARCH, SUGGEST, Parameters
from lookup.api.problems import MEDIA_TYPE as PROBLEM
from lookup.api.problems import TITLES, Problem
from lookup.api.procedure_schemas import ProcedureRecord
from lookup.api.query_strings import check_encoding
from lookup.api.searching import OPERATIONS, Operation
from lookup.content.related import list_related
from lookup.sightings import Opened, leave

View = TypeVar("View", bound=Callable[..., Response])

DESCRIPTION = """Tìm thủ tục hành chính, gõ có dấu hay không dấu. Chỉ đọc bằng GET, không cần đăng nhập, không cần khóa.
Mỗi tham số ghi một lần, riêng bộ lọc ghi được nhiều lần; số viết bằng chữ số 0–9.
Trong phiên bản này, trường đã có không mất, không đổi tên, không đổi kiểu."""
AT_THE_DOOR = (HTTPStatus.REQUEST_URI_TOO_LONG, HTTPStatus.TOO_MANY_REQUESTS)  # answered before any operation is reached

blueprint = Blueprint("api", __name__, url_prefix="/api/v1", description="Tra cứu thủ tục hành chính")
blueprint.before_request(check_encoding)
health = Blueprint("health", __name__, description="Tình trạng của dịch vụ")


def register(app: Flask) -> None:
    """Mount the API, its OpenAPI document and the page that shows it."""
    app.config |= {
        "API_TITLE": "Tra cứu thủ tục hành chính",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {"info": {"description": DESCRIPTION}},
    }
    api = _Api(app)
    for part in (blueprint, health):
        api.register_blueprint(part)
    for unused in ("Error", "PaginationMetadata"):  # flask-smorest's own; ours are problems
        api.spec.components.schemas.pop(unused, None)
    app.add_url_rule("/tai-lieu-api", "documentation", lambda: render_template("documentation.html", spec=api.spec.to_dict()))


class _Api(Api):  # type: ignore[misc]
    """flask-smorest documents and checks; errors are answered by `problems` alone."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        pass


def _answers(part: Blueprint, schema: type[Schema], *problem_statuses: HTTPStatus) -> Callable[[View], View]:
    """Document what an operation answers: its schema, 304 for what the asker already has, and its problems."""

    def document(view: View) -> View:
        documented = part.doc(operationId=view.__name__)(view)
        for status in (*problem_statuses, *(AT_THE_DOOR if part is blueprint else ())):
            documented = part.alt_response(status, schema=Problem, content_type=PROBLEM, description=TITLES[status])(documented)
        if part is blueprint:
            documented = part.alt_response(HTTPStatus.NOT_MODIFIED, description="Chưa có gì thay đổi so với bản người hỏi đang giữ", success=True)(documented)
        return _described_as(part.response(HTTPStatus.OK, schema, description="Thành công")(documented), view)

    return document


def _takes(schema: Parameters) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Document the query parameters of an operation, and hand them to it, checked."""

    def document(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def read_and_answer(**path: str) -> Response:
            return view(schema.read(request.args.lists()), **path)

        return _described_as(blueprint.arguments(schema, location="query", error_status_code=HTTPStatus.UNPROCESSABLE_ENTITY)(view), read_and_answer)

    return document


def _described_as(documented: Callable[..., Any], view: View) -> View:
    """A view with what flask-smorest wrote about it, without the wrappers that it puts around each: they found nothing to do at any request."""
    view._apidoc = documented._apidoc  # type: ignore[attr-defined]
    return view


def engine() -> SearchEngine:
    """The engine of this application."""
    found: SearchEngine = current_app.extensions["engine"]
    return found


def _answer_by(operation: Operation, parameters: dict[str, Any]) -> Response:
    question = operation.ask(parameters)
    if found := not_modified(make_etag(engine().snapshot().current, question)):
        return found
    made = operation.make(question, engine())
    leave(request.environ, made.sighting)
    return answer(made.body, made.etag)


@blueprint.get("/search")
@_takes(SEARCH)
@_answers(blueprint, schemas.SearchAnswer, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
def search(parameters: dict[str, Any]) -> Response:
    """Tìm thủ tục"""
    return _answer_by(OPERATIONS["/api/v1/search"], parameters)


@blueprint.get("/suggest")
@_takes(SUGGEST)
@_answers(blueprint, schemas.SuggestAnswer, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
def suggest(parameters: dict[str, Any]) -> Response:
    """Gợi ý khi đang gõ"""
    return _answer_by(OPERATIONS["/api/v1/suggest"], parameters)


@blueprint.get("/procedures/<string:code>")
@_takes(NOTHING)
@_answers(blueprint, ProcedureRecord, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
def procedure(parameters: dict[str, Any], code: str) -> Response:
    """Toàn bộ nội dung một thủ tục"""
    snapshot = engine().snapshot()
    etag = make_etag(snapshot.current, ("procedure", code))
    if found := not_modified(etag):
        return found
    known_as, record = snapshot.procedure_json(code)
    leave(request.environ, Opened(known_as))
    related = list_related(code, snapshot, current_app.extensions["page_data"])
    return answer(write_procedure(known_as, record, related, snapshot.current), etag)


@blueprint.get("/facets")
@_takes(NOTHING)
@_answers(blueprint, schemas.FacetsAnswer, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
def facets(parameters: dict[str, Any]) -> Response:
    """Mọi lĩnh vực, cấp, cơ quan, đối tượng, cách nộp, kèm số thủ tục"""
    overview = engine().overview()
    etag = make_etag(overview.current, "facets")
    return not_modified(etag) or answer(f'{{"facets":{write_facets(overview.facets)},"catalogue":{write(present_current(overview.current))}}}', etag)


@blueprint.get("/catalogue")
@_takes(NOTHING)
@_answers(blueprint, schemas.CatalogueAnswer, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.SERVICE_UNAVAILABLE)
def catalogue(parameters: dict[str, Any]) -> Response:
    """Danh mục đang công bố"""
    overview = engine().overview()
    etag = make_etag(overview.current, "catalogue")
    sources = [asdict(source) for source in overview.manifest.sources]
    return not_modified(etag) or answer({**present_current(overview.current), "procedures": overview.manifest.procedures, "sources": sources}, etag)


@health.get("/healthz")
@_answers(health, schemas.Health)
def healthz() -> Response:
    """Tiến trình đang chạy"""
    return _fresh({"status": "ok"})


@health.get("/readyz")
@_answers(health, schemas.Readiness, HTTPStatus.SERVICE_UNAVAILABLE)
def readyz() -> Response:
    """Đã mở được chỉ mục, sẵn sàng phục vụ"""
    status = "degraded" if engine().is_degraded() else "ok"
    return _fresh({"status": status, "catalogue": present_current(engine().snapshot().current)})


def _fresh(body: dict[str, Any]) -> Response:
    response = answer(body, "")
    del response.headers["ETag"]
    response.headers["Cache-Control"] = "no-store"
    return response
