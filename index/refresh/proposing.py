"""Read the files and say what publishing them would change; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.catalogue.assembly import read_catalogue
from index.catalogue.lists.codes import read_codes
from index.catalogue.procedure import Catalogue, Procedure, Source
from index.errors import RefreshRefused, VersionUnavailable
from index.refresh.comparison import Comparison, compare
from index.refresh.guards import GUARDS, Stop, find_stops
from index.storage.kept import KeptCatalogue, read_last_good
from index.storage.versions import VersionStore


@dataclass(frozen=True, slots=True)
class Proposal:
    """A catalogue that could be published: the files given, what it would change against the live version, and the guards that stop it."""

    catalogue: Catalogue
    comparison: Comparison
    stops: tuple[Stop, ...]
    files: tuple[Source, ...] = ()
    live: str | None = None
    update: bool = False


def prepare(
    lists: Sequence[Path],
    details: Sequence[Path],
    root: Path,
    *,
    update: bool = False,
    withdraw: Sequence[Path] = (),
    announce: Callable[[str], None] = lambda file: None,
) -> Proposal:
    """Read the files and compare them with what is live; nothing is written.

    The catalogue is exactly these files; with `update` they replace or join what is live, and the codes in the `withdraw` files leave it.
    Raises SourceRefused, or RefreshRefused where a code to withdraw is not live.
    """
    kept = _read_live(root, update)
    live = list(kept.records) if kept else []
    live_sources = kept.manifest.sources if kept else ()
    given = read_catalogue(lists, details, announce, live)
    files, catalogue = given.sources, given
    if update:
        withdrawals = [read_codes(path, live) for path in withdraw]
        files += tuple(withdrawal.source for withdrawal in withdrawals)
        catalogue = _join(live, given, [code for withdrawal in withdrawals for code in withdrawal.codes])
        catalogue = replace(catalogue, sources=tuple({source.sha256: source for source in (*live_sources, *files)}.values()))
    comparison = compare(live, catalogue.procedures)
    stops = find_stops(live, live_sources, given, catalogue, comparison)
    return Proposal(catalogue, comparison, tuple(stops), files, kept.version if kept else None, update)


def _read_live(root: Path, needed: bool) -> KeptCatalogue | None:
    """What is served: the live version, or the last good one before it. None where there is none and none is needed."""
    store = VersionStore(root)
    try:
        return read_last_good(store)
    except VersionUnavailable as error:
        if needed and store.stamp():
            raise RefreshRefused(f"Không cập nhật một phần được, vì không mở được danh mục đang công bố. Xin đưa lên danh sách đầy đủ. ({error})") from error
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
