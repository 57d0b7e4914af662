"""A short soak: what `scripts/soak` does for minutes, for seconds. Times are told, not judged."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

MOST_PRIVATE = 250  # MB of a worker


def test_nothing_fails_nor_mixes_while_versions_go_live_under_load(sample_index: Path) -> None:
    before = (sample_index / "CURRENT").read_bytes()
    command = [sys.executable, "-m", "scripts.commands.soak", "--minutes", "0.15", "--publish-every", "3", "--clients", "4", "--pause", "5"]
    done = subprocess.run([*command, "--index-dir", str(sample_index)], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    published = re.search(r"công bố: (\d+) lần, lỗi: 0", done.stdout)
    assert published and int(published[1]) >= 1, done.stdout
    last = next(line for line in done.stdout.splitlines() if line.startswith("cuối"))
    assert all(int(figure) <= MOST_PRIVATE for figure in re.findall(r"\d+", last)[2:]), last
    assert (sample_index / "CURRENT").read_bytes() == before, "the catalogue that is published is left alone"
