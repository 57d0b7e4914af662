"""What the documents claim is true: every path, command, setting and number that can be checked is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_named_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:scripts|index|lookup|data|tests|\.ci)/[\w./-]*\w", text))
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_setting_stands_in_the_readme_and_in_the_code() -> None:
    pattern = r"LOOKUP_[A-Z_]+"
    documented = set(re.findall(pattern, (ROOT / "README.md").read_text(encoding="utf-8")))
    read = set(re.findall(pattern, (ROOT / "lookup/settings.py").read_text(encoding="utf-8"))) - {"LOOKUP_"}
    assert documented == read


def test_every_command_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = {path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and path.stat().st_mode & 0o111}
    assert commands and all(f"scripts/{command}" in readme for command in commands)


def test_the_ci_runs_the_test_command_of_the_readme() -> None:
    assert "scripts/test" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_the_top_level_is_what_was_agreed() -> None:
    agreed = {"lookup", "index", "data", "scripts", "tests", "setup.cfg", "Procfile"}
    carried = {"README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "pyproject.toml", "requirements.lock", "requirements-test.lock"}
    found = {
        path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.name not in ("var", "build") and not path.name.endswith(".egg-info")
    }
    assert found == agreed | carried


def test_every_dependency_is_pinned_with_a_hash() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        pins = re.split(r"\n(?=\S)", (ROOT / name).read_text(encoding="utf-8").strip())
        for pin in (pin for pin in pins if not pin.startswith("#")):
            assert "==" in pin and "--hash=sha256:" in pin, pin
