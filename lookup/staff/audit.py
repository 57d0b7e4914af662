"""Who did what when: one JSON line an event, only ever appended."""

from __future__ import annotations

import json
import os
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from lookup.staff.folder import make_state_dir

_FILE = "audit.jsonl"
_TAIL = 2**20  # bytes at the end that are read back to be shown


def append_event(state_dir: Path, who: str, action: str, **details: Any) -> None:
    """Write an event down before it is told to anybody. `who` is an account, or `cmd:USER` for a command line."""
    event = {"at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "who": who, "action": action, **details}
    make_state_dir(state_dir)
    descriptor = os.open(state_dir / _FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, (json.dumps(event, ensure_ascii=False) + "\n").encode(errors="replace"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_events(state_dir: Path) -> list[dict[str, Any]]:
    """The latest events (some thousands), newest first."""
    path = state_dir / _FILE
    if not path.exists():
        return []
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        lines = file.read().splitlines()
    events = []
    for line in reversed(lines):
        try:
            events.append(json.loads(line))
        except ValueError:  # cut by a crash, or by where reading began
            continue
    return events
