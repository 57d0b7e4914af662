"""Many byte strings in one memory-mapped file, by number."""

from __future__ import annotations

import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from index.storage.arrays import open_array


def write_blobs(blobs: Iterable[bytes], folder: Path, name: str) -> None:
    """Write the strings as `name.bin`, their places as `name_offsets.npy`."""
    content = list(blobs)
    (folder / f"{name}.bin").write_bytes(b"".join(content) or b"\0")  # an empty file cannot be mapped
    np.save(folder / f"{name}_offsets.npy", np.cumsum([0, *map(len, content)], dtype=np.int64))


class Blobs:
    """The strings of one file; a sequence, so that `bisect` works on sorted ones."""

    def __init__(self, folder: Path, name: str) -> None:
        self._offsets = open_array(folder / f"{name}_offsets.npy").data  # the memory itself: gives plain numbers, twice as fast as an array
        with (folder / f"{name}.bin").open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[bytes]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: int) -> bytes:
        return self._bytes[self._offsets[number] : self._offsets[number + 1]]
