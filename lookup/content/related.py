"""What else a person who needs one procedure may need: what comes with the same occasion in life, then what is alike by papers, laws and name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from index import Snapshot, UnknownProcedure
from lookup.content.page_data import PageData

MOST_OF_EVENT = 4


class Related(NamedTuple):
    """A related procedure; `event`: the occasion that both come with, None where they are alike."""

    code: str
    name: str
    event: str | None


def list_related(code: str, snapshot: Snapshot, data: PageData) -> list[Related]:
    """The procedures related to one, none twice. Raises UnknownProcedure."""
    asked = snapshot.card(code)["code"]
    alike = [Related(card["code"], card["name"], None) for card in snapshot.related_cards(asked)]
    found: dict[str, Related] = {}
    for related in (*islice(_list_of_event(asked, snapshot, data), MOST_OF_EVENT), *alike):
        found.setdefault(related.code, related)
    return list(found.values())


def _list_of_event(code: str, snapshot: Snapshot, data: PageData) -> Iterator[Related]:
    """The other needs, as far as this catalogue has them, of the occasion among whose needs the procedure stands first."""
    places = [(needed.index(code), event) for event in data.events if code in (needed := [need.code for need in event.needs])]
    if not places:
        return
    _, event = min(places, key=lambda placed: placed[0])
    for need in event.needs:
        if need.code and need.code != code:
            with suppress(UnknownProcedure):
                yield Related(need.code, snapshot.card(need.code)["name"], event.title)
