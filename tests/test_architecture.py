"""The walls of the house: who may import whom, read from the code itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

# Each place may import the places named beside it, and nothing else of ours.
ALLOWED = {
    "index.errors": set(),
    "index.text": {"index.text"},
    "index.catalogue": {"index.catalogue", "index.text", "index.errors"},
    "index.storage": {"index.storage", "index.catalogue", "index.text", "index.errors"},
    "index.search": {"index.search", "index.storage", "index.catalogue", "index.text", "index.errors"},
    "index.judging": set(),
    "index.variants": {"index.text"},
    "index.vocabulary_check": {"index.storage", "index.catalogue", "index.text", "index.errors"},
    "index.refresh": {
        "index.refresh",
        "index.judging",
        "index.vocabulary_check",
        "index.search",
        "index.storage",
        "index.catalogue",
        "index.text",
        "index.errors",
    },
    "index": {
        "index.variants",
        "index.vocabulary_check",
        "index.refresh",
        "index.judging",
        "index.search",
        "index.storage",
        "index.catalogue",
        "index.text",
        "index.errors",
    },
    "lookup.settings": set(),
    "lookup.sightings": {"index"},
    "lookup.content": {"lookup.content", "index"},
    "lookup.api": {"lookup.api", "lookup.content", "lookup.sightings", "index"},
    "lookup.insights": {"lookup.insights", "lookup.sightings", "index"},
    "lookup.operations": {"lookup.operations", "lookup.insights", "lookup.api", "lookup.sightings", "lookup.settings", "index"},
    "lookup.pages": {"lookup.pages", "lookup.api", "lookup.content", "lookup.sightings", "lookup.settings", "index"},
    "lookup.staff": {"lookup.staff", "lookup.operations", "lookup.api", "lookup.settings", "index"},
    "lookup": {
        "lookup.staff",
        "lookup.pages",
        "lookup.operations",
        "lookup.insights",
        "lookup.api",
        "lookup.content",
        "lookup.settings",
        "index",
    },
    "scripts": {"scripts", "index", "lookup.staff", "lookup.insights"},  # accounts and counts belong to the service, and are added and read on its machine
}
FOREIGN_TO_INDEX = {"flask", "flask_smorest", "marshmallow", "werkzeug", "gunicorn", "click"}

FILES = sorted(path for folder in ("index", "lookup", "scripts") for path in (ROOT / folder).rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names |= {f"lookup.{alias.name}" for alias in node.names} if node.module == "lookup" else {node.module or ""}
    return names


def place_of(module: str) -> str:
    return max((place for place in ALLOWED if module == place or module.startswith(f"{place}.")), key=len)


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_keep_to_the_walls(path: Path) -> None:
    place = place_of(module_of(path))
    ours = {name for name in imports_of(path) if name.split(".")[0] in ("index", "lookup", "scripts")}
    for name in ours:
        assert place_of(name) in ALLOWED[place], f"{place} may not import {name}"
        if not place.startswith("index"):
            assert name == "index" or not name.startswith("index."), f"{name} is behind a wall: import from index"
    if place.startswith("index"):
        assert not {name.split(".")[0] for name in imports_of(path)} & FOREIGN_TO_INDEX


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_are_of_one_thought(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 200
    assert not set(path.stem.split("_")) & {"utils", "helpers", "manager", "service", "common", "misc"}


def test_the_public_door_names_everything_it_opens() -> None:
    import index

    assert all(hasattr(index, name) for name in index.__all__)
