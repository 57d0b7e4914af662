"""What is shown of facet counts: the commonest values of each facet, and every chosen one so that a choice can be taken back."""

from __future__ import annotations

import numpy as np

from index.search.ranking import Ranking
from index.search.results import FacetCount
from index.storage.facets import Counts, Facets

FACET_VALUES = 20  # values listed per facet of a search; an overview lists them all


def count_facets(ranking: Ranking, filters: dict[str, tuple[str, ...]], facets: Facets, by_name: bool) -> dict[str, tuple[FacetCount, ...]]:
    """The counts of a ranking's facets; `by_name`: procedures of one name count once."""
    found = facets.count(ranking.documents, by_name)
    for name, documents in ranking.beside.items():
        own = facets[name].own
        found[own] = facets.count(documents, by_name)[own]
    present = np.flatnonzero(found)
    kinds = np.searchsorted(facets.starts, present, "right")
    order = np.argsort(kinds * (int(found.max(initial=0)) + 1) - found[present], kind="stable")
    ends = np.searchsorted(kinds, np.arange(len(facets) + 1), "right").tolist()
    listed = present[order]
    return {name: _list(name, listed[ends[place] : ends[place + 1]][:FACET_VALUES], filters.get(name, ()), found, facets) for place, name in enumerate(facets)}


def _list(name: str, top: Counts, chosen: tuple[str, ...], found: Counts, facets: Facets) -> tuple[FacetCount, ...]:
    facet = facets[name]
    counts = [FacetCount(facet.values[number - facet.first], count) for number, count in zip(top.tolist(), found[top].tolist(), strict=True)]
    listed = {count.value for count in counts} if chosen else ()
    missing = [number for value in dict.fromkeys(chosen) if value not in listed and (number := facet.number(value)) is not None]
    return (*counts, *(FacetCount(facet.values[number], int(found[facet.first + number])) for number in missing))
