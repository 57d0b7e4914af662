"""One open version. Immutable: a search that holds it sees this version to its end, whatever is published meanwhile."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache, partial
from math import log1p
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.catalogue.procedure import Procedure
from index.catalogue.vocabulary import read_vocabulary
from index.catalogue.vocabulary_rows import TITLE
from index.errors import AnalysisMismatch, UnknownProcedure, VersionUnavailable
from index.storage.analysis import code_terms
from index.storage.blobs import Blobs
from index.storage.building import VOCABULARY
from index.storage.facets import Facets
from index.storage.kept import CATALOGUE_FOLDER, NOT_SERVED, open_records, unavailable
from index.storage.lexicon import Lexicon
from index.storage.manifest import Manifest
from index.storage.phrases import Phrases
from index.storage.postings import MOST_SEEN, Postings
from index.storage.priors import open_boosts
from index.storage.public_list import PublicList
from index.storage.records import CODES, Cards, KeptTitle, open_groups, read_titles
from index.storage.related import open_related
from index.storage.schema import ANALYSIS_VERSION
from index.storage.title_phrases import open_title_phrases
from index.storage.versions import Current, VersionStore


def _idf(postings: Postings, count: int, word: str) -> float:
    """How rare a folded word is among so many documents, as in the impacts; that of a word in none is the greatest."""
    term = postings.term(("words", word))
    frequency = 0 if term is None else len(term.documents)
    return log1p((count - frequency + 0.5) / (frequency + 0.5))


class Snapshot:
    """The open files of one version."""

    def __init__(self, folder: Path, current: Current) -> None:
        self.manifest = Manifest.read(folder)
        if self.manifest.analysis != ANALYSIS_VERSION:
            raise AnalysisMismatch(
                f"Chỉ mục “{current.version}” được dựng bằng cách phân tích số {self.manifest.analysis}, phần mềm này cần số {ANALYSIS_VERSION}. "
                "Xin dựng lại chỉ mục bằng scripts/refresh."
            )
        self.manifest.verify(folder, without=NOT_SERVED)
        self.current = current
        try:
            part = folder / CATALOGUE_FOLDER
            self.records = open_records(folder)
            self.facets = Facets(part)
            self.cards = Cards(part)
            self.codes = Blobs(part, CODES)
            self.groups = open_groups(part)
            self.names = int(self.groups.max(initial=-1)) + 1
            self._related = open_related(part)
            self.public_list = PublicList(part)
            self.postings = Postings(folder)
            self.phrases = Phrases(folder)
            self.boosts = open_boosts(folder)
            self.lexicon = Lexicon(folder)
            self.idf = lru_cache(MOST_SEEN)(partial(_idf, self.postings, len(self)))
            self.vocabulary = read_vocabulary(folder / VOCABULARY)
            self._title_phrases = open_title_phrases(folder, self.vocabulary)
        except (OSError, EOFError, ValueError, KeyError, RuntimeError) as error:
            raise unavailable(current.version, error) from error

    def __len__(self) -> int:
        return len(self.cards)

    def document(self, code: str) -> int:
        """The document number of a code, written in any usual way. Raises UnknownProcedure."""
        for term in code_terms(code):
            number = self.postings.find("code", term)
            if number is not None:
                return int(self.postings.postings(number)[0][0])
        raise UnknownProcedure(code)

    def steered(self, facet: str, words: str) -> NDArray[Any]:
        """Which documents a steer raises: those of a facet's values that hold the words, or of titles that do."""
        if facet != TITLE:
            return self.facets[facet].containing(words)
        found = self._title_phrases.get(words)
        return np.zeros(len(self), np.bool_) if found is None else found  # a plan may be older than the version

    def procedure(self, code: str) -> Procedure:
        """The whole record of a code. Raises UnknownProcedure."""
        found: Procedure = self.records[self.document(code)]
        return found

    def procedure_json(self, code: str) -> tuple[str, str]:
        """The same as its code and a JSON object, as it is kept. Raises UnknownProcedure."""
        document = self.document(code)
        return self.codes[document].decode(), self.records.json(document)

    def card(self, code: str) -> dict[str, Any]:
        """The card of a code. Raises UnknownProcedure."""
        return self.cards[self.document(code)]

    def related_cards(self, code: str) -> list[dict[str, Any]]:
        """The cards of the procedures most like this one, best first. Raises UnknownProcedure."""
        return [self.cards[document] for document in self._related[self.document(code)].tolist() if document >= 0]

    def knows(self, code: str) -> bool:
        """Whether a procedure has this code, written in any usual way."""
        return any(self.postings.find("code", term) is not None for term in code_terms(code))

    def variants(self, code: str) -> list[dict[str, Any]]:
        """The cards of the other procedures of the same name: the same need at another level or place. Raises UnknownProcedure."""
        document = self.document(code)
        same = np.flatnonzero(self.groups == self.groups[document]).tolist()
        return [self.cards[other] for other in same if other != document]

    def procedures(self) -> list[Procedure]:
        """Every record, in document order."""
        return list(self.records)

    def titles(self) -> list[KeptTitle]:
        """Code, name and levels of every procedure, in document order, without opening records."""
        return read_titles(self.cards)


def open_last_good(store: VersionStore) -> Snapshot:
    """Open the live version or, where it is broken, the last before it that opens. Raises VersionUnavailable where there is none."""
    try:
        return open_current(store)
    except VersionUnavailable:
        for earlier in store.earlier():
            with suppress(VersionUnavailable):
                return Snapshot(store.folder(earlier.version), earlier)
        raise


def open_current(store: VersionStore) -> Snapshot:
    """Open the live version. Raises VersionUnavailable or AnalysisMismatch."""
    current = store.current()
    return Snapshot(store.folder(current.version), current)
