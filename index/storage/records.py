"""What search shows without opening a record: a card per document, kept as JSON in one memory-mapped file."""

from __future__ import annotations

import json
import mmap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from index.catalogue.procedure import Procedure
from index.catalogue.summary import fee_text, time_limit_text

_CARDS = "cards.json"
_OFFSETS = "cards_offsets.npy"


def make_card(procedure: Procedure) -> dict[str, Any]:
    """The part of a procedure that a result list shows; unknown texts are null, unknown lists empty."""
    return {
        "code": procedure.code,
        "name": procedure.name,
        "field": procedure.field,
        "level": list(procedure.levels),
        "agency": list(procedure.agencies),
        "time_limit": time_limit_text(procedure),
        "fee": fee_text(procedure),
    }


def write_cards(procedures: Iterable[Procedure], folder: Path) -> None:
    """Write the cards in document order."""
    cards = [json.dumps(make_card(procedure), ensure_ascii=False).encode() for procedure in procedures]
    (folder / _CARDS).write_bytes(b"".join(cards))
    np.save(folder / _OFFSETS, np.cumsum([0, *map(len, cards)], dtype=np.int64))


class Cards:
    """Cards by document number."""

    def __init__(self, folder: Path) -> None:
        self._offsets = np.load(folder / _OFFSETS, mmap_mode="r").view(np.ndarray)
        with (folder / _CARDS).open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, document: int) -> dict[str, Any]:
        card: dict[str, Any] = json.loads(self._bytes[self._offsets[document] : self._offsets[document + 1]])
        return card
