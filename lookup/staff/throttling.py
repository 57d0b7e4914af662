"""Sign-in attempts, counted for each account and each address. Addresses are kept as keyed hashes, for a quarter of an hour."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from pathlib import Path

from lookup.operations.limits import network_of
from lookup.staff.database import writing

WINDOW = 900.0  # seconds for which an attempt counts
_SKEW = 60.0  # seconds that clocks may be set back by; an attempt from beyond was made while the clock was wrong
MOST_OF_ACCOUNT, MOST_OF_ADDRESS = 10, 30  # failed attempts within it; an office shares one address


class Throttle:
    """Every attempt counts from the moment it is made, so that many at once are no way around; one that succeeds is taken back."""

    def __init__(self, state_dir: Path, secret: bytes, clock: Callable[[], float] = time.time) -> None:
        self._state_dir = state_dir
        self._secret = secret
        self._clock = clock

    def admit(self, name: str, address: str) -> float:
        """Count an attempt. Returns 0, or how many seconds to wait: then it was not admitted, and does not count."""
        keys = self._keys(name, address)
        with writing(self._state_dir) as database:
            now = self._clock()  # read where attempts stand in line, so that none made at the same time looks like one of the future
            database.execute("DELETE FROM attempts WHERE at <= ? OR at > ?", (now - WINDOW, now + _SKEW))
            waits = [0.0]
            for key, most in zip(keys, (MOST_OF_ACCOUNT, MOST_OF_ADDRESS), strict=True):
                row = database.execute("SELECT at FROM attempts WHERE key = ? ORDER BY at DESC LIMIT 1 OFFSET ?", (key, most - 1)).fetchone()
                waits += [row["at"] + WINDOW - now] if row else []
            if not any(waits):
                database.executemany("INSERT INTO attempts VALUES (?, ?)", [(key, now) for key in keys])
        return max(waits)

    def forgive(self, name: str, address: str) -> None:
        """The attempt succeeded: forget those of the account, and this one of the address."""
        account_key, address_key = self._keys(name, address)
        with writing(self._state_dir) as database:
            database.execute("DELETE FROM attempts WHERE key = ?", (account_key,))
            database.execute("DELETE FROM attempts WHERE rowid = (SELECT max(rowid) FROM attempts WHERE key = ?)", (address_key,))

    def _keys(self, name: str, address: str) -> tuple[str, str]:
        return self._hash(f"account {name}"), self._hash(f"address {network_of(address)}")

    def _hash(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
