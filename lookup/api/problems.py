"""The one table: error -> RFC 9457 problem. The API answers JSON, pages answer a page; both say the same Vietnamese sentence."""

from __future__ import annotations

import json
import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, render_template, request
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from index import CatalogueIndexError, SearchEngine, UnknownProcedure, VersionUnavailable
from lookup.api.answers import procedure_url

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

TITLES = {
    HTTPStatus.BAD_REQUEST: "Yêu cầu không đọc được",
    HTTPStatus.NOT_FOUND: "Không tìm thấy",
    HTTPStatus.METHOD_NOT_ALLOWED: "Cách gọi không được hỗ trợ",
    HTTPStatus.LENGTH_REQUIRED: "Yêu cầu không đọc được",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Yêu cầu quá lớn",
    HTTPStatus.REQUEST_URI_TOO_LONG: "Yêu cầu quá lớn",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Yêu cầu quá lớn",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Tham số chưa đúng",
    HTTPStatus.TOO_MANY_REQUESTS: "Xin chờ một chút",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Lỗi của hệ thống",
    HTTPStatus.SERVICE_UNAVAILABLE: "Chưa phục vụ được",
}
DETAILS = {
    HTTPStatus.BAD_REQUEST: "Yêu cầu sai khuôn dạng. Xin kiểm tra lại địa chỉ.",
    HTTPStatus.NOT_FOUND: "Không có trang này. Xin kiểm tra lại địa chỉ hoặc tìm từ trang đầu.",
    HTTPStatus.METHOD_NOT_ALLOWED: "Địa chỉ này chỉ nhận lệnh GET.",
    HTTPStatus.LENGTH_REQUIRED: "Nội dung gửi lên phải ghi trước độ dài (Content-Length).",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Nội dung gửi lên quá lớn. Xin gửi ngắn hơn.",
    HTTPStatus.REQUEST_URI_TOO_LONG: "Địa chỉ quá dài. Xin tìm bằng câu ngắn hơn, chọn ít bộ lọc hơn.",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Phần đầu của yêu cầu quá dài. Xin xóa cookie của trang này rồi thử lại.",
    HTTPStatus.TOO_MANY_REQUESTS: "Mạng bạn đang dùng vừa gửi quá nhiều yêu cầu. Xin đợi một lát rồi thử lại.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Hệ thống gặp lỗi ngoài dự kiến. Xin thử lại sau ít phút.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Đang có rất nhiều người tra cứu. Xin đợi vài giây rồi thử lại.",
}
OUTAGE = "Danh mục thủ tục chưa mở được. Xin thử lại sau ít phút."
STATUSES: dict[type[Exception], HTTPStatus] = {
    UnknownProcedure: HTTPStatus.NOT_FOUND,
    VersionUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    ValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
    CatalogueIndexError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class Fault(Schema):
    """One wrong parameter."""

    parameter = fields.String(required=True, metadata={"example": "per_page"})
    detail = fields.String(required=True, metadata={"example": "Phải từ 1 đến 50."})


class Problem(Schema):
    """An error as RFC 9457 describes it."""

    title = fields.String(required=True, metadata={"example": "Tham số chưa đúng"})
    status = fields.Integer(required=True, metadata={"example": 422})
    detail = fields.String(required=True, metadata={"example": "“per_page”: Phải từ 1 đến 50."})
    errors = fields.List(fields.Nested(Fault))


def register(app: Flask) -> None:
    """Answer every error as a problem."""
    app.register_error_handler(HTTPException, _answer_http)
    for error in STATUSES:
        app.register_error_handler(error, _answer_ours)
    app.register_error_handler(Exception, _answer_unexpected)


def make_problem(status: HTTPStatus, detail: str, **members: Any) -> dict[str, Any]:
    """The members of a problem; `type` is left out because `about:blank` is its default."""
    return {"title": TITLES.get(status, status.phrase), "status": status.value, "detail": detail, **members}


def answer_refused(status: HTTPStatus) -> Response:
    """The answer to a request that is turned away before it reaches a view."""
    return _answer(status, DETAILS[status])


def _answer_http(error: HTTPException) -> Response:
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = _answer(status, DETAILS.get(status, error.description or status.phrase))
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def _answer_ours(error: Exception) -> Response:
    status = next(status for kind, status in STATUSES.items() if isinstance(error, kind))
    if isinstance(error, ValidationError):
        errors = list_faults(error)
        return _answer(status, " ".join(f"“{fault['parameter']}”: {fault['detail']}" for fault in errors), errors=errors)
    is_outage = status == HTTPStatus.SERVICE_UNAVAILABLE and request.path != "/readyz"  # whose reason and remedy are for those who run the service
    response = _answer(status, OUTAGE if is_outage else str(error), code=error.code if isinstance(error, UnknownProcedure) else "")
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "30"
    return response


def _answer_unexpected(error: Exception) -> Response:
    log.exception("unexpected error", exc_info=error)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, DETAILS[HTTPStatus.INTERNAL_SERVER_ERROR])


def list_faults(error: ValidationError) -> list[dict[str, str]]:
    """Every wrong parameter with what is wrong, in one list."""
    return [{"parameter": name, "detail": " ".join(_flatten(fault))} for name, fault in error.messages_dict.items()]


def _flatten(fault: Any) -> list[str]:
    if isinstance(fault, dict):
        return list(dict.fromkeys(text for part in fault.values() for text in _flatten(part)))
    return [str(part) for part in fault]


def _list_similar(code: str) -> list[tuple[str, str]]:
    """Address and name of the procedures that an unknown code may mean."""
    engine: SearchEngine = current_app.extensions["engine"]
    return [(procedure_url(card["code"]), card["name"]) for card in engine.similar_codes(code)] if code else []


def _answer(status: HTTPStatus, detail: str, code: str = "", **members: Any) -> Response:
    problem = make_problem(status, detail, **members)
    if request.path.startswith("/api/") or request.path in ("/openapi.json", "/readyz", "/healthz"):
        response = Response(json.dumps(problem, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    else:
        response = Response(render_template("problem.html", problem=problem, similar=_list_similar(code)), status)
    response.headers["Cache-Control"] = "no-store"
    return response
