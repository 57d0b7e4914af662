"""The SQLite file of accounts, sessions and sign-in attempts: opened for one short transaction at a time, so that all workers share it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_FILE = "staff.sqlite3"
_WAIT = 5.0  # seconds to wait for another process' transaction
_SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (
    token TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(name) ON DELETE CASCADE, started_at REAL NOT NULL, seen_at REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS attempts (key TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS attempts_by_key ON attempts (key, at);
"""


def database_exists(state_dir: Path) -> bool:
    """Whether anybody ever added an account here."""
    path = state_dir / _FILE
    return path.exists() and path.stat().st_size > 0


def make_state_dir(state_dir: Path) -> None:
    """The folder, readable by its owner alone."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def reading(state_dir: Path) -> Iterator[sqlite3.Connection]:
    """One consistent look at the data."""
    with _transaction(state_dir, "BEGIN") as connection:
        yield connection


@contextmanager
def writing(state_dir: Path) -> Iterator[sqlite3.Connection]:
    """One change, whole or not at all; the file and its tables are made where they are missing."""
    if not database_exists(state_dir):
        make_state_dir(state_dir)
        (state_dir / _FILE).touch(mode=0o600)
        with closing(_connect(state_dir)) as connection:
            connection.executescript(f"PRAGMA journal_mode = WAL; {_SCHEMA}")
    with _transaction(state_dir, "BEGIN IMMEDIATE") as connection:
        yield connection


@contextmanager
def _transaction(state_dir: Path, begin: str) -> Iterator[sqlite3.Connection]:
    with closing(_connect(state_dir)) as connection:
        connection.execute(begin)
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _connect(state_dir: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(state_dir / _FILE, timeout=_WAIT, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what was deleted cannot be dug out of the file
    return connection
