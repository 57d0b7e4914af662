"""What is shown of facet counts: the commonest values of each facet, and every chosen one so that a choice can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from index.search.ranking import Ranking
from index.search.results import FacetCounts
from index.storage.facets import Counts, Facet, Facets

FACET_VALUES = 20  # values listed per facet of a search; an overview lists them all


def count_facets(ranking: Ranking, filters: Mapping[str, tuple[str, ...]], facets: Facets, by_name: bool) -> FacetCounts:
    """The counts of a ranking's facets; `by_name`: procedures of one name count once."""
    found = facets.count(ranking.documents, by_name)
    for name, documents in ranking.beside.items():
        own = facets[name].own
        found[own] = facets.count(documents, by_name)[own]
    present = found.nonzero()[0]
    best = present[(facets.kinds[present] - found[present]).argsort(kind="stable")]
    ends = [0, *present.searchsorted(facets.ends).tolist()]
    values, counts = best.tolist(), found[best].tolist()
    shown = [slice(start, min(end, start + FACET_VALUES)) for start, end in pairwise(ends)]
    top = {name: tuple(zip(map(facets.named.__getitem__, values[own]), counts[own], strict=True)) for name, own in zip(facets, shown, strict=True)}
    return top | {name: (*top[name], *_missing(facets[name], chosen, top[name], found)) for name, chosen in filters.items() if chosen}


def _missing(facet: Facet, chosen: tuple[str, ...], top: tuple[tuple[str, int], ...], found: Counts) -> Iterator[tuple[str, int]]:
    """The chosen values that are not among the commonest."""
    listed = {value for value, _ in top}
    for value in dict.fromkeys(chosen):
        if value not in listed and (number := facet.number(value)) is not None:
            yield value, int(found[facet.first + number])
