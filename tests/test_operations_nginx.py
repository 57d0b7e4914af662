"""The shipped site of nginx, run as it is: what it passes on, keeps, refuses and says itself."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.gunicorn_process import Answered, Service, start_service
from tests.nginx_process import NAME, Site, answering, run_site

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
    assert site.get("/api/v1/search?q=ket+hon").status == 200


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


def test_uploads_of_staff_may_be_large(site: Site) -> None:
    passed_on = site.get("/quan-tri/khong-co", body=b"x" * 100_000)
    assert passed_on.status in (404, 413, 502)  # 502: the service answers at once and hangs up before nginx has sent all of it
    assert passed_on.status == 502 or "x-request-id" in passed_on.headers


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
