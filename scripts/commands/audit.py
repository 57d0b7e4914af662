"""Look after the packages: list their licences, refuse those that do not go with ours, ask for known weaknesses where there is a network."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import venv
from email.message import Message
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click

ROOT = Path(__file__).parents[2]
FOUND, UNKNOWN = 1, 3  # exit codes: something is wrong; the check could not be made

PEERS = ROOT / ".bench-peers"  # where scripts/bench installs the engines that it compares with
LOCKS = (ROOT / "requirements.lock", ROOT / "scripts/bench-peers.lock")

_FITTING = """
MIT | MIT-0 | MIT-CMU | 0BSD | BSD-2-Clause | BSD-3-Clause | ISC | Zlib | CC0-1.0 | PSF-2.0 | Python-2.0 | Apache-2.0 | MPL-2.0 | Unlicense | HPND |
LGPL-2.0-or-later | LGPL-2.1-only | LGPL-2.1-or-later | LGPL-3.0-only | LGPL-3.0-or-later | GPL-2.0-or-later | GPL-3.0-only | GPL-3.0-or-later |
MIT License | The MIT License | MIT License (MIT) | The MIT License (MIT) | BSD License | BSD 2-Clause License | BSD 3-Clause License | ISC License (ISCL) |
Apache License | Apache License 2.0 | Apache License, Version 2.0 | Apache Software License | Python Software Foundation License | zlib/libpng License |
Mozilla Public License 2.0 (MPL 2.0) | The Unlicense (Unlicense) | Historical Permission Notice and Disclaimer (HPND) |
CC0 1.0 Universal (CC0 1.0) Public Domain Dedication | GNU Library or Lesser General Public License (LGPL) |
GNU Lesser General Public License v2 or later (LGPLv2+) | GNU Lesser General Public License v3 (LGPLv3) |
GNU Lesser General Public License v3 or later (LGPLv3+) | GNU General Public License v2 or later (GPLv2+) |
GNU General Public License v3 (GPLv3) | GNU General Public License v3 or later (GPLv3+)
"""
FITTING = frozenset(name.strip().casefold() for name in _FITTING.split("|"))
"""The names, of SPDX and of classifiers, of what goes with GPL-3.0-or-later, each whole: a text that only mentions one may say anything else besides."""

TOLD_ELSEWHERE = {"xapian-bindings-binary": "GPL-2.0-or-later"}
"""Licences of packages that tell none: https://trac.xapian.org/wiki/Licensing."""


class Package(NamedTuple):
    """A locked package; `licence` is empty where it tells none, None where it is not installed on this machine."""

    name: str
    version: str
    licence: str | None

    @property
    def fits(self) -> bool:
        """Whether its licence goes with ours."""
        return self.licence is None or all(_fits(part.strip()) for part in self.licence.split(";"))


def _fits(licence: str) -> bool:
    """Whether a name fits, or what an expression of names comes to; of names joined by OR we may choose."""
    if licence.casefold() in FITTING:
        return True
    if inner := re.search(r"\(([^()]*)\)", licence):
        return _fits(licence[: inner.start()] + ("MIT" if _fits(inner[1].strip()) else "none") + licence[inner.end() :])
    choices = [re.split(r"\s+AND\s+", choice) for choice in re.split(r"\s+OR\s+", re.sub(r"\s+WITH\s+\S+", "", licence))]  # an exception only allows more
    return any(all(name.strip().casefold() in FITTING for name in names) for names in choices)


def list_packages(lock: Path) -> list[Package]:
    """Every package of a lock file, by name."""
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)  # some have a version for older Pythons beside the usual one
    return [Package(name, version, _read_licence(name)) for name, version in sorted(set(pins))]


def _read_licence(name: str) -> str | None:
    package = next(iter(importlib.metadata.distributions(name=name, path=[*sys.path, str(PEERS)])), None)
    if package is None:
        return None
    told: Message = package.metadata  # type: ignore[assignment]
    classifiers = [line.split("::")[-1].strip() for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    classifiers = [name for name in classifiers if name != "OSI Approved"]  # names none
    text = (told.get("License") or "").strip().partition("\n")[0]
    files = (file.read_text() for file in package.files or () if file.name.upper().startswith("LICEN"))
    first_lines = (file.strip().partition("\n")[0] for file in files)
    return told.get("License-Expression") or "; ".join(classifiers) or text or next(first_lines, "") or TOLD_ELSEWHERE.get(name, "")


@click.command(help="Kể giấy phép của mọi gói phần mềm đang dùng, và hỏi xem có lỗ hổng nào đã biết (cần mạng).")
@click.option("--lock", "locks", type=click.Path(exists=True, dir_okay=False, path_type=Path), multiple=True, default=LOCKS, help="Các tệp khóa phiên bản.")
@click.option("--licences-only", is_flag=True, help="Chỉ xem giấy phép, không dùng mạng.")
def audit(locks: tuple[Path, ...], licences_only: bool) -> None:
    """Print both; exit code 1: something is wrong, 3: weaknesses could not be asked for."""
    packages = [package for lock in locks for package in list_packages(lock)]
    for package in packages:
        licence = "không cài trên máy này" if package.licence is None else package.licence or "không ghi"
        click.echo(f"{package.name:34}{package.version:14}{licence}{'' if package.fits else '   ← không hợp với GPL-3.0'}")
    if not all(package.fits for package in packages):
        sys.exit(FOUND)
    if not licences_only:
        sys.exit(_ask_for_weaknesses(locks))


def _ask_for_weaknesses(locks: tuple[Path, ...]) -> int:
    """Let pip-audit ask, in an environment of its own that is gone afterwards."""
    with TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin/python")
        installed = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"], capture_output=True, text=True)
        if installed.returncode:
            click.echo("\nChưa kiểm tra được lỗ hổng: máy này không tải được pip-audit. Xin chạy lại ở máy có mạng.", err=True)
            return UNKNOWN
        files = [f"--requirement={lock}" for lock in locks]
        command = [python, "-m", "pip_audit", *files, "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
        asked = subprocess.run(command, capture_output=True, text=True)
    try:
        dependencies = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (asked.stderr.strip().splitlines() or ["không rõ lý do"])[-1]
        click.echo(f"\nChưa kiểm tra được lỗ hổng: không hỏi được nơi công bố ({reason}). Xin chạy lại ở máy có mạng.", err=True)
        return UNKNOWN
    return _tell(dependencies)


def _tell(dependencies: list[dict[str, object]]) -> int:
    weak = [dependency for dependency in dependencies if dependency.get("vulns")]
    click.echo(f"\nĐã hỏi {len(dependencies)} gói: {'không gói nào' if not weak else f'{len(weak)} gói'} có lỗ hổng đã biết.")
    for dependency in weak:
        click.echo(f"  {dependency['name']} {dependency['version']}: {json.dumps(dependency['vulns'], ensure_ascii=False)}")
    return FOUND if weak else 0


if __name__ == "__main__":
    audit()
