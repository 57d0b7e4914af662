"""Files that pages bring along: kept for a year under an address that changes with them, small, and never lost between releases."""

from __future__ import annotations

import re

import brotli
import pytest
from flask.testing import FlaskClient

from tests.conftest import ROOT

STATIC = ROOT / "lookup/static"


def address(client: FlaskClient, name: str) -> str:
    found = re.search(rf'"(/static/\w{{10}}/{re.escape(name)})"', client.get("/").text)
    assert found
    return found.group(1)


@pytest.mark.parametrize("name", ["page.css", "page.js", "client.js", "icon.svg", "icon-192.png"])
def test_what_a_page_brings_along_is_kept_for_a_year(client: FlaskClient, name: str) -> None:
    answer = client.get(address(client, name))
    assert answer.data == (STATIC / name).read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_page_of_an_older_release_still_finds_its_files_but_keeps_them_not(client: FlaskClient) -> None:
    for path in ("/static/0123456789/page.css", "/static/page.css"):
        answer = client.get(path)
        assert answer.data == (STATIC / "page.css").read_bytes()
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    for path in ("/static/0123456789/none.css", "/static/none.css", "/static/0123456789/../page.css", "/static/staff/page.css"):
        assert client.get(path).status_code == 404


def test_brotli_goes_to_whom_takes_it(client: FlaskClient) -> None:
    path = address(client, "page.js")
    packed = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br" and "Accept-Encoding" in packed.headers["Vary"]
    assert brotli.decompress(packed.data) == client.get(path).data


def test_the_service_worker_may_answer_for_every_page_and_is_looked_for_again(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript" and answer.headers["Cache-Control"] == "public, max-age=60"
    assert re.search(r"/static/\w{10}/", answer.text) and "Không có mạng" in answer.text
