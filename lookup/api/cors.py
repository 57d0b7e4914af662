"""Which pages of other origins may read the API: the Zalo mini-app, and those that the settings name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask, Response, request
from flask_cors import CORS

MINI_APP = ("https://h5.zdn.vn", "zbrowser://h5.zdn.vn")
"""Where mini-apps run: in the web view of Zalo, and on some of its clients under a scheme of its own."""

OPEN = re.compile(r"/api/.*|/openapi\.json\Z|/static/client\.js\Z")
"""What they may read. Pages, staff pages and health checks are none of their business."""

DAY = 24 * 60 * 60  # seconds a browser may keep the answer to a preflight (Chromium keeps it for two hours at most)
EXPOSED = ("ETag", "Retry-After", "X-Request-ID")

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


def register(app: Flask, allowed: Iterable[str]) -> None:
    """Answer other origins. Raises ValueError for an origin that no browser would ever send."""
    origins = dict.fromkeys([*MINI_APP, *allowed])
    for origin in origins:
        _check(origin)
    app.before_request(_answer_preflight)
    CORS(
        app,
        resources=[OPEN],
        origins=[re.compile(rf"{re.escape(origin)}\Z") for origin in origins],  # as text, one with brackets would be taken for a pattern
        methods=["GET", "HEAD"],
        allow_headers="*",  # the names asked for are echoed: a literal star does not cover Authorization
        expose_headers=EXPOSED,
        max_age=DAY,
        always_send=False,  # else an answer to no origin at all would name every one
        intercept_exceptions=False,
    )
    allow = app.after_request_funcs[None].pop()

    @app.after_request
    def finish(response: Response) -> Response:
        if "Origin" in request.headers:  # Flask-CORS goes through all its rules for the others too, to do nothing
            allow(response)
        return _vary_by_origin(response)


def _check(origin: str) -> None:
    if origin == "*":
        raise ValueError("LOOKUP_ALLOWED_ORIGINS: không nhận “*”. Xin ghi rõ từng nơi được gọi, ví dụ https://tra-cuu.example.vn.")
    if not _ORIGIN.fullmatch(origin):
        reason = "phải gồm giao thức và tên máy chủ viết thường, không có đường dẫn, không có dấu / ở cuối, ví dụ https://tra-cuu.example.vn"
        raise ValueError(f"LOOKUP_ALLOWED_ORIGINS: “{origin}” {reason}.")
    port = _DEFAULT_PORTS.get(origin.partition(":")[0])
    if port and origin.endswith(port):
        raise ValueError(f"LOOKUP_ALLOWED_ORIGINS: “{origin}” phải bỏ “{port}”, vì trình duyệt không ghi cổng mặc định.")


def _answer_preflight() -> Response | None:
    """A preflight is answered at the door: what it precedes gets its own answer, a 404 included, which a page could not read otherwise."""
    if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers and OPEN.match(request.path):
        return Response(status=204)
    return None


def _vary_by_origin(response: Response) -> Response:
    """Flask-CORS says so only to origins that match; a shared cache would then keep what another origin was answered."""
    if "Origin" not in (said := response.headers.get("Vary", "")):
        response.headers["Vary"] = f"{said}, Origin" if said else "Origin"
    return response
