"""The report that a version keeps of its publish: what was given, by whom, why, and what it changed."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

from index.storage.versions import VersionStore

REPORT = "report.json.gz"


def keep_report(folder: Path, report: dict[str, Any]) -> None:
    """Write a report into the folder of a version that is being built."""
    (folder / REPORT).write_bytes(gzip.compress(json.dumps(report, ensure_ascii=False).encode(), mtime=0))


def read_report(root: Path, version: str) -> dict[str, Any] | None:
    """The report of a version, or None where it has none that can be read."""
    try:
        report: dict[str, Any] = json.loads(gzip.decompress((VersionStore(root).folder(version) / REPORT).read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error):
        return None
    return report
