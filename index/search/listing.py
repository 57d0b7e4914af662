"""The whole catalogue as a public list: fields with how many procedures each level handles, and the procedures of one field."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.storage.snapshot import Snapshot
from index.text.folding import collation_key

FIELD, LEVEL = "field", "level"


class ListedField(NamedTuple):
    """A field (None: of no known one), its procedures, and how many of them each level handles (None: no known one); a procedure may count at several."""

    name: str | None
    total: int
    levels: dict[str | None, int]


def list_fields(snapshot: Snapshot) -> list[ListedField]:
    """Every field by its letters, the unknown one last."""
    names = sorted(snapshot.facets[FIELD].values, key=collation_key)
    fields = [_list_field(snapshot, name) for name in (*names, None)]
    return [field for field in fields if field.total]


def _list_field(snapshot: Snapshot, name: str | None) -> ListedField:
    documents = np.flatnonzero(_have(snapshot, FIELD, name))
    level = snapshot.facets[LEVEL]
    counts = dict(zip(level.values, snapshot.facets.count(documents, by_name=False)[level.own].tolist(), strict=True))
    unknown = int(_have(snapshot, LEVEL, None)[documents].sum())
    return ListedField(name, len(documents), {value: count for value, count in (*counts.items(), (None, unknown)) if count})


def list_procedures(snapshot: Snapshot, field: str | None, level: str | None = None, any_level: bool = True) -> list[dict[str, str]]:
    """The procedures of a field in the order of the list, by column; of one level (None: no known one) unless any will do."""
    wanted = _have(snapshot, FIELD, field)
    if not any_level:
        wanted = wanted & _have(snapshot, LEVEL, level)
    return [snapshot.public_list[document] for document in np.flatnonzero(wanted).tolist()]


def _have(snapshot: Snapshot, facet: str, value: str | None) -> NDArray[Any]:
    """Which documents have a value of a facet; None: which have none."""
    found = snapshot.facets[facet]
    return found.mask((value,)) if value is not None else ~found.mask(found.values)
