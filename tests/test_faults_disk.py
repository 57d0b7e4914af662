"""A disk that is really full under real workers: a tiny one in a mount namespace of their own, so that nobody else sees it and nothing is left mounted."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lookup.insights import read_report
from lookup.insights.recorder import today
from lookup.staff.accounts import Accounts
from tests.gunicorn_process import Service, citizens, sign_in, start_service, wait_for

PAGE = 4096  # bytes that such a disk gives at a time
NAMESPACES = [["unshare", "--mount"], ["unshare", "--mount", "--map-root-user"]]  # as root; as anybody, where the kernel allows it
ON_SMALL_DISK = """
mount -t tmpfs -o size=2m tmpfs "$1" && cp -R "$2" "$1/state" && export LOOKUP_STATE_DIR="$1/state" && exec 2>"$1/log" && shift 2 && exec "$@"
"""
FIGURES_ON_SMALL_DISK = 'mount -t tmpfs -o size=2m tmpfs /dev/shm && exec "$@"'


class Disk:
    """A disk of the workers, seen from outside."""

    def __init__(self, service: Service, place: Path) -> None:
        self.root = Path(f"/proc/{service.process.pid}/root{place}")

    def fill(self) -> None:
        """Leave no page free."""
        with (self.root / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space left on device"):
            while True:
                filler.write(bytes(PAGE))

    def make_room(self) -> None:
        (self.root / "filler").unlink()

    def size(self, name: str) -> int:
        path = self.root / name
        return path.stat().st_size if path.exists() else -1


@pytest.fixture(scope="module")
def namespace() -> list[str]:
    """The command that gives a process mounts of its own."""
    if not (shutil.which("unshare") and shutil.which("mount")):
        pytest.skip("no unshare or no mount command to make a small disk with (Linux: util-linux)")
    refused = ""
    for command in NAMESPACES:
        tried = subprocess.run([*command, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True)
        if tried.returncode == 0:
            return command
        refused = tried.stderr.strip()
    pytest.skip(f"this machine allows no mounts, not even in a namespace of their own: {refused}")


@pytest.fixture
def start(namespace: list[str], sample_index: Path, tmp_path: Path) -> Iterator[Callable[..., Service]]:
    with ExitStack() as stack:

        def begin(script: str, *arguments: Path) -> Service:
            service = start_service(tmp_path, sample_index, [*namespace, "sh", "-c", script, "sh", *map(str, arguments)])
            stack.callback(service.stop)
            wait_for(lambda: len(service.workers()) == 2)
            return service

        yield begin


def count_searches(disk: Disk, copies: Path) -> int:
    """The searches counted in the state folder. It is copied: SQLite looks for a file by its real path, and from here it has none."""
    copy = copies / "copied"
    shutil.copytree(disk.root / "state", copy, dirs_exist_ok=True)
    return read_report(copy, f"{today():%Y-%m}").totals.searches


def test_a_full_disk_costs_no_answer_and_what_was_searched_for_meanwhile_is_counted_once_there_is_room(start: Callable[..., Service], tmp_path: Path) -> None:
    place, state = tmp_path / "disk", tmp_path / "state"
    place.mkdir()
    Accounts(state).add("hoa", "bốn con mèo vàng", "editor")
    service = start(ON_SMALL_DISK, place, state)
    disk, form, workers = Disk(service, place), service.get("/quan-tri/dang-nhap"), service.workers()
    with citizens(service) as found:
        disk.fill()
        written = -(-disk.size("log") // PAGE) * PAGE  # lines still fit into the page that the log has begun
        wait_for(lambda: disk.size("state/insights.sqlite3") == 0)  # a worker tried to write its counts: it has a file and not a byte
        for path in ("/?q=ho+chieu", "/api/v1/suggest?q=ho", "/thu-tuc/1.001193", "/niem-yet.csv", "/metrics", "/healthz", "/readyz"):
            assert [service.get(path).status for _ in range(4)] == [200] * 4, path
        assert sign_in(service, form).status == 503, "staff are told that nothing can be saved"
        assert disk.size("log") == written and disk.size("state/insights.sqlite3") == 0
        disk.make_room()
        so_far = found.total()
        wait_for(lambda: found.total() > so_far + 40)
    assert set(found) == {200} and so_far > 100, found
    assert service.workers() == workers, "none died of it"
    assert disk.size("log") > written
    assert sign_in(service, form, "bốn con mèo vàng").status == 303
    wait_for(lambda: count_searches(disk, tmp_path) == found[200] + 4)  # with the page of results


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="figures are kept in /dev/shm, and here is none")
def test_where_there_is_no_room_for_figures_they_are_missing_and_no_answer_is(start: Callable[..., Service]) -> None:
    service = start(FIGURES_ON_SMALL_DISK)
    disk, workers = Disk(service, Path("/dev/shm")), service.workers()
    disk.fill()
    with citizens(service) as found:
        wait_for(lambda: found.total() > 100)
    disk.make_room()
    assert set(found) == {200}, found
    assert service.workers() == workers, "none died of it"
