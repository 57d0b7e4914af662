"""What titles say that a query may steer to: rows of `steers.csv` whose facet is `title` ("sắp hết hạn": titles that say "gia hạn"). A row of bits each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalogue.tables import split_phrases
from index.catalogue.vocabulary import Vocabulary
from index.catalogue.vocabulary_rows import TITLE
from index.storage.arrays import open_array
from index.storage.records import Title
from index.text.folding import spell

_FILE = "title_phrases.npy"


def spell_titles(titles: Iterable[Title]) -> list[str]:
    """The names as `find_holders` takes them."""
    return [f" {spell(title.name)} " for title in titles]


def find_holders(spelled: Sequence[str], value: str) -> list[bool]:
    """Which spelled titles hold one of the phrases of a steer's value, with its marks: "giảm" is not in "giám sát"."""
    phrases = [f" {spell(phrase)} " for phrase in split_phrases(value)]
    return [any(phrase in name for phrase in phrases) for name in spelled]


def write_title_phrases(titles: Sequence[Title], vocabulary: Vocabulary, folder: Path) -> None:
    """Write which titles, given in document order, hold the value of each steer to titles."""
    spelled = spell_titles(titles)
    rows = [find_holders(spelled, value) for value in _values(vocabulary)]
    np.save(folder / _FILE, np.array(rows, np.bool_).reshape(len(rows), len(titles)))


def open_title_phrases(folder: Path, vocabulary: Vocabulary) -> Mapping[str, NDArray[Any]]:
    """For the value of each steer to titles, which documents hold it."""
    return dict(zip(_values(vocabulary), open_array(folder / _FILE), strict=True))


def _values(vocabulary: Vocabulary) -> list[str]:
    return list(dict.fromkeys(steer.value for steer in vocabulary.steers if steer.facet == TITLE))
