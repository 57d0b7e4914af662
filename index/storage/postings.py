"""Postings of fields -> impact arrays: for each term the documents that hold it and their BM25 impacts, times the documents' priors, ready to be added up.

Scoring at indexing time follows BM25S (Lù 2024, arXiv:2407.03618); the idf is Lucene's ``ln(1 + (N - df + .5) / (df + .5))``. The arrays are
memory-mapped, so that all workers share one copy and opening costs nothing. Ranking over them is exact: nothing is pruned.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from index.storage.analysis import PAIR
from index.storage.arrays import open_array
from index.storage.fields import FieldPostings
from index.storage.rows import compile_rows, open_rows
from index.storage.schema import BLENDS, RANKED_FIELDS, Blend

TERM_SEPARATOR = "\t"
OPENING = 3  # words; two say little: eleven in twelve runs that start like a whole are none
MOST_SEEN = 20_000  # terms remembered, a few megabytes
_TERMS, _OPENINGS = "terms.marisa", "openings.json"

Ids = NDArray[np.int32]
Numbers = NDArray[np.float32]


def compile_postings(fields: Mapping[str, FieldPostings], boosts: NDArray[np.float64], folder: Path) -> None:
    """Write the impact arrays of every blend over the postings of all ranked fields; `boosts` is what each document's score is multiplied by."""
    count = len(boosts)
    terms = [f"{name}{TERM_SEPARATOR}{term}" for name, blend in BLENDS.items() for field in (*blend.best, *blend.plus) for term in fields[field].terms]
    trie = marisa_trie.Trie(terms)
    blends = [_blend(name, blend, fields, count, trie) for name, blend in BLENDS.items()]
    keys, impacts = (np.concatenate(parts) for parts in zip(*blends, strict=True))
    order = np.argsort(keys)
    numbers, documents = np.divmod(keys[order], count)
    trie.save(str(folder / _TERMS))
    openings = {_opening(term) for field in (*BLENDS["whole"].best, *BLENDS["whole"].plus) for term in fields[field].terms}
    (folder / _OPENINGS).write_text(json.dumps(sorted(openings)), encoding="utf-8")
    offsets, documents = np.searchsorted(numbers, np.arange(len(trie) + 1)), documents.astype(np.int32)
    impacts = impacts[order] * boosts[documents].astype(np.float32)
    np.save(folder / "offsets.npy", offsets)
    np.save(folder / "documents.npy", documents)
    np.save(folder / "impacts.npy", impacts)
    compile_rows(offsets, documents, impacts, count, folder)


def _opening(whole: str) -> str:
    """The first three words of a whole name or alias; a shorter one is its own opening."""
    return PAIR.join(whole.split(PAIR, OPENING)[:OPENING])


def _blend(name: str, blend: Blend, fields: Mapping[str, FieldPostings], count: int, trie: marisa_trie.Trie) -> tuple[NDArray[np.int64], Numbers]:
    """One posting list of several fields' lists for every term of a blend: keys (term number × count + document) and impacts."""
    own: dict[str, NDArray[np.int64]] = {}
    for field in (*blend.best, *blend.plus):
        numbers = np.array([trie[f"{name}{TERM_SEPARATOR}{term}"] for term in fields[field].terms], np.int64)
        own[field] = np.repeat(numbers, fields[field].document_frequencies()) * count + fields[field].documents
    keys = np.sort(np.concatenate(list(own.values())))
    keys = keys[np.diff(keys, prepend=-1) > 0]  # np.unique takes ten times as long
    best, plus = np.zeros(len(keys), np.float32), np.zeros(len(keys), np.float32)
    for field, weight in blend.best.items():
        places = np.searchsorted(keys, own[field])
        best[places] = np.maximum(best[places], _impacts(field, fields, count) * np.float32(weight))
    for field, weight in blend.plus.items():
        plus[np.searchsorted(keys, own[field])] += _impacts(field, fields, count) * np.float32(weight)
    return keys, best + plus


def _impacts(field: str, fields: Mapping[str, FieldPostings], count: int) -> Numbers:
    """BM25 impact of each posting of a field. Lengths are exact sums of frequencies (Whoosh keeps them rounded to a byte)."""
    ranked, postings = RANKED_FIELDS[field], fields[field]
    lengths = np.bincount(postings.documents, postings.frequencies, count)
    average = lengths.sum() / max(1, np.count_nonzero(lengths))
    norms = ranked.k1 * (1 - ranked.b + ranked.b * lengths / max(average, 1))
    own = postings.document_frequencies()
    commonness = own
    if ranked.idf_of:
        other = fields[ranked.idf_of]
        known = dict(zip(other.terms, other.document_frequencies().tolist(), strict=True))
        commonness = np.maximum(own, [known.get(term, 0) for term in postings.terms])
    idf = np.repeat(np.log1p((count - commonness + 0.5) / (commonness + 0.5)), own)
    impacts: Numbers = (idf * postings.frequencies * (ranked.k1 + 1) / (postings.frequencies + norms[postings.documents])).astype(np.float32)
    return impacts


class Term(NamedTuple):
    """A term of a blend: its number, the documents that hold it in ascending order, their impacts; a common term has its `row` too."""

    number: int
    documents: Ids
    impacts: Numbers
    row: Numbers | None


class Postings:
    """Read access to the impact arrays of one version. Terms that were looked up are remembered, as many as queries are made of."""

    def __init__(self, folder: Path) -> None:
        self._trie = marisa_trie.Trie().mmap(str(folder / _TERMS))
        self._offsets = open_array(folder / "offsets.npy")
        self._documents = open_array(folder / "documents.npy")
        self._impacts = open_array(folder / "impacts.npy")
        self._rows = open_rows(folder)
        self.openings = frozenset(json.loads((folder / _OPENINGS).read_text(encoding="utf-8")))
        self._seen: dict[tuple[str, str], Term | None] = {}

    def term(self, key: tuple[str, str]) -> Term | None:
        """A (blend, term), or None where no document holds it."""
        try:
            return self._seen[key]
        except KeyError:
            pass
        if len(self._seen) >= MOST_SEEN:
            self._seen.clear()
        number = self.find(*key)
        found = self._seen[key] = None if number is None else Term(number, *self.postings(number), self._rows.get(number))
        return found

    def find(self, blend: str, term: str) -> int | None:
        """The number of a blend's term, or None where no document holds it."""
        number: int | None = self._trie.get(f"{blend}{TERM_SEPARATOR}{term}")
        return number

    def list_starts(self, blend: str, text: str) -> list[str]:
        """The terms of a blend that a text starts with, shortest first."""
        found: list[str] = self._trie.prefixes(f"{blend}{TERM_SEPARATOR}{text}")
        return [key[len(blend) + 1 :] for key in found]

    def postings(self, number: int) -> tuple[Ids, Numbers]:
        """(document numbers in ascending order, their impacts) of a term number."""
        start, end = self._offsets[number], self._offsets[number + 1]
        return self._documents[start:end], self._impacts[start:end]

    def document_frequency(self, number: int) -> int:
        """How many documents hold the term."""
        return int(self._offsets[number + 1] - self._offsets[number])
