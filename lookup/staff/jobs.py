"""Refreshes asked for on the page: each a folder `jobs/ID/` with the files given, what was asked, and how far it is.

A process of its own does the work (`refresh_process`). It holds `jobs/LOCK` as long as it lives, however it dies: a job that says it is under way
while nobody holds the lock was cut off.
"""

from __future__ import annotations

import fcntl
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from lookup.staff.folder import make_state_dir

LISTS, DETAILS, WITHDRAW = "lists", "details", "withdraw"  # what a file is for
STARTED, READING, READY, PUBLISHING, PUBLISHED, REFUSED, DROPPED, FAILED, CUT_OFF = (
    "started", "reading", "ready", "publishing", "published", "refused", "dropped", "failed", "cut-off",
)  # fmt: skip
UNDER_WAY = (STARTED, READING, PUBLISHING)
_KEPT_DAYS = {PUBLISHED: 30.0}  # days after the last change of a job; what it published keeps its report anyway
_KEPT_DAYS_OTHERWISE = 3.0
_ID = re.compile(r"\d{8}T\d{6}-[0-9a-f]{8}")
_LOOKING, _ENDING = 0.1, 5.0  # seconds that somebody may look at the lock; that a process may take to end after its last word
_REQUEST, _STATE, _UPLOADS, _PREPARED = "request.json", "state.json", "uploads", "proposal.pickle"


class JobsBusy(Exception):
    """Another refresh is being read or published; the text says whose, in Vietnamese."""


class Upload(NamedTuple):
    """A file as its sender called it, and where it lies: under a name of our own, never theirs."""

    part: str
    name: str
    file: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class State:
    """How far a job is. `done` of `total` where known; `text` is what is done now, or why it ended, in Vietnamese."""

    phase: str
    text: str = ""
    done: int = 0
    total: int = 0
    version: str = ""
    note: str = ""
    allowed: tuple[str, ...] = ()


class Job:
    """One refresh."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.id = folder.name
        self.report = folder / "bao-cao.xlsx"
        self.record = folder / "record.json"
        self.prepared = folder / _PREPARED
        self.errors = folder / "errors.txt"
        self.uploads = folder / _UPLOADS
        self.siblings = Jobs(folder.parent.parent, folder.parent.name)

    def write_request(self, who: str, **asked: Any) -> None:
        """What was asked; never changed afterwards."""
        at = datetime.now(timezone.utc).isoformat(timespec="seconds")
        _write(self.folder / _REQUEST, {"who": who, "at": at, **asked})

    def request(self) -> dict[str, Any]:
        """`who`, `at`, and what was asked: of a refresh `update`, `files` (dictionaries of Upload)."""
        return _read(self.folder / _REQUEST)

    def files(self, part: str) -> list[Path]:
        """Where the files of a part lie, in the order given."""
        return [self.uploads / file["file"] for file in self.request()["files"] if file["part"] == part]

    def write_state(self, state: State) -> None:
        """Replace the state, whole or not at all."""
        _write(self.folder / _STATE, asdict(state))

    def state(self) -> State:
        """How far it is; CUT_OFF where it says to be under way and no process works on it."""
        state = self.last_state()
        if state.phase in UNDER_WAY and self.siblings.holder() != self.id:
            latest = self.last_state()  # it may have ended between the two looks
            return replace(latest, phase=CUT_OFF) if latest.phase in UNDER_WAY else latest
        return state

    def last_state(self) -> State:
        values = _read(self.folder / _STATE)
        return State(**{**values, "allowed": tuple(values["allowed"])})

    def remove_sources(self) -> None:
        """What was given is no longer needed; what was asked and how it ended stays."""
        shutil.rmtree(self.uploads, ignore_errors=True)
        self.prepared.unlink(missing_ok=True)


class Jobs:
    """The jobs of one kind in a state folder; one of a kind is worked on at a time."""

    def __init__(self, state_dir: Path, kind: str = "jobs") -> None:
        self.state_dir = state_dir
        self._root = state_dir / kind

    def make(self) -> Job:
        """A folder for a new job, and an end for old ones."""
        make_state_dir(self.state_dir)
        self.remove_old()
        job = Job(self._root / f"{datetime.now(timezone.utc):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}")
        job.uploads.mkdir(mode=0o700, parents=True)
        return job

    def find(self, name: str) -> Job | None:
        """The job of this id, if there is one."""
        job = Job(self._root / name)
        return job if _ID.fullmatch(name) and (job.folder / _STATE).exists() else None

    def list_all(self) -> list[Job]:
        """Every job, newest first."""
        folders = sorted(self._root.iterdir(), reverse=True) if self._root.is_dir() else []
        return [job for folder in folders if (job := self.find(folder.name))]

    @contextmanager
    def hold(self, job: Job) -> Iterator[int]:
        """The lock for this job, as a file descriptor that a process may inherit and keep. Raises JobsBusy."""
        with (self._root / "LOCK").open("a+", encoding="utf-8") as file:
            other = self.find(self.holder() or "")
            if not _take(file.fileno(), _LOOKING if other and other.last_state().phase in UNDER_WAY else _ENDING):
                whose = f" của {other.request()['who']}" if other else ""
                raise JobsBusy(f"Một lần cập nhật khác{whose} đang chạy. Xin đợi lần đó xong rồi làm lại.")
            file.truncate(0)
            file.write(job.id)
            file.flush()
            yield file.fileno()

    def holder(self) -> str | None:
        """The id of the job that a process works on now."""
        path = self._root / "LOCK"
        if not path.exists():
            return None
        with path.open(encoding="utf-8") as file:
            for _ in range(3):
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except OSError:
                    if name := path.read_text(encoding="utf-8"):
                        return name
                    time.sleep(0.01)  # taken, its holder not written yet
                else:
                    return None
        return None

    def remove_old(self) -> None:
        """Remove jobs that nobody touched for days, and uploads that broke off."""
        held = self.holder()
        for folder in self._root.iterdir() if self._root.is_dir() else ():
            if not folder.is_dir() or folder.name == held:
                continue
            with suppress(OSError, ValueError, TypeError):
                phase = _read(folder / _STATE)["phase"] if (folder / _STATE).exists() else None
                touched = (folder / _STATE if phase else folder).stat().st_mtime
                if time.time() - touched > 86400 * _KEPT_DAYS.get(phase or "", _KEPT_DAYS_OTHERWISE):
                    shutil.rmtree(folder)


def _take(lock: int, patience: float) -> bool:
    """Whether the lock is ours within so many seconds."""
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        else:
            return True


def _write(path: Path, values: dict[str, Any]) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    draft.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8", errors="replace")
    draft.replace(path)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text(encoding="utf-8")))
