"""One refresh at a time: a lock that the kernel frees when its holder dies, however it dies, and that says who holds it since when."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from index.errors import RefreshLocked

PATIENCE = 1.0  # seconds; a server that starts holds the lock for a moment, to clean up
_PAUSE = 0.1
_held: set[TextIO] = set()


@contextmanager
def hold_lock(path: Path, who: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock in this file. Raises RefreshLocked, naming the holder, where somebody else does."""
    with path.open("a+", encoding="utf-8") as file:
        _take(file, patience)
        _held.add(file)
        try:
            _sign(file, f"{who or 'không rõ ai'} (tiến trình {os.getpid()}), từ {datetime.now():%H:%M:%S ngày %d/%m/%Y}")
            yield
        finally:
            _held.discard(file)
            _sign(file, "")


def _take(file: TextIO, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() >= end:
            break
        time.sleep(_PAUSE)
    file.seek(0)
    holder = file.read().strip() or "không rõ ai"
    raise RefreshLocked(f"Một lần cập nhật khác đang chạy: {holder}. Chưa có gì thay đổi; xin đợi lần đó xong rồi làm lại.")


def _sign(file: TextIO, holder: str) -> None:
    """Say who holds the lock; a full disk keeps nobody from holding it."""
    with suppress(OSError):
        file.seek(0)
        file.truncate()
        file.write(holder)
        file.flush()


def _let_go() -> None:
    """A process forked by the holder shares its lock; outliving a holder that was killed, it would hold it for good."""
    for file in _held:
        os.close(file.fileno())
    _held.clear()


os.register_at_fork(after_in_child=_let_go)
