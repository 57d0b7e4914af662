"""The cells of a row -> a procedure: every column goes to the part it speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.catalogue.lists.values import (
    BY_POST,
    FULL,
    INFORMATION,
    ONLINE,
    PARTIAL,
    build_methods,
    is_flagged,
    known_lines,
    known_text,
    read_channels,
    read_documents,
    read_fee,
    read_levels,
    read_link,
    read_online_level,
    read_time_limit,
    split_cell,
)
from index.catalogue.methods import Method
from index.catalogue.procedure import Procedure, split_applicants
from index.text.folding import fold

_ONLINE_FLAGS = (("full_online", FULL), ("partial_online", PARTIAL), ("information_online", INFORMATION))


def build_procedure(code: str, name: str, cells: Mapping[str, str]) -> Procedure:
    """What a row says of the procedure with this code and name; `cells` are its texts by column."""

    def cell(column: str) -> str:
        return cells.get(column, "")

    flagged = [level for column, level in _ONLINE_FLAGS if is_flagged(cell(column))]
    online_level = "; ".join(flagged) or read_online_level(cell("online_level"))
    service = known_text(cell("service_name"))
    service = service if service and fold(service) != fold(name) else None
    return Procedure(
        code=code,
        name=name,
        agencies=split_cell(cell("agencies")),
        levels=read_levels(cell("levels")),
        applicants=tuple(dict.fromkeys(label for part in split_cell(cell("applicants")) for label in split_applicants(part))),
        methods=_build_methods(cells, flagged, service),
        documents=read_documents(cell("documents")),
        result=split_cell(cell("result")),
        steps=known_lines(cell("steps")),
        conditions=known_lines(cell("conditions")),
        description=known_lines(cell("description")),
        legal_basis_text=known_lines(cell("legal_basis_text")),
        keywords="; ".join(filter(None, (known_text(cell("keywords")), service))) or None,
        source_url=read_link(cell("source_url")),
        online_level=online_level,
        field=known_text(cell("field")),
        promulgating_agency=known_text(cell("promulgating_agency")),
        decision_number=known_text(cell("decision_number")),
        kind=known_text(cell("kind")),
        competent_agency=known_text(cell("competent_agency")),
        coordinating_agency=known_text(cell("coordinating_agency")),
        authorised_agency=known_text(cell("authorised_agency")),
        receiving_address=known_text(cell("receiving_address")),
    )


def _build_methods(cells: Mapping[str, str], online_levels: Sequence[str], service: str | None) -> tuple[Method, ...]:
    """The ways to submit that a row names in words or flags, each with the row's time limit and fee.

    An online level in words says how far the portal goes, not that there is no other way: it names no channel.
    """
    named = read_channels(cells.get("channels", ""))
    online = (ONLINE,) if {FULL, PARTIAL} & set(online_levels) else ()
    postal = (BY_POST,) if is_flagged(cells.get("postal", "")) else ()
    channels = tuple(dict.fromkeys((*named, *online, *postal)))
    time_limit, fee = read_time_limit(cells.get("time_limit", "")), read_fee(cells.get("fee", ""), cells.get("charge", ""))
    return build_methods(channels, time_limit, fee, service if time_limit or fee else None)
