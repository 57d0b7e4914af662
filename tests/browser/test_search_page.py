"""The search page as a person uses it: without scripts, typing fast on a slow line, by keyboard alone, coming back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import PHONE


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    """A phone whose requests can be delayed: without a service worker between page and network."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN", service_workers="block")
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_without_javascript_a_search_leads_to_the_procedure(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(site)
    page.fill("input[name=q]", "dang ky khai sinh")
    page.keyboard.press("Enter")
    page.click(".results a >> nth=0")
    assert page.url == f"{site}/thu-tuc/1.001193?q=dang+ky+khai+sinh"
    assert "Giấy chứng sinh" in page.inner_text("main")
    page.locator("#checklist input").first.check()
    page.click("text=← Kết quả cho “dang ky khai sinh”")
    page.locator("#filters summary").click()
    page.click("#filters a.chip >> nth=0")
    assert page.locator(".chip.on").count() == 1
    expect(page.locator("#speak")).to_be_hidden()
    expect(page.locator("#recent")).to_have_count(0)
    context.close()


def test_results_come_while_typing_and_the_address_follows(page: Page, site: str) -> None:
    page.goto(site)
    page.locator("#q").press_sequentially("dang ky khai sinh", delay=20)
    expect(page.locator(".results h2").first).to_have_text("Thủ tục đăng ký khai sinh")
    expect(page).to_have_url(f"{site}/?q=dang+ky+khai+sinh")
    expect(page).to_have_title("dang ky khai sinh – Tra cứu thủ tục hành chính")
    expect(page.locator("#status")).to_contain_text("thủ tục.")
    page.locator("#q").fill("")
    expect(page.locator("#events")).to_be_visible()
    expect(page).to_have_url(f"{site}/")


@pytest.mark.parametrize("ignores_abort", [False, True], ids=["a slow answer", "a slow answer that cannot be cancelled"])
def test_an_answer_that_comes_late_never_replaces_a_newer_one(plain: Page, site: str, ignores_abort: bool) -> None:
    asked: list[str] = []
    late: list[Route] = []

    def pass_on(route: Route) -> None:
        asked.append(route.request.url)
        if "ket+hon" in route.request.url:
            late.append(route)
        else:
            route.continue_()

    plain.route("**/ket-qua?*", pass_on)
    if ignores_abort:  # an old browser: fetch knows no signal
        plain.add_init_script("const ask = fetch; window.fetch = (address, options) => ask(address, { ...options, signal: undefined })")
    plain.goto(site)
    plain.fill("#q", "ket hon")
    plain.wait_for_timeout(600)
    plain.fill("#q", "khai sinh")
    expect(plain.locator(".results h2").first).to_contain_text("khai sinh")
    newest = plain.locator("#results").inner_html()
    assert len(late) == 1
    late[0].continue_()
    plain.wait_for_timeout(500)
    assert plain.locator("#results").inner_html() == newest
    assert plain.url == f"{site}/?q=khai+sinh"
    assert [address.split("?")[1] for address in asked] == ["q=ket+hon", "q=khai+sinh"]


def test_fast_typing_asks_little(plain: Page, site: str) -> None:
    asked: list[str] = []
    plain.on("request", lambda request: asked.append(request.url) if "/ket-qua" in request.url else None)
    plain.goto(site)
    plain.locator("#q").press_sequentially("dang ky khai sinh cho con", delay=15)
    expect(plain).to_have_url(f"{site}/?q=dang+ky+khai+sinh+cho+con")
    assert len(asked) <= 3  # 25 letters


def test_when_the_line_breaks_while_typing_the_page_says_so_and_recovers(plain: Page, site: str) -> None:
    plain.goto(site)
    plain.context.set_offline(True)
    plain.fill("#q", "khai sinh")
    expect(plain.locator("#results")).to_contain_text("Mạng chậm hoặc không có mạng")
    plain.context.set_offline(False)
    plain.click("#search button[type=submit]")
    expect(plain.locator(".results h2").first).to_contain_text("khai sinh")


def test_by_keyboard_alone_a_suggestion_is_chosen_and_a_procedure_opened(page: Page, site: str) -> None:
    page.goto(site)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    box = page.get_by_role("combobox")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.type("dang ky kh", delay=20)
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("dang ky kh")
    page.keyboard.type("a", delay=20)
    expect(options.first).to_be_visible()
    text = options.first.inner_text()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(box).to_have_value(text)
    expect(page.locator(".results a").first).to_be_visible()
    page.locator(".results a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/thu-tuc/**")


def test_searches_are_remembered_on_this_phone_and_removed_one_by_one_or_all(page: Page, site: str) -> None:
    for text in ("khai sinh", "kết hôn", "hộ tịch"):
        page.goto(site)
        page.fill("#q", text)
        page.keyboard.press("Enter")
        expect(page.locator("main.found .total")).to_be_visible()
    page.goto(site)
    kept = page.locator("#recent li a")
    expect(kept).to_have_text(["hộ tịch", "kết hôn", "khai sinh"])
    page.get_by_role("button", name="Xóa “kết hôn”").click()
    expect(kept).to_have_text(["hộ tịch", "khai sinh"])
    page.reload()
    expect(kept).to_have_text(["hộ tịch", "khai sinh"])
    kept.last.click()
    expect(page.locator("#q")).to_have_value("khai sinh")
    page.goto(site)
    page.get_by_role("button", name="Xóa hết").click()
    expect(page.locator("#recent")).to_be_hidden()
    assert page.evaluate("localStorage.getItem('recent')") == "[]"


def test_what_is_half_typed_is_not_remembered(page: Page, site: str) -> None:
    page.goto(site)
    page.fill("#q", "khai sinh")
    expect(page.locator(".results h2").first).to_be_visible()
    assert page.evaluate("localStorage.getItem('recent')") is None


def test_speech_fills_the_box_where_the_browser_has_it(page: Page, site: str) -> None:
    page.add_init_script("""
        window.SpeechRecognition = class {
            start() {
                setTimeout(() => {
                    this.onresult({ results: [Object.assign([{ transcript: "đăng ký " + (this.lang === "vi-VN" ? "khai sinh." : "?") }], { isFinal: true })] });
                    this.onend();
                }, 50);
            }
            stop() {}
        };
    """)
    page.goto(site)
    page.get_by_role("button", name="Nói điều cần tìm").click()
    expect(page.locator("#q")).to_have_value("đăng ký khai sinh")
    expect(page.locator(".results h2").first).to_have_text("Thủ tục đăng ký khai sinh")


def test_nothing_typed_or_remembered_becomes_markup(page: Page, site: str) -> None:
    attack = '"><img src=x onerror="window.hacked=1">'
    page.goto(site)
    page.fill("#q", attack)
    page.keyboard.press("Enter")
    expect(page.locator("main.found")).to_be_visible()
    page.goto(site)
    expect(page.locator("#recent li a")).to_have_text([attack])
    page.locator("#recent li a").click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("window.hacked") is None


def test_our_headers_let_the_page_do_all_it_does(phone: BrowserContext, site: str) -> None:
    """The content security policy refuses nothing that the pages need."""
    refused: list[str] = []
    page = phone.new_page()
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    for path in ("/", "/?q=khai+sinh", "/thu-tuc/1.001193", "/viec/sinh-con"):
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
    page.goto(site)
    page.locator("#q").press_sequentially("khai", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    assert refused == []
