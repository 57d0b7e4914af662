"""Counts what citizens look for, off the path of requests: a request adds to a dictionary, a thread of each worker writes now and then."""

from __future__ import annotations

import atexit
import logging
import os
import sqlite3
import threading
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from lookup.insights.day_key import DayKey
from lookup.insights.personal import scrub
from lookup.insights.store import Batch, Count, write
from lookup.sightings import Searched, Sighting

log = logging.getLogger(__name__)

PAUSE = 20.0  # seconds between two writings
MOST_UNWRITTEN = 5_000  # texts and codes held in memory meanwhile; what comes beyond is not counted
VIETNAM = timezone(timedelta(hours=7))


def today() -> date:
    """The day in Vietnam, wherever the machine stands."""
    return datetime.now(VIETNAM).date()


class Recorder:
    """The counts of one process; make it before the workers are forked, so that they share its key."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._key = DayKey(today())
        self._lock = threading.Lock()
        self._searched: dict[str, Count] = {}
        self._opened: dict[str, int] = {}
        self._owner = 0

    def record(self, sighting: Sighting) -> None:
        """Count what a request was about; costs a microsecond and touches no disk."""
        if self._owner != os.getpid():
            self._begin()
        with self._lock:
            if isinstance(sighting, Searched):
                refused = sighting.correction == "refused"  # a second look at what was counted already
                self._add_search(sighting.text, Count(not refused, not (refused or sighting.total), refused))
            else:
                self._add_opened(sighting.code, 1)

    def _add_search(self, text: str, count: Count) -> None:
        before = self._searched.get(text)
        if before or len(self._searched) < MOST_UNWRITTEN:
            self._searched[text] = count.plus(before) if before else count

    def _add_opened(self, code: str, times: int) -> None:
        if code in self._opened or len(self._opened) < MOST_UNWRITTEN:
            self._opened[code] = self._opened.get(code, 0) + times

    def flush(self) -> None:
        """Write what was counted; where that fails it is kept for the next time."""
        with self._lock:
            searched, self._searched = self._searched, {}
            opened, self._opened = self._opened, {}
        if not searched and not opened:
            return
        day = today()
        try:
            write(self._state_dir, day, _make_batch(searched, opened), lambda text: self._key.digest(text, day))
        except (OSError, sqlite3.Error) as error:
            log.warning("searches could not be counted in the state folder (%s); trying again later", type(error).__name__)
            with self._lock:
                for text, count in searched.items():
                    self._add_search(text, count)
                for code, times in opened.items():
                    self._add_opened(code, times)

    def _begin(self) -> None:
        """Start writing in this process: threads do not live on through a fork."""
        with self._lock:
            if self._owner == os.getpid():
                return
            self._owner = os.getpid()
        threading.Thread(target=self._write_on, name="insights", daemon=True).start()
        atexit.register(self.flush)

    def _write_on(self) -> None:
        while True:
            time.sleep(PAUSE)
            self.flush()


def _make_batch(searched: dict[str, Count], opened: dict[str, int]) -> Batch:
    batch = Batch(opened=opened)
    for text, count in searched.items():
        if (fit := scrub(text)) is None:
            batch.withheld = batch.withheld.plus(count)
        else:
            batch.texts[fit] = count.plus(batch.texts.get(fit, Count(0)))
    return batch
