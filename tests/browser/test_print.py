"""On paper: the sheet for the wall is one A4 page whatever the procedure, its QR code can be scanned, and lists print whole."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from zxingcpp import read_barcode

from index import Procedure, SearchEngine
from lookup import Settings, create_app

SAMPLES = ("1.001193", "1.000894", "1.004873", "2.000815", "1.001612")
LONGEST = 20
POINTS = 72 / 25.4  # in a millimetre
A4 = (210 * POINTS, 297 * POINTS)
PRINTED_WIDTH = int(186 / 25.4 * 96)  # CSS pixels between the margins


def print_pages(page: Page, address: str) -> PdfReader:
    """What the browser would send to the printer, in the size that the page's own style asks for."""
    page.goto(address)
    return PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


def scan(page: Page, selector: str) -> str | None:
    """What a phone reads from an element, from the screen."""
    found = read_barcode(Image.open(io.BytesIO(page.locator(selector).screenshot())))
    return found.text if found else None


def overflow(page: Page) -> int:
    """Pixels by which the sheet's content is taller than the sheet, laid out as wide as it is printed."""
    page.set_viewport_size({"width": PRINTED_WIDTH, "height": 1000})
    page.emulate_media(media="print")
    beyond = int(page.evaluate("() => { const sheet = document.querySelector('.sheet'); return sheet.scrollHeight - sheet.clientHeight }"))
    page.emulate_media(media="null")  # back to the screen, and paper when printed
    return beyond


@pytest.mark.parametrize("code", SAMPLES)
def test_the_sheet_is_one_a4_page_and_its_code_leads_back(page: Page, site: str, code: str) -> None:
    pages = print_pages(page, f"{site}/thu-tuc/{code}/niem-yet").pages
    assert len(pages) == 1
    assert (float(pages[0].mediabox.width), float(pages[0].mediabox.height)) == pytest.approx(A4, abs=2)
    address = scan(page, ".qr")
    assert address == f"{site}/t/{code}"
    assert overflow(page) <= 0
    page.goto(address)
    assert page.url == f"{site}/thu-tuc/{code}"


def test_the_qr_code_of_a_page_can_be_scanned(page: Page, site: str) -> None:
    page.goto(f"{site}/thu-tuc/1.001193/qr.svg")
    found = read_barcode(Image.open(io.BytesIO(page.screenshot())))
    assert found is not None and found.text == f"{site}/t/1.001193"


def test_a_procedure_page_prints_without_what_paper_cannot_do(page: Page, site: str) -> None:
    text = "".join(sheet.extract_text() for sheet in print_pages(page, f"{site}/thu-tuc/1.001193").pages)
    assert "Giấy chứng sinh" in text.replace("\n", " ")
    assert "Chép đường dẫn" not in text and "Tìm thủ tục khác" not in text


def test_a_posting_list_prints_every_row(page: Page, site: str) -> None:
    text = " ".join("".join(sheet.extract_text() for sheet in print_pages(page, f"{site}/niem-yet/ho-tich").pages).split())
    rows = page.locator(".rows > li > a")
    assert rows.count() > 10
    assert [code for code in (str(row.get_attribute("href")).rpartition("/")[2] for row in rows.all()) if code not in text] == []


def length(procedure: Procedure) -> int:
    return len(procedure.name) + sum(len(paper.name) for paper in procedure.documents) + sum(len(way.description or "") for way in procedure.methods)


def test_the_longest_real_procedures_fit_one_page_too(browser: Browser, full_index: Path, full_engine: SearchEngine, serve: Callable[..., str]) -> None:
    site = serve(create_app(Settings(index_dir=full_index, request_log=False, rate_limit="")))
    procedures = full_engine.snapshot().procedures()
    longest = {procedure.code for measure in (length, lambda procedure: len(procedure.name)) for procedure in sorted(procedures, key=measure)[-LONGEST // 2 :]}
    page = browser.new_page()
    faults = []
    for code in sorted(longest):
        count, beyond = len(print_pages(page, f"{site}/thu-tuc/{code}/niem-yet").pages), overflow(page)
        if count != 1 or beyond > 0 or scan(page, ".qr") != f"{site}/t/{code}":
            faults.append((code, count, beyond))
    page.close()
    assert faults == []
