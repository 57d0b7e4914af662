"""Catalogue -> a finished version folder: Whoosh index, impact arrays, facets, cards, manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter
from whoosh.fields import Schema

from index.catalogue.procedure import Catalogue, Procedure
from index.catalogue.vocabulary import Vocabulary, write_vocabulary
from index.storage.facets import compile_facets
from index.storage.lexicon import compile_lexicon
from index.storage.manifest import Manifest
from index.storage.phrases import compile_phrases
from index.storage.postings import compile_postings
from index.storage.priors import compile_priors
from index.storage.records import write_cards, write_groups
from index.storage.schema import ANALYSIS_VERSION, FACETS, make_document, make_schema
from index.storage.versions import now
from index.text.folding import collation_key

WHOOSH_FOLDER = "whoosh"
VOCABULARY = "vocabulary.json"
Progress = Callable[[int], None]  # called with the number of procedures done since the last call


def build_version(catalogue: Catalogue, vocabulary: Vocabulary, folder: Path, progress: Progress = lambda done: None) -> Manifest:
    """Build a version into an empty folder. Documents stand by field, name and code: ties and the whole list keep this order.

    Two processes share the work: one writes the Whoosh index, the other everything that does not need it.
    """
    procedures = sorted(catalogue.procedures, key=_list_order)
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as other:
        aside = other.submit(_write_aside, procedures, vocabulary, folder)
        _write_whoosh(procedures, vocabulary, folder / WHOOSH_FOLDER, progress)
        aside.result()
    with whoosh_index.open_dir(str(folder / WHOOSH_FOLDER)).reader() as reader:
        compile_postings(reader, folder)
    manifest = Manifest(folder.name, ANALYSIS_VERSION, now(), len(procedures), catalogue.sources, len(catalogue.problems))
    manifest.write(folder)
    return manifest


def _write_aside(procedures: list[Procedure], vocabulary: Vocabulary, folder: Path) -> None:
    compile_facets([{facet: values(procedure) for facet, values in FACETS.items()} for procedure in procedures], folder)
    compile_priors(procedures, vocabulary, folder)
    write_cards(procedures, folder)
    write_groups(procedures, folder)
    compile_phrases(procedures, vocabulary, folder)
    write_vocabulary(vocabulary, folder / VOCABULARY)
    compile_lexicon(_lexicon_texts(procedures, vocabulary), folder)


class _PlainFieldWriter(W3FieldWriter):
    """Whoosh looks a length up for every posting, on disk where a field keeps none; ours are summed when postings are compiled."""

    def add_postings(self, schema: Schema, lengths: object, items: object) -> None:
        super().add_postings(schema, None, items)


class _PlainCodec(W3Codec):
    def field_writer(self, storage: object, segment: object) -> _PlainFieldWriter:
        return _PlainFieldWriter(self, storage, segment)


def _lexicon_texts(procedures: list[Procedure], vocabulary: Vocabulary) -> Iterator[str]:
    for procedure in procedures:
        yield procedure.name
        yield from vocabulary.aliases.get(procedure.code, ())
    for synonym in vocabulary.synonyms:
        yield from (synonym.term, *synonym.official)
    yield from vocabulary.noise
    for patterns in (row.patterns for rows in (vocabulary.asks, vocabulary.steers, vocabulary.signposts) for row in rows):
        yield from patterns


def _list_order(procedure: Procedure) -> tuple[bool, str, str, str]:
    return procedure.field is None, collation_key(procedure.field or ""), collation_key(procedure.name), procedure.code


def _write_whoosh(procedures: list[Procedure], vocabulary: Vocabulary, folder: Path, progress: Progress) -> None:
    folder.mkdir()
    writer = whoosh_index.create_in(str(folder), make_schema()).writer(limitmb=512, codec=_PlainCodec(compression=0))
    try:
        for procedure in procedures:
            record = json.dumps(procedure.to_record(), ensure_ascii=False, separators=(",", ":"))
            writer.add_document(**make_document(procedure, vocabulary.aliases.get(procedure.code, ()), record))
            progress(1)
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
