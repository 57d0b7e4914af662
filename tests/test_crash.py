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
from pathlib import Path

from index import Procedure, Search, SearchEngine, VersionStore, publish_catalogue
from index.catalogue.procedure import Catalogue
from tests.conftest import ROOT

KILLS = int(os.environ.get("LOOKUP_TEST_KILLS", "20"))
NAMES = 40
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def write_list(path: Path, version: int) -> Path:
    """Every name of a list ends in its number, so that one answer with two numbers would be a mixed answer."""
    rows = [f"1.{number:06},Đăng ký khai sinh loại {number} bản{version}" for number in range(NAMES)]
    path.write_text("\n".join(["Mã số,Tên", *rows]), encoding="utf-8")
    return path


def start_refresh(path: Path, root: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(ROOT / "scripts/commands/refresh.py"), str(path), "--index-dir", str(root), "--allow", "rename"]
    return subprocess.Popen(command, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def test_a_refresh_killed_at_random_points_never_fails_a_search_nor_mixes_an_answer(tmp_path: Path) -> None:
    root = tmp_path / "index"
    publish_catalogue(Catalogue(tuple(Procedure(f"1.{number:06}", f"Đăng ký khai sinh loại {number} bản0") for number in range(NAMES))), root)
    engine = SearchEngine(root)
    faults: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                numbers = {hit.card["name"].rpartition("bản")[2] for hit in engine.search(Search("dang ky khai sinh")).hits}
                if len(numbers) != 1:
                    faults.append(numbers)
            except Exception as error:
                faults.append(error)
            time.sleep(0.01)

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for asker in askers:
        asker.start()
    dice = random.Random(7)
    for kill in range(1, KILLS + 1):
        refresh = start_refresh(write_list(tmp_path / "list.csv", kill), root)
        time.sleep(dice.uniform(0.2, 2.0))
        os.killpg(refresh.pid, signal.SIGKILL)
        refresh.wait()
        assert len(SearchEngine(root).search(Search("khai sinh", per_page=50)).hits) == NAMES
    last = start_refresh(write_list(tmp_path / "list.csv", 9_999), root)
    assert last.wait(120) == 0
    done.set()
    for asker in askers:
        asker.join()
    assert faults == []
    assert engine.search(Search("khai sinh")).hits[0].card["name"].endswith("bản9999")
    assert len(list((root / "versions").iterdir())) <= 3, "what the killed refreshes left behind is gone"
    assert not list(root.glob("CURRENT.*"))


def test_of_two_refreshes_at_once_one_is_told_to_wait(tmp_path: Path) -> None:
    root = tmp_path / "index"
    with VersionStore(root).lock():
        refresh = start_refresh(write_list(tmp_path / "list.csv", 1), root)
        assert refresh.wait(120) == 2
    assert start_refresh(write_list(tmp_path / "list.csv", 1), root).wait(120) == 0
