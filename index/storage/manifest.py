"""What a version knows of itself: when and from what it was built, by which analysis, and what each of its files must be."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from index.catalogue.procedure import Source
from index.errors import VersionUnavailable

MANIFEST = "manifest.json"
_CHECKSUM = "checksum"
_PIECE = 2**20  # bytes read at once


@dataclass(frozen=True, slots=True)
class Manifest:
    """`built_at` is ISO 8601 with offset; `analysis` is the ANALYSIS_VERSION that built it; `left_out` counts bad rows.

    `files` maps the path of each file of the version to its SHA-256; a version written before there was one has none.
    """

    version: str
    analysis: int
    built_at: str
    procedures: int
    sources: tuple[Source, ...] = ()
    left_out: int = 0
    files: dict[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Write it last: it vouches for every file that is there, and a folder without a manifest is an unfinished build."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
        values = asdict(replace(self, files={str(path.relative_to(folder)): _digest_file(path) for path in paths}))
        content = {_CHECKSUM: _digest(_canonical(values)), **values}
        (folder / MANIFEST).write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Raises VersionUnavailable where the folder holds no finished version."""
        try:
            values: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            if values.pop(_CHECKSUM, None) not in (None, _digest(_canonical(values))):
                raise ValueError("nội dung không khớp với mã kiểm")
            return cls(**{**values, "sources": tuple(Source(**source) for source in values["sources"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise VersionUnavailable(f"Phiên bản chỉ mục “{folder.name}” bị thiếu hoặc hỏng ({error}). Xin cập nhật lại bằng scripts/refresh.") from error

    def verify(self, folder: Path, within: tuple[str, ...] = ("",), without: tuple[str, ...] = ()) -> None:
        """Raise VersionUnavailable where a file (whose path starts within and not without) is missing or not as it was written.

        Two files at a time are read, the large ones first: at a hundred thousand procedures they are a gigabyte.
        """
        names = [name for name in self.files if name.startswith(within) and not name.startswith(without)]
        names.sort(key=lambda name: -_measure(folder / name))
        with ThreadPoolExecutor(2) as readers:
            for name, digest in zip(names, readers.map(_read_digest, [folder / name for name in names]), strict=True):
                if digest != self.files[name]:
                    raise VersionUnavailable(f"Phiên bản chỉ mục “{self.version}” bị hỏng ở tệp {name}. Xin cập nhật lại bằng scripts/refresh.")


def _canonical(values: dict[str, Any]) -> bytes:
    return json.dumps(values, sort_keys=True).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _measure(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _read_digest(path: Path) -> str:
    """The digest of a file; of one that cannot be read, none."""
    try:
        return _digest_file(path)
    except OSError:
        return ""


def _digest_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
