"""What stands in scripts/deploy works: systemd takes the units, the container knows its health, paths and settings named are there."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import CatalogueIndexError, RefreshRefused, SearchEngine, VersionStore, VersionUnavailable, adopt
from scripts.commands.versions import versions
from tests.conftest import ROOT
from tests.nginx_process import answering, free_port

DEPLOY = ROOT / "scripts/deploy"


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd on this machine")
    for name in ("lookup.service", "lookup.socket"):
        text = (DEPLOY / name).read_text(encoding="utf-8").replace("/srv/tra-cuu/.venv/bin/python", "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(
        [analyze, "verify", "--man=no", tmp_path / "lookup.service", tmp_path / "lookup.socket"], capture_output=True, text=True, env=environment
    )
    assert [line for line in done.stderr.splitlines() if "lookup" in line] == []
    judged = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=30", tmp_path / "lookup.service"], capture_output=True, text=True, env=environment
    )
    assert judged.returncode == 0, judged.stdout[-2000:]


def test_machines_with_many_cores_are_not_cut_short() -> None:
    """A worker a core, of 150 MB and six threads; a reload has twice as many workers."""
    text = (DEPLOY / "lookup.service").read_text(encoding="utf-8")
    memory, tasks = re.search(r"^MemoryMax=(\d+)%$", text, re.MULTILINE), re.search(r"^TasksMax=(\d+)$", text, re.MULTILINE)
    assert memory and 50 <= int(memory[1]) <= 90, "a number of bytes fits one size of machine only"
    assert tasks and int(tasks[1]) >= 256 * 6 * 2


def test_the_socket_of_systemd_is_served(sample_index: Path, tmp_path: Path) -> None:
    """gunicorn takes the port from systemd, whatever our settings bind."""
    activate = shutil.which("systemd-socket-activate")
    if activate is None:
        pytest.skip("no systemd on this machine")
    port = free_port()
    environment = os.environ | {"LOOKUP_INDEX_DIR": str(sample_index), "LOOKUP_STATE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PORT": str(free_port())}
    kept = [f"--setenv={name}" for name in ("PATH", "PYTHONPATH", "PORT", "LOOKUP_INDEX_DIR", "LOOKUP_STATE_DIR")]
    python = [str(ROOT / ".venv/bin/python"), "-m", "gunicorn", "--config", "python:lookup.gunicorn_conf", "lookup:create_app()"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([activate, *kept, "--listen", f"127.0.0.1:{port}", *python], env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        process.wait(60)


def test_the_container_is_asked_for_its_health_where_it_serves() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert re.findall(r"\bPORT=(\d+)", text) == re.findall(r"^EXPOSE (\d+)", text, re.MULTILINE) == ["8000"]
    found = re.search(r"^HEALTHCHECK .*\\\n *CMD (\[.*\])$", text, re.MULTILINE)
    assert found
    _, *arguments = json.loads(found[1])

    def is_healthy(port: int) -> bool:
        return subprocess.run([sys.executable, *arguments], env=os.environ | {"PORT": str(port)}, capture_output=True).returncode == 0

    with answering(lambda request: (200 if request.path == "/healthz" else 404, {})) as port, answering(lambda _: (503, {})) as ill:
        assert [is_healthy(port), is_healthy(ill), is_healthy(free_port())] == [True, False, False]


@pytest.mark.parametrize("name", [path.name for path in DEPLOY.iterdir()])
def test_settings_and_paths_named_are_there(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    known = (ROOT / "lookup/settings.py").read_text(encoding="utf-8")
    assert [setting for setting in set(re.findall(r"\bLOOKUP_[A-Z_]+", text)) if setting not in known] == []
    assert [path for path in re.findall(r"(?<![/\w])scripts/[\w./]+\w", text) if not (ROOT / path).exists()] == []
    for source in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert (ROOT / source).exists(), source


# --- versions between machines


def test_a_version_copied_from_another_machine_goes_live_under_its_name(sample_index: Path, tmp_path: Path) -> None:
    live = VersionStore(sample_index).current().version
    copy = shutil.copytree(sample_index / "versions" / live, tmp_path / "copy")
    done = CliRunner().invoke(versions, ["--index-dir", str(tmp_path / "index"), "adopt", str(copy), "--note", "từ máy 1"])
    assert done.exit_code == 0 and live in done.output, done.output
    assert SearchEngine(tmp_path / "index").snapshot().current.version == live
    with pytest.raises(RefreshRefused, match="đã có ở máy này"):
        adopt(tmp_path / "index", copy)


def test_a_copy_that_is_not_whole_changes_nothing(sample_index: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(sample_index / "versions" / VersionStore(sample_index).current().version, tmp_path / "copy")
    damaged = copy / "impacts.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    with pytest.raises(VersionUnavailable, match=r"hỏng ở tệp impacts\.npy"):
        adopt(tmp_path / "index", copy)
    (copy / "manifest.json").unlink()
    with pytest.raises(CatalogueIndexError):
        adopt(tmp_path / "index", copy)
    assert VersionStore(tmp_path / "index").stamp() is None
