"""Answers without Flask: nobody can tell them from Flask's, and what is not plain is left to it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import brotli
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookup import Settings, create_app
from lookup.operations.compression import SHORTEST
from lookup.operations.shortcut import Shortcut

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SEARCH, SUGGEST = "/api/v1/search", "/api/v1/suggest"
MINI_APP = "https://h5.zdn.vn"
DECODERS = {None: bytes, "br": brotli.decompress, "gzip": gzip.decompress}


class Asked:
    """Flask, and how often it was asked."""

    def __init__(self, shortcut: Shortcut) -> None:
        self.inner, self.times = shortcut._inner, 0
        shortcut._inner = self

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.times += 1
        return self.inner(environ, start_response)


def make_client(index_dir: Path, state_dir: Path) -> tuple[FlaskClient, Asked]:
    app = create_app(Settings(index_dir=index_dir, state_dir=state_dir, cache_mb=0, rate_limit=""))
    shortcut = app.extensions["gate"]._inner
    assert isinstance(shortcut, Shortcut)
    return app.test_client(), Asked(shortcut)


@pytest.fixture(scope="module")
def short(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, Asked]:
    return make_client(sample_index, tmp_path_factory.mktemp("short"))


@pytest.fixture(scope="module")
def whole(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The same service, Flask answering everything."""
    client, flask = make_client(sample_index, tmp_path_factory.mktemp("whole"))
    client.application.extensions["gate"]._inner = flask
    return client


def tell(client: FlaskClient, address: str, headers: dict[str, str], method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    answer = client.open(address, method=method, headers=headers)
    body = DECODERS[answer.headers.get("Content-Encoding")](answer.data) if answer.data else b""
    differing = {"Date", "X-Request-ID"} | ({"Content-Length"} if "Content-Encoding" in answer.headers else set())  # gzip writes the time into the body
    return answer.status_code, {name: value for name, value in answer.headers.items() if name not in differing}, body


PLAIN = [
    *(
        f"{SEARCH}?{query}"
        for query in ("q=khai+sinh", "", "q=", "q=%C4%91k+khai+sinh&per_page=3&page=2", "q=ho&level=C%E1%BA%A5p+x%C3%A3&level=B", "as_typed=true")
    ),
    *(f"{SUGGEST}?{query}" for query in ("q=khai", "q=khai+", "q=zzzzzzzz", "q=", "q=%C4%91%C4%83ng&limit=2")),
]


@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip, deflate"}, {"Origin": MINI_APP, "Accept-Encoding": "gzip"}])
@pytest.mark.parametrize("address", PLAIN)
def test_an_answer_without_flask_is_flasks_own(short: tuple[FlaskClient, Asked], whole: FlaskClient, address: str, headers: dict[str, str]) -> None:
    client, flask = short
    tell(client, address, headers)  # the first of its kind teaches the headers
    before = flask.times
    assert tell(client, address, headers) == tell(whole, address, headers)
    assert flask.times == before


@pytest.mark.parametrize(
    ("method", "address", "headers"),
    [
        ("HEAD", f"{SEARCH}?q=ho", {}),
        ("POST", f"{SEARCH}?q=ho", {}),
        ("OPTIONS", f"{SEARCH}?q=ho", {"Origin": MINI_APP, "Access-Control-Request-Method": "GET"}),
        ("GET", f"{SEARCH}?q=ho", {"If-None-Match": '"other"'}),
        ("GET", f"{SEARCH}?q=ho", {"Origin": "https://evil.example"}),
        ("GET", f"{SEARCH}?q=ho", {"Origin": MINI_APP.upper()}),
        ("GET", f"{SEARCH}?q=%ff", {}),
        ("GET", f"{SEARCH}?q=a&q=b", {}),
        ("GET", f"{SEARCH}?page=0", {}),
        ("GET", f"{SEARCH}?trang=2", {}),
        ("GET", f"{SUGGEST}", {}),
        ("GET", f"{SEARCH}/?q=ho", {}),
        ("GET", "/api/v1/facets", {}),
    ],
)
def test_what_is_not_plain_is_left_to_flask(short: tuple[FlaskClient, Asked], whole: FlaskClient, method: str, address: str, headers: dict[str, str]) -> None:
    client, flask = short
    before = flask.times
    assert tell(client, address, headers, method) == tell(whole, address, headers, method)
    assert flask.times == before + 1


pairs = st.tuples(
    st.sampled_from(["q", "q", "q", "page", "per_page", "limit", "level", "as_typed", "Q", ""]),
    st.one_of(st.text(max_size=30), st.sampled_from(["1", "-1", "true", "Cấp xã", "khai sinh", "đk"])).map(
        lambda text: quote(text.encode("utf-8", "replace"), safe="/+")
    )
    | st.text("%aC4901=+;&#", max_size=12),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([SEARCH, SUGGEST]), st.lists(pairs, max_size=4), st.sampled_from(["", "br", "gzip;q=0.5, *"]))
def test_any_question_gets_the_same_answer_either_way(
    short: tuple[FlaskClient, Asked], whole: FlaskClient, path: str, asked: list[tuple[str, str]], encodings: str
) -> None:
    address = f"{path}?{'&'.join(f'{name}={value}' for name, value in asked)}"
    headers = {"Accept-Encoding": encodings}
    tell(short[0], address, headers)
    ours, flasks = tell(short[0], address, headers), tell(whole, address, headers)
    if ours[1].get("Content-Encoding") != flasks[1].get("Content-Encoding"):  # of several encodings that an asker takes, any will do
        ours, flasks = [
            (status, {name: value for name, value in said.items() if not name.startswith("Content-")}, body) for status, said, body in (ours, flasks)
        ]
    assert ours == flasks


def test_short_answers_are_not_compressed_and_long_ones_are(short: tuple[FlaskClient, Asked]) -> None:
    for _ in range(2):
        for address in PLAIN:
            answer = short[0].get(address, headers={"Accept-Encoding": "br"})
            whole = len(brotli.decompress(answer.data)) if "Content-Encoding" in answer.headers else len(answer.data)
            assert ("Content-Encoding" in answer.headers) == (whole >= SHORTEST)


def test_without_an_index_flask_says_so(tmp_path: Path) -> None:
    client, flask = make_client(tmp_path / "index", tmp_path / "state")
    assert client.get(f"{SEARCH}?q=ho").status_code == 503 and flask.times == 1


def test_it_is_counted_like_any_other(sample_index: Path, tmp_path: Path) -> None:
    client, flask = make_client(sample_index, tmp_path / "state")
    told: dict[str, Any] = {}
    for _ in range(3):
        client.get(f"{SEARCH}?q=khai+sinh")
        told = client.application.extensions["metrics"].expose().decode()
    assert flask.times == 1
    assert 'lookup_requests_total{method="GET",route="/api/v1/search",status="200"} 3.0' in told
    assert 'lookup_searches_total{correction="none"} 3.0' in told
