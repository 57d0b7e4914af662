"""The wall clock of real workers jumps while they serve, as when somebody sets it or a machine wakes with an empty battery. Nobody else's clock moves."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from index import Procedure, VersionStore, publish_catalogue
from index.catalogue.procedure import Catalogue
from lookup.staff.accounts import Accounts
from tests.conftest import ROOT
from tests.gunicorn_process import Answered, Service, citizens, cookie, sign_in, start_service, wait_for
from tests.list_files import write_empty_vocabulary

PASSWORD = "bốn con mèo vàng"


class Clock:
    """A clock that can be set, and the environment of the processes that go by it."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None or sys.platform != "linux":
            pytest.skip("no C compiler to make a movable clock with (Debian, Ubuntu: apt install gcc libc6-dev)")
        library, self._offset = folder / "clock.so", folder / "offset"
        # libfaketime would do as much, but fails every `time.sleep` of Python 3.11 and later
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, ROOT / "tests/moved_clock.c", "-ldl"], check=True)
        self.environment = {"LD_PRELOAD": str(library), "CLOCK_OFFSET": str(self._offset)}
        self.move(0)

    def move(self, days: int) -> None:
        """Set it this far from the true time, for running processes too."""
        descriptor = os.open(self._offset, os.O_WRONLY | os.O_CREAT)
        os.pwrite(descriptor, struct.pack("q", days * 86_400), 0)  # one page, never cut: the processes have it mapped
        os.close(descriptor)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    root = tmp_path / "index"
    publish_catalogue(Catalogue((Procedure("1.000001", "Khai sinh"), Procedure("1.000002", "Khai tử"))), root)
    return root


@pytest.fixture
def service(clock: Clock, index: Path, tmp_path: Path) -> Iterator[Service]:
    Accounts(tmp_path / "state").add("hoa", PASSWORD, "editor")
    service = start_service(tmp_path, index, **clock.environment)
    wait_for(lambda: len(service.workers()) == 2)
    yield service
    service.stop()


def refresh(index: Path, name: str, clock: Clock) -> str:
    """Publish another name as staff do, by the same clock; the version that is live then."""
    changed = index.parent / "sua-doi.csv"
    changed.write_text(f"Mã số,Tên\n1.000001,{name}\n", encoding="utf-8")
    words = write_empty_vocabulary(index.parent / "words")
    command: list[str | Path] = [sys.executable, ROOT / "scripts/commands/refresh.py", changed, "--update", "--index-dir", index, "--vocabulary", words]
    environment = os.environ | clock.environment | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return VersionStore(index).current().version


def ask_often(service: Service, path: str) -> list[Answered]:
    """So often that each of two workers answers."""
    return [service.get(path) for _ in range(12)]


def versions_of(service: Service) -> set[str]:
    return {json.loads(answer.body)["catalogue"]["version"] for answer in ask_often(service, "/api/v1/search?q=khai")}


def is_off(service: Service, days: int) -> bool:
    """Whether every worker's clock is so far from the true time."""
    told = [parsedate_to_datetime(answer.headers["date"]) for answer in ask_often(service, "/healthz")]
    return all(abs(at - datetime.now(timezone.utc) - timedelta(days=days)) < timedelta(minutes=1) for at in told)


@pytest.mark.parametrize("days", [-400, 400])
def test_searches_go_on_and_new_versions_go_live_while_the_clock_jumps_and_is_set_right_again(service: Service, clock: Clock, index: Path, days: int) -> None:
    first, workers = VersionStore(index).current().version, service.workers()
    with citizens(service) as found:
        wait_for(lambda: found.total() > 20)
        clock.move(days)
        wait_for(lambda: is_off(service, days), 5)
        second = refresh(index, "Khai sinh hai", clock)
        assert (second < first) == (days < 0), "published under the moved clock"
        wait_for(lambda: versions_of(service) == {second}, 5)
        clock.move(0)
        wait_for(lambda: is_off(service, 0), 5)
        third = refresh(index, "Khai sinh ba", clock)
        wait_for(lambda: versions_of(service) == {third}, 5)
        for path in ("/", "/?q=khai", "/api/v1/suggest?q=kh", "/thu-tuc/1.000001", "/niem-yet", "/niem-yet.csv", "/metrics", "/healthz", "/readyz"):
            assert {answer.status for answer in ask_often(service, path)} == {200}, path
    assert set(found) == {200}, found
    assert VersionStore(index).versions() == [first, second, third]
    assert service.workers() == workers, "none was taken for dead"


@pytest.mark.parametrize("days", [-400, 400])
def test_staff_sign_in_again_when_the_clock_has_jumped(service: Service, clock: Clock, days: int) -> None:
    session = cookie(sign_in(service, service.get("/quan-tri/dang-nhap"), PASSWORD))
    assert service.get("/quan-tri/", {"Cookie": session}).status == 200
    clock.move(days)
    assert service.get("/quan-tri/", {"Cookie": session}).status == 303
    session = cookie(sign_in(service, service.get("/quan-tri/dang-nhap"), PASSWORD))
    assert service.get("/quan-tri/", {"Cookie": session}).status == 200
