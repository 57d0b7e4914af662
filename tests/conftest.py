"""Fixtures: a published sample, its engine, a client; and the shared material where it lies beside the project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index import SearchEngine, load_vocabulary, publish_catalogue, read_catalogue
from lookup import Settings, create_app

ROOT = Path(__file__).parents[1]
SAMPLE_LIST = ROOT / "data/sample/danh-sach-tthc.xlsx"
SAMPLE_DETAILS = ROOT / "data/sample/details.jsonl"
VOCABULARY = ROOT / "data/vocabulary"
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session", autouse=True)
def look_at_once() -> Iterator[None]:
    """Engines in the process of the tests look for a newer version at every call."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.search.engine.LOOK_EVERY", 0.0)
        yield


@pytest.fixture(scope="session")
def sample_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder with the sample catalogue published."""
    root = tmp_path_factory.mktemp("sample")
    publish_catalogue(read_catalogue([SAMPLE_LIST], [SAMPLE_DETAILS]), root, load_vocabulary(VOCABULARY))
    return root


@pytest.fixture(scope="session")
def engine(sample_index: Path) -> SearchEngine:
    return SearchEngine(sample_index)


@pytest.fixture(scope="session")
def client(sample_index: Path) -> FlaskClient:
    return create_app(Settings(index_dir=sample_index)).test_client()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real exports, details and judged queries, where it is there."""
    if not SHARED.is_dir():
        pytest.skip("the shared material does not lie beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def full_index(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An index folder with the whole national list and its details published."""
    root = tmp_path_factory.mktemp("full")
    publish_catalogue(
        read_catalogue([shared / "catalogue/exports/danh-sach-tthc-ca-nuoc.csv"], [shared / "catalogue/details.jsonl"]), root, load_vocabulary(VOCABULARY)
    )
    yield root


@pytest.fixture(scope="session")
def full_engine(full_index: Path) -> SearchEngine:
    return SearchEngine(full_index)
