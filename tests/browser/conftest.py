"""A real Chromium against the real application over real HTTP."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright
from werkzeug.serving import make_server

from lookup import Settings, create_app

PHONE: ViewportSize = {"width": 360, "height": 740}
NAMES = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def serving(application: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine; the address without a slash at its end."""
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Flask], str]]:
    """Serves any application until the session ends."""
    with ExitStack() as open_servers:
        yield lambda application: open_servers.enter_context(serving(application))


@pytest.fixture(scope="session")
def site(sample_index: Path, serve: Callable[[Flask], str]) -> str:
    """The address of the service over the sample catalogue."""
    return serve(create_app(Settings(index_dir=sample_index)))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Its lack is a failure where CI runs, and a skip with the remedy elsewhere."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        message = "no Chromium on this machine; scripts/test installs it where it may (root on Debian), elsewhere: apt install chromium"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield opened
        opened.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh phone: nothing stored on it."""
    context = browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True, locale="vi-VN")
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Page:
    return phone.new_page()
