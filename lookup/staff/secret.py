"""The key that signs cookies and hashes addresses: made once, readable by its owner alone."""

from __future__ import annotations

import secrets
from pathlib import Path

from lookup.staff.folder import make_once

_FILE = "secret.key"


def make_secret(state_dir: Path) -> bytes:
    """The key of this state folder; made where there is none."""
    make_once(state_dir / _FILE, lambda draft: draft.write_bytes(secrets.token_bytes(32)))
    return (state_dir / _FILE).read_bytes()
