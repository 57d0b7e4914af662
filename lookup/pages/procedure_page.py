"""A procedure as its page tells it: papers by case, ways by channel, and the parts in the order a citizen needs them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import blake2b
from itertools import groupby
from typing import NamedTuple

from index import Document, Method, Procedure
from lookup.pages.texts import without_bullet

PARTS = ("purpose", "applicants", "documents", "where", "time", "fee", "result", "steps", "conditions", "legal", "decision")
ASKED = {
    "fee": ("fee",),
    "time": ("time",),
    "documents": ("documents",),
    "where": ("where",),
    "steps": ("steps",),
    "conditions": ("conditions", "applicants"),
    "result": ("result",),
}
MANY_CASES, MANY_PAPERS, MANY_LETTERS = 4, 20, 1_000  # cases with that many papers or such titles are folded until their reader picks one
LONG_ADVICE = 400  # letters
_REFUSAL = re.compile(r"từ chối|không (?:đủ|được|chấp thuận|đồng ý|cấp)|nêu rõ lý do|thông báo|trả lời", re.IGNORECASE)
_UNKNOWN = re.compile(r"Không có thông tin(?:\s*\(\d+\))?", re.IGNORECASE)
_NOTED = re.compile(r"([^()]{1,80}?)\s*\((.+)\)\.?", re.DOTALL)


class Paper(NamedTuple):
    """A paper, or a note among them, with a key that lasts as long as its wording."""

    key: str
    name: str
    document: Document


class Case(NamedTuple):
    """The papers of one case; `is_advice`: nothing in it is to be brought."""

    title: str
    papers: tuple[Paper, ...]

    @property
    def is_advice(self) -> bool:
        return all(paper.document.is_note for paper in self.papers)

    @property
    def is_long_advice(self) -> bool:
        return self.is_advice and sum(len(paper.name) for paper in self.papers) > LONG_ADVICE


class Way(NamedTuple):
    """What some channels have in common: a time limit or a fee (`None`: unknown), what is said beside it, and notes that tell when it holds."""

    value: str | None
    aside: str
    channels: tuple[str, ...]
    notes: tuple[str, ...]


def order_parts(asked: str | None) -> list[str]:
    """All parts in the order a citizen needs them, the part asked for first."""
    first = ASKED.get(asked or "", ())
    return [*first, *(part for part in PARTS if part not in first)]


def group_papers(procedure: Procedure) -> list[Case]:
    """The papers of each case in the order given (one case may repeat where the source parts it), cases of mere advice last."""
    cases = []
    for title, documents in groupby(procedure.documents, key=lambda document: document.case or ""):
        papers = (Paper(_key(title, document.name), without_bullet(document.name), document) for document in documents)
        cases.append(Case(without_bullet(title) if title else "", tuple(papers)))
    return sorted(cases, key=lambda case: case.is_advice)


def are_many(cases: list[Case]) -> bool:
    """Whether the papers of all cases at once would bury the reader's own."""
    papers, letters = sum(len(case.papers) for case in cases), sum(len(case.title) for case in cases)
    return len(cases) >= MANY_CASES and (papers >= MANY_PAPERS or letters >= MANY_LETTERS)


def find_gain(procedure: Procedure) -> str | None:
    """What a person gets in the end, as far as the results name it: a refusal or a notice is not what anybody comes for."""
    return next((without_bullet(result) for result in procedure.result if not _REFUSAL.search(result)), None)


def is_bare(procedure: Procedure) -> bool:
    """Whether the catalogue knows no more than that the procedure exists."""
    return not (procedure.documents or procedure.methods or procedure.steps or procedure.conditions)


def _key(title: str, name: str) -> str:
    return blake2b(f"{title}\0{name}".encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def group_times(methods: Iterable[Method]) -> list[Way]:
    """Time limits with what is said of each, and the channels that share them."""
    return _group((method, method.time_limit, method.description) for method in methods)


def group_fees(methods: Iterable[Method]) -> list[Way]:
    """Fees and the channels that share them; where one channel has several, with what tells them apart."""
    known = [method for method in methods if method.fee]
    fees_of: dict[str | None, set[str | None]] = {}
    for method in known:
        fees_of.setdefault(method.channel, set()).add(method.fee)
    differ = any(len(fees) > 1 for fees in fees_of.values())
    return _group((method, method.fee, method.description if differ else None) for method in known)


def _group(ways: Iterable[tuple[Method, str | None, str | None]]) -> list[Way]:
    grouped: dict[tuple[str | None, str], tuple[list[str], list[str]]] = {}
    for method, value, note in ways:
        known = None if value is None or _UNKNOWN.fullmatch(value) else value
        channels, notes = grouped.setdefault((known, (note or "").rstrip(" .;")), ([], []))
        channels += [method.channel] if method.channel and method.channel not in channels else []
        notes += [note] if note and not notes else []
    return [Way(*_split_note(value), tuple(channels), tuple(notes)) for (value, _), (channels, notes) in grouped.items()]


def _split_note(value: str | None) -> tuple[str | None, str]:
    """``Miễn phí (theo quy định …)`` as what is paid and what is said beside it."""
    match = _NOTED.fullmatch(value or "")
    return (match.group(1), match.group(2)) if match else (value, "")
