"""Arrays on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def open_array(path: Path) -> NDArray[Any]:
    """A memory-mapped array as a plain one: `np.memmap` itself costs microseconds a slice."""
    array: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    return array


def best_first(weights: NDArray[Any], count: int) -> NDArray[np.intp]:
    """The places of the `count` greatest weights, greatest first, equal ones in their order; without sorting the rest."""
    count = min(count, len(weights))
    if not count:
        return np.zeros(0, np.intp)
    top = np.argpartition(-weights, count - 1)[:count]
    return top[np.lexsort((top, -weights[top]))]
