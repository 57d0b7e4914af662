"""Build beside the live version, check, switch, prune. Every publish and roll back is written down."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from index.catalogue.procedure import Catalogue, Procedure
from index.catalogue.vocabulary import Vocabulary
from index.errors import RefreshOutdated, RefreshRefused, StorageFailed, VersionUnavailable
from index.judging import JudgedQuery
from index.refresh.checking import check_version
from index.refresh.description import Record, describe
from index.refresh.proposing import Proposal, refuse_stops
from index.search.engine import SearchEngine
from index.storage.building import Progress, build_version
from index.storage.failures import telling_failures
from index.storage.history import PUBLISH, ROLL_BACK, Event, record
from index.storage.kept import read_kept, read_last_good
from index.storage.manifest import Manifest
from index.storage.reports import keep_report, load_report
from index.storage.versions import Current, VersionStore
from index.vocabulary_check import refuse_titles_as_aliases

log = logging.getLogger(__name__)


def read_published(root: Path, version: str | None = None) -> Catalogue:
    """The served catalogue, or that of a kept version, even where another analysis built it. Raises VersionUnavailable where nothing can be read."""
    store = VersionStore(root)
    kept = read_kept(store, version) if version else read_last_good(store)
    return Catalogue(tuple(kept.records), kept.manifest.sources)


def publish_proposal(
    proposal: Proposal,
    root: Path,
    vocabulary: Vocabulary | None = None,
    progress: Progress = lambda done: None,
    *,
    allowed: Sequence[str] = (),
    smoke: Sequence[JudgedQuery] = (),
    who: str = "",
    note: str = "",
) -> Current:
    """Publish what `prepare` proposed; the version keeps the report, with `who`, `note` and the guards `allowed`.

    Raises RefreshRefused where a guard stops it that is not allowed by name, RefreshOutdated where another version went live since it was
    compared, and whatever `publish_catalogue` raises.
    """
    refuse_stops(proposal, allowed)
    report = {"who": who, "note": note, "allowed": list(allowed), **describe(proposal)}

    def refuse_outdated(live: str | None) -> None:
        if live != proposal.live and (proposal.live is None or read_last_good(VersionStore(root)).version != proposal.live):
            raise RefreshOutdated("Danh mục đang công bố đã thay đổi từ lúc so sánh. Chưa có gì thay đổi thêm; xin xem lại so sánh rồi công bố.")

    return _publish(proposal.catalogue, root, vocabulary or Vocabulary(), progress, smoke, report, refuse_outdated)


def publish_catalogue(
    catalogue: Catalogue,
    root: Path,
    vocabulary: Vocabulary | None = None,
    progress: Progress = lambda done: None,
    *,
    smoke: Sequence[JudgedQuery] = (),
    who: str = "",
    note: str = "",
) -> Current:
    """Build a version beside the live one, check that it opens, is whole and finds its procedures, switch to it, remove older ones.

    Raises RefreshLocked while another refresh runs, RefreshRefused where there is nothing to publish or the check fails, VocabularyRefused.
    """
    return _publish(catalogue, root, vocabulary or Vocabulary(), progress, smoke, {"who": who, "note": note}, lambda live: None)


def _publish(
    catalogue: Catalogue,
    root: Path,
    vocabulary: Vocabulary,
    progress: Progress,
    smoke: Sequence[JudgedQuery],
    report: Record,
    check_live: Callable[[str | None], None],
) -> Current:
    if not catalogue.procedures:
        raise RefreshRefused("Danh mục không có thủ tục nào, nên không công bố. Xin kiểm tra lại các tệp.")
    refuse_titles_as_aliases(vocabulary, catalogue.procedures)

    with hold(root, report["who"]) as store:
        check_live(store.live())
        return publish_built(store, lambda folder: build_version(catalogue, vocabulary, folder, progress), catalogue.procedures, smoke, report)


@contextmanager
def hold(root: Path, who: str) -> Iterator[VersionStore]:
    """The index folder, for one refresh alone. Raises RefreshLocked, and StorageFailed for what the machine refuses meanwhile."""
    store = VersionStore(root)
    with telling_failures(root), store.lock(who):
        yield store


def publish_built(
    store: VersionStore, build: Callable[[Path], Manifest], procedures: Sequence[Procedure], smoke: Sequence[JudgedQuery], report: Record
) -> Current:
    """Build, check, switch, write down, prune, while the caller holds the lock; the version must hold exactly these procedures."""
    with store.new_version() as folder:
        keep_report(folder, report)
        build(folder)
        try:
            check_version(store.root, folder.name, procedures, smoke)
        except VersionUnavailable as error:
            raise StorageFailed(f"Phiên bản vừa dựng không mở được ({error}). Đĩa có thể hỏng hoặc đầy; danh mục đang công bố vẫn như cũ.") from error
        current = store.publish(folder.name)
    _write_down(store, Event(PUBLISH, current.version, current.published_at, report["who"], report["note"], len(procedures)))
    store.prune()
    return current


def roll_back(root: Path, version: str | None = None, *, who: str = "", note: str = "") -> Current:
    """Make an older version live again: the named one, or the one that was live before.

    Raises VersionUnavailable where there is none or it does not open, RefreshLocked, StorageFailed.
    """
    with hold(root, who) as store:
        earlier = [known.version for known in store.earlier()]
        target = version or next(iter(earlier), None)
        if target is None:
            raise VersionUnavailable("Không còn phiên bản nào trước đó để quay lại.")
        if target not in earlier:
            raise VersionUnavailable(f"Không có phiên bản {target} để quay lại. Các phiên bản còn giữ: {', '.join(earlier) or 'không có'}.")
        count = len(SearchEngine(root, target).snapshot())
        current = store.switch(target)
        _write_down(store, Event(ROLL_BACK, current.version, current.published_at, who, note, count))
    return current


def adopt(root: Path, source: Path, *, who: str = "", note: str = "") -> Current:
    """Make a version live here that another machine built, from a copy of its folder, under its own name.

    Raises VersionUnavailable where the copy is not whole or does not open, RefreshRefused where it is here already, RefreshLocked, StorageFailed.
    """
    manifest = Manifest.read(source)
    manifest.verify(source)
    with hold(root, who) as store:
        if manifest.version in store.versions():
            raise RefreshRefused(f"Phiên bản {manifest.version} đã có ở máy này. Xin dùng scripts/versions rollback {manifest.version}.")
        folder = store.folder(manifest.version)
        try:
            shutil.copytree(source, folder)
            count = len(SearchEngine(root, manifest.version).snapshot())
            current = store.publish(manifest.version)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _write_down(store, Event(PUBLISH, current.version, current.published_at, who, note, count))
        store.prune()
    return current


def _write_down(store: VersionStore, event: Event) -> None:
    """A switch that cannot be written down has happened all the same: the next refresh writes what is missing."""
    try:
        record(store.root, event)
    except OSError:
        log.exception("%s of %s is live but could not be written to the history", event.action, event.version)


def read_report(root: Path, version: str) -> Record | None:
    """The report that a kept version has of its publish, or None."""
    store = VersionStore(root)
    return load_report(store.folder(version)) if version in store.versions() else None
