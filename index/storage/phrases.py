"""What may be suggested while somebody types: names and aliases, findable from the start of each of their words.

Sorted keys in one memory-mapped file: a prefix is a range of them, found by bisection; the heaviest of the range are the suggestions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from index.catalogue.vocabulary import Vocabulary
from index.storage.analysis import folded_terms, whole_name_terms
from index.storage.arrays import best_first, open_array
from index.storage.blobs import Blobs, write_blobs
from index.storage.priors import prior
from index.storage.records import Title
from index.text.folding import fold

STARTS = 6  # words of a phrase from which it can be found
FROM_ITS_START = 0.4  # "khai s": "khai sinh …" before "… khai sản phẩm"
PER_WORD = 0.04  # short phrases before long ones
EVERYDAY = 8.0  # what procedures people meet often gain


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
        for text in (procedure.name, *aliases):
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
    np.save(folder / "phrase_numbers.npy", np.array([number for _, number, _ in keys], np.int32))
    np.save(folder / "phrase_weights.npy", np.array([weight for _, _, weight in keys], np.float32))


class Phrases:
    """Read access to the phrases of one version."""

    def __init__(self, folder: Path) -> None:
        self._texts = Blobs(folder, "phrases")
        self._keys = Blobs(folder, "phrase_keys")
        self._documents = open_array(folder / "phrase_documents.npy")
        self._numbers = open_array(folder / "phrase_numbers.npy")
        self._weights = open_array(folder / "phrase_weights.npy")

    def heaviest(self, prefix: str, count: int) -> Iterator[Phrase]:
        """The heaviest phrases of which some word starts what was typed, best first; read as they are taken."""
        low = bisect_left(self._keys, prefix.encode())
        high = bisect_left(self._keys, prefix.encode() + b"\xff")
        best = best_first(self._weights[low:high], count)
        return (Phrase(int(self._documents[number]), *self._texts[number].decode().split("\n")) for number in self._numbers[low + best].tolist())


def folded_prefix(text: str) -> str:
    """What a text being typed looks like as the start of a key: folded words, the last one as far as it goes."""
    return " ".join(folded_terms(text)) + " " * text[-1:].isspace()
