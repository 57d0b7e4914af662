"""Read, compare, guard; then build beside the live version, check, switch, prune. Every publish and roll back is written down."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.catalogue.assembly import read_catalogue
from index.catalogue.procedure import Catalogue, Procedure
from index.catalogue.vocabulary import Vocabulary
from index.errors import RefreshRefused, VersionUnavailable
from index.refresh.comparison import Comparison, compare
from index.refresh.guards import GUARDS, Stop, find_stops
from index.search.engine import SearchEngine
from index.search.results import Search
from index.storage.building import Progress, build_version
from index.storage.history import Event, record
from index.storage.snapshot import Snapshot, open_current
from index.storage.versions import Current, VersionStore
from index.vocabulary_check import refuse_titles_as_aliases

SEARCHED_FOR = 10  # procedures that a new version must find by their names before it goes live
DEEP_ENOUGH = 10  # results among which a procedure must be found


@dataclass(frozen=True, slots=True)
class Proposal:
    """A catalogue that could be published: what it would change, and the guards that stop it."""

    catalogue: Catalogue
    comparison: Comparison
    stops: tuple[Stop, ...]


def prepare(
    lists: Sequence[Path],
    details: Sequence[Path],
    root: Path,
    *,
    update: bool = False,
    withdrawn: Sequence[str] = (),
    announce: Callable[[str], None] = lambda file: None,
) -> Proposal:
    """Read the files and compare them with what is live; nothing is written.

    The catalogue is exactly these files; with `update` they replace or join what is live, and `withdrawn` codes leave it.
    Raises SourceRefused, or RefreshRefused where a code to withdraw is not live.
    """
    snapshot = _open_live(root)
    live = snapshot.procedures() if snapshot else []
    given = read_catalogue(lists, details, announce, live)
    catalogue = _join(live, given, withdrawn) if update else given
    comparison = compare(live, catalogue.procedures)
    stops = find_stops(live, snapshot.manifest.sources if snapshot else (), catalogue, comparison)
    return Proposal(catalogue, comparison, tuple(stops))


def _open_live(root: Path) -> Snapshot | None:
    try:
        return open_current(VersionStore(root))
    except VersionUnavailable:
        return None


def _join(live: Sequence[Procedure], given: Catalogue, withdrawn: Sequence[str]) -> Catalogue:
    procedures = {procedure.code: procedure for procedure in live}
    if unknown := [code for code in withdrawn if code not in procedures]:
        raise RefreshRefused(f"Không rút được mã {', '.join(unknown)}: mã này không có trong danh mục đang công bố. Xin kiểm tra lại mã.")
    for procedure in given.procedures:
        known = procedures.get(procedure.code)
        procedures[procedure.code] = procedure.filled_from(known) if known else procedure
    return replace(given, procedures=tuple(procedures[code] for code in sorted(procedures.keys() - set(withdrawn))))


def refuse_stops(proposal: Proposal, allowed: Sequence[str] = ()) -> None:
    """Raise RefreshRefused where a guard stops the proposal that is not allowed by name."""
    if unknown := set(allowed) - GUARDS.keys():
        raise RefreshRefused(f"Không có chốt chặn tên {', '.join(sorted(unknown))}. Các chốt chặn: {', '.join(GUARDS)}.")
    if left := [stop for stop in proposal.stops if stop.name not in allowed]:
        raise RefreshRefused(" ".join(f"[{stop.name}] {stop.reason}" for stop in left))


def read_published(root: Path) -> Catalogue:
    """The live catalogue, to build again with another vocabulary. Raises VersionUnavailable while nothing readable is published."""
    snapshot = open_current(VersionStore(root))
    return Catalogue(tuple(snapshot.procedures()), snapshot.manifest.sources)


def publish_catalogue(
    catalogue: Catalogue,
    root: Path,
    vocabulary: Vocabulary | None = None,
    progress: Progress = lambda done: None,
    *,
    who: str = "",
    note: str = "",
) -> Current:
    """Build a version beside the live one, check that it opens, is whole and finds its procedures, switch to it, remove older ones.

    Raises RefreshLocked while another refresh runs, RefreshRefused where there is nothing to publish or the check fails, VocabularyRefused.
    """
    if not catalogue.procedures:
        raise RefreshRefused("Danh mục không có thủ tục nào, nên không công bố. Xin kiểm tra lại các tệp.")
    vocabulary = vocabulary or Vocabulary()
    refuse_titles_as_aliases(vocabulary, catalogue.procedures)
    store = VersionStore(root)
    with store.lock():
        with store.new_version() as folder:
            build_version(catalogue, vocabulary, folder, progress)
            _check(root, folder.name, catalogue)
            current = store.publish(folder.name)
        record(root, Event("publish", current.version, current.published_at, who, note, len(catalogue.procedures)))
        store.prune()
    return current


def _check(root: Path, version: str, catalogue: Catalogue) -> None:
    """Refuse a version that lost procedures or cannot find some of them, drawn at random, by their names."""
    engine = SearchEngine(root, version)
    if len(engine.snapshot()) != len(catalogue.procedures):
        raise RefreshRefused(f"Chỉ mục vừa dựng có {len(engine.snapshot())} thủ tục thay vì {len(catalogue.procedures)}. Chưa có gì thay đổi; xin chạy lại.")
    drawn = random.sample(catalogue.procedures, min(SEARCHED_FOR, len(catalogue.procedures)))
    for procedure in drawn:
        if procedure != engine.procedure(procedure.code):
            raise RefreshRefused(f"Chỉ mục vừa dựng ghi sai thủ tục {procedure.code}. Chưa có gì thay đổi; xin chạy lại.")
        hits = engine.search(Search(procedure.name[:200], per_page=DEEP_ENOUGH)).hits
        if not any(procedure.code in hit.codes for hit in hits):
            raise RefreshRefused(f"Chỉ mục vừa dựng không tìm thấy “{procedure.name}”. Chưa có gì thay đổi; xin chạy lại.")


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
