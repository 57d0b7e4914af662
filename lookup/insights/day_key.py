"""The key under which rare queries are counted until they are no longer rare. It lives in memory alone, and each day's is forgotten on the next."""

from __future__ import annotations

import os
from datetime import date, timedelta
from hashlib import blake2b


class DayKey:
    """Made before the workers are forked, so that all count under the same; then each steps on by itself from day to day, and no step leads back."""

    def __init__(self, today: date) -> None:
        self._day = today
        self._key = os.urandom(32)

    def digest(self, text: str, day: date) -> bytes:
        """What stands for a text on a day: without the key nobody can tell or guess which text it was."""
        while self._day < day:
            self._key = blake2b(self._key, digest_size=32).digest()
            self._day += timedelta(days=1)
        return blake2b(text.encode("utf-8", "surrogatepass"), key=self._key, digest_size=16).digest()
