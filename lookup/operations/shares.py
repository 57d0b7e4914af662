"""How many connections each worker holds, where all workers see it.

Connections stay where they were accepted. Phones and proxies that come all at once would go to whichever worker wakes first, and leave the others idle.
"""

from __future__ import annotations

import mmap

MOST = 512  # workers, with those of a reload that end while new ones begin
_NOBODY = 1 << 62

_held = memoryview(mmap.mmap(-1, 8 * MOST)).cast("q")  # shared by all that are forked from here
_held[:] = memoryview(_NOBODY.to_bytes(8, "little") * MOST).cast("q")


def note_held(slot: int, connections: int) -> None:
    """Say how many connections the worker of this number holds."""
    _held[slot % MOST] = connections


def leave_share(slot: int) -> None:
    """A worker is gone: nobody need leave it anything."""
    _held[slot % MOST] = _NOBODY


def has_more_than_others(slot: int) -> bool:
    """Whether another worker holds at least two connections fewer, so that the next one had better be its."""
    return min(_held) < _held[slot % MOST] - 1


def has_far_too_many(slot: int) -> bool:
    """Whether some had better go and come back to another worker: those of a worker that died all went to the one that lived."""
    return _held[slot % MOST] > 1.25 * min(_held) + 4
