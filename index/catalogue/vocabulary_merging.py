"""What staff changed in the vocabulary, kept apart from what is shipped: rows of their own, and shipped rows switched off.

A folder of theirs holds files in the layouts of the shipped ones, and `off.csv`. The unit of a change is what a person sees as one entry: a row, but of
`aliases.csv` one wording of one procedure.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from index.catalogue.tables import Fault, Row, read_rows, split_phrases
from index.catalogue.vocabulary_rows import HEADERS
from index.text.folding import fold, spell

SYNONYMS, ALIASES, SIGNPOSTS, PINS = "synonyms.csv", "aliases.csv", "signposts.csv", "pins.csv"
EDITED = (SYNONYMS, ALIASES, SIGNPOSTS, PINS)
OFF = "off.csv"
EDITS_FOLDER = "vocabulary"  # what the folder of the staff's edits is called in their state folder
EDIT_HEADERS = {name: HEADERS[name] for name in EDITED} | {OFF: ("file", "key")}
_OWN = "{} của đơn vị"  # what faults call a file of the staff

Cells = dict[str, str]


class Edits(NamedTuple):
    """`own`: file -> entries added; `off`: (file, key) of shipped entries switched off."""

    own: dict[str, list[Cells]]
    off: list[tuple[str, str]]


def read_edits(folder: Path) -> tuple[Edits, list[Fault]]:
    """What a folder of edits holds; nothing where there is no folder."""
    rows, faults = read_rows(folder, EDIT_HEADERS)
    faults = [fault._replace(file=_OWN.format(fault.file)) for fault in faults]
    faults += [row.fault(f"không có tệp “{row.cells['file']}”", "Xin bỏ dòng này.") for row in rows[OFF] if row.cells["file"] not in EDITED]
    own = {name: [entry for row in rows[name] for entry in split_entries(name, row.cells)] for name in EDITED}
    return Edits(own, [(row.cells["file"], row.cells["key"]) for row in rows[OFF]]), faults


def split_entries(file: str, cells: Cells) -> list[Cells]:
    """The entries of one row: each alias is one."""
    return [{**cells, "aliases": phrase} for phrase in split_phrases(cells["aliases"]) or ("",)] if file == ALIASES else [cells]


def join_entries(file: str, entries: list[Cells]) -> list[Cells]:
    """The rows of entries: all aliases of a procedure are one."""
    if file != ALIASES:
        return entries
    joined: dict[str, Cells] = {}
    for entry in entries:
        row = joined.setdefault(entry["code"], {**entry, "aliases": ""})
        row["aliases"] = "; ".join(filter(None, (row["aliases"], entry["aliases"])))
    return list(joined.values())


def entry_key(file: str, cells: Cells) -> str:
    """By what an entry is known: its term, its code and wording, its first pattern, its folded query."""
    if file == SYNONYMS:
        return spell(cells["term"])
    if file == ALIASES:
        return f"{cells['code']} {spell(cells['aliases'])}"
    if file == SIGNPOSTS:
        return spell(next(iter(split_phrases(cells["patterns"])), ""))
    return fold(cells["query"])


def merge_rows(shipped: dict[str, list[Row]], edits: Edits) -> dict[str, list[Row]]:
    """The rows in force: the shipped ones that are not switched off, then those of the staff."""
    merged = dict(shipped)
    for name in EDITED:
        off = {key for file, key in edits.off if file == name}
        kept = [left for row in shipped[name] if (left := _without(row, off))] if off else shipped[name]
        own = [Row(_OWN.format(name), line, cells) for line, cells in enumerate(join_entries(name, edits.own[name]), 2)]
        merged[name] = [*kept, *own]
    return merged


def _without(row: Row, off: set[str]) -> Row | None:
    """A shipped row without the entries switched off; None where none is left."""
    entries = split_entries(row.file, row.cells)
    left = [cells for cells in entries if entry_key(row.file, cells) not in off]
    return row if len(left) == len(entries) else next((row._replace(cells=cells) for cells in join_entries(row.file, left)), None)


class Entry(NamedTuple):
    """An entry as a list shows it; `origin` is shipped, own, or off (shipped and switched off)."""

    file: str
    key: str
    origin: str
    cells: Cells


def list_entries(shipped: dict[str, list[Row]], edits: Edits, file: str) -> Iterator[Entry]:
    """Every entry of a file, those of the staff first."""
    for cells in edits.own[file]:
        yield Entry(file, entry_key(file, cells), "own", cells)
    off = {key for name, key in edits.off if name == file}
    for row in shipped[file]:
        for cells in split_entries(file, row.cells):
            key = entry_key(file, cells)
            yield Entry(file, key, "off" if key in off else "shipped", cells)
