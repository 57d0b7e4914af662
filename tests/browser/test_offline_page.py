"""Without a network: what was seen and searched can be read, the page says so, and a new catalogue replaces what is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from index import Procedure, publish_catalogue
from index.catalogue.procedure import Catalogue
from lookup import Settings, create_app

BIRTH = "/thu-tuc/1.001193"


def visit(page: Page, address: str) -> None:
    """Open a page and wait until the service worker has kept what it keeps."""
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_load_state("networkidle")


def forget_http_cache(page: Page) -> None:
    """What a phone kept for a minute only is gone after a minute."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")


def test_procedures_seen_and_searches_made_can_be_read_without_a_network(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    visit(page, site)
    visit(page, site + BIRTH)
    visit(page, f"{site}/?q=dang+ky+khai+sinh")
    page.goto(site)
    page.fill("#q", "kết hôn")
    page.keyboard.press("Enter")
    expect(page.locator(".results h2").first).to_contain_text("kết hôn")
    page.wait_for_load_state("networkidle")
    forget_http_cache(page)
    phone.set_offline(True)

    page.goto(site + BIRTH)
    expect(page.locator("h1")).to_have_text("Thủ tục đăng ký khai sinh")
    expect(page.locator("#offline")).to_contain_text("Đây là bản đã lưu trên máy lúc")
    assert page.evaluate("getComputedStyle(document.querySelector('.jumps')).display") == "flex"  # the style is there too

    page.goto(f"{site}/?q=dang+ky+khai+sinh")
    expect(page.locator(".results h2").first).to_have_text("Thủ tục đăng ký khai sinh")

    page.goto(f"{site}/?q=kết+hôn")  # found while typing: only the results were fetched
    expect(page.locator(".results h2").first).to_contain_text("kết hôn")
    expect(page.locator("#offline")).to_contain_text("Đây là bản đã lưu")

    page.goto(site)
    expect(page.locator("#recent li a")).to_have_text(["kết hôn"])

    page.goto(f"{site}/thu-tuc/2.000635")
    expect(page.locator("h1")).to_have_text("Không có mạng")
    expect(page.locator("#kept a")).to_contain_text(["Thủ tục đăng ký khai sinh", "kết hôn", "dang ky khai sinh"])
    page.click("#kept a >> nth=0")
    expect(page.locator("h1")).to_have_text("Thủ tục đăng ký khai sinh")

    phone.set_offline(False)
    page.reload()
    expect(page.locator("#offline")).to_be_hidden()


def test_the_first_page_a_phone_sees_is_kept_too(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    visit(page, site + BIRTH)
    page.wait_for_function("caches.open('procedures').then((cache) => cache.keys()).then((keys) => keys.length === 1)")
    forget_http_cache(page)
    phone.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text("Thủ tục đăng ký khai sinh")


def test_the_last_twenty_procedures_are_kept(phone: BrowserContext, tmp_path: Path, serve: Callable[[Flask], str]) -> None:
    codes = [f"1.{number}" for number in range(1000, 1023)]
    publish_catalogue(Catalogue(tuple(Procedure(code, f"Việc {code}") for code in codes)), tmp_path)
    site = serve(create_app(Settings(index_dir=tmp_path)))
    page = phone.new_page()
    visit(page, site)
    for code in codes:
        page.goto(f"{site}/thu-tuc/{code}")
    keys = "caches.open('procedures').then((cache) => cache.keys()).then((keys) => keys.map((key) => new URL(key.url).pathname.slice(9)))"
    page.wait_for_function(f"{keys}.then((kept) => kept.length === 20 && kept[19] === '1.1022')")
    assert page.evaluate(keys) == codes[3:]


def test_a_new_catalogue_renews_what_is_kept_and_drops_what_was_withdrawn(phone: BrowserContext, tmp_path: Path, serve: Callable[[Flask], str]) -> None:
    def publish(*procedures: Procedure) -> None:
        publish_catalogue(Catalogue(procedures), tmp_path)

    publish(Procedure("1.1000", "Khai sinh cũ"), Procedure("1.2000", "Kết hôn"), Procedure("1.3000", "Bị bãi bỏ"))
    site = serve(create_app(Settings(index_dir=tmp_path)))
    page = phone.new_page()
    visit(page, site)
    for code in ("1.1000", "1.2000", "1.3000"):
        visit(page, f"{site}/thu-tuc/{code}")
    publish(Procedure("1.1000", "Khai sinh mới"), Procedure("1.2000", "Kết hôn"))
    forget_http_cache(page)
    visit(page, f"{site}/thu-tuc/1.2000")
    names = """caches.open('procedures').then(async (cache) => Promise.all((await cache.keys()).map(async (key) =>
        (await (await cache.match(key)).text()).match(/<h1[^>]*>(.*?)<\\/h1>/)[1])))"""
    page.wait_for_function(f"{names}.then((kept) => kept.sort().join() === 'Khai sinh mới,Kết hôn')")
    phone.set_offline(True)
    page.goto(f"{site}/thu-tuc/1.1000")
    expect(page.locator("h1")).to_have_text("Khai sinh mới")


def test_removing_recent_searches_removes_what_was_kept_of_them(phone: BrowserContext, site: str) -> None:
    page = phone.new_page()
    visit(page, site)
    page.fill("#q", "khai sinh")
    page.keyboard.press("Enter")
    kept = "caches.open('searches').then((cache) => cache.keys()).then((keys) => keys.length)"
    page.wait_for_function(f"{kept}.then((count) => count > 0)")
    page.goto(site)
    page.get_by_role("button", name="Xóa hết").click()
    page.wait_for_function(f"{kept}.then((count) => count === 0)")


def test_the_page_can_be_installed(page: Page, site: str) -> None:
    page.goto(site)
    manifest = page.request.get(site + (page.locator("link[rel=manifest]").get_attribute("href") or "")).json()
    assert manifest["start_url"] == "/" and manifest["display"] == "standalone" and manifest["lang"] == "vi"
    sizes = {(icon["sizes"], icon.get("purpose", "any")) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
    for icon in manifest["icons"]:
        measured = page.evaluate("async (src) => { const image = new Image(); image.src = src; await image.decode(); return image.naturalWidth }", icon["src"])
        assert icon["sizes"] in ("any", f"{measured}x{measured}")
    assert page.context.new_cdp_session(page).send("Page.getAppManifest")["errors"] == []
