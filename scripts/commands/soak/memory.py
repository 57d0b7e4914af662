"""What the workers hold in memory, as the kernel counts it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

_PRIVATE = re.compile(r"^Private_Dirty:\s+(\d+) kB", re.MULTILINE)
_RESIDENT = re.compile(r"^Rss:\s+(\d+) kB", re.MULTILINE)


class Memory(NamedTuple):
    """Megabytes of each worker: all that is resident, and what is its alone. Pages of files are nobody's own, however many have read them."""

    resident: list[float]
    private: list[float]


def measure_workers(pid: int) -> Memory:
    """The workers of a gunicorn. Raises OSError where the kernel does not tell, as on macOS."""
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    told = [Path(f"/proc/{worker}/smaps_rollup").read_text(encoding="utf-8") for worker in workers]
    return Memory(*([sum(map(int, pattern.findall(text))) / 1024 for text in told] for pattern in (_RESIDENT, _PRIVATE)))
