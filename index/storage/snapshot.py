"""One open version. Immutable: a search that holds it sees this version to its end, whatever is published meanwhile."""

from __future__ import annotations

import json
from pathlib import Path

from whoosh import index as whoosh_index

from index.catalogue.procedure import Procedure
from index.catalogue.vocabulary import read_vocabulary
from index.errors import AnalysisMismatch, UnknownProcedure, VersionUnavailable
from index.storage.analysis import code_terms
from index.storage.blobs import Blobs
from index.storage.building import CATALOGUE_FOLDER, VOCABULARY, WHOOSH_FOLDER
from index.storage.facets import open_facets
from index.storage.lexicon import Lexicon
from index.storage.manifest import Manifest
from index.storage.phrases import Phrases
from index.storage.postings import Postings
from index.storage.priors import open_boosts
from index.storage.records import CODES, Cards, open_groups
from index.storage.schema import ANALYSIS_VERSION, make_schema
from index.storage.versions import Current, VersionStore


class Snapshot:
    """The open files of one version."""

    def __init__(self, folder: Path, current: Current) -> None:
        self.manifest = Manifest.read(folder)
        if self.manifest.analysis != ANALYSIS_VERSION:
            raise AnalysisMismatch(
                f"Chỉ mục “{current.version}” được dựng bằng cách phân tích số {self.manifest.analysis}, phần mềm này cần số {ANALYSIS_VERSION}. "
                "Xin dựng lại chỉ mục bằng scripts/refresh."
            )
        self.current = current
        try:
            part = folder / CATALOGUE_FOLDER
            # The schema in hand reads the stored index even where the module that wrote it has moved.
            self.reader = whoosh_index.open_dir(str(part / WHOOSH_FOLDER), schema=make_schema()).reader()
            self.facets = open_facets(part)
            self.cards = Cards(part)
            self.codes = Blobs(part, CODES)
            self.groups = open_groups(part)
            self.postings = Postings(folder)
            self.phrases = Phrases(folder)
            self.boosts = open_boosts(folder)
            self.lexicon = Lexicon(folder)
            self.vocabulary = read_vocabulary(folder / VOCABULARY)
        except (OSError, EOFError, ValueError, KeyError, RuntimeError, whoosh_index.EmptyIndexError) as error:
            raise VersionUnavailable(f"Không mở được chỉ mục “{current.version}” ({error}). Xin cập nhật lại bằng scripts/refresh.") from error

    def __len__(self) -> int:
        return len(self.cards)

    def document(self, code: str) -> int:
        """The document number of a code, written in any usual way. Raises UnknownProcedure."""
        for term in code_terms(code):
            number = self.postings.find("code", term)
            if number is not None:
                return int(self.postings.postings(number)[0][0])
        raise UnknownProcedure(code)

    def procedure(self, code: str) -> Procedure:
        """The whole record of a code. Raises UnknownProcedure."""
        return Procedure.from_record(json.loads(self.reader.stored_fields(self.document(code))["record"]))

    def procedures(self) -> list[Procedure]:
        """Every record, in document order."""
        return [Procedure.from_record(json.loads(fields["record"])) for _, fields in self.reader.iter_docs()]


def open_current(store: VersionStore) -> Snapshot:
    """Open the live version. Raises VersionUnavailable or AnalysisMismatch."""
    current = store.current()
    return Snapshot(store.folder(current.version), current)
