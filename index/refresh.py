"""The staff's way: read, check, compare, build, publish. Whatever fails before the switch leaves the live version as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from index.catalogue.assembly import read_catalogue
from index.catalogue.procedure import Catalogue, Procedure
from index.catalogue.vocabulary import Vocabulary
from index.errors import AnalysisMismatch, RefreshRefused, VersionUnavailable
from index.storage.building import Progress, build_version
from index.storage.snapshot import Snapshot, open_current
from index.storage.versions import Current, VersionStore
from index.vocabulary_check import refuse_titles_as_aliases


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a procedure that would change: old and new as text."""

    code: str
    part: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a new catalogue would change against the live one, by code."""

    added: tuple[str, ...]
    withdrawn: tuple[str, ...]
    changed: tuple[Change, ...]
    unchanged: int


def compare(live: Sequence[Procedure], new: Sequence[Procedure]) -> Comparison:
    """Compare two catalogues code by code and part by part."""
    old = {procedure.code: procedure for procedure in live}
    codes = {procedure.code for procedure in new}
    changed = [change for procedure in new if procedure.code in old for change in _changes(old[procedure.code], procedure)]
    return Comparison(
        added=tuple(sorted(codes - old.keys())),
        withdrawn=tuple(sorted(old.keys() - codes)),
        changed=tuple(changed),
        unchanged=len(codes & old.keys()) - len({change.code for change in changed}),
    )


def _changes(old: Procedure, new: Procedure) -> list[Change]:
    parts = [(part.name, getattr(old, part.name), getattr(new, part.name)) for part in fields(Procedure)]
    return [Change(old.code, name, str(before), str(after)) for name, before, after in parts if before != after]


def read_live(store: VersionStore) -> list[Procedure]:
    """The procedures of the live version; none while nothing readable is published."""
    try:
        return open_current(store).procedures()
    except (VersionUnavailable, AnalysisMismatch):
        return []


def read_published(root: Path) -> Catalogue:
    """The live catalogue, to build again with another vocabulary. Raises VersionUnavailable while nothing readable is published."""
    snapshot = open_current(VersionStore(root))
    return Catalogue(tuple(snapshot.procedures()), snapshot.manifest.sources)


def publish_catalogue(catalogue: Catalogue, root: Path, vocabulary: Vocabulary | None = None, progress: Progress = lambda done: None) -> Current:
    """Build a version beside the live one, check that it opens and is whole, switch to it, remove older ones.

    Raises RefreshLocked while another refresh runs, RefreshRefused where there is nothing to publish, VocabularyRefused.
    """
    if not catalogue.procedures:
        raise RefreshRefused("Danh mục không có thủ tục nào, nên không công bố. Xin kiểm tra lại các tệp.")
    vocabulary = vocabulary or Vocabulary()
    refuse_titles_as_aliases(vocabulary, catalogue.procedures)
    store = VersionStore(root)
    with store.lock():
        with store.new_version() as folder:
            build_version(catalogue, vocabulary, folder, progress)
            _check(folder, catalogue)
            current = store.publish(folder.name)
        store.prune()
    return current


def _check(folder: Path, catalogue: Catalogue) -> None:
    snapshot = Snapshot(folder, Current(folder.name, ""))
    if len(snapshot) != len(catalogue.procedures):
        raise RefreshRefused(f"Chỉ mục vừa dựng có {len(snapshot)} thủ tục thay vì {len(catalogue.procedures)}. Chưa có gì thay đổi; xin chạy lại.")


def prepare(lists: Sequence[Path], details: Sequence[Path], root: Path, announce: Callable[[str], None] = lambda file: None) -> tuple[Catalogue, Comparison]:
    """Read the files and compare them with what is live; nothing is written."""
    catalogue = read_catalogue(lists, details, announce)
    return catalogue, compare(read_live(VersionStore(root)), catalogue.procedures)
