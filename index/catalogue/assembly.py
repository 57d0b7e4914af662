"""Several files -> one catalogue: lists joined by code, details filling what the lists leave unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from index.catalogue.details import LAYOUT, read_details
from index.catalogue.exports import Listing, read_list
from index.catalogue.procedure import Catalogue, Contradiction, Procedure
from index.text.folding import fold


def read_catalogue(lists: Sequence[Path], details: Sequence[Path] = (), progress: Callable[[str], None] = lambda file: None) -> Catalogue:
    """Read every file and join them by code; an earlier file's word counts where two say different things.
    Lists that name one code differently are told in `contradictions`; details may word a name their own way.

    A details record without a list row is a procedure too. Raises SourceRefused for the first file that is no list.
    """
    listings: list[Listing] = []
    for read, paths in ((read_list, lists), (read_details, details)):
        for path in paths:
            progress(path.name)
            listings.append(read(path))
    procedures: dict[str, Procedure] = {}
    named_by: dict[str, str] = {}
    contradictions = []
    for listing in listings:
        for procedure in listing.procedures:
            known = procedures.get(procedure.code)
            procedures[procedure.code] = known.filled_from(procedure) if known else procedure
            file = named_by.setdefault(procedure.code, listing.source.name)
            if known and listing.source.layout != LAYOUT and fold(known.name) != fold(procedure.name):
                contradictions.append(Contradiction(procedure.code, file, known.name, listing.source.name, procedure.name))
    return Catalogue(
        procedures=tuple(procedures[code] for code in sorted(procedures)),
        sources=tuple(listing.source for listing in listings),
        problems=tuple(problem for listing in listings for problem in listing.problems),
        contradictions=tuple(contradictions),
    )
