"""What a search means, as plain data with no engine in it: another engine could run the same plan."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Clause:
    """One term of one schema field. Every clause is optional; a document's score is the sum of weight × impact over those it matches."""

    field: str
    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Plan:
    """`filters` maps a facet to the values of which a document must have one; no clauses at all means the whole catalogue.

    `marks` are the folded keys to highlight in names.
    """

    clauses: tuple[Clause, ...] = ()
    filters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
