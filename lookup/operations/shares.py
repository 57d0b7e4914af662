"""How many connections each worker holds, where all workers see it.

Connections stay where they were accepted. Phones and proxies that come all at once would go to whichever worker wakes first, and leave the others idle.
"""

from __future__ import annotations

import mmap

_NOBODY = 1 << 62
_held = memoryview(b"").cast("q")


def share(most: int) -> None:
    """Make room for so many workers. Call it before they are forked; every request looks through all of it."""
    global _held
    _held = memoryview(mmap.mmap(-1, 8 * most)).cast("q")
    for slot in range(most):
        leave_share(slot)


def note_held(slot: int, connections: int) -> None:
    """Say how many connections the worker of this number holds."""
    _held[slot % len(_held)] = connections


def leave_share(slot: int) -> None:
    """A worker is gone: nobody need leave it anything."""
    _held[slot % len(_held)] = _NOBODY


def has_more_than_others(slot: int) -> bool:
    """Whether another worker holds at least two connections fewer, so that the next one had better be its."""
    return min(_held) < _held[slot % len(_held)] - 1


def has_far_too_many(slot: int) -> bool:
    """Whether some had better go and come back to another worker: those of a worker that died all went to the one that lived."""
    return _held[slot % len(_held)] > 1.25 * min(_held) + 4
