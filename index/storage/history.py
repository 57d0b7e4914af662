"""Who published what, when and why: one JSON line an event, only ever appended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_FILE = "history.jsonl"
PUBLISH, ROLL_BACK = "publish", "rollback"


class Event(NamedTuple):
    """A publish or a roll back; `at` is ISO 8601 in UTC, `who` and `note` are as given, maybe empty."""

    action: str
    version: str
    at: str
    who: str
    note: str
    procedures: int


def record(root: Path, event: Event) -> None:
    """Append an event, down to the disk. A line that a crash cut short before it is closed first."""
    with (root / _FILE).open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.write(b"\n")
        file.write(json.dumps(event._asdict(), ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read_history(root: Path) -> list[Event]:
    """Every event, oldest first; a line that a crash cut short is passed over."""
    path = root / _FILE
    events = []
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            events.append(Event(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return events


def trace(events: Iterable[Event]) -> list[str]:
    """The versions that led to the live one, which is last: a publish adds to them, a roll back takes away what came after its target."""
    line: list[str] = []
    for event in events:
        line = line[: line.index(event.version)] if event.version in line else line
        line.append(event.version)
    return line
