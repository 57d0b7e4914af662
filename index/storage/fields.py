"""The postings of each ranked field before they are weighed: which documents hold which terms, and how often.

Those of names and bodies are read from Whoosh once and kept beside it; those of aliases are counted here, so that a changed vocabulary needs no other
Whoosh index.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from index.storage.schema import RANKED_FIELDS, Ranked

FIELDS = "fields.npy"
_SEPARATOR = "\n"  # stands in no term


class FieldPostings(NamedTuple):
    """Of each of `terms`, the slice between two `offsets` of `documents` (ascending within it) and of `frequencies`."""

    terms: list[str]
    offsets: NDArray[np.int64]
    documents: NDArray[np.int32]
    frequencies: NDArray[np.float32]

    def document_frequencies(self) -> NDArray[np.int64]:
        """How many documents hold each term."""
        return np.diff(self.offsets)


def read_field(reader: IndexReader, name: str) -> FieldPostings:
    """The postings of a field of a one-segment Whoosh index."""
    terms: list[str] = []
    offsets = [0]
    documents: list[int] = []
    frequencies: list[float] = []
    for term in reader.field_terms(name):
        matcher = reader.postings(name, term)
        while matcher.is_active():
            documents.append(matcher.id())
            frequencies.append(matcher.weight())
            matcher.next()
        terms.append(term)
        offsets.append(len(documents))
    return FieldPostings(terms, np.array(offsets, np.int64), np.array(documents, np.int32), np.array(frequencies, np.float32))


def count_fields(texts: Iterable[str], names: Iterable[str]) -> dict[str, FieldPostings]:
    """The postings of fields that all hold the same texts, in document order, counted as Whoosh would count them."""
    counting = {name: _Counting(RANKED_FIELDS[name]) for name in names}
    for text in texts:
        for field in counting.values():
            field.add(text)
    return {name: field.postings() for name, field in counting.items()}


class _Counting:
    """Counts the terms of one field document by document."""

    def __init__(self, ranked: Ranked) -> None:
        self._ranked = ranked
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._terms: list[int] = []  # the term numbers of all documents
        self._lengths: list[int] = []

    def add(self, text: str) -> None:
        terms = self._ranked.terms(text)
        self._terms.extend(map(self._numbers.__getitem__, terms))
        self._lengths.append(len(terms))

    def postings(self) -> FieldPostings:
        width = max(1, len(self._lengths))
        documents = np.repeat(np.arange(len(self._lengths)), self._lengths)
        keys, repeats = np.unique(np.array(self._terms, np.int64) * width + documents, return_counts=True)
        offsets = np.searchsorted(keys, np.arange(len(self._numbers) + 1) * width)
        frequencies = np.ones_like(repeats) if self._ranked.distinct else repeats
        return FieldPostings(list(self._numbers), offsets, (keys % width).astype(np.int32), frequencies.astype(np.float32))


def write_fields(fields: Mapping[str, FieldPostings], folder: Path) -> None:
    """Keep the postings of several fields in one file: arrays one after the other, first the names."""
    with (folder / FIELDS).open("wb") as file:
        np.save(file, np.array(list(fields)))
        for terms, offsets, documents, frequencies in fields.values():
            np.save(file, np.frombuffer(_SEPARATOR.join(terms).encode(), np.uint8))
            for numbers in (offsets, documents, frequencies):
                np.save(file, numbers)


def read_fields(folder: Path) -> dict[str, FieldPostings]:
    """The postings kept by `write_fields`."""
    with (folder / FIELDS).open("rb") as file:
        names = np.load(file).tolist()
        parts = {name: [np.load(file) for _ in FieldPostings._fields] for name in names}
    return {name: FieldPostings(text.tobytes().decode().split(_SEPARATOR) if text.size else [], *numbers) for name, (text, *numbers) in parts.items()}
