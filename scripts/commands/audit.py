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

# What goes with GPL-3.0-or-later, as packages write it: expressions, free text or classifiers.
FITTING = re.compile(
    r"MIT|BSD|0BSD|MIT-0|ISC|Zlib|CC0|PSF|Python Software Foundation|Apache|MPL|Mozilla Public|LGPL|GPL|GNU (?:Lesser )?General Public|Unlicense|HPND",
    re.IGNORECASE,
)
NOT_FITTING = re.compile(r"AGPL|Affero|GPL-?2\.0-only|proprietary|SSPL|BUSL|Commons Clause", re.IGNORECASE)


class Package(NamedTuple):
    """A locked package; `licence` is empty where it tells none, None where it is not installed on this machine."""

    name: str
    version: str
    licence: str | None

    @property
    def fits(self) -> bool:
        """Whether its licence goes with ours."""
        return self.licence is None or (bool(FITTING.search(self.licence)) and not NOT_FITTING.search(self.licence))


def list_packages(lock: Path) -> list[Package]:
    """Every package of a lock file, by name."""
    pins = re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)  # some have a version for older Pythons beside the usual one
    return [Package(name, version, _read_licence(name)) for name, version in sorted(set(pins))]


def _read_licence(name: str) -> str | None:
    try:
        package = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return None
    told: Message = package.metadata  # type: ignore[assignment]
    classifiers = [line.split("::")[-1].strip() for line in told.get_all("Classifier") or [] if line.startswith("License ::")]
    text = (told.get("License") or "").strip().partition("\n")[0]
    files = (file.read_text() for file in package.files or () if file.name.upper().startswith("LICEN"))
    return told.get("License-Expression") or "; ".join(classifiers) or text or next((file.strip().partition("\n")[0] for file in files), "")


@click.command(help="Kể giấy phép của mọi gói phần mềm đang dùng, và hỏi xem có lỗ hổng nào đã biết (cần mạng).")
@click.option("--lock", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=ROOT / "requirements.lock", help="Tệp khóa phiên bản.")
@click.option("--licences-only", is_flag=True, help="Chỉ xem giấy phép, không dùng mạng.")
def audit(lock: Path, licences_only: bool) -> None:
    """Print both; exit code 1: something is wrong, 3: weaknesses could not be asked for."""
    packages = list_packages(lock)
    for package in packages:
        licence = "không cài trên máy này" if package.licence is None else package.licence or "không ghi"
        click.echo(f"{package.name:34}{package.version:14}{licence}{'' if package.fits else '   ← không hợp với GPL-3.0'}")
    if not all(package.fits for package in packages):
        sys.exit(FOUND)
    if not licences_only:
        sys.exit(_ask_for_weaknesses(lock))


def _ask_for_weaknesses(lock: Path) -> int:
    """Let pip-audit ask, in an environment of its own that is gone afterwards."""
    with TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin/python")
        installed = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pip-audit"], capture_output=True, text=True)
        if installed.returncode:
            click.echo("\nChưa kiểm tra được lỗ hổng: máy này không tải được pip-audit. Xin chạy lại ở máy có mạng.", err=True)
            return UNKNOWN
        command = [python, "-m", "pip_audit", "--requirement", str(lock), "--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off"]
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
