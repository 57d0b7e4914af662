"""A proposal as a plain record: the one report that the command prints, the workbook and the staff page show, and the version keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from itertools import takewhile
from typing import Any

from index.refresh.comparison import Change, Comparison
from index.refresh.proposing import Proposal
from index.refresh.wording import PARTS

MOST = 2_000  # entries of each list that a record holds unless asked for more
LONGEST = 600  # letters of a value
_BEFORE = 60  # letters shown before the first that differs

Record = dict[str, Any]


def describe(proposal: Proposal, most: int | None = MOST) -> Record:
    """Everything a report shows, ready for JSON. Lists are cut after `most` entries (None: never); their `count` tells how many there are.

    - `live`: the version it was compared with, None where nothing was published; `update`: whether these rows replace or join what is live
    - `procedures`: how many the catalogue would have; `unchanged`: how many stay as they are
    - `files`: `name`, `size` in bytes, `sha256`, `layout`, `rows` read, `modified` (ISO 8601), `encoding`
    - `stops`: `name`, `reason`
    - `fields`, `levels`: `value`, `old`, `new`; only those whose number changes
    - `left_out`, `added`, `withdrawn`, `changed`: {`count`, `items`}. Items of `left_out`: `file`, `sheet` (or None), `row`, `column`, `value`,
      `reason`, `remedy`; of `added` and `withdrawn`: `code`, `name`; of `changed`: `code`, `name`, `part`, `label` (Vietnamese), `old`, `new`.
      `changed` also has `procedures`: how many procedures the changes belong to.
    """
    catalogue = proposal.catalogue
    left_out = _listed(catalogue.problems, most)
    left_out["items"] = [{**asdict(problem), "value": problem.value[:LONGEST]} for problem in left_out["items"]]
    return {
        "live": proposal.live,
        "update": proposal.update,
        "procedures": len(catalogue.procedures),
        "files": [asdict(source) for source in proposal.files],
        "stops": [stop._asdict() for stop in proposal.stops],
        "left_out": left_out,
        **describe_comparison(proposal.comparison, most),
    }


def describe_comparison(comparison: Comparison, most: int | None = MOST) -> Record:
    """What a comparison says, as part of `describe`."""
    changed = {"procedures": len({change.code for change in comparison.changed}), **_listed(comparison.changed, most)}
    return {
        "added": _named(_listed(comparison.added, most)),
        "withdrawn": _named(_listed(comparison.withdrawn, most)),
        "changed": {**changed, "items": [_describe_change(change) for change in changed["items"]]},
        "unchanged": comparison.unchanged,
        "fields": [tally._asdict() for tally in comparison.fields],
        "levels": [tally._asdict() for tally in comparison.levels],
    }


def _listed(items: Iterable[Any], most: int | None) -> Record:
    listed = list(items)
    return {"count": len(listed), "items": listed[:most]}


def _named(listed: Record) -> Record:
    return {**listed, "items": [item._asdict() for item in listed["items"]]}


def _describe_change(change: Change) -> Record:
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(change.old, change.new, strict=False)))
    start = max(0, same - _BEFORE)
    old, new = (_clip(text, start) for text in (change.old, change.new))
    return {"code": change.code, "name": change.name, "part": change.part, "label": PARTS[change.part], "old": old, "new": new}


def _clip(text: str, start: int) -> str:
    """A long text from shortly before the place where old and new part ways."""
    if len(text) <= LONGEST:
        return text
    return f"{'…' * bool(start)}{text[start : start + LONGEST]}{'…' * (start + LONGEST < len(text))}"
