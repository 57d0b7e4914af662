"""What people say and what officials write: synonyms, aliases, noise and signposts, from CSV files that staff edit.

Every fault of every file is found before anything is used: (file, line, reason, remedy), all of them in one VocabularyRefused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from index.catalogue.tables import Row, read_rows, split_phrases
from index.catalogue.vocabulary_rows import HEADERS, find_faults
from index.errors import VocabularyRefused

OFFICIAL = "official"  # the kind of a two-way row read backwards: an official word and what people make of it


class Synonym(NamedTuple):
    """A term people use and the official readings it may stand for, best first."""

    term: str
    official: tuple[str, ...]
    kind: str


class Ask(NamedTuple):
    """A part of a procedure that people ask for, and their wordings."""

    attribute: str
    patterns: tuple[str, ...]


class Steer(NamedTuple):
    """Wordings that mean a facet's values: results that have one of them rise, none is hidden."""

    facet: str
    value: str
    patterns: tuple[str, ...]


class Signpost(NamedTuple):
    """A need that is served elsewhere: the wordings that show it, a plain sentence, who is responsible."""

    patterns: tuple[str, ...]
    text: str
    responsible: str
    phone: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A checked vocabulary. `aliases`: code -> what people say when they need this procedure."""

    synonyms: tuple[Synonym, ...] = ()
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    noise: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    steers: tuple[Steer, ...] = ()
    signposts: tuple[Signpost, ...] = ()


def load_vocabulary(folder: Path, today: date | None = None) -> Vocabulary:
    """Read and check the vocabulary files of a folder; a missing file is an empty one.

    Synonyms outside their dates (`since` … `until`, both inclusive) are left out. Raises VocabularyRefused with every fault.
    """
    rows, faults = read_rows(folder, HEADERS)
    faults += find_faults(rows)
    if faults:
        raise VocabularyRefused("Từ vựng có lỗi, chưa dùng được:\n" + "\n".join(map(str, faults)))
    day = (today or date.today()).isoformat()
    return Vocabulary(
        synonyms=tuple(synonym for row in rows["synonyms.csv"] if _in_force(row, day) for synonym in _synonyms(row)),
        aliases={row.cells["code"]: split_phrases(row.cells["aliases"]) for row in rows["aliases.csv"]},
        noise=tuple(row.cells["phrase"] for row in rows["noise.csv"]),
        asks=tuple(Ask(row.cells["attribute"], split_phrases(row.cells["patterns"])) for row in rows["asks.csv"]),
        steers=tuple(Steer(row.cells["facet"], row.cells["value"], split_phrases(row.cells["patterns"])) for row in rows["steers.csv"]),
        signposts=tuple(_signpost(row) for row in rows["signposts.csv"]),
    )


def _synonyms(row: Row) -> Iterator[Synonym]:
    term, official = row.cells["term"], split_phrases(row.cells["official"])
    yield Synonym(term, official, row.cells["kind"])
    if row.cells["direction"] == "two-way":
        yield from (Synonym(reading, (term,), OFFICIAL) for reading in official)


def _in_force(row: Row, day: str) -> bool:
    return row.cells["since"] <= day <= (row.cells["until"] or "9")


def _signpost(row: Row) -> Signpost:
    cells = row.cells
    return Signpost(split_phrases(cells["patterns"]), cells["text"], cells["responsible"], cells["phone"] or None, cells["url"] or None)


def write_vocabulary(vocabulary: Vocabulary, path: Path) -> None:
    """Keep what understanding needs beside the index it was built with (aliases are in the index itself)."""
    kept = {"synonyms": vocabulary.synonyms, "noise": vocabulary.noise, "asks": vocabulary.asks, "steers": vocabulary.steers, "signposts": vocabulary.signposts}
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def read_vocabulary(path: Path) -> Vocabulary:
    """The vocabulary kept by `write_vocabulary`."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Vocabulary(
        synonyms=tuple(Synonym(term, tuple(official), kind) for term, official, kind in kept["synonyms"]),
        noise=tuple(kept["noise"]),
        asks=tuple(Ask(attribute, tuple(patterns)) for attribute, patterns in kept["asks"]),
        steers=tuple(Steer(facet, value, tuple(patterns)) for facet, value, patterns in kept["steers"]),
        signposts=tuple(Signpost(tuple(patterns), *rest) for patterns, *rest in kept["signposts"]),
    )
