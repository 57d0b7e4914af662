"""Facets: which documents have which field, level, agency, applicant, channel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.storage.arrays import open_array
from index.storage.schema import FACETS
from index.text.folding import fold

_FACET_VALUES = "facets.json"


def compile_facets(values_of: Sequence[dict[str, tuple[str, ...]]], folder: Path) -> None:
    """Write, for each facet, its values (most frequent first) and the value numbers of every document."""
    names: dict[str, list[str]] = {}
    for facet in FACETS:
        counts: dict[str, int] = {}
        for values in values_of:
            for value in values[facet]:
                counts[value] = counts.get(value, 0) + 1
        names[facet] = sorted(counts, key=lambda value: (-counts[value], value))
        number = {value: place for place, value in enumerate(names[facet])}
        lengths = [len(values[facet]) for values in values_of]
        np.save(folder / f"facet_{facet}_offsets.npy", np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))))
        flat = [number[value] for values in values_of for value in values[facet]]
        np.save(folder / f"facet_{facet}_values.npy", np.array(flat, np.int32))
    (folder / _FACET_VALUES).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


class Facet:
    """One facet of a version: which documents have which values."""

    def __init__(self, folder: Path, name: str, values: list[str]) -> None:
        self.values = values
        self._numbers = {value: number for number, value in enumerate(values)}
        self._offsets = open_array(folder / f"facet_{name}_offsets.npy")
        self._flat = open_array(folder / f"facet_{name}_values.npy")
        self._containing: dict[str, NDArray[np.bool_]] = {}
        self.totals = np.bincount(self._flat, minlength=len(values))

    def number(self, value: str) -> int | None:
        """The number of a value, or None where no document has it."""
        return self._numbers.get(value)

    def count(self, documents: NDArray[Any], groups: NDArray[Any] | None = None) -> NDArray[np.int64]:
        """How many of the documents have each value; with `groups`, how many groups of documents do."""
        if groups is None and len(documents) == len(self._offsets) - 1:
            return self.totals
        starts, lengths = self._offsets[documents], self._offsets[documents + 1] - self._offsets[documents]
        if not lengths.size or not (total := int(lengths.sum())):
            return np.zeros(len(self.values), np.int64)
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(total)
        values = self._flat[places]
        if groups is not None:
            width = len(groups)  # more than any group number
            values = np.unique(values.astype(np.int64) * width + np.repeat(groups[documents], lengths)) // width
        return np.bincount(values, minlength=len(self.values))

    def containing(self, words: str) -> NDArray[np.bool_]:
        """Which documents have a value that holds the words; kept, since the same few are asked for again and again."""
        if words not in self._containing:
            wanted = f" {fold(words)} "
            self._containing[words] = self.mask(value for value in self.values if wanted in f" {fold(value)} ")
        return self._containing[words]

    def mask(self, chosen: Iterable[str]) -> NDArray[np.bool_]:
        """Which documents have at least one of the chosen values."""
        wanted = [self._numbers[value] for value in chosen if value in self._numbers]
        hits = np.concatenate(([0], np.cumsum(np.isin(self._flat, wanted))))
        mask: NDArray[np.bool_] = hits[self._offsets[1:]] > hits[self._offsets[:-1]]
        return mask


def open_facets(folder: Path) -> dict[str, Facet]:
    """Every facet of a version by name."""
    names = json.loads((folder / _FACET_VALUES).read_text(encoding="utf-8"))
    return {facet: Facet(folder, facet, values) for facet, values in names.items()}
