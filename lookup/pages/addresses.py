"""Absolute addresses of our pages: under the one the province names, or else under the one we were asked by.

Whoever asks can write any `Host`. An answer that repeats it is for that asker alone: `keep_private` forbids every shared cache to keep it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, current_app, request

from lookup.settings import Settings

_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.?)+(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?", re.IGNORECASE)
_LEGIBLE = "!$'()*,/:;?@"  # means nothing else in a query string


def write_address(path: str, values: Mapping[str, Any]) -> str:
    """A path with parameters; those that are None are left out. Flask's `url_for` took half the time of a page of results, which has forty."""
    query = urlencode({name: value for name, value in values.items() if value is not None}, doseq=True, safe=_LEGIBLE)
    return f"{path}?{query}" if query else path


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def public_address(path: str) -> str | None:
    """The address that everybody knows a page by; None while the province has not named it (LOOKUP_PUBLIC_URL)."""
    root = _settings().public_url
    return root + path if root else None


def asked_address(path: str) -> str:
    """The public address of a page, or else its address at the host we were asked by. Answers 400 to a host that is none."""
    if known := public_address(path):
        return known
    if not _HOST.fullmatch(request.host):
        abort(HTTPStatus.BAD_REQUEST)
    return f"{request.scheme}://{request.host}{path}"


def keep_private(response: Response) -> Response:
    """Mark an answer that holds `asked_address`."""
    if not _settings().public_url:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


def short_path(code: str) -> str:
    """The short link of a procedure: few letters to type, few squares in a QR code."""
    return f"/t/{code}"


def zalo_address(code: str) -> str | None:
    """A procedure in the province's mini-app inside Zalo; None where there is no mini-app."""
    app = _settings().zalo_app_id
    return f"https://zalo.me/s/{app}/?{urlencode({'code': code})}" if app else None
