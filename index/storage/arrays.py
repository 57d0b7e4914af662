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
