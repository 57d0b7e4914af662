"""What holds on every page: accessible in light and dark, no wider than a small phone, few bytes, few requests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from index import Document, Method, Procedure, publish_catalogue
from index.catalogue.procedure import Catalogue
from lookup import Settings, create_app
from tests.browser.conftest import PHONE

PATHS = (
    "/",
    "/?q=dang+ky+khai+sinh",
    "/?q=đăng+ký&level=Cấp+xã",
    "/?q=đăng+ký+khai+sinh+hết+bao+nhiêu+tiền",
    "/?q=xyzzy",
    "/?q=xac+nhan+tinh+trang+hom+nhan",
    "/?q=tôi+muốn+ly+hôn",
    "/?q=máy+giặt+kêu+to+quá",
    "/thu-tuc/1.001193",
    "/thu-tuc/1.001193?can=fee&q=khai+sinh",
    "/viec/sinh-con",
    "/niem-yet",
    "/thu-tuc/9.9",
    "/tai-lieu-api",
)
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module", params=[("phone", "light"), ("phone", "dark"), ("desktop", "dark")], ids="-".join)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    device, scheme = request.param
    size = PHONE if device == "phone" else DESKTOP
    context = browser.new_context(viewport=size, color_scheme=scheme, locale="vi-VN", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}}).response["violations"]
    assert [(fault["id"], [node["html"][:200] for node in fault["nodes"][:3]]) for fault in found] == []


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(screen: Page, site: str, path: str) -> None:
    screen.goto(site + path)
    check(screen)
    assert overflow(screen, 320) <= 0  # a small phone, and a desktop of 1280 at 400 %
    screen.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(screen, 360) <= 0  # text at 200 %


def test_axe_finds_nothing_in_what_opens(screen: Page, site: str) -> None:
    screen.goto(site)
    screen.locator("#q").press_sequentially("dang ky k", delay=20)
    expect(screen.get_by_role("option").first).to_be_visible()
    screen.keyboard.press("ArrowDown")
    check(screen)
    screen.goto(f"{site}/?q=dang+ky+khai+sinh")
    screen.locator("#filters").evaluate("filters => filters.open = true")
    check(screen)
    screen.goto(f"{site}/thu-tuc/1.001193")
    screen.locator("button.term").first.click()
    check(screen)


LONG = "Đăng ký biến động quyền sử dụng đất " * 33
EXTREME = Procedure(
    "1.1000",
    LONG.strip(),
    field="Đất đai",
    levels=("Cấp xã",),
    documents=tuple(Document(f"Giấy tờ số {number} {'x' * 90}", f"Trường hợp {number % 8}: {LONG[:300]}", f"{'m' * 120}.docx", 1, 1) for number in range(90)),
    methods=(Method("Trực tuyến", LONG[:400], f"500 đồng ({LONG})", LONG), Method("Trực tiếp", "5 ngày", "Miễn phí", None)),
    steps="\n".join(f"Bước {number}: {LONG}" for number in range(1, 20)),
    conditions=LONG * 9,
)


@pytest.fixture(scope="module")
def extreme_site(tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Flask], str]) -> str:
    folder = tmp_path_factory.mktemp("extreme")
    publish_catalogue(Catalogue((EXTREME,)), folder)
    return serve(create_app(Settings(index_dir=folder, hotline="1900 1234", province="Tỉnh Lào Cai", feedback_url="https://example.vn/gop-y")))


@pytest.mark.parametrize("path", ["/", "/?q=bien+dong", "/thu-tuc/1.1000"])
def test_the_longest_texts_stay_accessible_and_within_the_screen(screen: Page, extreme_site: str, path: str) -> None:
    screen.goto(extreme_site + path)
    check(screen)
    assert overflow(screen, 320) <= 0


def overflow(page: Page, width: int) -> int:
    before = page.viewport_size or PHONE
    page.set_viewport_size({"width": width, "height": 740})
    wider: int = page.evaluate("document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
    page.set_viewport_size(before)
    return wider


class Meter:
    """Counts what leaves a service: address and bytes of every answer, compressed as sent."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self.sent: list[tuple[str, int]] = []

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        body = b"".join(self._app(environ, start))
        self.sent.append((environ["PATH_INFO"], len(body)))
        return [body]


@pytest.fixture
def metered(sample_index: Path, serve: Callable[[Flask], str]) -> tuple[str, Meter]:
    app = create_app(Settings(index_dir=sample_index))
    app.wsgi_app = meter = Meter(app.wsgi_app)  # type: ignore[assignment,method-assign]
    return serve(app), meter


def test_a_first_look_at_results_costs_few_requests_and_bytes(page: Page, metered: tuple[str, Meter]) -> None:
    site, meter = metered
    page.goto(f"{site}/?q=dang+ky+khai+sinh")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_load_state("networkidle")
    fetched = dict(meter.sent)
    for needed in ("/manifest.webmanifest", "/sw.js"):  # whether Chromium asks for them at once depends on how it was started
        fetched.setdefault(needed, len(page.request.get(site + needed, headers={"Accept-Encoding": "br"}).body()))
    assert len(fetched) <= 6, fetched
    assert sum(fetched.values()) <= 30_000, fetched


def test_results_while_typing_cost_little(page: Page, metered: tuple[str, Meter]) -> None:
    site, meter = metered
    page.goto(site)
    page.fill("#q", "dang ky")
    expect(page.locator(".results h2").first).to_be_visible()
    sizes = [size for path, size in meter.sent if path == "/ket-qua"]
    assert sizes and max(sizes) <= 5_000
