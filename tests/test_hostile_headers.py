"""Whatever stands in the headers that the service reads, alone or together: no fault of ours, and every answer carries the headers that guard browsers."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookup import Settings, create_app
from lookup.operations.headers import make_headers
from lookup.staff import Accounts
from tests.test_hostile_input import ASKED, CANARY, HEADERS, SMALL, TEXTS, Answer, Ask, check, send

FACING = {
    "anybody": Settings(rate_limit=""),
    "a proxy": Settings(trusted_proxies=1, rate_limit="1000000/minute", hsts=60, public_url="https://tra-cuu.example.vn"),
    "known hosts": Settings(trusted_proxies=2, allowed_hosts=("localhost", ".example.vn"), allowed_origins=("https://example.vn",), rate_limit=""),
}
WORDS = {
    "Accept": ["text/html", "application/json", "application/problem+json", "*/*", "q=0.5", "q=-1", "q=nan", "level=1"],
    "Accept-Encoding": ["br", "gzip", "zstd", "deflate", "identity", "*", "q=1", "q=0", "q=1e999", "q=nan"],
    "Accept-Language": ["vi", "vi-VN", "en", "*", "q=0", "q=x", "-", "x" * 300],
    "If-None-Match": ["*", "W/", '"a"', '"', "W/*", "\\", "x" * 3_000],
    "If-Modified-Since": ["Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 31 Feb 99999 99:99:99 +9999", "0", "-1", "GMT", "Mon, 01 Jan 0001 00:00:00 +2359"],
    "Origin": ["https://h5.zdn.vn", "zbrowser://h5.zdn.vn", "null", "https://", "example.vn", "://", ":99999", "@", CANARY],
    "Host": ["localhost", "tra-cuu.example.vn", "[::1]", "[", "]", ":", ":99999", "@", "/", "..", "xn--", "%", "đ".encode().decode("latin-1")],
    "X-Request-ID": ["a", "a" * 64, "a" * 65, '"', "}", "\\", "\t"],
    "X-Forwarded-For": ["1.2.3.4", "::1", "fe80::1%eth0", "::ffff:1.2.3.4", "999.1.1.1", "[::1]:80", "unknown", "%", CANARY],
    "X-Forwarded-Proto": ["http", "https", "javascript", "ws", "://", CANARY],
    "X-Forwarded-Host": ["tra-cuu.example.vn", "evil.example", ":99999", "[", "@", "/", "\\", CANARY],
    "X-Forwarded-Port": ["80", "-1", "99999999", "x"],
    "X-Forwarded-Prefix": ["/a", "//evil.example", "..", CANARY],
    "Range": ["bytes", "=", "0-0", "-1", "9-1", "99999999999999999999-", "none", "0x0-"],
    "If-Range": ['"a"', "W/", "Thu, 01 Jan 1970 00:00:00 GMT", "x"],
    "Cookie": ["quan_tri", "=", "session", "eyJ0b2tlbiI6MX0", ".", '"', "\\073", "$Version", "Path=/"],
    "Content-Type": ["application/json", "application/x-www-form-urlencoded", "multipart/form-data", "; boundary=", "boundary=x", "charset=utf-16", "charset="],
    "Content-Length": ["0", "1", "-1", "9" * 30, "x", "1_0", "+1"],
    "Access-Control-Request-Method": ["GET", "x", "*"],
    "Access-Control-Request-Headers": ["if-none-match", "*", "x"],
}
assert set(HEADERS) - set(WORDS) <= {"Authorization", "Transfer-Encoding", "Upgrade", "Referer"}, "what nobody reads, or what is refused whatever it says"

OURS = make_headers(0)
REFUSED = dict.fromkeys(b"\0\r\n")  # gunicorn refuses them in a header

raw = st.text(st.characters(max_codepoint=255), max_size=60)  # any bytes, as WSGI hands them on
encoded = st.tuples(st.sampled_from([*TEXTS, "đăng ký"]), st.sampled_from(["utf-8", "utf-16", "utf-7", "shift-jis", "cp1258"])).map(
    lambda pair: pair[0].encode(pair[1], "surrogatepass" if "utf" in pair[1] else "replace").decode("latin-1")
)
between = st.sampled_from([",", ", ", ";", "; ", "=", " ", "", "\t", "\x01", "\xa0", ",,"])


def values_of(name: str) -> st.SearchStrategy[str]:
    """Words of a header in any order, with anything between them, or anything at all but what no server hands on."""
    words = st.one_of(st.sampled_from(WORDS[name]), raw, encoded)
    values = st.one_of(raw, encoded, st.lists(st.tuples(words, between).map("".join), max_size=6).map("".join))
    return values.map(lambda value: value.translate(REFUSED))


headers = st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: values_of(name) for name in names})
)
paths = st.sampled_from([*ASKED, b"/robots.txt", b"/static/page.css", b"/sw.js", b"/readyz", b"/metrics", b"/nothing", b"/api/v1/nothing"])
methods = st.sampled_from(["GET", "GET", "GET", "HEAD", "OPTIONS"])


@pytest.fixture(scope="module", params=FACING)
def ask(request: pytest.FixtureRequest, sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    state = tmp_path_factory.mktemp("state")
    Accounts(state).add("hoa", "bốn con mèo vàng", "editor")
    return partial(send, create_app(replace(FACING[request.param], index_dir=sample_index, state_dir=state, request_log=False)))


def check_with_headers(answer: Answer) -> None:
    check(answer)
    said = dict(answer.headers)
    assert {name: said.get(name) for name, _ in OURS} == dict(OURS)
    assert re.fullmatch(r"[A-Za-z0-9._-]{1,64}", said["X-Request-ID"])


@SMALL(max_examples=150)
@given(paths, methods, headers)
def test_no_headers_make_a_fault_and_none_takes_our_own_away(ask: Ask, path: bytes, method: str, headers: dict[str, str]) -> None:
    check_with_headers(ask(path, b"q=khai+sinh", method=method, headers=headers))


@SMALL(max_examples=60)
@given(
    st.sampled_from([b"/quan-tri/dang-nhap", b"/quan-tri/cap-nhat", b"/", b"/api/v1/search"]), values_of("Content-Type"), st.binary(max_size=200), st.booleans()
)
def test_no_body_of_any_kind_with_or_without_its_length_makes_a_fault(ask: Ask, path: bytes, kind: str, body: bytes, told: bool) -> None:
    headers = {"Content-Type": kind} | ({} if told else {"Content-Length": ""})
    check_with_headers(ask(path, method="POST", body=body, headers=headers))
