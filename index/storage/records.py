"""What search shows without opening a record: a card per document, kept as JSON in one memory-mapped file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.catalogue.procedure import Procedure
from index.catalogue.summary import fee_text, time_limit_text
from index.storage.analysis import whole_name_terms
from index.storage.arrays import open_array
from index.storage.blobs import Blobs, write_blobs
from index.text.folding import folded_key, word_spans

_CARDS = "cards"
CODES = "codes"
_GROUPS = "groups.npy"


def make_card(procedure: Procedure) -> dict[str, Any]:
    """The part of a procedure that a result list shows; unknown texts are null, unknown lists empty. `keys`: the folded keys of the name's words."""
    return {
        "code": procedure.code,
        "name": procedure.name,
        "field": procedure.field,
        "level": list(procedure.levels),
        "agency": list(procedure.agencies),
        "time_limit": time_limit_text(procedure),
        "fee": fee_text(procedure),
        "keys": [folded_key(procedure.name[start:end].lower()) for start, end in word_spans(procedure.name)],
    }


class Title(Protocol):
    """What vocabulary needs of a procedure; a `Procedure` is one."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def levels(self) -> tuple[str, ...]: ...


class KeptTitle(NamedTuple):
    """The title of a card."""

    code: str
    name: str
    levels: tuple[str, ...]


def read_titles(cards: Cards) -> list[KeptTitle]:
    """The titles of cards, in document order."""
    return [KeptTitle(card["code"], card["name"], tuple(card["level"])) for card in (cards[document] for document in range(len(cards)))]


def write_cards(procedures: Iterable[Procedure], folder: Path) -> None:
    """Write the cards, and the codes alone, in document order."""
    content = list(procedures)
    write_blobs((json.dumps(make_card(procedure), ensure_ascii=False).encode() for procedure in content), folder, _CARDS)
    write_blobs((procedure.code.encode() for procedure in content), folder, CODES)


def write_groups(procedures: Iterable[Procedure], folder: Path) -> None:
    """Number the names in document order: procedures of one name (variants by level or place) share a number."""
    numbers: dict[str, int] = {}
    groups = [numbers.setdefault(whole_name_terms(procedure.name)[0], len(numbers)) for procedure in procedures]
    np.save(folder / _GROUPS, np.array(groups, np.int32))


def open_groups(folder: Path) -> NDArray[Any]:
    """The name number of every document."""
    return open_array(folder / _GROUPS)


class Cards:
    """Cards by document number."""

    def __init__(self, folder: Path) -> None:
        self._blobs = Blobs(folder, _CARDS)

    def __len__(self) -> int:
        return len(self._blobs)

    def __getitem__(self, document: int) -> dict[str, Any]:
        card: dict[str, Any] = json.loads(self._blobs[document])
        return card
