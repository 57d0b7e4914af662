"""Other engines over the same folded text, each as its documentation has it: a query's bare top ten, no facets, repair or highlights.

Every one gets name and body as two fields, the name three times as heavy where it can weigh, and any word of the query as enough.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from whoosh import scoring
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in
from whoosh.qparser import MultifieldParser, OrGroup

from index import Procedure, body_text, fold

NAME_WEIGHT = 3.0
TOP = 10

Find = Callable[[str], object]
Texts = Sequence[tuple[str, str]]  # folded name and body of every procedure


def make_peers(procedures: Sequence[Procedure], folder: Path) -> Iterator[tuple[str, Find]]:
    """(name, search) of every engine that is installed."""
    texts = [(fold(procedure.name), fold(body_text(procedure))) for procedure in procedures]
    yield "Whoosh BM25F", _make_whoosh(texts, folder)
    yield "SQLite FTS5", _make_fts5(texts)
    for name, make in (("tantivy", _make_tantivy), ("bm25s", _make_bm25s), ("Xapian", _make_xapian)):
        with suppress(ImportError):  # named in scripts/bench-peers.lock; not needed to serve
            yield name, make(texts)


def _make_whoosh(texts: Texts, folder: Path) -> Find:
    index = create_in(str(folder), Schema(name=TEXT(analyzer=SpaceSeparatedTokenizer()), body=TEXT(analyzer=SpaceSeparatedTokenizer())))
    writer = index.writer(limitmb=512)
    for name, body in texts:
        writer.add_document(name=name, body=body)
    writer.commit()
    searcher = index.searcher(weighting=scoring.BM25F())
    parser = MultifieldParser(["name", "body"], index.schema, group=OrGroup, fieldboosts={"name": NAME_WEIGHT})
    return lambda query: list(searcher.search(parser.parse(fold(query)), limit=TOP))


def _make_fts5(texts: Texts) -> Find:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE procedures USING fts5(name, body, content='')")
    database.executemany("INSERT INTO procedures(rowid, name, body) VALUES (?, ?, ?)", ((place, *text) for place, text in enumerate(texts)))
    database.execute("INSERT INTO procedures(procedures) VALUES ('optimize')")
    ask = f"SELECT rowid FROM procedures WHERE procedures MATCH ? ORDER BY bm25(procedures, {NAME_WEIGHT}, 1.0) LIMIT {TOP}"
    return lambda query: database.execute(ask, (" OR ".join(f'"{word}"' for word in fold(query).split()),)).fetchall()


def _make_tantivy(texts: Texts) -> Find:
    tantivy: Any = import_module("tantivy")
    builder = tantivy.SchemaBuilder()
    for name in ("name", "body"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace")
    index = tantivy.Index(builder.build())
    writer = index.writer(num_threads=1)
    for name, body in texts:
        writer.add_document(tantivy.Document(name=name, body=body))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    return lambda query: searcher.search(index.parse_query(fold(query), ["name", "body"], field_boosts={"name": NAME_WEIGHT}), TOP).hits


def _make_bm25s(texts: Texts) -> Find:
    """One field only: the name three times beside the body, as its documentation suggests for weights."""
    bm25s: Any = import_module("bm25s")
    retriever = bm25s.BM25()
    retriever.index([f"{name} {name} {name} {body}".split() for name, body in texts], show_progress=False)

    def find(query: str) -> object:
        return retriever.retrieve([fold(query).split()], k=TOP, show_progress=False)

    return find


def _make_xapian(texts: Texts) -> Find:
    xapian: Any = import_module("xapian")
    database = xapian.WritableDatabase("", xapian.DB_BACKEND_INMEMORY)
    for name, body in texts:
        document = xapian.Document()
        for prefix, text, weight in (("S", name, int(NAME_WEIGHT)), ("B", body, 1)):
            for word in text.split():
                document.add_term(prefix + word, weight)
        database.add_document(document)

    def find(query: str) -> list[int]:
        enquire = xapian.Enquire(database)
        terms = [prefix + word for word in fold(query).split() for prefix in "SB"]
        enquire.set_query(xapian.Query(xapian.Query.OP_OR, terms))
        return [match.docid for match in enquire.get_mset(0, TOP)]

    return find
