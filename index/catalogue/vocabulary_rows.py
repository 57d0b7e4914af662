"""What the vocabulary files hold, and everything that can be wrong with them, told all at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from index.catalogue.procedure import CODE
from index.catalogue.tables import Fault, Row, find_empty, find_repeated, split_phrases
from index.text.folding import fold, spell

KINDS = ("abbreviation", "colloquial", "renamed", "misspelling", "dialect")
TITLE = "title"  # no facet that is shown: what a query may steer to in titles
STEERED = ("field", "level", "agency", "applicant", "channel", TITLE)
ATTRIBUTES = ("fee", "time", "documents", "where", "steps", "conditions", "result")
DIRECTIONS = ("one-way", "two-way")
HEADERS = {
    "synonyms.csv": ("term", "official", "kind", "direction", "since", "until", "note"),
    "aliases.csv": ("code", "procedure", "aliases"),
    "noise.csv": ("phrase",),
    "asks.csv": ("attribute", "patterns"),
    "steers.csv": ("facet", "value", "patterns"),
    "signposts.csv": ("patterns", "text", "responsible", "phone", "url"),
    "pins.csv": ("query", "codes", "note"),
}
MOST_PINNED = 5  # codes that may stand first for one query


def find_faults(rows: dict[str, list[Row]]) -> list[Fault]:
    """Everything wrong in readable rows: repeats, empty cells, unknown kinds, dates, self-references, cycles."""
    checks = (_check_synonyms, _check_aliases, _check_noise, _check_asks, _check_steers, _check_signposts, _check_pins)
    return [fault for check in checks for fault in check(rows)]


def _shared_patterns(rows: list[Row]) -> Iterator[Fault]:
    """A wording that stands in two rows would mean two things at once."""
    first: dict[str, Row] = {}
    for row in rows:
        for pattern in split_phrases(row.cells["patterns"]):
            known = first.setdefault(spell(pattern), row)
            if known is not row:
                yield row.fault(f"“{pattern}” đã có ở {row.tell(known)}", "Xin chỉ giữ ở một dòng.")


def _check_synonyms(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    lines = rows["synonyms.csv"]
    yield from find_empty(lines, "term", "official")
    yield from find_repeated(lines, lambda row: spell(row.cells["term"]))
    targets = {spell(row.cells["term"]): {spell(phrase) for phrase in split_phrases(row.cells["official"])} for row in lines}
    for row in lines:
        term = spell(row.cells["term"])
        if row.cells["kind"] not in KINDS:
            yield row.fault(f"loại “{row.cells['kind']}” không có", f"Xin chọn: {', '.join(KINDS)}.")
        if row.cells["direction"] not in DIRECTIONS:
            yield row.fault(f"chiều “{row.cells['direction']}” không có", f"Xin chọn: {', '.join(DIRECTIONS)}.")
        for column in ("since", "until"):
            if row.cells[column] and not _is_date(row.cells[column]):
                yield row.fault(f"ngày “{row.cells[column]}” không đúng", "Xin ghi dạng 2025-07-01.")
        if row.cells["until"] and row.cells["since"] > row.cells["until"]:
            yield row.fault("ngày đầu sau ngày cuối", "Xin sửa hai ô since và until.")
        for phrase in targets[term]:
            if phrase == term:
                yield row.fault(f"“{term}” chỉ về chính nó", "Xin sửa ô official.")
        if way := _way_back(term, targets):
            yield row.fault(f"{' → '.join(f'“{step}”' for step in way)} chỉ vòng về nhau", "Xin bỏ một dòng, hoặc dùng một dòng two-way.")


def _way_back(term: str, targets: dict[str, set[str]]) -> list[str] | None:
    """The steps from a term through other terms back to itself, or None."""
    ways = [[term, target] for target in targets[term] - {term}]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == term:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, target] for target in targets.get(way[-1], ())]
    return None


def _check_aliases(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    """A code may have a row in each of two files, shipped and own; a wording stands in one of them."""
    lines = rows["aliases.csv"]
    yield from find_empty(lines, "code", "aliases")
    for file in dict.fromkeys(row.file for row in lines):
        yield from find_repeated((row for row in lines if row.file == file), lambda row: row.cells["code"])
    said: dict[str, dict[str, Row]] = {}
    for row in lines:
        if not CODE.fullmatch(row.cells["code"]):
            yield row.fault(f"mã “{row.cells['code']}” không đúng dạng", "Xin ghi mã như 1.001193.")
        own = said.setdefault(row.cells["code"], {})
        for phrase in map(spell, split_phrases(row.cells["aliases"])):
            if phrase in own:
                yield row.fault(f"“{phrase}” ghi hai lần" + (f", đã có ở {row.tell(own[phrase])}" if own[phrase].file != row.file else ""), "Xin bỏ bớt một.")
            own[phrase] = row


def _check_noise(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from find_empty(rows["noise.csv"], "phrase")
    yield from find_repeated(rows["noise.csv"], lambda row: spell(row.cells["phrase"]))


def _check_asks(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from find_empty(rows["asks.csv"], "attribute", "patterns")
    yield from _shared_patterns(rows["asks.csv"])
    for row in rows["asks.csv"]:
        if row.cells["attribute"] not in ATTRIBUTES:
            yield row.fault(f"điều hỏi “{row.cells['attribute']}” không có", f"Xin chọn: {', '.join(ATTRIBUTES)}.")


def _check_steers(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from find_empty(rows["steers.csv"], "facet", "value", "patterns")
    yield from _shared_patterns(rows["steers.csv"])
    for row in rows["steers.csv"]:
        if row.cells["facet"] not in STEERED:
            yield row.fault(f"nhóm “{row.cells['facet']}” không có", f"Xin chọn: {', '.join(STEERED)}.")


def _check_signposts(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from find_empty(rows["signposts.csv"], "patterns", "text", "responsible")
    yield from _shared_patterns(rows["signposts.csv"])
    for row in rows["signposts.csv"]:
        if row.cells["url"] and not row.cells["url"].startswith("https://"):
            yield row.fault(f"địa chỉ “{row.cells['url']}” không bắt đầu bằng https://", "Xin sửa lại địa chỉ.")


def _check_pins(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    lines = rows["pins.csv"]
    yield from find_empty(lines, "query", "codes")
    yield from find_repeated(lines, lambda row: fold(row.cells["query"]))
    for row in lines:
        codes = split_phrases(row.cells["codes"])
        for code in codes:
            if not CODE.fullmatch(code):
                yield row.fault(f"mã “{code}” không đúng dạng", "Xin ghi mã như 1.001193; nhiều mã thì cách nhau bằng dấu chấm phẩy.")
        if len(set(codes)) < len(codes):
            yield row.fault("có mã ghi hai lần", "Xin bỏ bớt một.")
        if len(codes) > MOST_PINNED:
            yield row.fault(f"ghim {len(codes)} mã", f"Xin ghim nhiều nhất {MOST_PINNED} mã cho một câu.")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
