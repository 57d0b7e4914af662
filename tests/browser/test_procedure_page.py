"""The page of a procedure: ticks that stay, terms that explain themselves, links that can be passed on."""

from __future__ import annotations

import json
from base64 import b64decode
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import BrowserContext, Page, expect

BIRTH = "/thu-tuc/1.001193"


def test_ticks_stay_on_the_phone_by_procedure_until_they_are_cleared(page: Page, site: str) -> None:
    page.goto(site + BIRTH)
    boxes = page.locator("#checklist input")
    total = boxes.count()
    boxes.nth(0).check()
    boxes.nth(2).check()
    expect(page.locator("#ticks")).to_contain_text(f"Đã có 2/{total} giấy tờ")
    page.reload()
    expect(boxes.nth(0)).to_be_checked()
    expect(boxes.nth(1)).not_to_be_checked()
    expect(boxes.nth(2)).to_be_checked()
    page.goto(f"{site}/thu-tuc/1.000894")
    assert page.locator("#checklist input:checked").count() == 0
    page.goto(site + BIRTH)
    page.get_by_role("button", name="Bỏ hết dấu").click()
    assert page.locator("#checklist input:checked").count() == 0
    assert page.evaluate("localStorage.getItem('ticks')") == "{}"


def test_ticks_can_be_set_by_keyboard(page: Page, site: str) -> None:
    page.goto(site + BIRTH)
    page.locator("#checklist input").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#checklist input").first).to_be_checked()


def test_a_term_explains_itself_and_goes_away_by_escape(page: Page, site: str) -> None:
    page.goto(site + BIRTH)
    term = page.locator("button.term").first
    card = page.locator(f"#{term.get_attribute('popovertarget')}")
    expect(card).to_be_hidden()
    term.click()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    term.click()
    card.get_by_role("button", name="Đóng").click()
    expect(card).to_be_hidden()


def test_a_procedure_is_passed_on_by_its_short_link(phone: BrowserContext, site: str) -> None:
    phone.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page = phone.new_page()
    page.add_init_script("window.shared = []; navigator.share = async (what) => { window.shared.push(what) }")
    page.goto(f"{site}{BIRTH}?can=fee&q=khai+sinh")
    short = page.locator("#share-link").evaluate("link => link.href")
    assert urlsplit(short).path == "/t/1.001193"
    page.get_by_role("button", name="Chia sẻ").click()
    assert page.evaluate("window.shared") == [{"title": "Thủ tục đăng ký khai sinh", "url": short}]
    page.get_by_role("button", name="Chép đường dẫn").click()
    expect(page.get_by_text("Đã chép đường dẫn.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == short
    zalo = page.get_by_role("link", name="Gửi qua Zalo").get_attribute("href") or ""
    assert json.loads(b64decode(parse_qs(urlsplit(zalo).query)["d"][0])) == {"url": short}


def test_where_there_is_no_share_sheet_no_button_promises_one(page: Page, site: str) -> None:
    page.add_init_script("delete Navigator.prototype.share")
    page.goto(site + BIRTH)
    expect(page.get_by_role("button", name="Chép đường dẫn")).to_be_visible()
    expect(page.get_by_role("button", name="Chia sẻ")).to_have_count(0)


def test_a_jump_lands_below_the_bar_that_stays(page: Page, site: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(site + BIRTH)
    page.get_by_role("link", name="Thời hạn").click()
    bar = page.locator(".jumps").bounding_box()
    heading = page.locator("#h-time").bounding_box()
    assert bar and heading and heading["y"] >= bar["y"] + bar["height"]
