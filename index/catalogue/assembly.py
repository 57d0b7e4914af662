"""Several files -> one catalogue: lists joined by code, details filling what the lists leave unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from index.catalogue.details import LAYOUT, read_details
from index.catalogue.lists.exports import Listing, read_list
from index.catalogue.procedure import Catalogue, Contradiction, Place, Procedure
from index.text.folding import fold


def read_catalogue(
    lists: Sequence[Path],
    details: Sequence[Path] = (),
    progress: Callable[[str], None] = lambda file: None,
    known: Sequence[Procedure] = (),
) -> Catalogue:
    """Read every file and join them by code; an earlier file's word counts where two say different things.

    `known` procedures tell the codes of lists that have none. Lists that name one code differently are told in `contradictions`; details may
    word a name their own way. A details record without a list row is a procedure too. Raises SourceRefused for the first file that is no list.
    """
    listings: list[Listing] = []
    for path in (*lists, *details):
        progress(path.name)
        listings.append(read_list(path, known) if path in lists else read_details(path))
    procedures: dict[str, Procedure] = {}
    named_by: dict[str, str] = {}
    contradictions = []
    places: dict[str, Place] = {}
    for listing in listings:
        places = {**listing.places, **places}
        for procedure in listing.procedures:
            earlier = procedures.get(procedure.code)
            procedures[procedure.code] = earlier.filled_from(procedure) if earlier else procedure
            file = named_by.setdefault(procedure.code, listing.source.name)
            if earlier and listing.source.layout != LAYOUT and fold(earlier.name) != fold(procedure.name):
                contradictions.append(Contradiction(procedure.code, file, earlier.name, listing.source.name, procedure.name))
    return Catalogue(
        procedures=tuple(procedures[code] for code in sorted(procedures)),
        sources=tuple(listing.source for listing in listings),
        problems=tuple(problem for listing in listings for problem in listing.problems),
        contradictions=tuple(contradictions),
        places=places,
    )
