"""A core for each worker. Threads of one interpreter that wander between cores hand over its lock, and warm their caches, at the cost of half the answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_given: list[int] = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []  # as the service was started, before any worker is bound
_first = os.getpid()  # several services on one machine need not all begin with the same core


def count_cores() -> int:
    """How many cores the service was given."""
    return len(_given) or os.cpu_count() or 1


def take_core(slot: int) -> None:
    """Bind this process to the core of a worker's number. Where the system knows no such thing, or forbids it, the process stays free."""
    if _given:
        _bind([_given[(_first + slot) % len(_given)]])


@contextmanager
def all_cores() -> Iterator[None]:
    """Processes started meanwhile by this thread may use every core that the service was given."""
    if not _given:
        yield
        return
    before = os.sched_getaffinity(0)
    _bind(_given)
    try:
        yield
    finally:
        _bind(before)


def _bind(cores: list[int] | set[int]) -> None:
    with suppress(OSError):
        os.sched_setaffinity(0, cores)
