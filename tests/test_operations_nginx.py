"""The shipped site of nginx, run as it is: what it passes on, keeps, refuses and says itself."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gunicorn_process import Service, start_service
from tests.nginx_process import Site, run_site

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


def test_the_site_passes_searches_on_and_compressed(site: Site) -> None:
    plain = site.get("/api/v1/search?q=khai+sinh")
    packed = site.get("/api/v1/search?q=khai+sinh", {"Accept-Encoding": "br"})
    assert plain.status == packed.status == 200 and packed.headers["content-encoding"] == "br" and len(packed.body) < len(plain.body)
    assert plain.headers["strict-transport-security"] == "max-age=31536000" and plain.headers["x-frame-options"] == "DENY"


def test_the_site_closes_the_figures_and_the_service_would_not_tell_them_either(site: Site, service: Service) -> None:
    refused = site.get("/metrics")
    assert refused.status == 404 and b"nginx" in refused.body, "nginx itself says no"
    assert service.get("/metrics").status == 200


def test_the_site_overwrites_what_clients_say_of_themselves(site: Site) -> None:
    answer = site.get("/healthz", {"X-Forwarded-For": "1.1.1.1", "X-Request-ID": "mine"})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


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
