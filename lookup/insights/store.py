"""The SQLite file of the counts. A text stands in it only once it was seen often enough that day; until then its digest does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

OFTEN = 5  # times that a text must be seen in a day before it is kept
KEPT_DAYS = 400  # a year, and the same month of the year before: so many days on which something was counted
MOST_TEXTS = 5_000  # texts kept of a day
MOST_DIGESTS = 50_000  # rare texts waiting in a day; what comes beyond counts in the totals alone

_FILE = "insights.sqlite3"
_WAIT = 10.0  # seconds to wait for another worker
_SCHEMA = """
CREATE TABLE IF NOT EXISTS days (
    day TEXT PRIMARY KEY, searches INTEGER NOT NULL, empty INTEGER NOT NULL, refused INTEGER NOT NULL, withheld INTEGER NOT NULL, opened INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS rare (
    day TEXT, digest BLOB, seen INTEGER NOT NULL, empty INTEGER NOT NULL, refused INTEGER NOT NULL, PRIMARY KEY (day, digest)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queries (
    day TEXT, text TEXT, seen INTEGER NOT NULL, empty INTEGER NOT NULL, refused INTEGER NOT NULL, PRIMARY KEY (day, text)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS procedures (day TEXT, code TEXT, opened INTEGER NOT NULL, PRIMARY KEY (day, code)) WITHOUT ROWID;
"""
_ADD = "DO UPDATE SET seen = seen + excluded.seen, empty = empty + excluded.empty, refused = refused + excluded.refused"


class Count(NamedTuple):
    """How often a text was searched for, how often that found nothing, how often its correction was refused."""

    seen: int
    empty: int = 0
    refused: int = 0

    def plus(self, other: Count) -> Count:
        """Both together."""
        return Count(self.seen + other.seen, self.empty + other.empty, self.refused + other.refused)


@dataclass
class Batch:
    """What a worker saw since it last wrote: texts fit to be counted, searches withheld because they may name a person, codes opened."""

    texts: dict[str, Count] = field(default_factory=dict)
    withheld: Count = field(default_factory=lambda: Count(0))
    opened: dict[str, int] = field(default_factory=dict)


def write(state_dir: Path, day: date, batch: Batch, digest: Callable[[str], bytes]) -> None:
    """Add a batch to the counts of a day, and forget what is too old. Whole or not at all."""
    with _open(state_dir) as connection:
        connection.execute("DELETE FROM rare WHERE day <> ?", (str(day),))
        _write_totals(connection, day, batch)
        for text, count in batch.texts.items():
            _write_text(connection, str(day), text, count, digest(text))
        connection.executemany(
            "INSERT INTO procedures VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET opened = opened + excluded.opened",
            [(str(day), code, times) for code, times in batch.opened.items()],
        )
        _forget_old(connection)


def _forget_old(connection: sqlite3.Connection) -> None:
    """Keep the last days that were counted, by what stands in the store and never by the clock: one that jumps adds a day or two and takes none of what
    is real but the oldest one or two."""
    kept = connection.execute("SELECT day FROM days ORDER BY day DESC LIMIT 1 OFFSET ?", (KEPT_DAYS - 1,)).fetchone()
    if kept:
        for table in ("days", "queries", "procedures"):
            connection.execute(f"DELETE FROM {table} WHERE day < ?", (kept["day"],))


def _write_totals(connection: sqlite3.Connection, day: date, batch: Batch) -> None:
    total = batch.withheld
    for count in batch.texts.values():
        total = total.plus(count)
    connection.execute(
        "INSERT INTO days VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET searches = searches + excluded.searches, empty = empty + excluded.empty, "
        "refused = refused + excluded.refused, withheld = withheld + excluded.withheld, opened = opened + excluded.opened",
        (str(day), *total, batch.withheld.seen, sum(batch.opened.values())),
    )


def _write_text(connection: sqlite3.Connection, day: str, text: str, count: Count, digest: bytes) -> None:
    kept = connection.execute("SELECT 1 FROM queries WHERE day = ? AND text = ?", (day, text)).fetchone()
    if not kept:
        before = connection.execute("SELECT seen, empty, refused FROM rare WHERE day = ? AND digest = ?", (day, digest)).fetchone()
        together = count.plus(Count(*before)) if before else count
        if together.seen < OFTEN:
            if before or _has_room(connection, "rare", day, MOST_DIGESTS):
                connection.execute(f"INSERT INTO rare VALUES (?, ?, ?, ?, ?) ON CONFLICT {_ADD}", (day, digest, *count))
            return
        connection.execute("DELETE FROM rare WHERE day = ? AND digest = ?", (day, digest))
        if not _has_room(connection, "queries", day, MOST_TEXTS):
            return
        count = together
    connection.execute(f"INSERT INTO queries VALUES (?, ?, ?, ?, ?) ON CONFLICT {_ADD}", (day, text, *count))


def _has_room(connection: sqlite3.Connection, table: str, day: str, most: int) -> bool:
    return bool(connection.execute(f"SELECT count(*) < ? FROM {table} WHERE day = ?", (most, day)).fetchone()[0])


def read(state_dir: Path, query: str, parameters: Mapping[str, str]) -> list[sqlite3.Row]:
    """Rows of a query over the counts; none where nothing was ever counted."""
    if not (state_dir / _FILE).exists():
        return []
    with _open(state_dir) as connection:
        return connection.execute(query, parameters).fetchall()


@contextmanager
def _open(state_dir: Path) -> Iterator[sqlite3.Connection]:
    """One transaction. The file is left in SQLite's first journal mode: workers that end together would not wait for each other to change it."""
    path = state_dir / _FILE
    if not path.exists():
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=_WAIT, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.executescript(f"PRAGMA secure_delete = ON; BEGIN IMMEDIATE; {_SCHEMA}")
        yield connection
        connection.execute("COMMIT")
