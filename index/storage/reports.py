"""The report that a version keeps of its publish: what was given, by whom, why, and what it changed."""

from __future__ import annotations

import gzip
import json
import zlib
from pathlib import Path
from typing import Any

REPORT = "report.json.gz"


def keep_report(folder: Path, report: dict[str, Any]) -> None:
    """Write a report into the folder of a version that is being built."""
    (folder / REPORT).write_bytes(gzip.compress(json.dumps(report, ensure_ascii=False).encode(), mtime=0))


def load_report(folder: Path) -> dict[str, Any] | None:
    """The report in a version's folder, or None where there is none that can be read."""
    try:
        report: dict[str, Any] = json.loads(gzip.decompress((folder / REPORT).read_bytes()))
    except (OSError, EOFError, ValueError, zlib.error):
        return None
    return report
