"""The search page as a person uses it."""

from __future__ import annotations

from playwright.sync_api import Browser


def test_without_javascript_a_search_leads_to_the_procedure(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site)
    page.fill("input[name=q]", "dang ky khai sinh")
    page.keyboard.press("Enter")
    page.click(".results a >> nth=0")
    assert page.url == f"{site}/thu-tuc/1.001193?q=dang+ky+khai+sinh"
    assert "Giấy chứng sinh" in page.inner_text("main")
    context.close()
