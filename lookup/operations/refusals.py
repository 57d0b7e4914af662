"""Answers to requests that are turned away at the door. Each is made by the application once and then kept: turning away must cost next to nothing."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

from flask import Flask

from lookup.api.cors import MINI_APP
from lookup.api.problems import answer_refused
from lookup.operations.headers import Headers


class Refusal(NamedTuple):
    """Why a request is turned away, and in how many seconds it may come again (0: never as it is)."""

    reason: str
    status: HTTPStatus
    seconds: int = 0


class Answer(NamedTuple):
    """What WSGI sends."""

    status: str
    headers: Headers
    body: bytes


class Refusals:
    """The answers of one application, as JSON or as a page, with what other origins need to read them."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._origins = {*MINI_APP, *app.extensions["settings"].allowed_origins}
        self._make = lru_cache(maxsize=64)(self._make_answer)

    def answer(self, refusal: Refusal, path: str, origin: str | None) -> Answer:
        """The answer to a request for a path."""
        made = self._make(refusal.status, "/api/" if path.startswith("/api/") else "/", origin if origin in self._origins else None)
        return made._replace(headers=[*made.headers, ("Retry-After", str(refusal.seconds))]) if refusal.seconds else made

    def _make_answer(self, status: HTTPStatus, path: str, origin: str | None) -> Answer:
        headers = {"Origin": origin} if origin else {}
        with self._app.test_request_context(path, headers=headers):
            response = self._app.process_response(answer_refused(status))
            return Answer(response.status, response.get_wsgi_headers({}).to_wsgi_list(), response.get_data())
