"""A refresh killed at any moment leaves a whole version serving, and the next refresh works.

The suite kills twenty refreshes; LOOKUP_TEST_KILLS=200 is the long run.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from index import Current, Procedure, Search, SearchEngine, VersionStore, publish_catalogue, read_history
from index.catalogue.procedure import Catalogue
from tests.conftest import ROOT
from tests.list_files import write_empty_vocabulary

KILLS = int(os.environ.get("LOOKUP_TEST_KILLS", "20"))
NAMES = 40
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def write_list(path: Path, version: int) -> Path:
    """Every name of a list ends in its number, so that one answer with two numbers would be a mixed answer."""
    rows = [f"1.{number:06},Đăng ký khai sinh loại {number} bản{version}" for number in range(NAMES)]
    path.write_text("\n".join(["Mã số,Tên", *rows]), encoding="utf-8")
    return path


def start_refresh(path: Path, root: Path) -> subprocess.Popen[bytes]:
    words = write_empty_vocabulary(root.parent / "words")
    command = [sys.executable, str(ROOT / "scripts/commands/refresh.py"), str(path), "--index-dir", str(root), "--vocabulary", str(words), "--allow", "rename"]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def kill(refresh: subprocess.Popen[bytes], alone: bool) -> None:
    """Kill the refresh with all its processes or, as a system short of memory does, it alone."""
    with suppress(ProcessLookupError):
        (os.kill if alone else os.killpg)(refresh.pid, signal.SIGKILL)
    refresh.wait()


def phase(root: Path, before: Current) -> str:
    """How far a killed refresh had come."""
    if VersionStore(root).current() != before:
        return "switched"
    return "building" if len(list((root / "versions").iterdir())) > len(VersionStore(root).versions()) else "before building"


def test_a_refresh_killed_at_random_points_never_fails_a_search_nor_mixes_an_answer(tmp_path: Path) -> None:
    root = tmp_path / "index"
    publish_catalogue(Catalogue(tuple(Procedure(f"1.{number:06}", f"Đăng ký khai sinh loại {number} bản0") for number in range(NAMES))), root)
    engine = SearchEngine(root)
    faults: list[object] = []
    answers = [0]
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                numbers = {hit.card["name"].rpartition("bản")[2] for hit in engine.search(Search("dang ky khai sinh")).hits}
                answers[0] += 1
                if len(numbers) != 1:
                    faults.append(numbers)
            except Exception as error:
                faults.append(error)
            time.sleep(0.01)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    started = time.monotonic()
    assert start_refresh(write_list(tmp_path / "list.csv", 10_000), root).wait(120) == 0
    whole = time.monotonic() - started
    dice = random.Random(7)
    phases: Counter[str] = Counter()
    for number in range(1, KILLS + 1):
        before = VersionStore(root).current()
        refresh = start_refresh(write_list(tmp_path / "list.csv", number), root)
        time.sleep(dice.uniform(0.3, 1.0) * whole)
        ended = refresh.poll() is not None
        kill(refresh, alone=number % 2 == 0)
        phases["ended before the kill" if ended else phase(root, before)] += 1
        assert len(SearchEngine(root).search(Search("khai sinh", per_page=50)).hits) == NAMES
    last = start_refresh(write_list(tmp_path / "list.csv", 9_999), root)
    assert last.wait(120) == 0
    done.set()
    for asker in askers:
        asker.join()
    print(f"{KILLS} kills: {dict(phases)}; {answers[0]} searches, {len(faults)} faults")  # noqa: T201
    assert faults == []
    assert engine.search(Search("khai sinh")).hits[0].card["name"].endswith("bản9999")
    assert len(list((root / "versions").iterdir())) <= 3, "what the killed refreshes left behind is gone"
    assert not list(root.glob("CURRENT.*"))
    published = [event.version for event in read_history(root)]
    assert len(published) == len(set(published)), "each switch is written down once"
    assert set(VersionStore(root).versions()) <= set(published)


def test_a_refresh_killed_alone_leaves_neither_lock_nor_process(tmp_path: Path) -> None:
    root = tmp_path / "index"
    refresh = start_refresh(write_list(tmp_path / "list.csv", 1), root)
    while refresh.poll() is None and not list(root.glob("versions/*/*")):
        time.sleep(0.01)
    kill(refresh, alone=True)
    assert start_refresh(write_list(tmp_path / "list.csv", 2), root).wait(120) == 0
    assert len(list((root / "versions").iterdir())) == 1


def test_of_two_refreshes_at_once_one_is_told_to_wait(tmp_path: Path) -> None:
    root = tmp_path / "index"
    with VersionStore(root).lock():
        refresh = start_refresh(write_list(tmp_path / "list.csv", 1), root)
        assert refresh.wait(120) == 2
    assert start_refresh(write_list(tmp_path / "list.csv", 1), root).wait(120) == 0
