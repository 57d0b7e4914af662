"""Facets: which documents have which field, level, agency, applicant, channel; and how many names have each value.

All values of all facets are numbered through. Procedures of one name count once, so each (name, value) has a number too: to count, mark the numbers of
some documents and count the marks by value. Nothing is sorted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.arrays import open_array
from index.storage.schema import FACETS
from index.text.folding import fold

_FACET_VALUES = "facets.json"
_ABOVE_COUNTS = 32  # bits: whatever is counted, values of one facet stay beside one another

Counts = NDArray[np.int64]


def compile_facets(values_of: Sequence[dict[str, tuple[str, ...]]], groups: Sequence[int], folder: Path) -> None:
    """Write the values of each facet, most frequent first, and what every document has; `groups` numbers the name of each document."""
    names: dict[str, list[str]] = {}
    numbers: dict[tuple[str, str], int] = {}
    for facet in FACETS:
        counts: dict[str, int] = {}
        for values in values_of:
            for value in values[facet]:
                counts[value] = counts.get(value, 0) + 1
        names[facet] = sorted(counts, key=lambda value: (-counts[value], value))
        for value in names[facet]:
            numbers[facet, value] = len(numbers)
    flat = [[numbers[facet, value] for facet in FACETS for value in values[facet]] for values in values_of]
    lengths = np.array([len(each) for each in flat], np.int64)
    numbered = np.array([number for each in flat for number in each], np.int64)
    names_of = np.repeat(np.asarray(groups, np.int64), lengths)
    width = int(names_of.max(initial=0)) + 1
    pairs, pair_of = np.unique(numbered * width + names_of, return_inverse=True)
    np.save(folder / "facet_offsets.npy", np.cumsum([0, *lengths]))
    np.save(folder / "facet_pairs.npy", pair_of.astype(np.int32))
    np.save(folder / "facet_pair_values.npy", (pairs // width).astype(np.int32))
    holders = np.repeat(np.arange(len(values_of)), lengths)[np.argsort(numbered, kind="stable")]
    np.save(folder / "facet_holders.npy", holders.astype(np.int32))
    np.save(folder / "facet_holder_offsets.npy", np.cumsum([0, *np.bincount(numbered, minlength=len(numbers))]))
    (folder / _FACET_VALUES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


class Facet:
    """One facet of a version: which documents have which values. `first` is the number of its first value, `own` where all of its counts stand."""

    def __init__(self, values: list[str], first: int, holders: NDArray[Any], offsets: NDArray[Any], documents: int) -> None:
        self.values = values
        self.first = first
        self.own = slice(first, first + len(values))
        self.totals: Counts = np.diff(offsets[first : first + len(values) + 1])
        self._numbers = {value: number for number, value in enumerate(values)}
        self._holders = holders
        self._offsets = offsets
        self._documents = documents
        self._containing: dict[str, NDArray[np.bool_]] = {}

    def number(self, value: str) -> int | None:
        """The number of a value within the facet, or None where no document has it."""
        return self._numbers.get(value)

    def containing(self, words: str) -> NDArray[np.bool_]:
        """Which documents have a value that holds the words; kept, since the same few are asked for again and again."""
        if words not in self._containing:
            wanted = f" {fold(words)} "
            self._containing[words] = self.mask(value for value in self.values if wanted in f" {fold(value)} ")
        return self._containing[words]

    def mask(self, chosen: Iterable[str]) -> NDArray[np.bool_]:
        """Which documents have at least one of the chosen values."""
        mask = np.zeros(self._documents, np.bool_)
        for value in chosen:
            if (number := self._numbers.get(value)) is not None:
                mask[self._holders[self._offsets[self.first + number] : self._offsets[self.first + number + 1]]] = True
        return mask


class Facets(Mapping[str, Facet]):
    """The facets of a version by name."""

    def __init__(self, folder: Path) -> None:
        names: dict[str, list[str]] = json.loads((folder / _FACET_VALUES).read_text(encoding="utf-8"))
        holders, holder_offsets = open_array(folder / "facet_holders.npy"), open_array(folder / "facet_holder_offsets.npy")
        self._offsets = open_array(folder / "facet_offsets.npy")
        self._lengths = np.diff(self._offsets)
        self._pairs = open_array(folder / "facet_pairs.npy")
        self._pair_values = open_array(folder / "facet_pair_values.npy")
        self._facets: dict[str, Facet] = {}
        self._size = 0
        for name, values in names.items():
            self._facets[name] = Facet(values, self._size, holders, holder_offsets, len(self._offsets) - 1)
            self._size += len(values)
        self.named = [value for values in names.values() for value in values]
        sizes = [len(values) for values in names.values()]
        self.ends = np.cumsum(sizes)  # of each facet's numbers
        self.kinds = np.arange(len(names)).repeat(sizes) << _ABOVE_COUNTS  # which facet each value is of

    def __getitem__(self, name: str) -> Facet:
        return self._facets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facets)

    def __len__(self) -> int:
        return len(self._facets)

    def count(self, documents: NDArray[Any], by_name: bool) -> Counts:
        """How many of the documents have each value of all facets; `by_name`: how many of their names do."""
        if len(documents) == len(self._offsets) - 1 and not by_name:
            return np.concatenate([facet.totals for facet in self._facets.values()])
        starts, lengths = self._offsets[documents], self._lengths[documents]
        ends = lengths.cumsum()
        places = (starts - ends + lengths).repeat(lengths)
        pairs = self._pairs[places + np.arange(len(places))]
        if by_name:
            seen = np.zeros(len(self._pair_values), np.bool_)
            seen[pairs] = True
            pairs = seen.nonzero()[0]
        return np.bincount(self._pair_values[pairs], minlength=self._size)
