"""Whoosh postings -> impact arrays: for each term the documents that hold it and their BM25 impacts, ready to be added up.

Scoring at indexing time follows BM25S (Lù 2024, arXiv:2407.03618); the idf is Lucene's ``ln(1 + (N - df + .5) / (df + .5))``. The arrays are
memory-mapped, so that all workers share one copy and opening costs nothing. Ranking over them is exact: nothing is pruned.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import marisa_trie
import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from index.storage.arrays import open_array
from index.storage.schema import BLENDS, RANKED_FIELDS, Blend, Ranked

TERM_SEPARATOR = "\t"
_TERMS = "terms.marisa"

Ids = NDArray[np.int32]
Numbers = NDArray[np.float32]


def compile_postings(reader: IndexReader, folder: Path) -> None:
    """Write the impact arrays of every blend of a one-segment index."""
    terms: list[str] = []
    documents: list[Ids] = []
    impacts: list[Numbers] = []
    for name, blend in BLENDS.items():
        fields = {field: _field_impacts(reader, field) for field in (*blend.best, *blend.plus)}
        for term in dict.fromkeys(term for postings in fields.values() for term in postings):
            ids, blended = _blend(blend, {field: postings[term] for field, postings in fields.items() if term in postings})
            terms.append(f"{name}{TERM_SEPARATOR}{term}")
            documents.append(ids)
            impacts.append(blended)
    trie = marisa_trie.Trie(terms)
    order = np.empty(len(terms), np.int64)
    for place, term in enumerate(terms):
        order[trie[term]] = place
    trie.save(str(folder / _TERMS))
    lengths = np.fromiter((len(documents[place]) for place in order), np.int64, len(order))
    np.save(folder / "offsets.npy", np.concatenate(([0], np.cumsum(lengths))))
    np.save(folder / "documents.npy", np.concatenate([documents[place] for place in order]))
    np.save(folder / "impacts.npy", np.concatenate([impacts[place] for place in order]))


def _blend(blend: Blend, postings: dict[str, tuple[Ids, Numbers]]) -> tuple[Ids, Numbers]:
    """One posting list of several fields' lists of a term."""
    if len(postings) == 1:
        ((field, (ids, impacts)),) = postings.items()
        return ids, impacts * np.float32(blend.best.get(field) or blend.plus[field])
    ids = np.unique(np.concatenate([ids for ids, _ in postings.values()]))
    best, plus = np.zeros(len(ids), np.float32), np.zeros(len(ids), np.float32)
    for field, (own, impacts) in postings.items():
        places = np.searchsorted(ids, own)
        if field in blend.best:
            best[places] = np.maximum(best[places], impacts * np.float32(blend.best[field]))
        else:
            plus[places] += impacts * np.float32(blend.plus[field])
    return ids, best + plus


def _field_impacts(reader: IndexReader, field: str) -> dict[str, tuple[Ids, Numbers]]:
    postings = list(_read_postings(reader, field))
    impacts = _impacts(postings, RANKED_FIELDS[field], reader)
    return {term: (ids, values) for (term, ids, _), values in zip(postings, impacts, strict=True)}


def _read_postings(reader: IndexReader, field: str) -> Iterable[tuple[str, Ids, Numbers]]:
    for term in reader.field_terms(field):
        matcher = reader.postings(field, term)
        ids, frequencies = [], []
        while matcher.is_active():
            ids.append(matcher.id())
            frequencies.append(matcher.weight())
            matcher.next()
        yield term, np.array(ids, np.int32), np.array(frequencies, np.float32)


def _impacts(postings: Sequence[tuple[str, Ids, Numbers]], ranked: Ranked, reader: IndexReader) -> list[Numbers]:
    """BM25 impact of each posting. Lengths are exact sums of frequencies (Whoosh keeps them rounded to a byte)."""
    count = reader.doc_count_all()
    lengths = np.zeros(count, np.float64)
    for _, ids, frequencies in postings:
        lengths[ids] += frequencies
    average = lengths.sum() / max(1, np.count_nonzero(lengths))
    norms = ranked.k1 * (1 - ranked.b + ranked.b * lengths / max(average, 1))
    impacts = []
    for term, ids, frequencies in postings:
        commonness = max(len(ids), reader.doc_frequency(ranked.idf_of, term) if ranked.idf_of else 0)
        idf = np.log1p((count - commonness + 0.5) / (commonness + 0.5))
        impacts.append((idf * frequencies * (ranked.k1 + 1) / (frequencies + norms[ids])).astype(np.float32))
    return impacts


class Postings:
    """Read access to the impact arrays of one version."""

    def __init__(self, folder: Path) -> None:
        self._trie = marisa_trie.Trie().mmap(str(folder / _TERMS))
        self._offsets = open_array(folder / "offsets.npy")
        self._documents = open_array(folder / "documents.npy")
        self._impacts = open_array(folder / "impacts.npy")

    def find(self, blend: str, term: str) -> int | None:
        """The number of a blend's term, or None where no document holds it."""
        number: int | None = self._trie.get(f"{blend}{TERM_SEPARATOR}{term}")
        return number

    def postings(self, number: int) -> tuple[Ids, Numbers]:
        """(document numbers in ascending order, their impacts) of a term number."""
        start, end = self._offsets[number], self._offsets[number + 1]
        return self._documents[start:end], self._impacts[start:end]

    def document_frequency(self, number: int) -> int:
        """How many documents hold the term."""
        return int(self._offsets[number + 1] - self._offsets[number])
