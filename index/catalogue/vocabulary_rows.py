"""The rows of the vocabulary files, and everything that can be wrong with them, told all at once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from index.catalogue.procedure import CODE
from index.text.folding import compose, fold, spell

KINDS = ("abbreviation", "colloquial", "renamed", "misspelling", "dialect")
FACETS = ("field", "level", "agency", "applicant", "channel")
ATTRIBUTES = ("fee", "time", "documents", "where", "steps", "conditions", "result")
DIRECTIONS = ("one-way", "two-way")
HEADERS = {
    "synonyms.csv": ("term", "official", "kind", "direction", "since", "until", "note"),
    "aliases.csv": ("code", "procedure", "aliases"),
    "noise.csv": ("phrase",),
    "asks.csv": ("attribute", "patterns"),
    "steers.csv": ("facet", "value", "patterns"),
    "signposts.csv": ("patterns", "text", "responsible", "phone", "url"),
}
_SEVERAL = ";"


class Fault(NamedTuple):
    """One thing wrong in a vocabulary file; `line` counts from 1 with the header."""

    file: str
    line: int
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, dòng {self.line}: {self.reason}. {self.remedy}"


class Row(NamedTuple):
    """One row of a file, its cells by column."""

    file: str
    line: int
    cells: dict[str, str]

    def fault(self, reason: str, remedy: str) -> Fault:
        return Fault(self.file, self.line, reason, remedy)


def read_rows(folder: Path) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The rows of every file, by file name, and the faults of files and rows that cannot be read."""
    rows: dict[str, list[Row]] = {}
    faults: list[Fault] = []
    for name, header in HEADERS.items():
        rows[name] = []
        path = folder / name
        if not path.exists():
            continue
        try:
            lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            faults.append(Fault(name, 1, f"không đọc được ({error})", "Xin lưu lại dạng CSV UTF-8."))
            continue
        if not lines or tuple(lines[0]) != header:
            faults.append(Fault(name, 1, "dòng tiêu đề không đúng", f"Dòng đầu phải là: {','.join(header)}."))
            continue
        for number, cells in enumerate(lines[1:], 2):
            if len(cells) != len(header):
                faults.append(Fault(name, number, f"có {len(cells)} ô, cần {len(header)}", "Xin đặt chữ có dấu phẩy trong ngoặc kép."))
            else:
                rows[name].append(Row(name, number, dict(zip(header, map(compose, cells), strict=True))))
    return rows, faults


def split_phrases(cell: str) -> tuple[str, ...]:
    """The phrases of one cell, parted by semicolons."""
    return tuple(filter(None, map(compose, cell.split(_SEVERAL))))


def find_faults(rows: dict[str, list[Row]]) -> list[Fault]:
    """Everything wrong in readable rows: repeats, empty cells, unknown kinds, dates, self-references, cycles."""
    return [fault for check in (_check_synonyms, _check_aliases, _check_noise, _check_asks, _check_steers, _check_signposts) for fault in check(rows)]


def _repeated(rows: list[Row], key: Callable[[Row], str]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for row in rows:
        known = first.setdefault(key(row), row.line)
        if known != row.line:
            yield row.fault(f"“{key(row)}” đã có ở dòng {known}", "Xin bỏ một dòng hoặc gộp hai dòng.")


def _shared_patterns(rows: list[Row]) -> Iterator[Fault]:
    """A wording that stands in two rows would mean two things at once."""
    first: dict[str, int] = {}
    for row in rows:
        for pattern in split_phrases(row.cells["patterns"]):
            known = first.setdefault(pattern.lower(), row.line)
            if known != row.line:
                yield row.fault(f"“{pattern}” đã có ở dòng {known}", "Xin chỉ giữ ở một dòng.")


def _empty(rows: list[Row], *columns: str) -> Iterator[Fault]:
    for row in rows:
        for column in columns:
            if not fold(row.cells[column]):
                yield row.fault(f"ô “{column}” để trống", "Xin điền vào hoặc bỏ dòng này.")


def _check_synonyms(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    lines = rows["synonyms.csv"]
    yield from _empty(lines, "term", "official")
    yield from _repeated(lines, lambda row: spell(row.cells["term"]))
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
    lines = rows["aliases.csv"]
    yield from _empty(lines, "code", "aliases")
    yield from _repeated(lines, lambda row: row.cells["code"])
    for row in lines:
        if not CODE.fullmatch(row.cells["code"]):
            yield row.fault(f"mã “{row.cells['code']}” không đúng dạng", "Xin ghi mã như 1.001193.")
        phrases = [spell(phrase) for phrase in split_phrases(row.cells["aliases"])]
        for phrase in {phrase for phrase in phrases if phrases.count(phrase) > 1}:
            yield row.fault(f"“{phrase}” ghi hai lần", "Xin bỏ bớt một.")


def _check_noise(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from _empty(rows["noise.csv"], "phrase")
    yield from _repeated(rows["noise.csv"], lambda row: spell(row.cells["phrase"]))


def _check_asks(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from _empty(rows["asks.csv"], "attribute", "patterns")
    yield from _shared_patterns(rows["asks.csv"])
    for row in rows["asks.csv"]:
        if row.cells["attribute"] not in ATTRIBUTES:
            yield row.fault(f"điều hỏi “{row.cells['attribute']}” không có", f"Xin chọn: {', '.join(ATTRIBUTES)}.")


def _check_steers(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from _empty(rows["steers.csv"], "facet", "value", "patterns")
    for row in rows["steers.csv"]:
        if row.cells["facet"] not in FACETS:
            yield row.fault(f"nhóm “{row.cells['facet']}” không có", f"Xin chọn: {', '.join(FACETS)}.")


def _check_signposts(rows: dict[str, list[Row]]) -> Iterator[Fault]:
    yield from _empty(rows["signposts.csv"], "patterns", "text", "responsible")
    yield from _shared_patterns(rows["signposts.csv"])
    for row in rows["signposts.csv"]:
        if row.cells["url"] and not row.cells["url"].startswith("https://"):
            yield row.fault(f"địa chỉ “{row.cells['url']}” không bắt đầu bằng https://", "Xin sửa lại địa chỉ.")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
