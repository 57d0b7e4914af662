"""What people say and what officials write: synonyms, aliases, noise, signposts and pinned results, from CSV files that staff edit.

Every fault of every file is found before anything is used: (file, line, reason, remedy), all of them in one VocabularyRefused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from index.catalogue.tables import Row, split_phrases
from index.catalogue.vocabulary_editing import Edit, read_checked
from index.catalogue.vocabulary_merging import EDIT_HEADERS
from index.catalogue.vocabulary_rows import TITLE

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
    """Wordings that mean a facet's values, or phrases of titles (facet `title`): results that have one of them rise, none is hidden."""

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


class Pin(NamedTuple):
    """A query and the codes that stand first for it, in this order."""

    query: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A checked vocabulary. `aliases`: code -> what people say when they need this procedure; `edits`: which edits of the staff it holds."""

    synonyms: tuple[Synonym, ...] = ()
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    noise: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    steers: tuple[Steer, ...] = ()
    signposts: tuple[Signpost, ...] = ()
    pins: tuple[Pin, ...] = ()
    edits: str = ""


def load_vocabulary(folder: Path, edits: Path | None = None, more: Sequence[Edit] = (), today: date | None = None) -> Vocabulary:
    """Read and check the vocabulary files of a folder, with the staff's edits in another and some `more` that are not kept yet.

    A missing file is an empty one. Synonyms outside their dates (`since` … `until`, both inclusive) are left out. Raises VocabularyRefused with every
    fault.
    """
    kept = digest_edits(edits) if edits else ""  # first: what is written meanwhile must not count as read
    rows = read_checked(folder, edits, more)
    aliases: dict[str, tuple[str, ...]] = {}
    for row in rows["aliases.csv"]:
        aliases[row.cells["code"]] = aliases.get(row.cells["code"], ()) + split_phrases(row.cells["aliases"])
    day = (today or date.today()).isoformat()
    return Vocabulary(
        synonyms=tuple(synonym for row in rows["synonyms.csv"] if _in_force(row, day) for synonym in _synonyms(row)),
        aliases=aliases,
        noise=tuple(row.cells["phrase"] for row in rows["noise.csv"]),
        asks=tuple(Ask(row.cells["attribute"], split_phrases(row.cells["patterns"])) for row in rows["asks.csv"]),
        steers=tuple(map(_steer, rows["steers.csv"])),
        signposts=tuple(_signpost(row) for row in rows["signposts.csv"]),
        pins=tuple(Pin(row.cells["query"], split_phrases(row.cells["codes"])) for row in rows["pins.csv"]),
        edits=kept,
    )


def digest_edits(folder: Path) -> str:
    """Changes whenever the edits of a folder do; empty where there are none."""
    files = [folder / name for name in EDIT_HEADERS if (folder / name).exists()]
    return blake2b(b"".join(name.name.encode() + name.read_bytes() for name in files), digest_size=12).hexdigest() if files else ""


def _synonyms(row: Row) -> Iterator[Synonym]:
    term, official = row.cells["term"], split_phrases(row.cells["official"])
    yield Synonym(term, official, row.cells["kind"])
    if row.cells["direction"] == "two-way":
        yield from (Synonym(reading, (term,), OFFICIAL) for reading in official)


def _in_force(row: Row, day: str) -> bool:
    return row.cells["since"] <= day <= (row.cells["until"] or "9")


def _steer(row: Row) -> Steer:
    value = row.cells["value"]
    return Steer(row.cells["facet"], "; ".join(split_phrases(value)) if row.cells["facet"] == TITLE else value, split_phrases(row.cells["patterns"]))


def _signpost(row: Row) -> Signpost:
    cells = row.cells
    return Signpost(split_phrases(cells["patterns"]), cells["text"], cells["responsible"], cells["phone"] or None, cells["url"] or None)


def write_vocabulary(vocabulary: Vocabulary, path: Path) -> None:
    """Keep what understanding needs beside the index it was built with (aliases are in the index itself)."""
    kept = {part.name: getattr(vocabulary, part.name) for part in fields(vocabulary) if part.name != "aliases"}
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
        pins=tuple(Pin(query, tuple(codes)) for query, codes in kept["pins"]),
        edits=kept["edits"],
    )
