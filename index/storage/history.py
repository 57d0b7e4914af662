"""Who published what, when and why: one JSON line an event, only ever appended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

_FILE = "history.jsonl"


class Event(NamedTuple):
    """A publish or a roll back; `at` is ISO 8601 in UTC, `who` and `note` are as given, maybe empty."""

    action: str
    version: str
    at: str
    who: str
    note: str
    procedures: int


def record(root: Path, event: Event) -> None:
    """Append an event."""
    with (root / _FILE).open("a", encoding="utf-8") as file:
        file.write(json.dumps(event._asdict(), ensure_ascii=False) + "\n")


def read_history(root: Path) -> list[Event]:
    """Every event, oldest first; a line that a crash cut short is passed over."""
    path = root / _FILE
    events = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            events.append(Event(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return events
