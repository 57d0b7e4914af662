"""A file that names procedures and says nothing of them: which codes are to be withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from index.catalogue.lists.exports import fingerprint, read_list
from index.catalogue.lists.sheets import read_tables
from index.catalogue.procedure import Procedure, Source, clean_code
from index.errors import SourceRefused

LAYOUT = "danh sách mã rút ra"


class Withdrawal(NamedTuple):
    """The codes of one file, in its order."""

    codes: tuple[str, ...]
    source: Source


def read_codes(path: Path, known: Sequence[Procedure] = ()) -> Withdrawal:
    """The codes of a file: a list like any other, or one code a line. Raises SourceRefused, also where a row of the list names no procedure."""
    try:
        listing = read_list(path, known)
    except SourceRefused:
        if path.suffix.lower() not in (".txt", ".csv"):
            raise
        tables = read_tables(path)
        codes = tuple(code for sheet in tables.sheets for row in sheet.rows if row and (code := clean_code(row[0])))
        return Withdrawal(codes, fingerprint(path, LAYOUT, len(codes), tables.encoding))
    if listing.problems:
        raise SourceRefused(f"{listing.problems[0]}. Chưa rút mã nào.")
    codes = tuple(procedure.code for procedure in listing.procedures)
    return Withdrawal(codes, fingerprint(path, LAYOUT, listing.source.rows, listing.source.encoding))
