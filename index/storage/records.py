"""What search shows without opening a record: a card per document, kept as the very JSON that is sent, and its name parted for marking what matched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from itertools import pairwise
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

_CARDS, _VARIANTS, _NAMES = "cards", "variants", "names"
PIECE = "\0"
CODES = "codes"
_GROUPS = "groups.npy"


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


def make_variant(procedure: Procedure) -> dict[str, Any]:
    """What is shown of a procedure below another one of its name."""
    return {"code": procedure.code, "level": list(procedure.levels), "agency": list(procedure.agencies)}


def part_name(name: str) -> str:
    """The folded keys of a name's words, parted by blanks; a line below the name as HTML: what stands between words and the words, in turn."""
    spans = word_spans(name)
    bounds = [0, *(bound for span in spans for bound in span), len(name)]
    pieces = [escape(name[start:end]) for start, end in pairwise(bounds)]
    return " ".join(folded_key(name[start:end].lower()) for start, end in spans) + "\n" + PIECE.join(pieces)


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
    """Write the cards in all their forms, and the codes alone, in document order."""
    content = list(procedures)
    for name, make in ((_CARDS, make_card), (_VARIANTS, make_variant)):
        write_blobs((json.dumps(make(procedure), ensure_ascii=False, separators=(",", ":")).encode() for procedure in content), folder, name)
    write_blobs((part_name(procedure.name).encode() for procedure in content), folder, _NAMES)
    write_blobs((procedure.code.encode() for procedure in content), folder, CODES)


def number_names(procedures: Iterable[Procedure]) -> list[int]:
    """Number the names in document order: procedures of one name (variants by level or place) share a number."""
    numbers: dict[str, int] = {}
    return [numbers.setdefault(whole_name_terms(procedure.name)[0], len(numbers)) for procedure in procedures]


def write_groups(groups: Iterable[int], folder: Path) -> None:
    """Write the name number of every document."""
    np.save(folder / _GROUPS, np.array(groups, np.int32))


def open_groups(folder: Path) -> NDArray[Any]:
    """The name number of every document."""
    return open_array(folder / _GROUPS)


class Cards:
    """Cards by document number."""

    def __init__(self, folder: Path) -> None:
        self._cards, self._variants, self._names = (Blobs(folder, name) for name in (_CARDS, _VARIANTS, _NAMES))

    def __len__(self) -> int:
        return len(self._cards)

    def __getitem__(self, document: int) -> dict[str, Any]:
        card: dict[str, Any] = json.loads(self._cards[document])
        return card

    def json(self, document: int) -> str:
        """The card as JSON."""
        return self._cards[document].decode()

    def variant_json(self, document: int) -> str:
        """What is shown below another procedure of the name, as JSON."""
        return self._variants[document].decode()

    def parted_name(self, document: int) -> str:
        """The name as `part_name` gives it."""
        return self._names[document].decode()
