"""Who is signed in: kept on our side, so that a session ends when we say so, whatever a browser keeps."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from lookup.staff.accounts import Account, make_account
from lookup.staff.database import reading, writing

LONGEST = 10 * 3600.0  # seconds: a working day; then everybody signs in again
_NOTED_EVERY = 60.0  # seconds between two notes that a session is in use
_SKEW = 300.0  # seconds that clocks may be set back by; a session from beyond has no age that could be told, and ends


class Sessions:
    """The sessions of a state folder; `idle` seconds without a request end one."""

    def __init__(self, state_dir: Path, idle: float, clock: Callable[[], float] = time.time) -> None:
        self._state_dir = state_dir
        self._idle = idle
        self._clock = clock

    def start(self, account: Account) -> str:
        """Sign an account in: the token that its browser shows from now on. Only its hash is kept."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with writing(self._state_dir) as database:
            database.execute("DELETE FROM sessions WHERE seen_at < ? OR started_at < ?", (now - self._idle, now - LONGEST))
            database.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", (_hash(token), account.name, now, now))
        return token

    def find(self, token: str) -> Account | None:
        """Whose session this is; None where it never was one, ended or ran out."""
        now = self._clock()
        query = (
            "SELECT name, role, added_at, seen_at FROM sessions JOIN accounts ON account = name WHERE token = ? AND seen_at BETWEEN ? AND ? AND started_at >= ?"
        )
        with reading(self._state_dir) as database:
            row = database.execute(query, (_hash(token), now - self._idle, now + _SKEW, now - LONGEST)).fetchone()
        if row is None:
            return None
        if now - row["seen_at"] > _NOTED_EVERY:
            with writing(self._state_dir) as database:
                database.execute("UPDATE sessions SET seen_at = ? WHERE token = ?", (now, _hash(token)))
        return make_account(row)

    def end(self, token: str) -> None:
        """Sign out: the token opens nothing any more."""
        with writing(self._state_dir) as database:
            database.execute("DELETE FROM sessions WHERE token = ?", (_hash(token),))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
