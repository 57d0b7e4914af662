"""Take pictures of every state of the pages in Chromium: on a phone and a desktop, in light and dark."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from index import CatalogueIndexError, Search, SearchEngine

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SCREENS: dict[str, ViewportSize] = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}
SCHEMES = ("light", "dark")
NEED = "đăng ký khai sinh"
STARTING = 30  # seconds

State = Callable[[Page], object]


@click.command(help="Chụp mọi trạng thái của trang trên điện thoại và máy tính, nền sáng và nền tối.")
@click.argument("folder", default="var/screenshots", type=click.Path(file_okay=False, path_type=Path))
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", type=click.Path(file_okay=False, path_type=Path), help="Thư mục chỉ mục.")
@click.option("--only", multiple=True, help="Chỉ chụp các trạng thái này.")
def screenshots(folder: Path, index_dir: Path, only: tuple[str, ...]) -> None:
    """Write `FOLDER/STATE-SCREEN-SCHEME.png` for every state, the visible part and (`-whole`) the whole page."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise click.ClickException("Máy này chưa có Chromium. Xin cài rồi chạy lại (Debian, Ubuntu: apt install chromium).")
    states = {name: state for name, state in make_states(index_dir).items() if not only or name in only}
    folder.mkdir(parents=True, exist_ok=True)
    with serving(index_dir) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        for name, state in states.items():
            for screen in SCREENS:
                for scheme in SCHEMES:
                    take(browser, address, state, screen, scheme, folder / f"{name}-{screen}-{scheme}")
            click.echo(name)
        browser.close()
    click.echo(f"Đã ghi ảnh vào {folder}.")


def make_states(index_dir: Path) -> dict[str, State]:
    """What to do on a fresh page for each state; which procedures to show comes from the published catalogue."""
    engine = SearchEngine(index_dir)
    try:
        best = engine.search(Search(NEED)).hits[0].card["code"]
        longest = max(engine.snapshot().procedures(), key=lambda procedure: len(procedure.name)).code
    except (CatalogueIndexError, IndexError) as error:
        raise click.ClickException(f"Chưa có danh mục để chụp: {error}") from error
    return {
        "empty": lambda page: page.goto("/"),
        "typing": _type,
        "recent": _come_back,
        "results": lambda page: page.goto("/?q=dang+ky+khai+sinh"),
        "filters": _filter,
        "none": lambda page: page.goto("/?q=xyzzy"),
        "correction": lambda page: page.goto("/?q=xac+nhan+tinh+trang+hom+nhan"),
        "understood": lambda page: page.goto("/?q=ddangw+kys+khai+sinh+o+phuong+het+bao+nhieu+tien"),
        "signpost": lambda page: page.goto("/?q=toi+muon+ly+hon"),
        "unsure": lambda page: page.goto("/?q=may+giat+keu+to+qua"),
        "error": lambda page: page.goto("/thu-tuc/0.000000"),
        "refused": lambda page: page.goto("/?page=0"),
        "offline": lambda page: _lose_network(page, best),
        "offline-kept": lambda page: _lose_network(page, best, f"/thu-tuc/{best}"),
        "procedure": lambda page: page.goto(f"/thu-tuc/{best}"),
        "asked": lambda page: page.goto(f"/thu-tuc/{best}?can=fee&q=khai+sinh"),
        "term": lambda page: _explain(page, best),
        "long-name": lambda page: page.goto(f"/thu-tuc/{longest}"),
        "life-event": lambda page: page.goto("/viec/sinh-con"),
        "posting-list": lambda page: page.goto("/niem-yet"),
        "api": lambda page: page.goto("/tai-lieu-api"),
    }


def _type(page: Page) -> None:
    page.goto("/")
    page.locator("#q").press_sequentially("lam lai bang l", delay=30)
    page.locator("#suggestions li").first.wait_for()
    page.keyboard.press("ArrowDown")


def _come_back(page: Page) -> None:
    for text in ("làm lại bằng lái", "đăng ký kết hôn", "tách thửa"):
        page.goto("/")
        page.fill("#q", text)
        page.keyboard.press("Enter")
        page.locator("main.found .total").wait_for()
    page.goto("/")


def _filter(page: Page) -> None:
    page.goto("/?q=dang+ky&level=Cấp+xã")
    page.locator("#filters").evaluate("filters => filters.open = true")


def _lose_network(page: Page, code: str, then: str = "/thu-tuc/chua-xem") -> None:
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    for address in (f"/thu-tuc/{code}", "/?q=dang+ky+khai+sinh"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.goto(then)


def _explain(page: Page, code: str) -> None:
    page.goto(f"/thu-tuc/{code}")
    page.locator(".term").first.click()


def take(browser: Browser, address: str, state: State, screen: str, scheme: str, target: Path) -> None:
    """One state on a fresh device: what is seen at first, and the whole page."""
    is_phone = screen == "phone"
    context = browser.new_context(
        base_url=address,
        viewport=SCREENS[screen],
        color_scheme="dark" if scheme == "dark" else "light",
        locale="vi-VN",
        is_mobile=is_phone,
        has_touch=is_phone,
        device_scale_factor=2 if is_phone else 1,
    )
    page = context.new_page()
    state(page)
    page.wait_for_timeout(400)  # transitions
    page.screenshot(path=f"{target}.png")
    page.screenshot(path=f"{target}-whole.png", full_page=True)
    context.close()


@contextmanager
def serving(index_dir: Path) -> Iterator[str]:
    """The service as it is deployed, on a free port; its address without a slash at its end."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "LOOKUP_INDEX_DIR": str(index_dir), "WEB_CONCURRENCY": "1", "LOOKUP_REQUEST_LOG": "0"}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:lookup.gunicorn_conf", "--bind", f"127.0.0.1:{port}", "lookup:create_app()"]
    server = subprocess.Popen(command, env=environment)
    try:
        _wait(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def _wait(address: str) -> None:
    for _ in range(10 * STARTING):
        try:
            urlopen(f"{address}/readyz").close()
            return
        except URLError:
            time.sleep(0.1)
    raise click.ClickException("Không khởi động được dịch vụ để chụp.")


if __name__ == "__main__":
    screenshots()
