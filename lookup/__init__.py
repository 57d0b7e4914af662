"""The service: HTTP in, JSON or HTML out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from index import SearchEngine, VersionStore
from lookup import staff
from lookup.api import cors, endpoints, problems
from lookup.api.query_strings import Request
from lookup.content.page_data import load_page_data
from lookup.operations import cache, compression, gate, metrics, shortcut
from lookup.pages import assets, crawling, posting, sharing, views
from lookup.settings import Settings

__all__ = ["Settings", "create_app"]

Function = TypeVar("Function", bound=Callable[..., Any])


class Service(Flask):
    """Flask without asking of every function at every request whether it is a coroutine: none of ours is."""

    request_class = Request

    def ensure_sync(self, func: Function) -> Function:
        """The function as it is."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """The WSGI application. It starts without an index too: `/readyz` then says what is missing."""
    settings = settings or Settings.from_environment()
    app = Service(__name__, static_folder=None)  # `assets` serves them
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    VersionStore(settings.index_dir).clean_up()
    app.extensions["engine"] = SearchEngine(settings.index_dir)
    app.extensions["settings"] = settings
    app.extensions["page_data"] = load_page_data()
    compression.register(app)
    cors.register(app, settings.allowed_origins)
    assets.register(app)
    problems.register(app)
    endpoints.register(app)
    for part in (views, sharing, posting, crawling):
        app.register_blueprint(part.blueprint)
    staff.register(app, settings)
    metrics.register(app)
    shortcut.register(app)
    cache.register(app)
    gate.register(app)
    return app
