"""What pages of other origins are told, over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path

import pytest

from lookup import Settings, create_app
from tests.browser.conftest import serving

ZALO = "https://h5.zdn.vn"
ZALO_CLIENT = "zbrowser://h5.zdn.vn"
PORTAL = "https://dichvucong.example.vn"
NONE = "http://127.0.0.1:9"

SEARCH = "/api/v1/search?q=khai+sinh"
OPEN = [SEARCH, "/api/v1/suggest?q=khai", "/api/v1/procedures/1.001193", "/api/v1/facets", "/api/v1/catalogue", "/openapi.json", "/static/client.js"]
ERRORS = [("GET", "/api/v1/procedures/9.999999", 404), ("GET", "/api/v1/nothing", 404), ("GET", "/api/v1/search?page=0", 422), ("POST", SEARCH, 405)]
CLOSED = [
    "/",
    "/?q=khai+sinh",
    "/thu-tuc/1.001193",
    "/tai-lieu-api",
    "/healthz",
    "/readyz",
    "/metrics",
    "/quan-tri",
    "/quan-tri/dang-nhap",
    "/static/page.css",
    "/nothing",
]
PREFLIGHT = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,x-zalo-anything"}


@pytest.fixture(scope="module")
def host(sample_index: Path) -> Iterator[str]:
    with serving(create_app(Settings(index_dir=sample_index, allowed_origins=(PORTAL, "http://[::1]:3000")))) as address:
        yield address.removeprefix("http://")


@pytest.fixture(scope="module")
def empty_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(create_app(Settings(index_dir=tmp_path_factory.mktemp("none")))) as address:
        yield address.removeprefix("http://")


def ask(host: str, method: str, path: str, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    connection = HTTPConnection(host, timeout=10)
    connection.request(method, path, headers=headers)
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, response.headers, body


def granted(headers: HTTPMessage) -> dict[str, str]:
    """Every CORS header; a name that stands twice is a fault."""
    names = [name.lower() for name in headers if name.lower().startswith("access-control-")]
    assert len(names) == len(set(names)), names
    return {name: headers[name] for name in names}


def varies(headers: HTTPMessage) -> bool:
    return "origin" in ", ".join(headers.get_all("Vary", [])).lower()


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("origin", [ZALO, ZALO_CLIENT, PORTAL, "http://[::1]:3000"])
def test_an_allowed_origin_is_echoed_alone(host: str, origin: str, method: str, path: str) -> None:
    status, headers, _ = ask(host, method, path, Origin=origin)
    assert status == 200 and varies(headers)
    assert granted(headers) == {"access-control-allow-origin": origin, "access-control-expose-headers": "ETag, Retry-After, X-Request-ID"}


@pytest.mark.parametrize(("method", "path", "expected"), ERRORS)
def test_an_allowed_origin_can_read_errors_too(host: str, method: str, path: str, expected: int) -> None:
    status, headers, body = ask(host, method, path, Origin=ZALO)
    assert (status, headers["Content-Type"]) == (expected, "application/problem+json") and body
    assert granted(headers)["access-control-allow-origin"] == ZALO and varies(headers)


def test_not_modified_and_not_ready_can_be_read_too(host: str, empty_host: str) -> None:
    etag = ask(host, "GET", SEARCH)[1]["ETag"]
    status, headers, body = ask(host, "GET", SEARCH, **{"Origin": ZALO, "If-None-Match": etag})
    assert (status, body, granted(headers)["access-control-allow-origin"], varies(headers)) == (304, b"", ZALO, True)
    status, headers, _ = ask(empty_host, "GET", SEARCH, Origin=ZALO)
    assert (status, headers["Retry-After"], granted(headers)["access-control-allow-origin"], varies(headers)) == (503, "30", ZALO, True)


def test_who_asks_too_much_can_read_so_and_preflights_do_not_count(sample_index: Path) -> None:
    with serving(create_app(Settings(index_dir=sample_index, rate_limit="1/day"))) as address:
        limited = address.removeprefix("http://")
        assert [ask(limited, "OPTIONS", SEARCH, Origin=ZALO, **PREFLIGHT)[0] for _ in range(3)] == [204, 204, 204]
        assert ask(limited, "GET", SEARCH, Origin=ZALO)[0] == 200
        for origin, echoed in ((ZALO, ZALO), (NONE, None), (ZALO_CLIENT, ZALO_CLIENT)):
            status, headers, _ = ask(limited, "GET", SEARCH, Origin=origin)
            assert (status, granted(headers).get("access-control-allow-origin"), varies(headers)) == (429, echoed, True)


@pytest.mark.parametrize("origin", [ZALO, ZALO_CLIENT, PORTAL])
@pytest.mark.parametrize("path", [*OPEN, "/api/v1/nothing", "/api/v1/procedures/9.999999"])
def test_a_preflight_is_granted_with_whatever_headers_it_names(host: str, path: str, origin: str) -> None:
    status, headers, body = ask(host, "OPTIONS", path, Origin=origin, **PREFLIGHT)
    assert (status, body) == (204, b"") and varies(headers)
    assert granted(headers) == {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "authorization, x-zalo-anything",
        "access-control-expose-headers": "ETag, Retry-After, X-Request-ID",
        "access-control-max-age": "86400",
    }


def test_a_preflight_grants_no_other_method(host: str) -> None:
    status, headers, _ = ask(host, "OPTIONS", SEARCH, Origin=ZALO, **{**PREFLIGHT, "Access-Control-Request-Method": "DELETE"})
    assert status == 204
    assert not {"access-control-allow-methods", "access-control-allow-headers"} & granted(headers).keys()


@pytest.mark.parametrize(
    "origin",
    [
        NONE,
        "null",
        "*",
        "http://h5.zdn.vn",
        "https://h5.zdn.vn.example.com",
        "https://evil-h5.zdn.vn",
        "https://h5.zdn.vn:8443",
        "https://h5xzdn.vn",
        "https://h5.zdn.vn/",
        "https://h5.zdn.vn, https://example.com",
    ],
)
@pytest.mark.parametrize(("method", "more"), [("GET", {}), ("OPTIONS", PREFLIGHT)])
def test_another_origin_gets_nothing_but_vary(host: str, method: str, more: dict[str, str], origin: str) -> None:
    _, headers, _ = ask(host, method, SEARCH, Origin=origin, **more)
    assert granted(headers) == {} and varies(headers)


@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
def test_every_answer_varies_by_origin_and_names_none_unasked(host: str, path: str) -> None:
    _, headers, _ = ask(host, "GET", path)
    assert granted(headers) == {} and varies(headers)


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize(("method", "more"), [("GET", {}), ("OPTIONS", PREFLIGHT)])
def test_what_is_not_the_api_is_closed_to_other_origins(host: str, method: str, more: dict[str, str], path: str) -> None:
    _, headers, _ = ask(host, method, path, Origin=ZALO, **more)
    assert granted(headers) == {} and varies(headers)


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        ("*", "không nhận “\\*”"),
        ("null", "phải gồm giao thức"),
        ("h5.zdn.vn", "phải gồm giao thức"),
        ("https://example.vn/", "không có dấu / ở cuối"),
        ("https://example.vn/app", "không có đường dẫn"),
        ("https://Example.vn", "viết thường"),
        ("https://*.example.vn", "phải gồm giao thức"),
        ("https://example.vn:443", "phải bỏ “:443”"),
        ("http://example.vn:80", "phải bỏ “:80”"),
    ],
)
def test_an_origin_that_no_browser_sends_stops_the_start(tmp_path: Path, origin: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"LOOKUP_ALLOWED_ORIGINS: .*{reason}"):
        create_app(Settings(index_dir=tmp_path, allowed_origins=(origin,)))


def test_the_setting_is_a_list_parted_by_commas() -> None:
    assert Settings.from_environment({"LOOKUP_ALLOWED_ORIGINS": f" {PORTAL},, http://[::1]:3000 ,"}).allowed_origins == (PORTAL, "http://[::1]:3000")
    assert Settings.from_environment({"LOOKUP_ALLOWED_ORIGINS": ""}).allowed_origins == ()


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND", "TRACE", "BREW"])
@pytest.mark.parametrize("path", [SEARCH, "/openapi.json", "/", "/thu-tuc/1.001193"])
def test_another_method_is_refused_in_words(host: str, method: str, path: str) -> None:
    status, headers, body = ask(host, method, path, Origin=ZALO)
    assert status == 405
    assert {"GET", "HEAD", "OPTIONS"} <= set(headers["Allow"].split(", "))
    assert headers["Content-Type"] == ("text/html; charset=utf-8" if path in ("/", "/thu-tuc/1.001193") else "application/problem+json")
    assert "không được hỗ trợ" in body.decode()


def test_options_without_a_preflight_names_the_methods(host: str) -> None:
    status, headers, body = ask(host, "OPTIONS", SEARCH)
    assert (status, body, set(headers["Allow"].split(", "))) == (200, b"", {"GET", "HEAD", "OPTIONS"})
    status, headers, _ = ask(host, "OPTIONS", "/api/v1/nothing")
    assert (status, headers["Content-Type"]) == (404, "application/problem+json")


def test_headers_nobody_knows_change_nothing(host: str) -> None:
    odd = {"Authorization": "Bearer x", "X-Anything": "%00 “\xe9”".encode().decode("latin-1"), "Range": "bytes=0-1", "Cookie": "a=b", "Expect": "nothing"}
    assert ask(host, "GET", SEARCH, **odd)[::2] == ask(host, "GET", SEARCH)[::2]
