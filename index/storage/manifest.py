"""What a version knows of itself: when and from what it was built, and by which analysis."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.catalogue.procedure import Source
from index.errors import VersionUnavailable

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """`built_at` is ISO 8601 with offset; `analysis` is the ANALYSIS_VERSION that built it; `left_out` counts bad rows."""

    version: str
    analysis: int
    built_at: str
    procedures: int
    sources: tuple[Source, ...] = ()
    left_out: int = 0

    def write(self, folder: Path) -> None:
        """Write it last: a folder without a manifest is an unfinished build."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises VersionUnavailable where the folder holds no finished version."""
        try:
            values: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            return cls(**{**values, "sources": tuple(Source(**source) for source in values["sources"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise VersionUnavailable(f"Phiên bản chỉ mục “{folder.name}” bị thiếu hoặc hỏng ({error}). Xin cập nhật lại bằng scripts/refresh.") from error
