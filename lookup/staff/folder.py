"""The state folder: readable by its owner alone, its files made whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def make_state_dir(state_dir: Path) -> None:
    """The folder, where there is none."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


def make_once(path: Path, fill: Callable[[Path], object]) -> None:
    """A file that `fill` writes, where there is none. Of several processes that make it at once one wins, and nobody sees it unfinished."""
    if path.exists():
        return
    make_state_dir(path.parent)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    try:
        fill(draft)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
