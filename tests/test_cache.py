"""Answers kept ready: what shares one, what never does, and that nobody can tell a kept answer from a fresh one."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index import Catalogue, Procedure, load_vocabulary, publish_catalogue
from lookup import Settings, create_app
from lookup.operations.cache import OVERHEAD, AnswerCache
from lookup.operations.keeping import _choose, choose_encoding, may_keep, read_question
from tests.conftest import VOCABULARY

SEARCH, SUGGEST = "/api/v1/search", "/api/v1/suggest"
MINI_APP = "https://h5.zdn.vn"


@pytest.fixture
def settings(sample_index: Path, tmp_path: Path) -> Settings:
    return Settings(index_dir=sample_index, state_dir=tmp_path / "state", cache_mb=1, rate_limit="")


@pytest.fixture
def kept(settings: Settings) -> FlaskClient:
    return create_app(settings).test_client()


@pytest.fixture
def fresh(settings: Settings, tmp_path: Path) -> FlaskClient:
    return create_app(Settings(index_dir=settings.index_dir, state_dir=tmp_path / "other", cache_mb=0, rate_limit="")).test_client()


def cache_of(client: FlaskClient) -> AnswerCache:
    found: AnswerCache = client.application.extensions["cache"]
    return found


def outcomes(client: FlaskClient) -> dict[str, float]:
    """What the figures say of the cache."""
    samples = [sample for metric in client.application.extensions["metrics"].registry.collect() for sample in metric.samples]
    return {sample.labels["outcome"]: sample.value for sample in samples if sample.name == "lookup_answer_cache_total"}


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        (SEARCH, "q=dang++ky", "q=dang+ky"),
        (SEARCH, "q=+%C4%91%C4%83ng+k%C3%BD+", "q=" + quote("đăng ký")),
        (SEARCH, "q=" + quote("đăng ký"), "q=" + quote("đăng ký")),
        (SEARCH, "q=dang%20ky", "q=dang+ky"),
        (SEARCH, "q=dang%E2%80%8B+ky", "q=dang+ky"),
        (SEARCH, "level=C%E1%BA%A5p+x%C3%A3&q=ho", "q=ho&level=C%E1%BA%A5p+x%C3%A3"),
        (SEARCH, "q=ho&page=1&per_page=10", "q=ho"),
        (SUGGEST, "q=dang++k&limit=8", "q=dang+k"),
    ],
)
def test_questions_with_the_same_answer_share_it(kept: FlaskClient, path: str, one: str, other: str) -> None:
    first, second = kept.get(f"{path}?{one}"), kept.get(f"{path}?{other}")
    assert first.status_code == 200 and first.data == second.data
    assert outcomes(kept) == {"miss": 1, "hit": 1}


@pytest.mark.parametrize(
    ("path", "one", "other"),
    [
        (SEARCH, "q=dang+ky", "q=" + quote("đăng ký")),
        (SEARCH, "q=dang+ky", "q=Dang+ky"),  # the answer shows what was typed
        (SEARCH, "q=ho", "q=ho&page=2"),
        (SEARCH, "q=ho", "q=ho&per_page=9"),
        (SEARCH, "q=ho", "q=ho&as_typed=true"),
        (SEARCH, "field=A&field=B", "field=B&field=A"),  # chosen values are listed in their order
        (SEARCH, "q=a%26page=2", "q=a&page=2"),
        (SEARCH, "page=01", "page=1"),  # refused, not read
        (SEARCH, "page=1&page=1", "page=1"),
        (SUGGEST, "q=dang+", "q=dang"),  # a blank says that the word is whole
        (SUGGEST, "q=", ""),
        ("/", "q=dang++ky", "q=dang+ky"),
    ],
)
def test_other_questions_never_share(path: str, one: str, other: str) -> None:
    assert read_question(path, one) != read_question(path, other)


def test_what_cannot_be_read_is_left_to_the_application(kept: FlaskClient, fresh: FlaskClient) -> None:
    for query in ("q=%ff", "q=%ED%A0%80", "q=a&q=b", "per_page=51", "page=%C2%B2"):
        assert kept.get(f"{SEARCH}?{query}").data == fresh.get(f"{SEARCH}?{query}").data, query
    assert cache_of(kept).size == 0


@pytest.mark.parametrize("path", [f"{SEARCH}?q=dang+ky+khai+sinh", f"{SUGGEST}?q=khai", "/api/v1/facets", "/?q=khai+sinh", "/api/v1/catalogue"])
@pytest.mark.parametrize(
    "headers", [{}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip, deflate"}, {"Origin": MINI_APP}, {"Origin": "https://evil.example"}]
)
def test_a_kept_answer_is_the_fresh_one(kept: FlaskClient, fresh: FlaskClient, path: str, headers: dict[str, str]) -> None:
    def tell(client: FlaskClient, method: str, **more: str) -> tuple[int, dict[str, str], bytes]:
        answer = client.open(path, method=method, headers=headers | more)
        content = gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data  # gzip writes the time into it
        return answer.status_code, {name: value for name, value in answer.headers.items() if name not in ("Date", "X-Request-ID")}, content

    etag = fresh.get(path, headers=headers).headers["ETag"]
    kept.get(path, headers=headers)
    for method in ("GET", "HEAD"):
        assert tell(kept, method) == tell(fresh, method)
        known, asked = tell(kept, method, **{"If-None-Match": etag}), tell(fresh, method, **{"If-None-Match": etag})
        assert (known[0], known[2]) == (asked[0], asked[2]) == (304, b"") and asked[1].items() <= known[1].items()
        assert tell(kept, method, **{"If-None-Match": '"other"'}) == tell(fresh, method)
    assert outcomes(kept)["hit"] == 6


def test_origins_and_encodings_have_answers_of_their_own(kept: FlaskClient) -> None:
    asked = [{}, {"Origin": MINI_APP}, {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}]
    answers = [kept.get(f"{SEARCH}?q=ho", headers=headers) for headers in asked]
    assert outcomes(kept) == {"miss": len(asked)}
    assert [answer.headers.get("Access-Control-Allow-Origin") for answer in answers] == [None, MINI_APP, None, None]
    assert [answer.headers.get("Content-Encoding") for answer in answers] == [None, None, "br", "gzip"]
    kept.get(f"{SEARCH}?q=ho", headers={"Origin": "https://evil.example"})  # as one of no origin
    assert outcomes(kept)["hit"] == 1


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("", "identity"), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", "identity"), ("*", "br")],
)
def test_one_encoding_is_chosen_for_all_that_take_it(accepted: str, encoding: str) -> None:
    assert choose_encoding(accepted) == encoding


@pytest.mark.parametrize(
    ("status", "more", "kept"),
    [
        ("200 OK", [], True),
        ("404 NOT FOUND", [], False),
        ("200 OK", [("Set-Cookie", "a=b")], False),
        ("200 OK", [("Vary", "Cookie")], False),
        ("200 OK", [("Vary", "Accept-Encoding"), ("Vary", "Origin")], True),
    ],
)
def test_only_answers_for_everybody_are_kept(status: str, more: list[tuple[str, str]], kept: bool) -> None:
    assert may_keep(status, [("Content-Type", "application/json"), ("Cache-Control", "public, max-age=60"), *more]) is kept
    assert may_keep(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store"), *more]) is False
    assert may_keep(status, [("Content-Type", "application/json"), ("Cache-Control", "private, max-age=60"), *more]) is False


def test_the_cache_holds_so_many_bytes_and_the_answers_asked_for_last(kept: FlaskClient) -> None:
    cache = cache_of(kept)
    kept.get(f"{SEARCH}?q=khai+sinh")
    most = 0
    for number in range(80):
        kept.get(f"{SEARCH}?q=khai+sinh")
        kept.get(f"{SEARCH}?q=giay+{number}&per_page=50")
        most = max(most, cache.size)
    assert 1024 * 1024 - 100_000 < most <= 1024 * 1024 and cache.size >= OVERHEAD
    assert outcomes(kept) == {"miss": 81, "hit": 80}  # what is asked for again and again stays


@pytest.fixture
def republished(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "index"
    publish_catalogue(Catalogue((Procedure("1.000001", "Đăng ký khai sinh"),)), root, load_vocabulary(VOCABULARY))
    yield root


def test_a_new_version_drops_every_answer(republished: Path, tmp_path: Path) -> None:
    client = create_app(Settings(index_dir=republished, state_dir=tmp_path / "state", rate_limit="")).test_client()
    assert [hit["code"] for hit in client.get(f"{SEARCH}?q=khai+sinh").json["results"]] == ["1.000001"]  # type: ignore[index]
    publish_catalogue(Catalogue((Procedure("1.000002", "Đăng ký khai sinh"),)), republished, load_vocabulary(VOCABULARY))
    assert [hit["code"] for hit in client.get(f"{SEARCH}?q=khai+sinh").json["results"]] == ["1.000002"]  # type: ignore[index]
    assert len(cache_of(client)._answers) == 1


def test_a_kept_search_is_counted_like_a_fresh_one(kept: FlaskClient) -> None:
    for _ in range(3):
        kept.get(f"{SEARCH}?q=khai+sinh")
    told = kept.application.extensions["metrics"].expose().decode()
    assert 'lookup_requests_total{method="GET",route="/api/v1/search",status="200"} 3.0' in told
    assert 'lookup_searches_total{correction="none"} 3.0' in told
    assert 'lookup_answer_cache_total{outcome="hit"} 2.0' in told


@pytest.mark.parametrize("path", [f"{SEARCH}?q=khai+sinh", "/thu-tuc/1.001193"])
def test_who_has_the_answer_already_is_not_counted_again(path: str, kept: FlaskClient, fresh: FlaskClient) -> None:
    for client in (kept, fresh):
        etag = client.get(path).headers["ETag"]
        assert [client.get(path, headers={"If-None-Match": etag}).status_code for _ in range(3)] == [304] * 3
        told = client.application.extensions["metrics"].expose().decode()
        assert 'lookup_searches_total{correction="none"} 1.0' in told or "lookup_procedures_opened_total 1.0" in told


def test_what_is_kept_what_it_weighs_and_what_had_to_go_is_told(kept: FlaskClient) -> None:
    def told() -> tuple[float, float, float]:
        samples = {sample.name: sample.value for metric in kept.application.extensions["metrics"].registry.collect() for sample in metric.samples}
        return samples["lookup_answer_cache_answers"], samples["lookup_answer_cache_bytes"], samples["lookup_answer_cache_evictions_total"]

    for number in range(20):
        kept.get(f"{SEARCH}?q=khai+sinh+{number}")
    assert told() == (20, cache_of(kept).size, 0)
    for number in range(20, 200):
        kept.get(f"{SEARCH}?q=khai+sinh+{number}")
    answers, weight, evicted = told()
    assert answers + evicted == 200 and evicted > 0 and weight == cache_of(kept).size <= 1024 * 1024


@pytest.mark.parametrize("path", ["/" + "x" * 3_000, f"{SEARCH}?q=" + "%20" * 900])
def test_nothing_long_is_remembered(path: str, kept: FlaskClient) -> None:
    read_question.cache_clear()
    kept.get(path)
    assert read_question.cache_info().currsize == 0


def test_a_header_that_no_browser_sends_is_not_read() -> None:
    before = _choose.cache_info().currsize
    assert choose_encoding("gzip, " * 500) == "identity" and _choose.cache_info().currsize == before
