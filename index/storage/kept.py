"""The whole procedures of a version, which any later software can read: what is compared, built anew and shown one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from whoosh import index as whoosh_index

from index.catalogue.procedure import Procedure
from index.errors import VersionUnavailable
from index.storage.blobs import Blobs, write_blobs
from index.storage.fields import FIELDS
from index.storage.manifest import Manifest
from index.storage.records import compact
from index.storage.versions import VersionStore

CATALOGUE_FOLDER = "catalogue"
WHOOSH_FOLDER = "whoosh"  # in the catalogue's
_RECORDS = "records"
NOT_SERVED = (f"{CATALOGUE_FOLDER}/{WHOOSH_FOLDER}/", f"{CATALOGUE_FOLDER}/{FIELDS}")  # what the rest was made of, and will be when words change


class Records(Sequence[Procedure]):
    """The procedures in document order, each read when it is asked for."""

    def __init__(self, kept: Sequence[bytes] | Blobs) -> None:
        self._kept = kept

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, document: Any) -> Any:
        if isinstance(document, slice):
            return [self[place] for place in range(*document.indices(len(self)))]
        if not 0 <= document < len(self):
            raise IndexError(document)
        return Procedure.from_record(json.loads(self._kept[document]))

    def json(self, document: int) -> str:
        """A procedure as `Procedure.to_record` gives it, as JSON."""
        return self._kept[document].decode()


def write_records(procedures: Iterable[Procedure], part: Path) -> None:
    """Write the procedures given in document order."""
    write_blobs((compact(procedure.to_record()).encode() for procedure in procedures), part, _RECORDS)


def open_records(folder: Path) -> Records:
    """The procedures of a version, whatever analysis built it. Raises VersionUnavailable."""
    part = folder / CATALOGUE_FOLDER
    try:
        if (part / f"{_RECORDS}.bin").exists():
            return Records(Blobs(part, _RECORDS))
        with whoosh_index.open_dir(str(part / WHOOSH_FOLDER)).reader() as reader:  # up to analysis 6
            return Records([reader.stored_fields(document)["record"].encode() for document in range(reader.doc_count_all())])
    except (OSError, EOFError, ValueError, KeyError, AttributeError, ImportError, whoosh_index.EmptyIndexError) as error:
        raise unavailable(folder.name, error) from error


def unavailable(version: str, error: Exception) -> VersionUnavailable:
    """A version that cannot be opened, and why."""
    return VersionUnavailable(f"Không mở được chỉ mục “{version}” ({error}). Xin cập nhật lại bằng scripts/refresh.")


class KeptCatalogue(NamedTuple):
    """What a version holds, whatever analysis built it."""

    version: str
    manifest: Manifest
    records: Records


def read_kept(store: VersionStore, version: str) -> KeptCatalogue:
    """The catalogue of one version. Raises VersionUnavailable where its records are missing or not as they were written."""
    folder = store.folder(version)
    manifest = Manifest.read(folder)
    kept = _RECORDS if f"{CATALOGUE_FOLDER}/{_RECORDS}.bin" in manifest.files else WHOOSH_FOLDER
    manifest.verify(folder, (f"{CATALOGUE_FOLDER}/{kept}",))
    return KeptCatalogue(version, manifest, open_records(folder))


def read_last_good(store: VersionStore) -> KeptCatalogue:
    """The catalogue of the live version or, where its records are broken, of the last before it. Raises VersionUnavailable where there is none."""
    fault = VersionUnavailable("Chưa có danh mục nào được công bố. Xin chạy scripts/refresh với tệp danh sách thủ tục.")
    for version in filter(None, (store.live(), *(earlier.version for earlier in store.earlier()))):
        try:
            return read_kept(store, version)
        except VersionUnavailable as error:
            fault = error
    raise fault
