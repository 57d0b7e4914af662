"""What the page knows besides the catalogue: occasions in life that need procedures, and official terms in plain words, from CSV files that staff edit."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from index import Fault, Row, compose, find_empty, find_repeated, read_rows, split_phrases

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[2] / "data/page"
EVENTS, NEEDS, TERMS = "life-events.csv", "life-event-queries.csv", "glossary.csv"
HEADERS = {
    EVENTS: ("event", "title", "summary"),
    NEEDS: ("event", "wording", "query", "code"),
    TERMS: ("term", "variants", "scope", "explanation", "source"),
}
TEXT, LABEL = SCOPES = ("text", "label")  # explained wherever it stands, or only as a name of its own: "phí" also stands in "miễn phí"
LONGEST = 200  # letters of an explanation
MOST_SENTENCES = 2
_KEY = re.compile(r"[a-z]+(?:-[a-z]+)*")
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")


class Need(NamedTuple):
    """Something an occasion makes people look for: how they say it, the search it leads to, the procedure that answers it (None: a signpost does)."""

    wording: str
    query: str
    code: str | None


class LifeEvent(NamedTuple):
    """An occasion in life and the needs that come with it."""

    key: str
    title: str
    summary: str
    needs: tuple[Need, ...]


class Term(NamedTuple):
    """An official term in plain words; `source`: the legal text that defines it, where one does."""

    name: str
    variants: tuple[str, ...]
    scope: str
    explanation: str
    source: str | None


@dataclass(frozen=True)
class PageData:
    """The checked content of the folder."""

    events: tuple[LifeEvent, ...] = ()
    terms: tuple[Term, ...] = ()

    @cached_property
    def _terms_by_name(self) -> dict[str, Term]:
        return {name.lower(): term for term in self.terms for name in (term.name, *term.variants)}

    @cached_property
    def _names_in_text(self) -> re.Pattern[str]:
        names = sorted((name for name, term in self._terms_by_name.items() if term.scope == TEXT), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)" if names else r"(?!)", re.IGNORECASE)

    def term(self, name: str) -> Term | None:
        """The term of this name or variant, in capitals or not."""
        return self._terms_by_name.get(compose(name).lower())

    def part_terms(self, text: str) -> Iterator[tuple[str, Term | None]]:
        """The text in pieces, each with the term it names; of terms that overlap the longer. Joined, the pieces are the text."""
        end = 0
        for match in self._names_in_text.finditer(text):
            if match.start() > end:
                yield text[end : match.start()], None
            yield match.group(), self._terms_by_name[match.group().lower()]
            end = match.end()
        if end < len(text):
            yield text[end:], None


def load_page_data(folder: Path = FOLDER) -> PageData:
    """Read the folder. A faulty row is left out and logged: a slip in an explanation must not stop the search."""
    rows, faults = read_checked(folder)
    for fault in faults:
        log.error("page data: %s", fault)
    wrong = {(fault.file, fault.line) for fault in faults}
    good = {name: [row for row in listed if (name, row.line) not in wrong] for name, listed in rows.items()}
    needs: dict[str, list[Need]] = {}
    for row in good[NEEDS]:
        needs.setdefault(row.cells["event"], []).append(Need(row.cells["wording"], row.cells["query"], row.cells["code"] or None))
    events = (LifeEvent(row.cells["event"], row.cells["title"], row.cells["summary"], tuple(needs.get(row.cells["event"], ()))) for row in good[EVENTS])
    return PageData(
        tuple(event for event in events if event.needs),
        tuple(_make_term(row.cells) for row in good[TERMS]),
    )


def _make_term(cells: dict[str, str]) -> Term:
    return Term(cells["term"], split_phrases(cells["variants"]), cells["scope"], cells["explanation"], cells["source"] or None)


def read_checked(folder: Path) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The rows of the folder's files and everything that is wrong with them, by file, line, reason and remedy."""
    rows, faults = read_rows(folder, HEADERS)
    return rows, [*faults, *_check_events(rows[EVENTS], rows[NEEDS]), *_check_needs(rows[EVENTS], rows[NEEDS]), *_check_terms(rows[TERMS])]


def _check_events(events: list[Row], needs: list[Row]) -> Iterator[Fault]:
    yield from find_empty(events, "event", "title", "summary")
    yield from find_repeated(events, lambda row: row.cells["event"])
    needed = {row.cells["event"] for row in needs}
    for row in events:
        if not _KEY.fullmatch(row.cells["event"]):
            yield row.fault(f"tên “{row.cells['event']}” không đúng dạng", "Xin viết chữ thường không dấu, nối bằng gạch ngang, như mat-giay-to.")
        if row.cells["event"] not in needed:
            yield row.fault(f"“{row.cells['event']}” chưa dẫn tới đâu", f"Xin thêm dòng vào {NEEDS}.")


def _check_needs(events: list[Row], needs: list[Row]) -> Iterator[Fault]:
    yield from find_empty(needs, "event", "wording", "query")
    yield from find_repeated(needs, lambda row: f"{row.cells['event']}: {row.cells['wording']}")
    known = {row.cells["event"] for row in events}
    for row in needs:
        if row.cells["event"] not in known:
            yield row.fault(f"không có việc “{row.cells['event']}”", f"Xin thêm vào {EVENTS} hoặc sửa ô event.")


def _check_terms(terms: list[Row]) -> Iterator[Fault]:
    yield from find_empty(terms, "term", "explanation")
    first: dict[str, int] = {}
    for row in terms:
        for name in (row.cells["term"], *split_phrases(row.cells["variants"])):
            known = first.setdefault(name.lower(), row.line)
            if known != row.line:
                yield row.fault(f"“{name}” đã có ở dòng {known}", "Xin chỉ giữ ở một dòng.")
        explanation = row.cells["explanation"]
        if row.cells["scope"] not in SCOPES:
            yield row.fault(f"phạm vi “{row.cells['scope']}” không có", f"Xin chọn: {', '.join(SCOPES)}.")
        if len(explanation) > LONGEST or len(_SENTENCE_END.findall(explanation)) > MOST_SENTENCES:
            yield row.fault("lời giải thích quá dài", f"Xin viết nhiều nhất {MOST_SENTENCES} câu, {LONGEST} chữ.")
