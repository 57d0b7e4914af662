"""What a new catalogue would change against the live one: code by code, part by part, field by field and level by level."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import NamedTuple

from index.catalogue.procedure import Procedure
from index.refresh.wording import tell_difference


class Named(NamedTuple):
    """A procedure that comes or goes."""

    code: str
    name: str


class Change(NamedTuple):
    """One part of a procedure that would change: old and new as text; `name` is the new name of the procedure."""

    code: str
    name: str
    part: str
    old: str
    new: str


class Tally(NamedTuple):
    """How many procedures have a value, live and new."""

    value: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Procedures added and withdrawn by code order, parts changed, and the tallies of fields and levels that differ."""

    added: tuple[Named, ...]
    withdrawn: tuple[Named, ...]
    changed: tuple[Change, ...]
    unchanged: int
    fields: tuple[Tally, ...] = ()
    levels: tuple[Tally, ...] = ()


def compare(live: Sequence[Procedure], new: Sequence[Procedure]) -> Comparison:
    """Compare two catalogues."""
    old = {procedure.code: procedure for procedure in live}
    now = {procedure.code: procedure for procedure in new}
    changed = [change for procedure in new if procedure.code in old for change in _changes(old[procedure.code], procedure)]
    return Comparison(
        added=tuple(Named(code, now[code].name) for code in sorted(now.keys() - old.keys())),
        withdrawn=tuple(Named(code, old[code].name) for code in sorted(old.keys() - now.keys())),
        changed=tuple(changed),
        unchanged=len(now.keys() & old.keys()) - len({change.code for change in changed}),
        fields=_tallies((procedure.field for procedure in live), (procedure.field for procedure in new)),
        levels=_tallies((level for procedure in live for level in procedure.levels), (level for procedure in new for level in procedure.levels)),
    )


def _changes(old: Procedure, new: Procedure) -> list[Change]:
    parts = [(part.name, getattr(old, part.name), getattr(new, part.name)) for part in fields(Procedure)]
    return [Change(old.code, new.name, part, *tell_difference(before, after)) for part, before, after in parts if before != after]


def _tallies(old: Iterable[str | None], new: Iterable[str | None]) -> tuple[Tally, ...]:
    before, after = Counter(filter(None, old)), Counter(filter(None, new))
    return tuple(Tally(value, before[value], after[value]) for value in sorted(before | after) if before[value] != after[value])
