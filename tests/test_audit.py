"""Which packages we may ship with: every licence goes with ours, and every locked version is asked about."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from scripts.commands import audit as command
from scripts.commands.audit import LOCKS, Package, audit, list_packages
from tests.conftest import ROOT

PEERS = ("bm25s", "tantivy", "xapian-bindings-binary")


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_package_has_a_licence_that_goes_with_ours(name: str) -> None:
    packages = list_packages(ROOT / name)
    assert len(packages) > 40
    assert [package for package in packages if not package.fits] == []


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "mit",
        "MIT License",
        "LGPL-2.1-or-later",
        "GNU General Public License v2 or later (GPLv2+)",
        "Mozilla Public License 2.0 (MPL 2.0)",
        "MIT License; BSD License",
        "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
        "MIT AND (BSD-2-Clause OR LGPL-2.1-or-later)",
        "Proprietary OR MIT",
        "(AGPL-3.0-only AND MIT) OR Apache-2.0 WITH LLVM-exception",
        None,
    ],
)
def test_a_licence_that_goes_with_ours_fits(licence: str | None) -> None:
    assert Package("x", "1", licence).fits


@pytest.mark.parametrize(
    "licence",
    [
        "",
        "Limited commercial licence",
        "Permission is limited",
        "Not MIT",
        "MIT-like, not for commercial use",
        "MIT AND Commons-Clause",
        "MIT AND (Proprietary OR SSPL-1.0)",
        "MIT License; Other/Proprietary License",
        "Limited (MIT)",
        "(Limited) MIT",
        "BSD-4-Clause",
        "GPL-2.0-only",
        "GNU General Public License v2 (GPLv2)",
        "AGPL-3.0-only",
        "GNU Affero General Public License v3",
        "GNU Affero GPL",
        "LGPL-like",
        "Disclaimer",
        "Apache-1.1",
        "Proprietary",
        "WITH MIT",
        "OR",
        "()",
        ")MIT(",
    ],
)
def test_a_licence_that_only_looks_like_one_does_not_fit(licence: str) -> None:
    assert not Package("x", "1", licence).fits


def install(folder: Path, name: str, metadata: str) -> None:
    place = folder / f"{name.replace('-', '_')}-1.dist-info"
    place.mkdir(parents=True)
    (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n{metadata}", encoding="utf-8")


def test_the_engines_we_compare_with_are_looked_up_where_the_bench_installs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PEERS", tmp_path)
    assert list_packages(ROOT / "scripts/bench-peers.lock")[0].licence is None, "not installed: nothing to tell, and nothing wrong"
    install(tmp_path, "bm25s", "Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: MIT License\n")
    install(tmp_path, "tantivy", "License: Limited commercial licence\n")
    install(tmp_path, "xapian-bindings-binary", "")
    packages = list_packages(ROOT / "scripts/bench-peers.lock")
    assert [(package.name, package.licence, package.fits) for package in packages] == [
        ("bm25s", "MIT License", True),
        ("tantivy", "Limited commercial licence", False),
        ("xapian-bindings-binary", "GPL-2.0-or-later", True),
    ]
    told = CliRunner().invoke(audit, ["--licences-only"])
    assert told.exit_code == 1 and "Limited commercial licence   ← không hợp với GPL-3.0" in told.output


@pytest.mark.parametrize(
    ("weak", "exit_code", "told"),
    [([], 0, "không gói nào có lỗ hổng"), (["tantivy"], 1, "1 gói có lỗ hổng"), (None, 3, "Chưa kiểm tra được lỗ hổng")],
)
def test_weaknesses_are_asked_for_of_what_serves_and_of_what_it_is_compared_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weak: list[str] | None, exit_code: int, told: str
) -> None:
    commands: list[list[str]] = []

    def run(given: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        """Stands for pip and pip-audit, which need a network."""
        commands.append(given)
        dependencies = [{"name": name, "version": "1", "vulns": ["CVE-1"] if name in (weak or ()) else []} for name in PEERS]
        return subprocess.CompletedProcess(given, 0, "" if weak is None else json.dumps({"dependencies": dependencies}), "")

    monkeypatch.setattr(command, "PEERS", tmp_path)  # installed or not
    monkeypatch.setattr("venv.create", lambda *_, **__: None)
    monkeypatch.setattr("subprocess.run", run)
    done = CliRunner().invoke(audit)
    assert done.exit_code == exit_code and told in done.output, done.output
    assert all(f"{name} " in done.output for name in PEERS)
    assert [part for part in commands[-1] if part.startswith("--requirement=")] == [f"--requirement={lock}" for lock in LOCKS]
    assert ROOT / "scripts/bench-peers.lock" in LOCKS
