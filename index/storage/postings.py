"""Whoosh postings -> impact arrays: for each term the documents that hold it and their BM25 impacts, ready to be added up.

Scoring at indexing time follows BM25S (Lù 2024, arXiv:2407.03618); the idf is Lucene's ``ln(1 + (N - df + .5) / (df + .5))``. The arrays are
memory-mapped, so that all workers share one copy and opening costs nothing. Ranking over them is exact: nothing is pruned.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from index.storage.schema import FACETS, RANKED_FIELDS, Ranked

TERM_SEPARATOR = "\t"
_TERMS = "terms.marisa"
_FACET_VALUES = "facets.json"

Ids = NDArray[np.int32]
Numbers = NDArray[np.float32]


def compile_postings(reader: IndexReader, folder: Path) -> None:
    """Write the impact arrays of every ranked field of a one-segment index."""
    terms: list[str] = []
    documents: list[Ids] = []
    impacts: list[Numbers] = []
    for field, ranked in RANKED_FIELDS.items():
        postings = list(_read_postings(reader, field))
        weights = _impacts(postings, ranked, reader.doc_count_all())
        terms += [f"{field}{TERM_SEPARATOR}{term}" for term, _, _ in postings]
        documents += [ids for _, ids, _ in postings]
        impacts += weights
    trie = marisa_trie.Trie(terms)
    order = np.empty(len(terms), np.int64)
    for place, term in enumerate(terms):
        order[trie[term]] = place
    trie.save(str(folder / _TERMS))
    lengths = np.fromiter((len(documents[place]) for place in order), np.int64, len(order))
    np.save(folder / "offsets.npy", np.concatenate(([0], np.cumsum(lengths))))
    np.save(folder / "documents.npy", np.concatenate([documents[place] for place in order]))
    np.save(folder / "impacts.npy", np.concatenate([impacts[place] for place in order]))


def _read_postings(reader: IndexReader, field: str) -> Iterable[tuple[str, Ids, Numbers]]:
    for term in reader.field_terms(field):
        matcher = reader.postings(field, term)
        ids, frequencies = [], []
        while matcher.is_active():
            ids.append(matcher.id())
            frequencies.append(matcher.weight())
            matcher.next()
        yield term, np.array(ids, np.int32), np.array(frequencies, np.float32)


def _impacts(postings: Sequence[tuple[str, Ids, Numbers]], ranked: Ranked, count: int) -> list[Numbers]:
    """BM25 impact of each posting. Lengths are exact sums of frequencies (Whoosh keeps them rounded to a byte)."""
    lengths = np.zeros(count, np.float64)
    for _, ids, frequencies in postings:
        lengths[ids] += frequencies
    average = lengths.sum() / max(1, np.count_nonzero(lengths))
    norms = ranked.k1 * (1 - ranked.b + ranked.b * lengths / max(average, 1))
    impacts = []
    for _, ids, frequencies in postings:
        idf = np.log1p((count - len(ids) + 0.5) / (len(ids) + 0.5))
        impacts.append((idf * frequencies * (ranked.k1 + 1) / (frequencies + norms[ids])).astype(np.float32))
    return impacts


class Postings:
    """Read access to the impact arrays of one version."""

    def __init__(self, folder: Path) -> None:
        self._trie = marisa_trie.Trie().mmap(str(folder / _TERMS))
        self._offsets = _map(folder / "offsets.npy")
        self._documents = _map(folder / "documents.npy")
        self._impacts = _map(folder / "impacts.npy")

    def find(self, field: str, term: str) -> int | None:
        """The number of a term, or None where no document holds it."""
        number: int | None = self._trie.get(f"{field}{TERM_SEPARATOR}{term}")
        return number

    def postings(self, number: int) -> tuple[Ids, Numbers]:
        """(document numbers in ascending order, their impacts) of a term number."""
        start, end = self._offsets[number], self._offsets[number + 1]
        return self._documents[start:end], self._impacts[start:end]

    def document_frequency(self, number: int) -> int:
        """How many documents hold the term."""
        return int(self._offsets[number + 1] - self._offsets[number])

    def completions(self, field: str, prefix: str) -> list[tuple[str, int]]:
        """(term, number) of every term of a field that starts with a prefix."""
        start = f"{field}{TERM_SEPARATOR}"
        return [(key[len(start) :], number) for key, number in self._trie.items(start + prefix)]


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
        self._offsets = _map(folder / f"facet_{name}_offsets.npy")
        self._flat = _map(folder / f"facet_{name}_values.npy")
        self.totals = np.bincount(self._flat, minlength=len(values))

    def number(self, value: str) -> int | None:
        """The number of a value, or None where no document has it."""
        return self._numbers.get(value)

    def count(self, documents: NDArray[Any]) -> NDArray[np.int64]:
        """How many of the documents have each value."""
        if len(documents) == len(self._offsets) - 1:
            return self.totals
        starts, lengths = self._offsets[documents], self._offsets[documents + 1] - self._offsets[documents]
        if not lengths.size or not (total := int(lengths.sum())):
            return np.zeros(len(self.values), np.int64)
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths) + np.arange(total)
        return np.bincount(self._flat[places], minlength=len(self.values))

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


def _map(path: Path) -> NDArray[Any]:
    """A memory-mapped array as a plain one: `np.memmap` itself costs microseconds a slice."""
    array: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    return array
