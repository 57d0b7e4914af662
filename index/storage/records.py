"""What search shows without opening a record: a card per document, kept as the very JSON that is sent, and its name parted for marking what matched."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache, partial
from html import escape, unescape
from itertools import accumulate, pairwise
from pathlib import Path
from sys import intern
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.catalogue.procedure import Procedure
from index.catalogue.summary import fee_text, time_limit_text
from index.storage.analysis import whole_name_terms
from index.storage.arrays import open_array
from index.storage.blobs import Blobs, write_blobs
from index.text.folding import folded_key, word_spans

_CARDS, _VARIANTS = "cards", "variants"
_PLACE = 32
_MOST_SHOWN = 4_096  # cards remembered, some two kilobytes each: people meet the same few hundred again and again
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
    """Three lines: the folded keys of a name's words, parted by blanks; where each word starts and ends in the third; the name as HTML.

    A place is a character, `_PLACE` more than its number.
    """
    spans = word_spans(name)
    bounds = [0, *(bound for span in spans for bound in span), len(name)]
    pieces = [escape(name[start:end]) for start, end in pairwise(bounds)]
    places = list(accumulate(map(len, pieces)))[:-1]
    keys = " ".join(folded_key(name[start:end].lower()) for start, end in spans)
    return f"{keys}\n{''.join(chr(_PLACE + place) for place in places)}\n{''.join(pieces)}"


class Parted(NamedTuple):
    """A name parted for marking: the folded key of each word, where each starts and ends in the HTML, whether only blank stands before it, and the HTML."""

    keys: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    joined: tuple[bool, ...]
    html: str


def read_parted(lines: str) -> Parted:
    """What `part_name` wrote."""
    keys, places, html = lines.split("\n")
    numbers = [ord(place) - _PLACE for place in places]
    starts, ends = numbers[::2], numbers[1::2]
    joined = (html[end:start].isspace() for end, start in zip([0, *ends], starts, strict=False))
    return Parted(tuple(map(intern, keys.split(" "))) if keys else (), tuple(starts), tuple(ends), tuple(joined), html)


class Shown(NamedTuple):
    """What a result shows: its card as JSON, its code, its name."""

    card: str
    code: str
    name: Parted


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
    """Write the cards in all their forms, and the codes alone, in document order.

    What a result shows lies in one place, in lines: its card as JSON, its code, its name as `part_name` gives it.
    """
    content = list(procedures)
    write_blobs((f"{compact(make_card(each))}\n{each.code}\n{part_name(each.name)}".encode() for each in content), folder, _CARDS)
    write_blobs((compact(make_variant(each)).encode() for each in content), folder, _VARIANTS)
    write_blobs((each.code.encode() for each in content), folder, CODES)


def compact(record: dict[str, Any]) -> str:
    """JSON without blanks, letters as they are."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


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


def _read_shown(cards: Blobs, document: int) -> Shown:
    card, code, name = cards[document].decode().split("\n", 2)
    return Shown(card, code, read_parted(name))


class Cards:
    """Cards by document number."""

    def __init__(self, folder: Path) -> None:
        self._cards, self._variants = Blobs(folder, _CARDS), Blobs(folder, _VARIANTS)
        self.shown = lru_cache(_MOST_SHOWN)(partial(_read_shown, self._cards))  # not a method: the cycle would outlive its version

    def __len__(self) -> int:
        return len(self._cards)

    def __getitem__(self, document: int) -> dict[str, Any]:
        card: dict[str, Any] = json.loads(_read_shown(self._cards, document).card)
        return card

    def name(self, document: int) -> tuple[str, str]:
        """The name, folded and as it is written."""
        name = self.shown(document).name
        return " ".join(name.keys), unescape(name.html)

    def variant_json(self, document: int) -> str:
        """What is shown below another procedure of the name, as JSON."""
        return self._variants[document].decode()
