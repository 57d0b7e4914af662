"""What a search means, as plain data with no engine in it: another engine could run the same plan."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from index.catalogue.vocabulary import Signpost

# (blend of schema fields, term) -> weight. Every clause is optional; a document's score is the sum of weight × impact over those it matches.
Clauses = Mapping[tuple[str, str], float]


class Interpretation(NamedTuple):
    """How a part of the query was understood: `kind` is keystrokes, spacing, repair, synonym, asks, content (chatter left out), denied
    (what is not meant), or what it steers to: a facet, or `title` (phrases of titles)."""

    kind: str
    typed: str
    to: str


class Steered(NamedTuple):
    """A facet whose values hold some words, or titles that do: documents that have one rise by a share of their score."""

    facet: str
    words: str
    share: float


class Correction(NamedTuple):
    """Another spelling of the whole query; `applied` where the results follow it already."""

    text: str
    applied: bool


class Plan(NamedTuple):
    """`filters` maps a facet to the values of which a document must have one; no clauses at all means the whole catalogue.

    `marks` are the folded keys to highlight in names; `content` are the folded words that were not mere chatter.
    `pins` are the codes that staff put first for this query. `is_meaningless`: something was typed and none of it is a word.
    """

    clauses: Clauses = MappingProxyType({})
    filters: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    marks: frozenset[str] = frozenset()
    interpretations: tuple[Interpretation, ...] = ()
    correction: Correction | None = None
    signposts: tuple[Signpost, ...] = ()
    steers: tuple[Steered, ...] = ()
    content: tuple[str, ...] = ()
    pins: tuple[str, ...] = ()
    is_meaningless: bool = False
