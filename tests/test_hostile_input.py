"""Whatever is sent, by whatever program: no fault of ours, nothing echoed unescaped, no header forged, no answer larger than what it shows."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, quote_from_bytes

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookup import Settings, create_app
from lookup.staff import Accounts

CANARY = "<svg/onload=alert(1)>\"'&"  # what must never come back as it is
LARGEST = 64 * 1024  # bytes of any answer of the sample but its files and lists; a page of results has 30 kB
SMALL = partial(settings, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


Ask = Callable[..., Answer]


@pytest.fixture(scope="module")
def ask(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks the whole application by a bare WSGI environment, so that nothing is mended on the way; the staff page is switched on."""
    state = tmp_path_factory.mktemp("state")
    Accounts(state).add("hoa", "bốn con mèo vàng", "editor")
    application = create_app(Settings(index_dir=sample_index, state_dir=state, rate_limit="", request_log=False))
    return partial(send, application)


def variable(name: str) -> str:
    """Where WSGI puts a header."""
    plain = name.upper().replace("-", "_")
    return plain if plain in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{plain}"


def send(application: Flask, path: bytes, query: bytes = b"", method: str = "GET", headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query.decode("latin-1"),
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "203.0.113.7", "HTTP_HOST": "localhost",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr,
        "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.input_terminated": True,
    }  # fmt: skip
    if body:
        environ |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    environ |= {variable(name): value for name, value in (headers or {}).items()}
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, given: list[tuple[str, str]], _: object = None) -> None:
        started.append((status, given))

    parts = cast(Any, application.wsgi_app)(environ, start)
    try:
        content = b"".join(parts)
    finally:
        getattr(parts, "close", lambda: None)()
    status, given = started[-1]
    return Answer(int(status[:3]), given, content)


def check(answer: Answer) -> None:
    """What holds for every answer."""
    assert answer.status < 500, answer.body[:300]
    assert b"Traceback" not in answer.body and b"werkzeug" not in answer.body.lower()
    for name, value in answer.headers:
        assert not set("\r\n\0") & set(name + value)
        value.encode("latin-1")
    kind = dict(answer.headers).get("Content-Type", "")
    if kind.startswith("text/html"):
        assert CANARY.encode() not in answer.body and b"<svg/onload" not in answer.body
    if "json" in kind and answer.body:
        json.loads(answer.body)
    if answer.status != 200 or "sheet" not in kind:
        assert len(answer.body) <= LARGEST


TEXTS = ["\0", "\ud800", "\u202e", "\U0001f600", "a\u0301", "%", "%zz", "../", "\r\nX: y", "'; DROP TABLE x --", "{{7*7}}", "${x}", CANARY, "٣", "a" * 300]
BROKEN = [b"%ff", b"\xff", b"%C4", b"%ED%A0%80", b"%C0%AF", b"%", b"%zz", b"%u0111", b"\xc4\x91", b"%00", b"%0d%0aX:%20y", b"a" * 10_000, b"%cc%81" * 3_000]

pieces = st.one_of(st.sampled_from(BROKEN), st.sampled_from(TEXTS).map(lambda text: quote(text, errors="surrogatepass").encode()), st.binary(max_size=24))
values = st.one_of(pieces, st.lists(pieces, max_size=4).map(b"".join), st.text(max_size=250).map(lambda text: quote(text).encode()))
names = st.sampled_from(
    [b"q", b"page", b"per_page", b"field", b"level", b"agency", b"channel", b"limit", b"can", b"cap", b"chot", b"tiep", b"trang", b"x", b"", b"\xff", b"q[]"]
)
queries = st.lists(st.tuples(names, values), max_size=6).map(lambda pairs: b"&".join(name + b"=" + value for name, value in pairs))
ASKED = [
    b"/",
    b"/ket-qua",
    b"/api/v1/search",
    b"/api/v1/suggest",
    b"/api/v1/facets",
    b"/api/v1/procedures/1.001193",
    b"/thu-tuc/1.001193",
    b"/niem-yet/ho-tich",
]
ASKED += [b"/viec/sinh-con", b"/quan-tri/dang-nhap", b"/quan-tri", b"/t/1.001193", b"/thu-tuc/1.001193/qr.svg", b"/thu-tuc/1.001193/niem-yet", b"/healthz"]


@SMALL(max_examples=250)
@given(st.sampled_from(ASKED), queries)
def test_no_query_string_makes_a_fault(ask: Ask, path: bytes, query: bytes) -> None:
    check(ask(path, query))


PLACES = [
    b"/",
    b"/api/v1/procedures/",
    b"/thu-tuc/",
    b"/t/",
    b"/viec/",
    b"/niem-yet/",
    b"/static/",
    b"/static/0123456789/",
    b"/quan-tri/",
    b"/quan-tri/cong-viec/",
]
PLACES += [b"/api/v1/", b"/niem-yet."]
ENDS = [b"", b"/", b"/qr.svg", b"/niem-yet", b"/../..", b"\0", b"..%2f"]
paths = st.tuples(
    st.sampled_from(PLACES),
    st.one_of(st.binary(max_size=30), st.sampled_from([text.encode("utf-8", "surrogatepass") for text in TEXTS]), st.just(b"1" * 8_000)),
    st.sampled_from(ENDS),
)


@SMALL(max_examples=250)
@given(paths.map(b"".join), st.sampled_from(["GET", "GET", "HEAD", "OPTIONS"]))
def test_no_path_makes_a_fault(ask: Ask, path: bytes, method: str) -> None:
    check(ask(path, method=method))


HEADERS = {
    "Host": ["", "a b", CANARY, "x" * 8_000, "a:b:c", "x:99999999", "[::1", "a/b", "user@x", "..", "\xff"],
    "X-Forwarded-For": ["x", "1.2.3.4," * 1_000, CANARY],
    "X-Forwarded-Host": [CANARY, "evil.example"],
    "X-Forwarded-Proto": ["javascript"],
    "Origin": ["null", "https://h5.zdn.vn ", "https://h5.zdn.vn\r\nX: y", "https://h5.zdn.vn.evil.example", "\xff", "https://h5.zdn.vn" * 400],
    "If-None-Match": ["*", '"', 'W/"', "x" * 8_000, '"a", ' * 1_000, "\xff"],
    "If-Modified-Since": ["x", "Sat, 99 Foo 0000", "Thu, 01 Jan 1970 00:00:00 GMT"],
    "Range": ["bytes=0-", "bytes=-1", "bytes=9-1", "bytes=" + "0-1," * 500, "bytes=99999999999999999999-", "x", "bytes=a-b", "bytes=-0"],
    "If-Range": ["x", '"a"'],
    "Accept-Encoding": ["gzip;q=x", "br;q=99999999999999999999", "*;q=-1", "," * 5_000, "gzip;q=nan", "br;q=inf", "identity;q=0", "\xff"],
    "Accept": ["*/*;q=x", "\xff"],
    "Cookie": ["quan_tri=x", "=", "\xff", "quan_tri=" + "." * 5_000, "quan_tri=eyJ0b2tlbiI6MX0.x.y"],
    "X-Request-ID": ["\r\nx", "\xe9", "x" * 8_000, CANARY],
    "Authorization": ["x", "Basic \xff", "Basic ====", 'Digest x="'],
    "Content-Length": ["x", "-1", "9" * 50],
    "Access-Control-Request-Method": ["\xff", "GET\r\nX: y"],
    "Access-Control-Request-Headers": ["\xff, a", "a, " * 2_000],
    "Transfer-Encoding": ["chunked", "x"],
    "Upgrade": ["h2c", "websocket"],
    "Referer": ["\xff", CANARY],
}
OPENED = [*ASKED, b"/niem-yet.csv", b"/niem-yet.xlsx", b"/niem-yet", b"/sitemap.xml", b"/robots.txt", b"/static/page.css", b"/sw.js", b"/manifest.webmanifest"]
OPENED += [b"/openapi.json", b"/tai-lieu-api", b"/readyz", b"/metrics", b"/nothing", b"/api/v1/nothing"]


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_makes_a_fault(ask: Ask, name: str) -> None:
    for value in HEADERS[name]:
        for path in OPENED:
            answer = ask(path, headers={name: value}, method="OPTIONS" if name.startswith("Access-") else "GET")
            assert answer.status < 500, (value, path, answer.body[:200])
            assert not any(set("\r\n\0") & set(given) for header in answer.headers for given in header), (value, path)
            assert b"<svg/onload" not in answer.body and b"evil.example" not in answer.body.replace(b"h5.zdn.vn.evil.example", b""), (value, path)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "CONNECT", "X" * 3_000, "g\xeat", ""])
def test_no_method_makes_a_fault_and_none_changes_anything(ask: Ask, method: str) -> None:
    for path in OPENED:
        assert ask(path, method=method).status in (400, 404, 405, *((303,) if path == b"/quan-tri" else ())), path


@SMALL(max_examples=60)
@given(
    st.sampled_from([b"/quan-tri/dang-nhap", b"/quan-tri/cap-nhat", b"/quan-tri/dang-xuat", b"/", b"/api/v1/search"]),
    st.one_of(queries, st.binary(max_size=200)),
)
def test_no_form_makes_a_fault(ask: Ask, path: bytes, body: bytes) -> None:
    answer = ask(path, method="POST", body=body)
    check(answer)
    assert answer.status in (303, 400, 404, 405, 413)


@pytest.mark.parametrize("path", [b"/api/v1/search", b"/api/v1/suggest", b"/", b"/ket-qua", b"/thu-tuc/1.001193"])
@pytest.mark.parametrize("pair", [b"q=khai", b"field=H%E1%BB%99+t%E1%BB%8Bch", b"x=y", b"page=1"])
def test_a_thousand_repetitions_are_refused_or_read_once(ask: Ask, path: bytes, pair: bytes) -> None:
    answer = ask(path, b"&".join([pair] * 1_000))
    check(answer)
    assert answer.status == 422 if path.startswith(b"/api/") else answer.status in (200, 422)


@pytest.mark.parametrize("given_text", [b"khai%ff", b"khai\xff", b"khai%C4"])
def test_text_that_is_no_utf8_is_told_to_programs_and_passed_over_for_people(ask: Ask, given_text: bytes) -> None:
    told = ask(b"/api/v1/search", b"per_page=1&q=" + given_text)
    assert told.status == 422 and json.loads(told.body)["errors"] == [{"parameter": "q", "detail": "Phải ở bảng mã UTF-8."}]
    page = ask(b"/", b"q=%C4%91%C4%83ng+k%C3%BD+" + given_text)
    assert page.status == 200 and b'href="/thu-tuc/1.001193' in page.body


def test_escapes_written_as_text_are_text(ask: Ask) -> None:
    assert json.loads(ask(b"/api/v1/search", b"q=%25FF").body)["query"] == "%FF"


def test_what_was_sent_is_escaped_wherever_it_is_shown(ask: Ask) -> None:
    sent = quote(CANARY).encode()
    pages = [
        ask(b"/", b"q=" + sent),
        ask(b"/ket-qua", b"q=" + sent),
        ask(b"/thu-tuc/1.001193", b"q=" + sent),
        ask(b"/", b"field=" + sent),
        ask(b"/thu-tuc/" + CANARY.replace("/", "").encode()),
    ]
    for page in pages:
        check(page)
    assert escape(CANARY, quote=False)[:12].encode() in pages[0].body, "it is shown, as text"


def test_an_unknown_code_is_told_shortened(ask: Ask) -> None:
    for path in (b"/api/v1/procedures/", b"/thu-tuc/", b"/t/"):
        answer = ask(path + b"9" * 8_000)
        assert answer.status == 404 and b"9" * 40 + "…".encode() in answer.body and b"9" * 41 not in answer.body


def test_a_body_of_unknown_length_is_refused_before_anybody_waits_for_it(ask: Ask) -> None:
    assert ask(b"/quan-tri/dang-nhap", method="POST", headers={"Transfer-Encoding": "chunked"}).status == 411


def test_bytes_that_no_url_may_hold_make_no_fault(ask: Ask) -> None:
    for byte in range(256):
        raw = bytes([byte])
        check(ask(b"/thu-tuc/" + raw, b"q=" + raw + b"&" + raw + b"=" + quote_from_bytes(raw).encode()))
