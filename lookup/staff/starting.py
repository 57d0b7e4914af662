"""Starts the process of a job, so that neither a reload of the page nor the end of a worker touches it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from lookup.operations.cores import all_cores
from lookup.settings import Settings
from lookup.staff.jobs import PUBLISHING, STARTED, Job, State

_ROOT = Path(__file__).parents[2]


def start_reading(job: Job, settings: Settings) -> None:
    """Read the files and compare. Raises JobsBusy."""
    _start(job, "read", State(STARTED), settings)


def start_publishing(job: Job, settings: Settings, who: str, note: str, allowed: tuple[str, ...]) -> None:
    """Publish what was prepared. Raises JobsBusy."""
    _start(job, "publish", State(PUBLISHING, note=note, allowed=allowed), settings, who)


def start_showing(job: Job, settings: Settings) -> None:
    """See what an edit of the vocabulary would do. Raises JobsBusy."""
    _start(job, "show", State(STARTED), settings)


def start_keeping(job: Job, settings: Settings, who: str) -> None:
    """Keep an edit of the vocabulary and put it online. Raises JobsBusy."""
    _start(job, "keep", State(PUBLISHING), settings, who)


def _start(job: Job, action: str, state: State, settings: Settings, who: str = "") -> None:
    """The shell ends at once: its child belongs to no worker, which would have to wait for it."""
    places = {"LOOKUP_STATE_DIR": str(settings.state_dir.resolve()), "LOOKUP_INDEX_DIR": str(settings.index_dir.resolve())}
    with job.siblings.hold(job) as lock, job.errors.open("ab") as errors, all_cores():
        job.write_state(state)
        command = [sys.executable, "-m", "lookup.staff", job.id, action, str(lock), who]
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *command],
            cwd=_ROOT, env={**os.environ, **places}, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors,
            pass_fds=[lock], start_new_session=True, check=True,
        )  # fmt: skip
