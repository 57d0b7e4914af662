"""Version folders: `versions/ID/` each a whole index, `CURRENT` naming the live one, `LOCK` held by the one refresh under way."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from index.errors import RefreshLocked, VersionUnavailable
from index.storage.manifest import MANIFEST, Manifest

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
        """Changes whenever another version is published; None while nothing is. One `stat`, cheap enough for every request."""
        try:
            status = self._current.stat()
        except FileNotFoundError:
            return None
        return status.st_ino, status.st_mtime_ns

    def current(self) -> Current:
        """The live version. Raises VersionUnavailable while nothing is published."""
        try:
            version, published_at = self._current.read_text(encoding="utf-8").split()
        except (OSError, ValueError) as error:
            raise VersionUnavailable("Chưa có danh mục nào được công bố. Xin chạy scripts/refresh với tệp danh sách thủ tục.") from error
        return Current(version, published_at)

    def live(self) -> str | None:
        """The name of the live version, or None while nothing is published."""
        try:
            return self.current().version
        except VersionUnavailable:
            return None

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for one refresh. The kernel frees the lock when its holder dies, however it dies."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "LOCK").open("a+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                file.seek(0)
                raise RefreshLocked(f"Một lần cập nhật khác đang chạy ({file.read().strip() or 'không rõ'}). Xin đợi lần đó xong rồi làm lại.") from error
            file.truncate(0)
            file.write(f"tiến trình {os.getpid()}, từ {now()}")
            file.flush()
            yield

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
        """Make a finished version live: everything it wrote reaches the disk, then one atomic rename switches."""
        Manifest.read(self.folder(version))
        for path in (*self.folder(version).rglob("*"), self.folder(version), self._folders):
            _sync(path)
        current = Current(version, now())
        pending = self.root / f"CURRENT.{secrets.token_hex(4)}"
        pending.write_text(f"{current.version} {current.published_at}\n", encoding="utf-8")
        _sync(pending)
        pending.replace(self._current)
        _sync(self.root)
        return current

    def versions(self) -> list[str]:
        """Every finished version, oldest first."""
        folders = self._folders.iterdir() if self._folders.is_dir() else ()
        return sorted(path.name for path in folders if (path / MANIFEST).exists())

    def prune(self) -> None:
        """Remove what a crash left behind and all but the newest KEPT versions; never the live one."""
        live = self.current().version
        kept = {live, *[name for name in self.versions() if name != live][-(KEPT - 1) :]}
        for path in self._folders.iterdir():
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)
        for path in self.root.glob("CURRENT.*"):
            path.unlink(missing_ok=True)


def now() -> str:
    """The present moment, ISO 8601 in UTC to the second."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
