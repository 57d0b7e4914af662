"""The JavaScript client: small, understood by old phones, and with types that say what the API really answers."""

from __future__ import annotations

import gc
import re
import shutil
import subprocess
from gzip import compress

import pytest
from flask.testing import FlaskClient

from tests.conftest import ROOT

SOURCE = (ROOT / "lookup/static/client.js").read_text(encoding="utf-8")
README_MINI_APP = (ROOT / "README.md").read_text(encoding="utf-8").partition("### In a Zalo mini-app")[2].partition("```js\n")[2].partition("```")[0]
CODE = re.sub(r"/\*.*?\*/|//[^\n\"]*$", "", SOURCE, flags=re.DOTALL | re.MULTILINE)


def test_it_costs_a_phone_less_than_three_kilobytes() -> None:
    assert len(compress(SOURCE.encode(), mtime=0)) < 3_000


def test_it_travels_compressed_and_leaves_no_file_open(client: FlaskClient) -> None:
    answer = client.get("/static/client.js", headers={"Accept-Encoding": "br"})
    assert (answer.headers["Content-Encoding"], answer.mimetype) == ("br", "text/javascript")
    assert len(answer.data) < 3_000
    answer.close()
    gc.collect()  # a file left open is told as a warning, and warnings fail


@pytest.mark.parametrize("newer", [r"\?\.", r"\?\?", r"\|\|=", r"#\w+", r"\bimport\b", r"AbortSignal\.", r"\.at\(", r"replaceAll", r"static \w+ =", r"\d_\d"])
def test_it_asks_for_nothing_newer_than_es2019(newer: str) -> None:
    assert re.findall(newer, CODE) == []


def check_with_node(source: str) -> None:
    """Let node read a module without running it; skip where there is no node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine; the browser tests run the module itself")
    checked = subprocess.run([node, "--input-type=module", "--check"], input=source, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_node_can_read_it() -> None:
    check_with_node(SOURCE)


def test_the_mini_app_of_the_readme_is_short_and_uses_what_there_is() -> None:
    check_with_node(README_MINI_APP)
    assert 0 < len(README_MINI_APP.splitlines()) <= 40
    imported = re.findall(r"import {(.*?)} from \"\./client\.js\"", README_MINI_APP)[0].split(",")
    assert {name.strip() for name in imported} <= set(re.findall(r"^export (?:class|function) (\w+)", SOURCE, re.MULTILINE))
    operations = set(re.findall(r"^    (\w+): \(.*=> ask\(", SOURCE, re.MULTILINE))
    assert operations == {"search", "suggest", "procedure"}
    assert set(re.findall(r"lookup\.(\w+)\(", README_MINI_APP)) <= operations
