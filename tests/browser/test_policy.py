"""No page asks a browser for anything that our own Content-Security-Policy forbids."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

PATHS = [
    "/",
    "/?q=dang+ky+khai+sinh",
    "/?q=xyzzy",
    "/?page=0",
    "/thu-tuc/1.001193",
    "/thu-tuc/1.001193/niem-yet",
    "/thu-tuc/9.999999",
    "/niem-yet",
    "/niem-yet/ho-tich",
    "/tai-lieu-api",
    "/nothing",
    "/quan-tri",
]
WATCH = "addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))"


@pytest.mark.parametrize("path", PATHS)
def test_no_page_breaks_the_policy(path: str, site: str, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.add_init_script(WATCH)
    page.goto(site + path)
    page.wait_for_load_state("networkidle")
    assert [text for text in told if "policy" in text.lower() or "Refused" in text] == []


def test_the_watch_sees_what_the_policy_forbids(site: str, page: Page) -> None:
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.add_init_script(WATCH)
    page.goto(site)
    page.evaluate("document.body.append(Object.assign(document.createElement('img'), { src: 'https://elsewhere.example/x.png' }))")
    page.wait_for_timeout(300)
    assert any(text.startswith("policy: img-src") for text in told)
