"""Catalogue -> a finished version folder.

`catalogue/` in it holds what comes from lists and details (Whoosh index, postings of names and bodies, facets, cards); the rest is what vocabulary has
a part in. A changed vocabulary builds that rest alone, over a copy of the catalogue's part: the same version as a whole build gives, in a fifth of the time.
"""

from __future__ import annotations

import ctypes
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from zipfile import BadZipFile

from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter
from whoosh.fields import Schema

from index.catalogue.procedure import Catalogue, Procedure
from index.catalogue.vocabulary import Vocabulary, write_vocabulary
from index.errors import VersionUnavailable
from index.storage.analysis import LINE
from index.storage.facets import compile_facets
from index.storage.fields import FieldPostings, count_fields, read_field, read_fields, write_fields
from index.storage.kept import CATALOGUE_FOLDER, WHOOSH_FOLDER, write_records
from index.storage.lexicon import compile_lexicon
from index.storage.manifest import Manifest
from index.storage.phrases import compile_phrases
from index.storage.postings import compile_postings
from index.storage.priors import make_boosts, write_boosts
from index.storage.public_list import write_public_list
from index.storage.records import Cards, Title, number_names, read_titles, write_cards, write_groups
from index.storage.related import compile_related
from index.storage.schema import ALIAS_FIELDS, ANALYSIS_VERSION, FACETS, WHOOSH_FIELDS, make_document, make_schema
from index.storage.title_phrases import write_title_phrases
from index.storage.versions import now
from index.text.folding import collation_key

VOCABULARY = "vocabulary.json"
_PR_SET_PDEATHSIG = 1
Progress = Callable[[int], None]  # called with the number of procedures done since the last call


def build_version(catalogue: Catalogue, vocabulary: Vocabulary, folder: Path, progress: Progress = lambda done: None) -> Manifest:
    """Build a version into an empty folder. Documents stand by field, name and code: ties and the whole list keep this order.

    Two processes share the work: one writes the Whoosh index, the other everything that does not need it.
    """
    procedures = sorted(catalogue.procedures, key=_list_order)
    (folder / CATALOGUE_FOLDER).mkdir()
    with _beside(_write_aside, procedures, vocabulary, folder):
        fields = _write_whoosh(procedures, folder / CATALOGUE_FOLDER, progress)
        _compile_postings(fields, procedures, vocabulary, folder)
    manifest = Manifest(folder.name, ANALYSIS_VERSION, now(), len(procedures), catalogue.sources, len(catalogue.problems))
    manifest.write(folder)
    return manifest


def rebuild_version(live: Path, vocabulary: Vocabulary, folder: Path) -> Manifest:
    """Build a version of another version's catalogue into an empty folder, with another vocabulary.

    Files are copied, not linked: a disk that spoils one file must not spoil it in every version. Raises VersionUnavailable where the other version
    cannot be copied or read.
    """
    part = folder / CATALOGUE_FOLDER
    before = Manifest.read(live)
    before.verify(live, (f"{CATALOGUE_FOLDER}/",))
    try:
        shutil.copytree(live / CATALOGUE_FOLDER, part)
        titles, fields = read_titles(Cards(part)), read_fields(part)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        raise VersionUnavailable(f"Không chép được danh mục của phiên bản “{live.name}” ({error}). Xin cập nhật lại bằng scripts/refresh.") from error
    with _beside(_write_words, titles, vocabulary, folder):
        _compile_postings(fields, titles, vocabulary, folder)
    manifest = replace(before, version=folder.name, built_at=now())
    manifest.write(folder)
    return manifest


@contextmanager
def _beside(write: Callable[..., None], *arguments: object) -> Iterator[None]:
    """Write in a second process while the block runs."""
    with ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=_end_with_parent) as other:
        aside = other.submit(write, *arguments)
        yield
        aside.result()


def _end_with_parent() -> None:
    """Where the kernel can: a killed refresh leaves no process behind that goes on writing."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _write_aside(procedures: list[Procedure], vocabulary: Vocabulary, folder: Path) -> None:
    part = folder / CATALOGUE_FOLDER
    groups = number_names(procedures)
    compile_facets([{facet: values(procedure) for facet, values in FACETS.items()} for procedure in procedures], groups, part)
    write_records(procedures, part)
    write_cards(procedures, part)
    write_groups(groups, part)
    compile_related(procedures, part)
    write_public_list(procedures, part)
    _write_words(procedures, vocabulary, folder)


def _write_words(titles: Sequence[Title], vocabulary: Vocabulary, folder: Path) -> None:
    compile_phrases(titles, vocabulary, folder)
    write_vocabulary(vocabulary, folder / VOCABULARY)
    write_title_phrases(titles, vocabulary, folder)
    compile_lexicon(_lexicon_texts(titles, vocabulary), folder)


def _compile_postings(fields: dict[str, FieldPostings], titles: Sequence[Title], vocabulary: Vocabulary, folder: Path) -> None:
    spoken = [LINE.join(vocabulary.aliases.get(title.code, ())) for title in titles]
    boosts = make_boosts(titles, vocabulary)
    write_boosts(boosts, folder)
    compile_postings(fields | count_fields(spoken, ALIAS_FIELDS), boosts, folder)


class _PlainFieldWriter(W3FieldWriter):
    """Whoosh looks a length up for every posting, on disk where a field keeps none; ours are summed when postings are compiled."""

    def add_postings(self, schema: Schema, lengths: object, items: object) -> None:
        super().add_postings(schema, None, items)


class _PlainCodec(W3Codec):
    def field_writer(self, storage: object, segment: object) -> _PlainFieldWriter:
        return _PlainFieldWriter(self, storage, segment)


def _lexicon_texts(titles: Sequence[Title], vocabulary: Vocabulary) -> Iterator[str]:
    for title in titles:
        yield title.name
        yield from vocabulary.aliases.get(title.code, ())
    for synonym in vocabulary.synonyms:
        yield from (synonym.term, *synonym.official)
    yield from vocabulary.noise
    for patterns in (row.patterns for rows in (vocabulary.asks, vocabulary.steers, vocabulary.signposts) for row in rows):
        yield from patterns


def _list_order(procedure: Procedure) -> tuple[bool, str, str, str]:
    return procedure.field is None, collation_key(procedure.field or ""), collation_key(procedure.name), procedure.code


def _write_whoosh(procedures: list[Procedure], part: Path, progress: Progress) -> dict[str, FieldPostings]:
    """Write the Whoosh index, and keep the postings of its ranked fields beside it."""
    folder = part / WHOOSH_FOLDER
    folder.mkdir()
    writer = whoosh_index.create_in(str(folder), make_schema()).writer(limitmb=512, codec=_PlainCodec(compression=0))
    try:
        for procedure in procedures:
            writer.add_document(**make_document(procedure))
            progress(1)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    with whoosh_index.open_dir(str(folder)).reader() as reader:
        fields = {name: read_field(reader, name) for name in WHOOSH_FIELDS}
    write_fields(fields, part)
    return fields
