"""Who sees and does what on the staff page, over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from lookup import Settings, create_app
from lookup.staff import Accounts
from lookup.staff.throttling import MOST_OF_ACCOUNT
from tests.staff_client import LIST, PASSWORD, Staff, make_staff_app, signed_in


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("staff")


@pytest.fixture(scope="module")
def application(folder: Path) -> Flask:
    return make_staff_app(folder)


def test_the_page_is_off_until_an_account_exists_and_needs_no_restart(tmp_path: Path) -> None:
    application = create_app(Settings(index_dir=tmp_path / "index", state_dir=tmp_path / "state"))
    person = Staff(application)
    for path in ("/quan-tri/", "/quan-tri/dang-nhap", "/quan-tri/nhat-ky"):
        response = person.get(path)
        assert response.status_code == 404 and "Trang quản trị chưa bật" in response.text and "scripts/staff add TÊN" in response.text
        assert "Set-Cookie" not in response.headers
    assert not (tmp_path / "state").exists()
    Accounts(tmp_path / "state").add("hoa", PASSWORD, "editor")
    assert person.sign_in("hoa").status_code == 303
    Accounts(tmp_path / "state").remove("hoa")
    assert person.get("/quan-tri/").status_code == 404


def test_every_address_of_the_staff_page_asks_strangers_to_sign_in(application: Flask) -> None:
    stranger = Staff(application)
    rules = [rule for rule in application.url_map.iter_rules() if rule.endpoint.startswith("staff.")]
    assert len(rules) > 12
    for rule in rules:
        if rule.endpoint in ("staff.sign_in", "staff.check_sign_in"):
            continue
        _, path = rule.build(dict.fromkeys(rule.arguments, "20260101T000000-00000000") | ({"part": "added"} if "part" in rule.arguments else {})) or ("", "")
        for method in rule.methods & {"GET", "POST"} if rule.methods else ():
            response = stranger.client.open(path, method=method)
            assert response.status_code == 303 and response.headers["Location"].startswith("/quan-tri/dang-nhap"), (method, path)


def live(application: Flask) -> str:
    return str(application.extensions["engine"].snapshot().current.version)


PAGES = ["/quan-tri/", "/quan-tri/cap-nhat", "/quan-tri/phien-ban", "/quan-tri/phien-ban/{live}", "/quan-tri/nhat-ky"]


@pytest.mark.parametrize("name", ["hoa", "lan"])
@pytest.mark.parametrize("page", PAGES)
def test_both_roles_see_everything(page: str, name: str, application: Flask) -> None:
    response = signed_in(application, name).get(page.format(live=live(application)))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "<script" not in response.text and " style=" not in response.text and " on" + "click" not in response.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/quan-tri/cap-nhat"),
        ("POST", "/quan-tri/cap-nhat/20260101T000000-00000000/cong-bo"),
        ("POST", "/quan-tri/cap-nhat/20260101T000000-00000000/bo"),
        ("POST", "/quan-tri/cap-nhat/20260101T000000-00000000/doc-lai"),
        ("POST", "/quan-tri/phien-ban/{live}/quay-lai"),
        ("GET", "/quan-tri/phien-ban/{live}/quay-lai"),
    ],
)
def test_viewers_change_nothing(method: str, path: str, application: Flask) -> None:
    viewer, path = signed_in(application, "lan"), path.format(live=live(application))
    response = viewer.get(path) if method == "GET" else viewer.post(path)
    assert response.status_code == 403 and "Tài khoản của bạn chỉ được xem." in response.text


def test_viewers_are_offered_nothing_that_they_may_not_do(application: Flask) -> None:
    viewer = signed_in(application, "lan")
    for page in PAGES:
        text = viewer.get(page.format(live=live(application))).text
        assert text.count('method="post"') == 1 and "Đăng xuất" in text


@pytest.mark.parametrize("token", [None, "", "made-up", "foreign"])
def test_a_form_that_is_not_ours_is_refused_in_plain_words(token: str | None, application: Flask) -> None:
    person = signed_in(application, "hoa")
    token = Staff(application).token() if token == "foreign" else token
    for path in ("/quan-tri/dang-xuat", "/quan-tri/cap-nhat", f"/quan-tri/phien-ban/{live(application)}/quay-lai", "/quan-tri/dang-nhap"):
        response = person.client.post(path, data={} if token is None else {"csrf_token": token})
        assert response.status_code == 400 and "Biểu mẫu đã quá hạn" in response.text and "Chưa có gì thay đổi" in response.text
    assert person.get("/quan-tri/").status_code == 200


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_the_cookie_is_kept_from_scripts_other_sites_and_open_lines(scheme: str, secure: bool, application: Flask) -> None:
    response = application.test_client().get("/quan-tri/dang-nhap", base_url=f"{scheme}://example.vn")
    [cookie] = response.headers.getlist("Set-Cookie")
    parts = set(cookie.split("; ")[1:])
    assert parts == {"HttpOnly", "Path=/quan-tri", "SameSite=Strict"} | ({"Secure"} if secure else set())


def test_public_pages_know_nothing_of_the_cookie(application: Flask) -> None:
    person = signed_in(application, "hoa")
    for path in ("/", "/?q=một", "/api/v1/search?q=một", "/thu-tuc/1.000001"):
        response = person.get(path)
        assert "Set-Cookie" not in response.headers and "Cookie" not in response.headers.get("Vary", "")


def test_signing_out_ends_the_session_on_our_side(application: Flask) -> None:
    person = signed_in(application, "hoa")
    kept = person.client.get_cookie("quan_tri", path="/quan-tri")
    assert kept and "Đã đăng xuất." in person.get(person.post("/quan-tri/dang-xuat").headers["Location"]).text
    person.client.set_cookie("quan_tri", kept.value, path="/quan-tri")
    assert "/dang-nhap" in person.get("/quan-tri/").headers["Location"]


def test_a_session_that_ran_out_says_so_and_leads_back(folder: Path) -> None:
    application = create_app(Settings(index_dir=folder / "index", state_dir=folder / "state", staff_session_minutes=0))
    person = Staff(application)
    assert person.sign_in("hoa", tiep="/quan-tri/nhat-ky").headers["Location"] == "/quan-tri/nhat-ky"
    response = person.get("/quan-tri/nhat-ky?trang=2")
    assert response.headers["Location"] == "/quan-tri/dang-nhap?tiep=/quan-tri/nhat-ky%3Ftrang%3D2"
    page = person.get(response.headers["Location"]).text
    assert "Phiên làm việc đã hết hạn. Xin đăng nhập lại." in page and 'name="tiep" value="/quan-tri/nhat-ky?trang=2"' in page


@pytest.mark.parametrize(
    "following", ["https://example.org/", "//example.org", "/quan-tri//example.org", "/\\example.org", "/", "/quan-tri/\nx", "javascript:x"]
)
def test_signing_in_never_leads_away(following: str, application: Flask) -> None:
    assert Staff(application).sign_in("hoa", tiep=following).headers["Location"] == "/quan-tri/"


def test_a_failed_sign_in_tells_neither_which_part_was_wrong_nor_what_was_typed(application: Flask, folder: Path) -> None:
    wrong_password, wrong_name = Staff(application).sign_in("hoa", "sai"), Staff(application).sign_in(PASSWORD, "sai")
    for response in (wrong_password, wrong_name):
        assert response.status_code == 422 and "Tên hoặc mật khẩu chưa đúng." in response.text
    log = [json.loads(line) for line in (folder / "state/audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["who"], line["action"]) for line in log[-2:]] == [("hoa", "sign-in failed"), ("", "sign-in failed")]
    assert all(set(line) == {"at", "who", "action"} for line in log[-2:])


def test_too_many_attempts_have_to_wait_even_with_the_right_password(tmp_path: Path) -> None:
    application = make_staff_app(tmp_path, ())
    for _ in range(MOST_OF_ACCOUNT):
        assert Staff(application).sign_in("hoa", "sai").status_code == 422
    response = Staff(application, "192.0.2.200").sign_in("hoa")
    assert response.status_code == 429 and "Sai quá nhiều lần. Xin đợi 15 phút rồi thử lại." in response.text
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert Staff(application).sign_in("lan").status_code == 303


def test_a_body_too_large_is_refused_before_it_is_read(application: Flask) -> None:
    stranger, viewer, editor = Staff(application), signed_in(application, "lan"), signed_in(application, "hoa")
    large = "x" * 20_000
    assert stranger.post("/quan-tri/cap-nhat", codes=large).status_code == 303  # to the sign-in form, the body unread
    assert viewer.post("/quan-tri/cap-nhat", codes=large).status_code == 403
    response = editor.post("/quan-tri/dang-xuat", note=large)
    assert response.status_code == 413 and "Tệp quá lớn" in response.text
    assert "Chưa có tệp nào" in editor.post("/quan-tri/cap-nhat", note=large).text


def test_the_audit_log_is_shown_in_words_and_escaped(tmp_path: Path) -> None:
    application = make_staff_app(tmp_path)
    person = signed_in(application, "hoa")
    person.upload(("<img src=x onerror=alert(1)>.csv", LIST))
    page = person.get("/quan-tri/nhat-ky").text
    assert "đăng nhập" in page and "gửi tệp" in page and "cách cập nhật: thay toàn bộ" in page
    assert "<img" not in page and "&lt;img src=x onerror=alert(1)&gt;.csv" in page
