"""Put a changed vocabulary online: the live catalogue stays as it is, only what vocabulary has a part in is built anew."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from index.catalogue.vocabulary import Vocabulary
from index.errors import VersionUnavailable
from index.judging import JudgedQuery
from index.refresh.publishing import hold, publish_built, read_published
from index.storage.building import build_version, rebuild_version
from index.storage.snapshot import open_current
from index.storage.versions import Current
from index.vocabulary_check import refuse_titles_as_aliases

log = logging.getLogger(__name__)


def republish(root: Path, load: Callable[[], Vocabulary], *, smoke: Sequence[JudgedQuery] = (), who: str = "", note: str = "") -> Current:
    """Publish the live catalogue with another vocabulary, as a version like any other. It is loaded once no other refresh can come between.

    A live version that another software built, or that has lost a file, is built anew as a whole from the records it keeps. Raises RefreshLocked,
    RefreshRefused, VocabularyRefused, and VersionUnavailable while nothing readable is published.
    """
    report = {"who": who, "note": note}
    with hold(root, who) as store:
        vocabulary = load()
        try:
            live = open_current(store)
            refuse_titles_as_aliases(vocabulary, live.titles())
            folder = store.folder(live.current.version)
            return publish_built(store, lambda new: rebuild_version(folder, vocabulary, new), live.records, smoke, report)
        except VersionUnavailable as error:
            log.warning("the live version cannot be rebuilt in part, so it is built as a whole: %s", error)
        catalogue = read_published(root)
        refuse_titles_as_aliases(vocabulary, catalogue.procedures)
        return publish_built(store, lambda new: build_version(catalogue, vocabulary, new), catalogue.procedures, smoke, report)
