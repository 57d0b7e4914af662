"""Build beside the live version, check, switch, prune. Every publish and roll back is written down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from index.catalogue.procedure import Catalogue, Procedure
from index.catalogue.vocabulary import Vocabulary
from index.errors import RefreshOutdated, RefreshRefused, VersionUnavailable
from index.judging import JudgedQuery
from index.refresh.checking import check_version
from index.refresh.description import Record, describe
from index.refresh.proposing import Proposal, refuse_stops
from index.search.engine import SearchEngine
from index.storage.building import Progress, build_version
from index.storage.history import Event, record
from index.storage.manifest import Manifest
from index.storage.reports import keep_report
from index.storage.snapshot import open_records
from index.storage.versions import Current, VersionStore
from index.vocabulary_check import refuse_titles_as_aliases


def read_published(root: Path) -> Catalogue:
    """The live catalogue, even where another analysis built it. Raises VersionUnavailable while nothing readable is published."""
    store = VersionStore(root)
    folder = store.folder(store.current().version)
    return Catalogue(tuple(open_records(folder)), Manifest.read(folder).sources)


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
        if live != proposal.live:
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
    store = VersionStore(root)
    with store.lock():
        check_live(store.live())
        return publish_built(store, lambda folder: build_version(catalogue, vocabulary, folder, progress), catalogue.procedures, smoke, report)


def publish_built(
    store: VersionStore, build: Callable[[Path], Manifest], procedures: Sequence[Procedure], smoke: Sequence[JudgedQuery], report: Record
) -> Current:
    """Build, check, switch, write down, prune, while the caller holds the lock; the version must hold exactly these procedures."""
    with store.new_version() as folder:
        keep_report(folder, report)
        build(folder)
        check_version(store.root, folder.name, procedures, smoke)
        current = store.publish(folder.name)
    record(store.root, Event("publish", current.version, current.published_at, report["who"], report["note"], len(procedures)))
    store.prune()
    return current


def roll_back(root: Path, version: str | None = None, *, who: str = "", note: str = "") -> Current:
    """Make an older version live again: the named one, or the newest before the live one. Raises VersionUnavailable where there is none."""
    store = VersionStore(root)
    with store.lock():
        live = store.current().version
        older = [name for name in store.versions() if name < live]
        target = version or (older[-1] if older else None)
        if target is None or target not in store.versions():
            raise VersionUnavailable("Không còn phiên bản nào trước đó để quay lại. Xin chạy scripts/versions để xem các phiên bản còn giữ.")
        count = len(SearchEngine(root, target).snapshot())
        current = store.publish(target)
        record(root, Event("rollback", current.version, current.published_at, who, note, count))
    return current
