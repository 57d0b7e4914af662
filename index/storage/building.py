"""Catalogue -> a finished version folder: Whoosh index, impact arrays, facets, cards, manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from whoosh import index as whoosh_index

from index.catalogue.procedure import Catalogue, Procedure
from index.storage.manifest import Manifest
from index.storage.postings import compile_facets, compile_postings
from index.storage.records import write_cards
from index.storage.schema import ANALYSIS_VERSION, FACETS, make_document, make_schema
from index.storage.versions import now
from index.text.folding import collation_key

WHOOSH_FOLDER = "whoosh"
Progress = Callable[[int], None]  # called with the number of procedures done since the last call


def build_version(catalogue: Catalogue, folder: Path, progress: Progress = lambda done: None) -> Manifest:
    """Build a version into an empty folder. Documents stand by field, name and code: ties and the whole list keep this order."""
    procedures = sorted(catalogue.procedures, key=_list_order)
    _write_whoosh(procedures, folder / WHOOSH_FOLDER, progress)
    with whoosh_index.open_dir(str(folder / WHOOSH_FOLDER)).reader() as reader:
        compile_postings(reader, folder)
    compile_facets([{facet: values(procedure) for facet, values in FACETS.items()} for procedure in procedures], folder)
    write_cards(procedures, folder)
    manifest = Manifest(folder.name, ANALYSIS_VERSION, now(), len(procedures), catalogue.sources, len(catalogue.problems))
    manifest.write(folder)
    return manifest


def _list_order(procedure: Procedure) -> tuple[bool, str, str, str]:
    return procedure.field is None, collation_key(procedure.field or ""), collation_key(procedure.name), procedure.code


def _write_whoosh(procedures: list[Procedure], folder: Path, progress: Progress) -> None:
    folder.mkdir()
    writer = whoosh_index.create_in(str(folder), make_schema()).writer(limitmb=512)
    try:
        for procedure in procedures:
            record = json.dumps(procedure.to_record(), ensure_ascii=False, separators=(",", ":"))
            writer.add_document(**make_document(procedure, record))
            progress(1)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
