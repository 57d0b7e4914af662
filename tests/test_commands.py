"""The commands as staff run them: real processes, real files, messages that tell what to do."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from index import VersionStore
from tests.conftest import ROOT, SAMPLE_DETAILS, SAMPLE_LIST


def run(command: str, *arguments: object, index_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LOOKUP_INDEX_DIR": str(index_dir), "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", f"scripts.commands.{command}", *map(str, arguments)], env=environment, capture_output=True, text=True, timeout=120
    )


def test_refresh_publishes_and_tells_what_it_read(tmp_path: Path) -> None:
    done = run("refresh", SAMPLE_LIST, "--details", SAMPLE_DETAILS, index_dir=tmp_path)
    assert done.returncode == 0, done.stderr
    count = re.search(r"Đã công bố (\d+) thủ tục", done.stdout)
    assert count and int(count[1]) >= 200
    again = run("refresh", SAMPLE_LIST, "--details", SAMPLE_DETAILS, index_dir=tmp_path)
    assert f"thêm 0, rút 0, đổi 0, giữ nguyên {count[1]}." in again.stdout


def test_a_dry_run_shows_every_problem_and_change_and_publishes_nothing(tmp_path: Path) -> None:
    first = tmp_path / "first.csv"
    first.write_text("Mã số,Tên\n1.000001,Một\n1.000002,Hai\n1.000003,Ba\n", encoding="utf-8")
    assert run("refresh", first, index_dir=tmp_path / "index").returncode == 0
    second = tmp_path / "second.csv"
    second.write_text("Mã số,Tên\n1.000001,Một\n1.000002,Hai mới\n1.000004,Bốn\nsai,Năm\n", encoding="utf-8")
    done = run("refresh", second, "--dry-run", index_dir=tmp_path / "index")
    assert done.returncode == 0
    assert "thêm 1, rút 1, đổi 1, giữ nguyên 1." in done.stdout
    assert "1.000002, Tên: Hai → Hai mới" in done.stdout and "1.000003" in done.stdout
    assert "second.csv, dòng 5, cột “Mã số”" in done.stdout
    assert "chưa công bố gì" in done.stdout
    assert len(list((tmp_path / "index/versions").iterdir())) == 1


def test_a_refused_file_changes_nothing_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"x")
    done = run("refresh", tmp_path / "broken.xlsx", index_dir=tmp_path / "index")
    assert done.returncode == 2 and "Tệp bị từ chối: broken.xlsx" in done.stderr
    assert VersionStore(tmp_path / "index").stamp() is None


def test_a_publish_is_told_to_machines_and_shown_with_its_version(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Mã số,Tên\n1.000001,Một\n1.000002,Hai\nsai,Ba\n", encoding="utf-8")
    done = run("refresh", path, "--json", "--who", "chị An", "--note", "lần đầu", index_dir=tmp_path / "index")
    record, published = map(json.loads, done.stdout.splitlines())
    assert (record["procedures"], record["left_out"]["count"], published["procedures"]) == (2, 1, 2)
    shown = run("versions", "show", published["published"], index_dir=tmp_path / "index").stdout
    assert "công bố  chị An  lần đầu" in shown and "bảng mã utf-8" in shown
    assert "list.csv, dòng 4, cột “Mã số”: mã thủ tục phải có dạng như 1.001193" in shown


def test_refresh_without_a_file_says_so(tmp_path: Path) -> None:
    assert "Cần ít nhất một tệp" in run("refresh", index_dir=tmp_path).stderr


def test_evaluate_prints_a_row_for_every_class(sample_index: Path) -> None:
    done = run("evaluate", index_dir=sample_index)
    assert done.returncode == 0, done.stderr
    kinds = {json.loads(line)["class"] for line in (ROOT / "data/judgements/sample.jsonl").read_text(encoding="utf-8").splitlines()}
    assert {line.split()[0] for line in done.stdout.splitlines()[1:]} == kinds | {"all"}


def test_evaluate_scores_what_is_suggested_after_the_first_letters(sample_index: Path) -> None:
    done = run("evaluate", "--suggestions", index_dir=sample_index)
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.partition("Gợi ý")[2].splitlines()[1:]]
    letters, right = [int(row[0]) for row in rows], [float(row[3]) for row in rows]
    assert letters == sorted(letters) and right[0] < right[-1] > 0.5


@pytest.mark.parametrize("command", ["refresh", "evaluate", "bench", "explain", "check_vocabulary"])
def test_every_command_has_help_in_vietnamese(command: str, tmp_path: Path) -> None:
    done = run(command, "--help", index_dir=tmp_path)
    assert done.returncode == 0 and "chỉ mục" in done.stdout


def test_serve_publishes_the_sample_and_answers(tmp_path: Path) -> None:
    """The README's first command, in the environment at hand: first start, first search."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "LOOKUP_INDEX_DIR": str(tmp_path / "index"), "WEB_CONCURRENCY": "1"}
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen([ROOT / "scripts/serve"], env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        body = json.loads(fetch(f"http://127.0.0.1:{port}/api/v1/search?q=dang+ky+khai+sinh", server, tmp_path / "log"))
        assert body["results"][0]["code"] == "1.001193"
        assert f"http://localhost:{port}/" in (tmp_path / "log").read_text(encoding="utf-8")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def fetch(url: str, server: subprocess.Popen[bytes], log: Path) -> bytes:
    for _ in range(600):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            with urllib.request.urlopen(url, timeout=10) as response:
                return bytes(response.read())
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text(encoding="utf-8"))


def test_a_machine_without_a_fit_python_is_told_what_to_install(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "scripts").mkdir(parents=True)
    for name in ("serve", "environment"):
        (project / "scripts" / name).write_bytes((ROOT / "scripts" / name).read_bytes())
    (project / "bin").mkdir()
    for tool in ("sh", "dirname", "cat", "echo"):
        (project / "bin" / tool).symlink_to(f"/bin/{tool}")
    done = subprocess.run(["/bin/sh", project / "scripts/serve"], env={"PATH": str(project / "bin")}, capture_output=True, text=True)
    assert done.returncode == 1 and "Cần Python 3.10 trở lên." in done.stderr
