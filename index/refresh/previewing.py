"""See what a changed vocabulary would do to some queries, before anything is published and with nothing for searches to notice."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from index.catalogue.vocabulary import Vocabulary
from index.search.engine import SearchEngine
from index.search.results import Results, Search
from index.storage.building import rebuild_version
from index.storage.snapshot import open_current
from index.storage.versions import VersionStore
from index.vocabulary_check import refuse_titles_as_aliases

_PREFIX = "preview-"
_ABANDONED = 3600  # seconds after which what a killed preview left behind is removed
_CANDIDATE = "candidate"


class Preview(NamedTuple):
    """The first results of a query as they are, and as they would be."""

    query: str
    before: Results
    after: Results


def preview(root: Path, vocabulary: Vocabulary, queries: Sequence[str], work: Path) -> list[Preview]:
    """Search the live version and one with another vocabulary, built in a folder of `work` that is gone afterwards.

    It takes no lock: it only reads the live version. Raises VocabularyRefused, and VersionUnavailable where the live version is not whole.
    """
    store = VersionStore(root)
    live = open_current(store)
    refuse_titles_as_aliases(vocabulary, live.titles())
    work.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_abandoned(work)
    with TemporaryDirectory(prefix=_PREFIX, dir=work) as made:
        candidate = VersionStore(Path(made))
        folder = candidate.folder(_CANDIDATE)
        folder.mkdir(parents=True)
        rebuild_version(store.folder(live.current.version), vocabulary, folder)
        before, after = SearchEngine(root, live.current.version), SearchEngine(candidate.root, _CANDIDATE)
        return [Preview(query, before.search(Search(query)), after.search(Search(query))) for query in queries]


def _remove_abandoned(work: Path) -> None:
    for path in work.glob(f"{_PREFIX}*"):
        if time.time() - path.stat().st_mtime > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)
