"""What a search asks and what it answers: plain data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from index.search.plan import Plan
from index.storage.manifest import Manifest
from index.storage.versions import Current


class Search(NamedTuple):
    """What is asked for. `filters`: facet -> values, any of which will do; `as_typed`: slips are not repaired."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    page: int = 1
    per_page: int = 10
    as_typed: bool = False


FacetCounts = dict[str, tuple[tuple[str, int], ...]]
"""For each facet its values, the commonest first, and how many results have each."""


@dataclass
class Hit:
    """A result: the codes it stands for, its own first; its name with the matching syllables marked (safe HTML); its score.

    `card_json` and `variants_json` are the JSON to be sent, as the index keeps it; `card` and `variants` are for who needs to look into it.
    `pinned`: it stands here because staff put it first for this query.
    """

    codes: tuple[str, ...]
    card_json: str
    highlight: str
    score: float
    variants_json: tuple[str, ...] = ()
    pinned: bool = False

    @cached_property
    def card(self) -> dict[str, Any]:
        """Code, name, field, level, agency, time limit and fee."""
        card: dict[str, Any] = json.loads(self.card_json)
        return card

    @cached_property
    def variants(self) -> tuple[dict[str, Any], ...]:
        """Code, level and agency of the other procedures of the same name."""
        return tuple(map(json.loads, self.variants_json))


class Results(NamedTuple):
    """One page of results, facet counts over all of them, and the version they all come from.

    `unsure`: the best result matches so little of what was said that it may well be wrong.
    """

    hits: tuple[Hit, ...]
    total: int
    facets: FacetCounts
    plan: Plan
    unsure: bool
    current: Current


class Overview(NamedTuple):
    """A whole catalogue at a glance."""

    facets: FacetCounts
    manifest: Manifest
    current: Current
