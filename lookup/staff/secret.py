"""The key that signs cookies and hashes addresses: made once, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from lookup.staff.database import make_state_dir

_FILE = "secret.key"


def make_secret(state_dir: Path) -> bytes:
    """The key of this state folder; made where there is none. Two that make it at once agree on one."""
    path = state_dir / _FILE
    if not path.exists():
        make_state_dir(state_dir)
        draft = state_dir / f"{_FILE}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
