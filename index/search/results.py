"""What a search asks and what it answers: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from index.search.plan import Plan
from index.storage.manifest import Manifest
from index.storage.versions import Current


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for. `filters`: facet -> values, any of which will do; `as_typed`: slips are not repaired."""

    text: str = ""
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    per_page: int = 10
    as_typed: bool = False


@dataclass(frozen=True, slots=True)
class FacetCount:
    """How many results have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A result: the card of a procedure, its name with the matching syllables marked (safe HTML), its score, and the cards of the same name.

    `pinned`: it stands here because staff put it first for this query.
    """

    card: dict[str, Any]
    highlight: str
    score: float
    variants: tuple[dict[str, Any], ...] = ()
    pinned: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes this result stands for, its own first."""
        return tuple(card["code"] for card in (self.card, *self.variants))


@dataclass(frozen=True, slots=True)
class Results:
    """One page of results, facet counts over all of them, and the version they all come from.

    `unsure`: the best result matches so little of what was said that it may well be wrong.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: dict[str, tuple[FacetCount, ...]]
    plan: Plan
    unsure: bool
    current: Current


@dataclass(frozen=True, slots=True)
class Overview:
    """A whole catalogue at a glance."""

    facets: dict[str, tuple[FacetCount, ...]]
    manifest: Manifest
    current: Current
