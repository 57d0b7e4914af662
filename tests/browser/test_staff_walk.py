"""What a clerk does in a year, in one walk: sign in, upload, see problems, publish, search, add a synonym, search, roll back. With and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from index import load_vocabulary, publish_catalogue, read_catalogue
from lookup import Settings, create_app
from lookup.staff import Accounts
from tests.browser.conftest import PHONE
from tests.conftest import SAMPLE_DETAILS, SAMPLE_LIST, VOCABULARY
from tests.staff_client import PASSWORD

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PATIENCE = 90_000  # ms: a publish on a busy machine


@pytest.fixture
def address(tmp_path: Path, serve: Callable[[Flask], str]) -> str:
    """A service of its own with the sample published and one editor."""
    publish_catalogue(read_catalogue([SAMPLE_LIST], [SAMPLE_DETAILS]), tmp_path / "index", load_vocabulary(VOCABULARY))
    Accounts(tmp_path / "state").add("hoa", PASSWORD, "editor")
    return serve(create_app(Settings(index_dir=tmp_path / "index", state_dir=tmp_path / "state")))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """The sample list as a colleague sends it: a new procedure, and a row without a name."""
    book = openpyxl.load_workbook(SAMPLE_LIST)
    sheet = book.worksheets[0]
    sheet.append(["9.000001", "Cấp phép thả diều ban đêm", "Bộ Nông nghiệp", "Ủy ban nhân dân cấp xã", "Chăn nuôi"])
    sheet.append(["9.000002", None, "Bộ Nông nghiệp", "Ủy ban nhân dân cấp xã", "Chăn nuôi"])
    path = tmp_path / "Danh sách tháng 11.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize(("javascript", "viewport"), [(False, PHONE), (True, DESKTOP)], ids=["phone without JavaScript", "desktop"])
def test_a_clerk_publishes_a_workbook_and_takes_it_back(javascript: bool, viewport: ViewportSize, browser: Browser, address: str, workbook: Path) -> None:
    context = browser.new_context(java_script_enabled=javascript, viewport=viewport, locale="vi-VN")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    def look() -> None:
        """Nothing sticks out of the window; a screen reader finds its way."""
        if javascript:
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()

    page.goto(f"{address}/quan-tri")
    look()
    page.get_by_label("Tên tài khoản").fill("hoa")
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    look()

    page.get_by_role("link", name="Cập nhật danh mục").click()
    look()
    page.get_by_label("Tệp danh sách thủ tục").set_input_files([workbook, SAMPLE_DETAILS])
    page.get_by_role("button", name="Gửi lên và xem trước").click()
    expect(page.get_by_role("heading", name="Nếu công bố thì sẽ thay đổi")).to_be_visible(timeout=PATIENCE)
    look()
    assert "dòng 423, cột “Tên”" in page.inner_text("main") and "Xin ghi tên thủ tục" in page.inner_text("main")
    assert "9.000001" in page.inner_text("main")
    assert _first_result(browser, address, "thả diều ban đêm") != "/thu-tuc/9.000001"

    page.get_by_label("Lý do cập nhật").fill("Quyết định 77/QĐ-UBND")
    page.get_by_role("button", name=re.compile("^Công bố")).click()
    expect(page.get_by_text("Đã công bố. Người dân đang thấy danh mục mới.")).to_be_visible(timeout=PATIENCE)
    look()
    assert _first_result(browser, address, "thả diều ban đêm") == "/thu-tuc/9.000001"

    assert _first_result(browser, address, "con cú vọ") != "/thu-tuc/9.000001"
    _add_synonym(page, look, "con cú vọ", "thả diều ban đêm")
    assert _first_result(browser, address, "con cú vọ") == "/thu-tuc/9.000001"

    page.get_by_role("link", name="Phiên bản").click()
    expect(page.get_by_text("hoa: Quyết định 77/QĐ-UBND")).to_be_visible()
    look()
    page.get_by_role("link", name="Quay lại phiên bản này").last.click()
    look()
    page.get_by_label("Lý do quay lại").fill("Chưa đến ngày hiệu lực")
    page.get_by_role("button", name="Quay lại phiên bản này").click()
    expect(page.get_by_text("Đã quay lại. Người dân đang thấy phiên bản này.")).to_be_visible()
    assert _first_result(browser, address, "thả diều ban đêm") != "/thu-tuc/9.000001"

    page.get_by_role("link", name="Nhật ký").click()
    expect(page.get_by_text("Chưa đến ngày hiệu lực")).to_be_visible()
    look()
    page.get_by_role("button", name="Đăng xuất").click()
    page.goto(f"{address}/quan-tri/phien-ban")
    expect(page.get_by_role("heading", name="Đăng nhập")).to_be_visible()
    assert complaints == []
    context.close()


def _add_synonym(page: Page, look: Callable[[], None], said: str, official: str) -> None:
    """Fill in the form, see the results before and after, keep it."""
    page.get_by_role("link", name="Từ vựng", exact=True).click()
    look()
    page.get_by_role("link", name="Thêm dòng mới").click()
    look()
    page.get_by_label("Từ người dân nói").fill(said)
    page.get_by_label("Từ trong văn bản").fill(official)
    page.get_by_role("button", name="Xem thử").click()
    expect(page.get_by_role("heading", name="Xem trước kết quả")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("heading", name=f"Tìm “{said}”")).to_be_visible()
    look()
    page.get_by_role("button", name="Lưu và đưa lên").click()
    expect(page.get_by_role("heading", name="Đã lưu và đưa lên")).to_be_visible(timeout=PATIENCE)
    look()


def _first_result(browser: Browser, address: str, query: str) -> str | None:
    """Where the first result of a search on somebody's phone leads."""
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    page = context.new_page()
    page.goto(f"{address}/?q={query}")
    links = page.locator(".results a")
    found = links.first.get_attribute("href") if links.count() else None
    context.close()
    return found and found.partition("?")[0]
