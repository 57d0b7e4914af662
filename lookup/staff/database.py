"""The SQLite file of accounts, sessions and sign-in attempts: opened for one short transaction at a time, so that all workers share it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lookup.staff.folder import make_once

_FILE = "staff.sqlite3"
_WAIT = 5.0  # seconds to wait for another process' transaction
_SCHEMA = """
CREATE TABLE accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, added_at TEXT NOT NULL);
CREATE TABLE sessions (
    token TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts(name) ON DELETE CASCADE, started_at REAL NOT NULL, seen_at REAL NOT NULL
);
CREATE TABLE attempts (key TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX attempts_by_key ON attempts (key, at);
"""


def database_exists(state_dir: Path) -> bool:
    """Whether anybody ever added an account here."""
    return (state_dir / _FILE).exists()


@contextmanager
def reading(state_dir: Path) -> Iterator[sqlite3.Connection]:
    """One consistent look at the data."""
    with _transaction(state_dir, "BEGIN") as connection:
        yield connection


@contextmanager
def writing(state_dir: Path) -> Iterator[sqlite3.Connection]:
    """One change, whole or not at all; the file with its tables is made where there is none."""
    make_once(state_dir / _FILE, _make_tables)
    with _transaction(state_dir, "BEGIN IMMEDIATE") as connection:
        yield connection


@contextmanager
def _transaction(state_dir: Path, begin: str) -> Iterator[sqlite3.Connection]:
    with closing(_connect(state_dir / _FILE)) as connection:
        connection.execute(begin)
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def _make_tables(path: Path) -> None:
    with closing(_connect(path)) as connection:
        connection.executescript(f"PRAGMA journal_mode = WAL; {_SCHEMA}")


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")  # what was deleted cannot be dug out of the file
    return connection
