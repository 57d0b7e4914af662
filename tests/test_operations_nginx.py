"""The shipped site of nginx, run as it is: what it passes on, keeps, refuses and says itself."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from lookup.api.cors import MINI_APP
from lookup.api.problems import DETAILS, MEDIA_TYPE, TITLES, make_problem
from tests.gunicorn_process import Answered, Service, start_service
from tests.nginx_process import NAME, Site, answering, free_port, run_site

SHEET = "/thu-tuc/1.001193/niem-yet"
FEW = {"rate=100r/s": "rate=1r/m", "burst=300": "burst=2"}
"""Three requests, and no more in the time of a test."""


@pytest.fixture(scope="module")
def service(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = start_service(tmp_path_factory.mktemp("service"), sample_index, LOOKUP_TRUSTED_PROXIES="1", LOOKUP_RATE_LIMIT="", LOOKUP_PUBLIC_URL="")
    yield service
    service.stop()


@pytest.fixture(scope="module")
def site(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with run_site(tmp_path_factory.mktemp("nginx"), service.port) as site:
        yield site


def same_answer(first: Answered, second: Answered) -> bool:
    """Whether the second was kept from the first: each answer of the service has a number of its own."""
    return first.headers["x-request-id"] == second.headers["x-request-id"]


def test_the_site_passes_searches_on_and_compressed(site: Site) -> None:
    plain = site.get("/api/v1/search?q=khai+sinh")
    packed = site.get("/api/v1/search?q=khai+sinh", {"Accept-Encoding": "br"})
    assert plain.status == packed.status == 200 and packed.headers["content-encoding"] == "br" and len(packed.body) < len(plain.body)
    assert plain.headers["strict-transport-security"] == "max-age=31536000" and plain.headers["x-frame-options"] == "DENY"


def test_the_site_closes_the_figures_and_the_service_would_not_tell_them_either(site: Site, service: Service) -> None:
    refused = site.get("/metrics")
    assert refused.status == 404 and "x-request-id" not in refused.headers, "nginx itself says no"
    assert service.get("/metrics").status == 200


def test_the_site_overwrites_what_clients_say_of_themselves(site: Site) -> None:
    answer = site.get("/healthz", {"X-Forwarded-For": "1.1.1.1", "X-Request-ID": "mine"})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


# --- what it keeps


def test_what_somebody_asks_under_a_false_name_is_told_to_nobody_else(site: Site) -> None:
    for path in (SHEET, "/sitemap.xml", "/thu-tuc/1.001193/qr.svg", "/"):
        site.get(path, host="evil.example")
        site.get(path, {"X-Forwarded-Host": "evil.example"})
        site.get(f"http://evil.example{path}")
        answer = site.get(path)
        assert answer.status == 200 and b"evil.example" not in answer.body
    assert NAME.encode() in site.get(SHEET).body, "the sheet does hold the name under which it was asked"


@pytest.mark.parametrize("path", [SHEET, "/sitemap.xml", "/thu-tuc/1.001193/qr.svg", "/quan-tri/dang-nhap", "/api/v1/procedures/0.000000"])
def test_what_is_not_for_everybody_is_never_kept(site: Site, path: str) -> None:
    first = site.get(path)
    assert "public" not in first.headers["cache-control"] and not same_answer(first, site.get(path))


def test_what_is_for_everybody_is_kept_for_a_second_and_not_longer(site: Site) -> None:
    first = site.get("/api/v1/search?q=ket+hon")
    assert same_answer(first, site.get("/api/v1/search?q=ket+hon"))
    time.sleep(2.1)
    assert not same_answer(first, site.get("/api/v1/search?q=ket+hon")), "else what staff corrected shows to the second asker only"


def test_answers_are_kept_for_each_name_apart(service: Service, tmp_path: Path) -> None:
    with run_site(tmp_path, service.port, {f"server_name {NAME};": f"server_name {NAME} khac.example.vn;"}) as site:
        first, other = site.get("/"), site.get("/", host="khac.example.vn")
        assert other.status == 200 and not same_answer(first, other) and same_answer(first, site.get("/"))


def test_what_may_not_be_kept_does_not_wait_for_its_like(tmp_path: Path) -> None:
    def slowly(_: BaseHTTPRequestHandler) -> tuple[int, dict[str, str]]:
        time.sleep(0.05)
        return 200, {"Cache-Control": "private, no-cache"}

    with answering(slowly) as port, run_site(tmp_path, port) as site, ThreadPoolExecutor(8) as askers:
        begun = time.monotonic()
        assert {answer.status for answer in askers.map(site.get, [SHEET] * 8)} == {200}
        assert time.monotonic() - begun < 2, "one after another they take half a second each"


# --- by which name it is asked


def test_strangers_are_sent_to_the_right_name(site: Site) -> None:
    for refused in (site.get(SHEET, host="evil.example"), site.get(f"http://evil.example{SHEET}"), site.get_plain(SHEET, host="evil.example")):
        assert (refused.status, refused.body.decode()) == (421, f"Xin mở https://{NAME}/\n")
    redirected = site.get_plain(SHEET)
    assert (redirected.status, redirected.headers["location"]) == (301, f"https://{NAME}{SHEET}")


def test_balancers_ask_for_health_by_number(site: Site) -> None:
    assert [site.get(path, host="127.0.0.1").status for path in ("/healthz", "/readyz")] == [200, 200]
    assert [site.get_plain(path, host="127.0.0.1").status for path in ("/healthz", "/readyz")] == [200, 200]


# --- what it says itself


def is_problem(answer: Answered, status: HTTPStatus) -> None:
    """The problem that the service would answer, as JSON."""
    assert answer.status == status and answer.headers["content-type"] == MEDIA_TYPE
    assert json.loads(answer.body) == make_problem(status, DETAILS[status])
    is_closed(answer)


def is_page(answer: Answered, status: HTTPStatus) -> None:
    """The same for people."""
    assert answer.status == status and answer.headers["content-type"] == "text/html; charset=utf-8"
    page = answer.body.decode()
    assert '<html lang="vi">' in page and f"<h1>{TITLES[status]}</h1><p>{DETAILS[status]}</p>" in page
    is_closed(answer)


def is_closed(answer: Answered) -> None:
    """What every answer says to browsers, and that nobody keeps this one."""
    assert answer.headers["content-security-policy"].startswith("default-src 'none'") and answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store" and answer.headers["strict-transport-security"] == "max-age=31536000"
    assert answer.headers["vary"] == "Origin" and answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_too_long_is_refused_in_the_words_of_the_service(site: Site) -> None:
    for start, judge in (("/api/v1/search", is_problem), ("/", is_page)):
        judge(site.get(f"{start}?q={'x' * 9_000}"), HTTPStatus.REQUEST_URI_TOO_LONG)
        judge(site.get(start, {"Cookie": "x" * 9_000}), HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        judge(site.get(start, body=b"x" * 100_000), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        judge(site.get(f"{start}%zz"), HTTPStatus.BAD_REQUEST)
    is_page(site.get("/nginx-problem/json"), HTTPStatus.NOT_FOUND)


def test_the_same_is_said_over_http_2(site: Site) -> None:
    is_problem(site.get_http2("/api/v1/search", body=b"x" * 100_000), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    is_page(site.get_http2("/", body=b"x" * 100_000), HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    is_page(site.get_http2("/metrics"), HTTPStatus.NOT_FOUND)
    passed_on = site.get_http2(f"/api/v1/search?q={'x' * 9_000}")  # nginx takes longer addresses here
    assert (passed_on.status, json.loads(passed_on.body)["detail"]) == (414, DETAILS[HTTPStatus.REQUEST_URI_TOO_LONG])


def test_uploads_of_staff_may_be_large(site: Site) -> None:
    passed_on = site.get("/quan-tri/khong-co", body=b"x" * 100_000)
    assert passed_on.status in (404, 413, 502)  # 502: the service answers at once and hangs up before nginx has sent all of it
    assert passed_on.status == 502 or "x-request-id" in passed_on.headers


def test_faults_of_the_service_are_told_in_its_own_words(site: Site) -> None:
    unknown, wrong = site.get("/api/v1/procedures/0.000000"), site.get("/api/v1/search?page=0")
    assert (unknown.status, wrong.status) == (404, 422) and json.loads(wrong.body)["errors"] and "x-request-id" in unknown.headers


def test_who_asks_too_often_is_told_when_to_come_again(service: Service, tmp_path: Path) -> None:
    with run_site(tmp_path, service.port, FEW) as site:
        assert [site.get("/api/v1/suggest?q=khai").status for _ in range(4)] == [200, 200, 200, 429]
        for origin in (*MINI_APP, "https://evil.example"):
            refused = site.get("/api/v1/suggest?q=khai", {"Origin": origin})
            is_problem(refused, HTTPStatus.TOO_MANY_REQUESTS)
            assert refused.headers["retry-after"] == "3" and "Retry-After" in refused.headers["access-control-expose-headers"]
            assert refused.headers.get("access-control-allow-origin") == (origin if origin in MINI_APP else None)
        page = site.get("/?q=khai")
        is_page(page, HTTPStatus.TOO_MANY_REQUESTS)
        assert page.headers["retry-after"] == "3"
        assert {site.get(path).status for path in ("/healthz", "/readyz") * 5} == {200}, "health has no limit"
        asked = {"Origin": MINI_APP[0], "Access-Control-Request-Method": "GET"}
        assert site.get("/api/v1/suggest?q=khai", asked, method="OPTIONS").status == 204, "else a mini-app could not even read the 429"


def test_a_service_that_is_silent_or_gone_is_told_in_vietnamese(tmp_path: Path) -> None:
    def silent(_: BaseHTTPRequestHandler) -> tuple[int, dict[str, str]]:
        time.sleep(1.5)
        return 200, {}

    (tmp_path / "gone").mkdir()
    with answering(silent) as port, run_site(tmp_path, port, {"proxy_read_timeout 30s": "proxy_read_timeout 500ms"}) as late:
        told = [(504, late.get("/api/v1/search?q=a")), (504, late.get("/"))]
    with run_site(tmp_path / "gone", free_port()) as site:
        told += [(502, site.get("/api/v1/search?q=a")), (502, site.get("/")), (502, site.get("/readyz"))]
    for status, answer in told:
        assert answer.status == status and answer.headers["retry-after"] == "30"
        assert "tạm thời chưa trả lời. Xin thử lại sau ít phút." in answer.body.decode()
        is_closed(answer)
    for answer in (told[0][1], told[2][1], told[4][1]):
        problem = json.loads(answer.body)
        assert answer.headers["content-type"] == MEDIA_TYPE
        assert (problem["status"], problem["title"]) == (answer.status, TITLES[HTTPStatus.SERVICE_UNAVAILABLE])


# --- several machines


def test_behind_a_balancer_citizens_are_counted_apart_once_it_is_named(service: Service, tmp_path: Path) -> None:
    (tmp_path / "named").mkdir()

    def ask(site: Site, address: str) -> int:
        return site.get("/api/v1/suggest?q=khai", {"X-Forwarded-For": address}).status

    with run_site(tmp_path, service.port, FEW) as site:
        assert [ask(site, f"203.0.113.{number}") for number in range(4)][-1] == 429, "whoever comes directly can write what he likes"
    named = {"# set_real_ip_from 10.0.0.1": "set_real_ip_from 127.0.0.1", "# real_ip_": "real_ip_"}
    with run_site(tmp_path / "named", service.port, FEW | named) as site:
        assert [ask(site, "203.0.113.1") for _ in range(4)] == [200, 200, 200, 429]
        assert [ask(site, "203.0.113.2"), ask(site, "203.0.113.9, 203.0.113.1")] == [200, 429]


def test_a_rush_takes_no_machine_out(tmp_path: Path) -> None:
    asked: list[str] = []

    def busy(handler: BaseHTTPRequestHandler) -> tuple[int, dict[str, str]]:
        asked.append(handler.path)
        return 503, {"Retry-After": "2"}

    with answering(busy) as port, answering(lambda _: (200, {})) as other:
        changes = {"# Further machines: server 10.0.0.12:8000": f"server 127.0.0.1:{other}"}
        with run_site(tmp_path, port, changes) as site:
            statuses = [site.get(f"/?q={number}").status for number in range(12)]
    assert len(asked) == statuses.count(503) == 6, "a machine that is busy is still asked in its turn, and its answer stands"


def test_what_was_asked_before_is_answered_while_the_service_is_down(sample_index: Path, tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    service = start_service(tmp_path, sample_index, LOOKUP_TRUSTED_PROXIES="1")
    with run_site(tmp_path / "nginx", service.port) as site:
        asked = site.get("/?q=dang+ky+ket+hon")
        assert asked.status == 200
        service.stop()
        time.sleep(1.2)
        again = site.get("/?q=dang+ky+ket+hon")
        assert again.status == 200 and again.body == asked.body
        assert site.get("/?q=chua+ai+hoi").status == 502
