"""What may be suggested while somebody types: names and aliases, findable from the start of each of their words.

Sorted keys in one memory-mapped file: a prefix is a range of them, found by bisection; the heaviest of the range are the suggestions. Of prefixes that
start many keys (the first letters of any text) the heaviest are found when the index is built.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.catalogue.vocabulary import Vocabulary
from index.storage.analysis import folded_terms, whole_name_terms
from index.storage.arrays import best_first, open_array
from index.storage.blobs import Blobs, write_blobs
from index.storage.priors import prior
from index.storage.records import Title
from index.text.folding import fold

STARTS = 6  # words of a phrase from which it can be found
FROM_ITS_START = 0.4  # "khai s": "khai sinh …" before "… khai sản phẩm"
PER_WORD = 0.08  # short phrases before long ones
LONGEST = 7  # words of an alias that is offered: longer ones tell a story
MANY = 128  # keys of which the heaviest are found beforehand: what a search of the range costs then is no more than reading what it found
MOST_ASKED = 48  # phrases of a prefix
EVERYDAY = 6.0  # what procedures people meet often gain
_MOST_READ = 4_096  # phrases remembered: everybody types through the same few hundred

_STARTS = "phrase_starts.json"


class Phrase(NamedTuple):
    """A text that may be suggested, folded and as it is written, and the document it finds."""

    document: int
    folded: str
    text: str


def compile_phrases(procedures: Sequence[Title], vocabulary: Vocabulary, folder: Path) -> None:
    """Write the phrases of procedures given in document order."""
    best: dict[str, tuple[float, int]] = {}  # of what is said of several procedures, the likeliest; a name in every province is one phrase
    for document, procedure in enumerate(procedures):
        aliases = vocabulary.aliases.get(procedure.code, ())
        common = EVERYDAY * prior(procedure, len(aliases))
        for text in (procedure.name, *(alias for alias in aliases if alias.count(" ") < LONGEST)):
            if text not in best or common > best[text][0]:
                best[text] = common, document
    keys: list[tuple[bytes, int, float]] = []
    for number, (text, (common, _)) in enumerate(best.items()):
        syllables = whole_name_terms(text)[0].split("_")
        for start in range(min(len(syllables), STARTS)):
            weight = common + FROM_ITS_START * (start == 0) - PER_WORD * len(syllables)
            keys.append((" ".join(syllables[start:]).encode(), number, weight))
    keys.sort(key=lambda key: key[0])
    write_blobs((f"{fold(text)}\n{text}".encode() for text in best), folder, "phrases")
    np.save(folder / "phrase_documents.npy", np.array([document for _, document in best.values()], np.int32))
    write_blobs((key for key, _, _ in keys), folder, "phrase_keys")
    numbers, weights = np.array([number for _, number, _ in keys], np.int32), np.array([weight for _, _, weight in keys], np.float32)
    np.save(folder / "phrase_numbers.npy", numbers)
    np.save(folder / "phrase_weights.npy", weights)
    starts = dict(_list_starts([key for key, _, _ in keys]))
    (folder / _STARTS).write_text(json.dumps(list(starts), ensure_ascii=False), encoding="utf-8")
    heaviest = [numbers[own][best_first(weights[own], MOST_ASKED)] for own in starts.values()]
    np.save(folder / "phrase_start_numbers.npy", np.array(heaviest, np.int32).reshape(-1, MOST_ASKED))


def _list_starts(keys: Sequence[bytes]) -> Iterator[tuple[str, slice]]:
    """Every prefix of more than MANY sorted keys, and where they stand."""
    ranges = [(0, len(keys), 1)]
    while ranges:
        first, end, length = ranges.pop()
        while first < end:
            prefix = keys[first][:length]
            after = bisect_left(keys, prefix + b"\xff", first, end)
            if after - first > MANY:
                ranges.append((bisect_right(keys, prefix, first, after), after, length + 1))
                if prefix.isascii():
                    yield prefix.decode(), slice(first, after)
            first = after


def _read_phrase(documents: NDArray[np.int32], texts: Blobs, number: int) -> Phrase:
    return Phrase(int(documents[number]), *texts[number].decode().split("\n"))


class Phrases:
    """Read access to the phrases of one version."""

    def __init__(self, folder: Path) -> None:
        self._keys = Blobs(folder, "phrase_keys")
        documents = open_array(folder / "phrase_documents.npy")
        self._read = lru_cache(_MOST_READ)(partial(_read_phrase, documents, Blobs(folder, "phrases")))  # not a method: the cycle would outlive its version
        self._numbers = open_array(folder / "phrase_numbers.npy")
        self._weights = open_array(folder / "phrase_weights.npy")
        starts: list[str] = json.loads((folder / _STARTS).read_text(encoding="utf-8"))
        self._starts = {start: place for place, start in enumerate(starts)}
        self._start_numbers = open_array(folder / "phrase_start_numbers.npy")

    def heaviest(self, prefix: str) -> Iterator[Phrase]:
        """At most MOST_ASKED phrases of which some word starts what was typed, the heaviest first; read as they are taken."""
        return map(self._read, self._find(prefix).tolist())

    def _find(self, prefix: str) -> NDArray[np.int32]:
        if (place := self._starts.get(prefix)) is not None:
            kept: NDArray[np.int32] = self._start_numbers[place]
            return kept
        low = bisect_left(self._keys, prefix.encode())
        high = bisect_left(self._keys, prefix.encode() + b"\xff", low)
        found: NDArray[np.int32] = self._numbers[low:high][best_first(self._weights[low:high], MOST_ASKED)]
        return found


def folded_prefix(text: str) -> str:
    """What a text being typed looks like as the start of a key: folded words, the last one as far as it goes."""
    return " ".join(folded_terms(text)) + " " * text[-1:].isspace()
