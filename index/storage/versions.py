"""Version folders: `versions/ID/` each a whole index, `CURRENT` naming the live one, `LOCK` held by the one refresh under way."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from index.errors import RefreshLocked, VersionUnavailable
from index.storage.history import PUBLISH, ROLL_BACK, Event, read_history, record, trace
from index.storage.locking import PATIENCE, hold_lock
from index.storage.manifest import MANIFEST, Manifest
from index.storage.reports import load_report

KEPT = 3  # the live version and those before it: requests under way may still read one, and staff may want one back


@dataclass(frozen=True, slots=True)
class Current:
    """Which version is live, and since when (ISO 8601 with offset)."""

    version: str
    published_at: str


class VersionStore:
    """The index folder: makes room for builds, switches atomically, prunes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._folders = root / "versions"
        self._current = root / "CURRENT"

    def folder(self, version: str) -> Path:
        """Where a version lies."""
        return self._folders / version

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever another version is published; None while nothing is."""
        try:
            status = self._current.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def current(self) -> Current:
        """The live version. Raises VersionUnavailable while nothing is published."""
        try:
            version, published_at = self._current.read_text(encoding="utf-8").split()
            datetime.fromisoformat(published_at)
        except FileNotFoundError as error:
            raise VersionUnavailable("Chưa có danh mục nào được công bố. Xin chạy scripts/refresh với tệp danh sách thủ tục.") from error
        except (OSError, ValueError) as error:
            raise VersionUnavailable(f"Không đọc được tệp {self._current} ({error}). Xin chạy scripts/versions rollback, hoặc cập nhật lại.") from error
        return Current(version, published_at)

    def live(self) -> str | None:
        """The name of the live version, or None while nothing is published."""
        try:
            return self.current().version
        except VersionUnavailable:
            return None

    @contextmanager
    def lock(self, who: str = "", patience: float = PATIENCE) -> Iterator[None]:
        """Hold the folder for one refresh, rid of what a crash left in it. Raises RefreshLocked, naming who holds it since when."""
        self.root.mkdir(parents=True, exist_ok=True)
        with hold_lock(self.root / "LOCK", who, patience):
            self._clean_up()
            yield

    def clean_up(self) -> None:
        """Remove what a crash left behind, unless a refresh is under way or the folder cannot be written."""
        with suppress(RefreshLocked, OSError):
            if self._folders.is_dir():
                with self.lock("dọn dẹp khi khởi động", patience=0):
                    pass

    def _clean_up(self) -> None:
        published = {self.live(), *self.versions()}
        for path in self._folders.iterdir() if self._folders.is_dir() else ():
            if path.name not in published:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.root.glob("CURRENT.*"):
            path.unlink(missing_ok=True)
        self._complete_history(read_history(self.root))

    def _complete_history(self, events: list[Event]) -> None:
        """Write down a switch whose refresh was killed, or met a full disk, before it could."""
        with suppress(VersionUnavailable, OSError):
            live = self.current()
            if not events or events[-1].version != live.version:
                report = load_report(self.folder(live.version)) or {}
                action = ROLL_BACK if live.version in {event.version for event in events} else PUBLISH
                count = Manifest.read(self.folder(live.version)).procedures
                record(self.root, Event(action, live.version, live.published_at, report.get("who", ""), report.get("note", ""), count))

    @contextmanager
    def new_version(self) -> Iterator[Path]:
        """A folder for a build; removed again where the build fails."""
        folder = self.folder(f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S-%f}")
        folder.mkdir(parents=True)
        try:
            yield folder
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def publish(self, version: str) -> Current:
        """Make a version that was just built live: everything it wrote reaches the disk first."""
        for path in (*self.folder(version).rglob("*"), self.folder(version), self._folders):
            _sync(path)
        return self.switch(version)

    def switch(self, version: str) -> Current:
        """Make a finished version live by one atomic rename."""
        Manifest.read(self.folder(version))
        current = Current(version, now())
        pending = self.root / f"CURRENT.{secrets.token_hex(4)}"
        try:
            pending.write_text(f"{current.version} {current.published_at}\n", encoding="utf-8")
            _sync(pending)
            pending.replace(self._current)
        except OSError:
            pending.unlink(missing_ok=True)
            raise
        _sync(self.root)
        return current

    def versions(self) -> list[str]:
        """Every version that was published and is kept, the one published last at the end: names tell the time of a clock that may have been wrong.

        What is finished but was never published is what a crash left behind.
        """
        folders = self._folders.iterdir() if self._folders.is_dir() else ()
        finished = sorted(path.name for path in folders if (path / MANIFEST).exists())
        events = read_history(self.root)
        if not events:
            return finished if self.stamp() else []
        published = dict.fromkeys((*(event.version for event in events), *filter(None, [self.live()])))
        return [name for name in published if name in finished]

    def earlier(self) -> list[Current]:
        """The kept versions other than the live one, the one that was live before it first."""
        at = {event.version: event.at for event in read_history(self.root)}
        kept, live = self.versions(), self.live()
        line = [name for name in reversed(trace(read_history(self.root))) if name in kept]
        return [Current(name, at.get(name, "")) for name in dict.fromkeys((*line, *reversed(kept))) if name != live]

    def prune(self) -> None:
        """Remove all but the live version and the newest that led to it, KEPT together."""
        kept = {self.current().version, *(earlier.version for earlier in self.earlier()[: KEPT - 1])}
        for path in self._folders.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)


def now() -> str:
    """The present moment, ISO 8601 in UTC to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
