"""What every request passes: headers, ids, limits, hosts, proxies, compression, figures; in process, through the real application."""

from __future__ import annotations

import gzip
import io
import json
import logging
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from index import VersionUnavailable
from lookup import Settings, create_app
from lookup.operations.limits import MOST_ADDRESSES, Limiter, Window, network_of
from lookup.operations.logs import EventFormatter, write_request
from lookup.operations.metrics import is_near
from lookup.sightings import KEY, Searched

Make = Callable[..., FlaskClient]


@pytest.fixture
def make(sample_index: Path, tmp_path: Path) -> Make:
    return lambda **settings: create_app(Settings(index_dir=sample_index, state_dir=tmp_path, **settings)).test_client()


HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
PATHS = ["/", "/?q=khai+sinh", "/thu-tuc/1.001193", "/tai-lieu-api", "/openapi.json", "/api/v1/search", "/api/v1/search?page=0", "/nothing", "/healthz"]
PATHS += ["/metrics", "/static/page.css", "/quan-tri"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers_of_safety(path: str, client: FlaskClient) -> None:
    response = client.get(path, buffered=True)
    assert {name: response.headers[name] for name in HEADERS} == HEADERS
    assert all(len(response.headers.getlist(name)) == 1 for name in (*HEADERS, "X-Request-ID"))
    assert "Strict-Transport-Security" not in response.headers


def test_https_alone_is_asked_for_where_the_settings_say_so(make: Make) -> None:
    assert make(hsts=31_536_000).get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(("given", "taken"), [("tu-zalo_1.2", True), ("x" * 65, False), ('a"b', False), ("a b", False), ("", False), (None, False)])
def test_a_request_id_is_taken_over_only_where_it_is_one(given: str | None, taken: bool, client: FlaskClient) -> None:
    told = client.get("/healthz", headers={"X-Request-ID": given} if given is not None else {}).headers["X-Request-ID"]
    assert told == given if taken else len(told) == 16 and told != given


# --- limits


def test_who_asks_too_much_waits_as_json_and_as_a_page(make: Make) -> None:
    client = make(rate_limit="3/hour")
    assert [client.get("/api/v1/suggest?q=khai").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/api/v1/suggest?q=khai", headers={"Origin": "https://h5.zdn.vn"})
    assert refused.get_json() == {
        "title": "Xin chờ một chút",
        "status": 429,
        "detail": "Mạng bạn đang dùng vừa gửi quá nhiều yêu cầu. Xin đợi một lát rồi thử lại.",
    }
    assert refused.content_type == "application/problem+json" and 0 < int(refused.headers["Retry-After"]) <= 3600
    assert refused.headers["Access-Control-Allow-Origin"] == "https://h5.zdn.vn", "a mini-app can read why"
    assert {**HEADERS}.items() <= dict(refused.headers).items()
    page = client.get("/?q=khai")
    assert page.status_code == 429 and "Xin chờ một chút" in page.text and "Retry-After" in page.headers
    assert "Access-Control-Allow-Origin" not in client.get("/api/v1/suggest?q=khai", headers={"Origin": "https://elsewhere.example"}).headers
    assert {client.get(path, buffered=True).status_code for path in ("/healthz", "/readyz", "/metrics", "/static/page.css")} == {200}


def test_addresses_are_counted_apart_and_an_empty_limit_is_none(make: Make) -> None:
    client = make(rate_limit="1/hour")
    for address in ("10.0.0.1", "10.0.0.2", "2001:db8:1:1::1", "2001:db8:1:2::1"):
        assert client.get("/api/v1/catalogue", environ_base={"REMOTE_ADDR": address}).status_code == 200
    assert client.get("/api/v1/catalogue", environ_base={"REMOTE_ADDR": "2001:db8:1:1:ffff::2"}).status_code == 429, "one /64 is one asker"
    free = make(rate_limit="")
    assert {free.get("/api/v1/catalogue").status_code for _ in range(20)} == {200}


@pytest.mark.parametrize(
    ("address", "network"),
    [("1.2.3.4", "1.2.3.4"), ("2001:db8:1:1::1", "2001:db8:1:1::/64"), ("::ffff:1.2.3.4", "1.2.3.4"), ("fe80::1%eth0", "fe80::/64"), ("", ""), ("a:b", "a:b")],
)
def test_what_counts_as_one_asker(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_window_begins_anew_and_never_grows_without_bound() -> None:
    window = Window(2, 60)
    assert [window.wait("a", 30.0) for _ in range(3)] == [0, 0, 30]
    assert window.wait("b", 30.0) == 0
    assert window.wait("a", 60.0) == 0, "a new minute"
    for number in range(MOST_ADDRESSES + 1):
        window.wait(str(number), 61.0)
    assert len(window._counts) <= MOST_ADDRESSES


def test_workers_divide_a_limit_and_several_limits_hold_together() -> None:
    limiter = Limiter("10/hour; 6/minute", workers=2)
    waits = [limiter.wait("a") for _ in range(5)]
    assert waits[:3] == [0, 0, 0] and 0 < waits[3] <= 60


@pytest.mark.parametrize("limit", ["abc", "10", "/minute", "10/fortnight"])
def test_a_limit_that_cannot_be_read_stops_the_start_and_says_why(limit: str, make: Make) -> None:
    with pytest.raises(ValueError, match="LOOKUP_RATE_LIMIT: không hiểu"):
        make(rate_limit=limit)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A Redis of its own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine (Debian, Ubuntu: apt install redis-server)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([program, "--port", str(port), "--save", "", "--dir", str(tmp_path)], stdout=subprocess.DEVNULL)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0", process
    process.kill()
    process.wait()


def test_in_redis_all_workers_count_together(redis_server: tuple[str, subprocess.Popen[bytes]]) -> None:
    url, _ = redis_server
    one, other = (Limiter("4/hour", workers=2, redis_url=url) for _ in range(2))
    assert [limiter.wait("1.2.3.4") for limiter in (one, other, one, other)] == [0, 0, 0, 0], "the whole limit, not a share"
    assert 3590 < one.wait("1.2.3.4") <= 3601 and other.wait("1.2.3.4") > 0 and one.wait("5.6.7.8") == 0


def test_when_redis_goes_addresses_are_counted_in_memory(redis_server: tuple[str, subprocess.Popen[bytes]], make: Make, caplog: Any) -> None:
    url, process = redis_server
    client = make(rate_limit="3/hour", redis_url=url)
    assert client.get("/api/v1/catalogue").status_code == 200
    process.kill()
    process.wait()
    begun = time.monotonic()
    assert [client.get("/api/v1/catalogue").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert time.monotonic() - begun < 20
    assert [record.message for record in caplog.records if record.name == "lookup.operations.limits"] == [
        "Redis does not answer (ConnectionError): addresses are counted in memory for 30 s"
    ]


# --- hosts and proxies


def test_only_the_names_of_the_settings_are_answered(make: Make) -> None:
    client = make(allowed_hosts=("tra-cuu.example.vn", ".huyen.example.vn"))
    for host, status in (
        ("tra-cuu.example.vn", 200),
        ("tra-cuu.example.vn:8443", 200),
        ("a.huyen.example.vn", 200),
        ("elsewhere.example", 400),
        ("x.tra-cuu.example.vn", 400),
        ("a b", 400),
    ):
        assert client.get("/api/v1/catalogue", headers={"Host": host}).status_code == status, host
    assert client.get("/api/v1/catalogue", headers={"Host": "a." * 4_000 + "huyen.example.vn"}).status_code == 400, "no name is that long"
    refused = client.get("/api/v1/catalogue", headers={"Host": "elsewhere.example"})
    assert refused.content_type == "application/problem+json" and refused.get_json()["status"] == 400
    assert "Yêu cầu không đọc được" in client.get("/", headers={"Host": "elsewhere.example"}).text
    assert client.get("/healthz", headers={"Host": "10.0.0.5"}).status_code == 200, "a balancer asks by address"


def who_asked(app: Flask, headers: dict[str, str]) -> tuple[str | None, bool, str]:
    from flask import request

    app.add_url_rule("/who", view_func=lambda: [request.remote_addr, request.is_secure, request.host])
    address, secure, host = app.test_client().get("/who", headers=headers).get_json()
    return address, secure, host


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [(0, ("127.0.0.1", False, "localhost")), (1, ("203.0.113.9", True, "tra-cuu.example.vn")), (2, ("198.51.100.7", False, "localhost"))],
)
def test_forwarded_headers_are_believed_only_from_as_many_proxies_as_are_set(proxies: int, seen: tuple[str, bool, str], sample_index: Path) -> None:
    app = create_app(Settings(index_dir=sample_index, trusted_proxies=proxies))
    forwarded = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "tra-cuu.example.vn"}
    assert who_asked(app, forwarded) == seen


def test_bodies_are_bounded(client: FlaskClient) -> None:
    assert client.post("/api/v1/search", data=b"x" * 20_000).status_code in (405, 413)


# --- compression


@pytest.mark.parametrize(("accepted", "encoding", "decode"), [("gzip, deflate, br, zstd", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress)])
@pytest.mark.parametrize("path", ["/", "/thu-tuc/1.001193", "/api/v1/procedures/1.001193", "/openapi.json", "/static/page.css", "/static/client.js"])
def test_text_is_compressed_as_the_asker_takes_it(path: str, accepted: str, encoding: str, decode: Callable[[bytes], bytes], client: FlaskClient) -> None:
    plain = client.get(path, buffered=True)
    packed = client.get(path, headers={"Accept-Encoding": accepted}, buffered=True)
    assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == encoding
    assert decode(packed.data) == plain.data and len(packed.data) < len(plain.data)
    assert "Accept-Encoding" in plain.headers["Vary"] and "Accept-Encoding" in packed.headers["Vary"]
    if etag := packed.headers.get("ETag"):
        again = client.get(path, headers={"Accept-Encoding": accepted, "If-None-Match": etag}, buffered=True)
        assert again.status_code == 304 and again.data == b""


def test_small_answers_and_pictures_are_left_as_they_are(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/healthz", headers={"Accept-Encoding": "br"}).headers


# --- figures


@pytest.mark.parametrize(
    ("address", "near"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("::1", True), ("", True), (None, True), ("8.8.8.8", False), ("::ffff:8.8.8.8", False), ("nonsense", False)],
)
def test_which_addresses_are_near(address: str | None, near: bool) -> None:
    assert is_near(address) is near


def test_figures_are_for_askers_nearby_that_come_through_no_proxy(make: Make) -> None:
    client = make()
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "8.8.8.8"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 404
    assert make(metrics=False).get("/metrics").status_code == 404


def test_figures_tell_routes_results_and_corrections_and_never_a_query(make: Make) -> None:
    client = make()
    for path in ("/api/v1/search?q=khai+sinh", "/api/v1/search?q=xyzzy", "/?q=xac+nhan+tinh+trang+hom+nhan", "/thu-tuc/1.001193", "/thu-tuc/x", "/bimat"):
        client.get(path)
    client.open("/", method="BREW")
    lines = client.get("/metrics").text.splitlines()
    for line in (
        'lookup_requests_total{method="GET",route="/api/v1/search",status="200"} 2.0',
        'lookup_requests_total{method="GET",route="/thu-tuc/<string:code>",status="404"} 1.0',
        'lookup_requests_total{method="GET",route="none",status="404"} 1.0',
        'lookup_searches_total{correction="none"} 2.0',
        'lookup_searches_total{correction="offered"} 1.0',
        "lookup_searches_empty_total 1.0",
        "lookup_procedures_opened_total 1.0",
        "lookup_search_results_count 3.0",
        "lookup_catalogue_open 1.0",
        'lookup_refreshes_total{action="publish"} 1.0',
    ):
        assert line in lines, line
    assert any(line.startswith('lookup_requests_total{method="other"') for line in lines)
    assert not any(word in "\n".join(lines) for word in ("xyzzy", "bimat", "BREW"))


def test_an_answer_kept_ready_before_flask_is_counted_like_any_other(sample_index: Path, tmp_path: Path) -> None:
    """A layer inside the gate says what it answered in the environment."""
    app = create_app(Settings(index_dir=sample_index, state_dir=tmp_path))
    gate = app.extensions["gate"]

    def ready(environ: dict[str, Any], start: Any) -> list[bytes]:
        environ["lookup.route"], environ[KEY] = "/api/v1/search", Searched("khai sinh", 0, "none")
        start("200 OK", [("Content-Type", "application/json")])
        return [b"{}"]

    flask, gate._inner = gate._inner, ready
    response = app.test_client().get("/api/v1/search?q=khai+sinh")
    gate._inner = flask
    assert HEADERS.items() <= dict(response.headers).items() and "X-Request-ID" in response.headers
    text = app.test_client().get("/metrics").text
    assert 'route="/api/v1/search",status="200"} 1.0' in text and "lookup_searches_empty_total 1.0" in text


# --- logs


def logged(error: Exception | None = None, message: str = "unexpected error", *arguments: object) -> dict[str, Any]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(EventFormatter())
    logger = logging.Logger("lookup.test")
    logger.addHandler(handler)
    logger.error(message, *arguments, exc_info=error)
    line: dict[str, Any] = json.loads(stream.getvalue())
    return line


def test_an_error_is_told_by_its_kind_and_its_way_without_what_was_asked() -> None:
    try:
        try:
            {}["khai sinh bi mat"]  # type: ignore[index]
        except KeyError as error:
            raise ValueError("khai sinh bi mat") from error
    except ValueError as error:
        line = logged(error)
    assert line.keys() == {"time", "level", "logger", "message", "exc_info"}
    assert "bi mat" not in json.dumps(line)
    assert re_lines(line["exc_info"]) == ["test_operations_gate.py", "KeyError", "test_operations_gate.py", "ValueError"]


def re_lines(trace: str) -> list[str]:
    return [part.rpartition("/")[2].partition(":")[0] for part in trace.splitlines()]


def test_what_is_wrong_with_the_index_is_told_in_words() -> None:
    assert logged(VersionUnavailable("Không mở được chỉ mục"))["exc_info"] == "VersionUnavailable: Không mở được chỉ mục"
    assert logged(FileNotFoundError(2, "No such file or directory", "/x?q=bimat"))["exc_info"] == "FileNotFoundError: No such file or directory"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("Error handling request /?q=bimat&page=2 now", "Error handling request /?… now"),
        ("from 203.0.113.9 and 2001:db8::1", "from … and …"),
        ("Invalid request from ip=203.0.113.9: bimat", "Invalid request"),
        ("Booting worker with pid: 12", "Booting worker with pid: 12"),
    ],
)
def test_messages_of_libraries_lose_queries_and_addresses(message: str, told: str) -> None:
    assert logged(None, message)["message"] == told


def test_a_log_that_nobody_reads_holds_up_no_answer(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb"), os.fdopen(writing, "w") as log:
        monkeypatch.setattr("sys.stderr", log)
        for _ in range(1_000):  # a pipe holds about three hundred lines
            write_request("id", "GET", "/", "200", 0.001, "version")
        assert client.get("/healthz").status_code == 200


def test_a_failing_view_is_logged_with_its_request_and_answered_in_vietnamese(sample_index: Path, caplog: Any) -> None:
    app = create_app(Settings(index_dir=sample_index))
    app.add_url_rule("/api/fails", view_func=lambda: str(1 / 0))
    response = app.test_client().get("/api/fails?q=bimat")
    assert response.status_code == 500 and response.get_json()["detail"].startswith("Hệ thống gặp lỗi")
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == ["unexpected error"]


# --- settings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("LOOKUP_QUEUE", "many", "phải là một số nguyên"), ("LOOKUP_HSTS", "-1", "phải là một số nguyên"), ("LOOKUP_METRICS", "yes", "phải là 1 .bật. hoặc 0")],
)
def test_a_setting_that_cannot_be_read_says_which_and_why(name: str, value: str, told: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}: “{value}” {told}"):
        Settings.from_environment({name: value})


def test_settings_are_read_from_the_environment() -> None:
    given = {"LOOKUP_ALLOWED_HOSTS": "a.vn, b.vn", "LOOKUP_RATE_LIMIT": "", "LOOKUP_TRUSTED_PROXIES": "1", "LOOKUP_INSIGHTS": "0", "WEB_CONCURRENCY": "4"}
    settings = Settings.from_environment(given)
    assert (settings.allowed_hosts, settings.rate_limit, settings.trusted_proxies, settings.insights, settings.workers) == (("a.vn", "b.vn"), "", 1, False, 4)
    assert Settings.from_environment({}) == Settings()
