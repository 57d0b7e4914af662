"""Publishes now and then, as staff do: a process of its own builds the catalogue anew with a vocabulary that changes each time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from index import VersionStore

ROOT = Path(__file__).parents[3]
PATIENCE = 300  # seconds a publish may take


def copy_live_version(index_dir: Path, target: Path) -> None:
    """An index folder of its own with the live version. Raises VersionUnavailable."""
    store = VersionStore(index_dir)
    current = store.current()
    shutil.copytree(store.folder(current.version), target / "versions" / current.version)
    VersionStore(target).publish(current.version)


class Publisher:
    """Publishes every so many seconds. `building` holds from when to when versions were built, `switched` when they went live (seconds of the clock)."""

    def __init__(self, folder: Path, every: float) -> None:
        self._index = folder / "index"
        self._words = folder / "vocabulary"
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._publish_on, name="publisher")
        self.building: list[tuple[float, float]] = []
        self.switched: list[float] = []
        self.faults: list[str] = []

    def start(self) -> None:
        """Begin; the first version goes live after the first pause."""
        if self._every:
            self._thread.start()

    def stop(self) -> None:
        """End, after the version that is being built."""
        self._over.set()
        if self._thread.ident:
            self._thread.join()

    def _publish_on(self) -> None:
        number = 0
        due = time.monotonic() + self._every
        while not self._over.wait(max(0.0, due - time.monotonic())):
            due = time.monotonic() + self._every
            number += 1
            self._publish(number)

    def _publish(self, number: int) -> None:
        shutil.copytree(ROOT / "data/vocabulary", self._words, dirs_exist_ok=True)
        with (self._words / "synonyms.csv").open("a", encoding="utf-8") as file:
            file.write(f"chạy thử {number},hộ tịch,abbreviation,one-way,,,\n")
        command = [sys.executable, str(ROOT / "scripts/commands/refresh.py"), "--republish", "--vocabulary", str(self._words), "--index-dir", str(self._index)]
        begun = time.time()
        done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=PATIENCE, check=False)
        self.building.append((begun, time.time()))
        if done.returncode:
            self.faults.append(done.stderr.strip()[-500:])
        else:
            self.switched.append((self._index / "CURRENT").stat().st_mtime)
