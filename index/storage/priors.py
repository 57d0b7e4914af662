"""How likely a procedure is meant before anything is known of the query: everyday life before rare cases, near offices before far ones.

Both come from data, not from a list of favourites: how many everyday wordings people have for it (its aliases; the most for what everybody meets), and
the nearest level that handles it. A prior multiplies a score, so it decides between near-equals and never outweighs what was asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalogue.vocabulary import Vocabulary
from index.storage.arrays import open_array
from index.storage.records import Title

_FILE = "boosts.npy"

EVERYDAY = 0.2  # "đăng ký kết hôn": without it the embassy's and the border's marriages stand between
FEW_ALIASES, MANY_ALIASES = 5, 25  # what every procedure has, and what only those have that everybody meets
NEAREST = 0.1  # "cải chính hộ tịch": the commune's before the embassy's
NEARNESS = {"Cấp xã": 1.0, "Cấp tỉnh": 0.6}
UNKNOWN_LEVEL = 0.5


def prior(procedure: Title, aliases: int) -> float:
    """Between 0 and EVERYDAY + NEAREST."""
    nearness = max((NEARNESS.get(level, 0.0) for level in procedure.levels), default=UNKNOWN_LEVEL)
    common = (min(max(aliases, FEW_ALIASES), MANY_ALIASES) - FEW_ALIASES) / (MANY_ALIASES - FEW_ALIASES)
    return EVERYDAY * common + NEAREST * nearness


def make_boosts(procedures: Sequence[Title], vocabulary: Vocabulary) -> NDArray[np.float64]:
    """What each document's score is multiplied by."""
    return np.array([1.0 + prior(procedure, len(vocabulary.aliases.get(procedure.code, ()))) for procedure in procedures], np.float64)


def write_boosts(boosts: NDArray[np.float64], folder: Path) -> None:
    """Write them for who asks how a score came about; impacts hold them already."""
    np.save(folder / _FILE, boosts)


def open_boosts(folder: Path) -> NDArray[Any]:
    """The factor of every document."""
    return open_array(folder / _FILE)
