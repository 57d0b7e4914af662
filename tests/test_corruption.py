"""Lists go wrong in a few ways, over and over. Whatever would change the catalogue must be stopped before publishing, and good lists must not.

Each layout is made from the sample, corrupted, and compared with itself as the live catalogue. `LOOKUP_TEST_CORRUPTIONS=20` tries more dice
than the suite does; `pytest -s` prints the table.
"""

from __future__ import annotations

import csv
import os
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from index import Catalogue, Procedure, SourceRefused, compare, read_catalogue
from index.catalogue.lists.exports import read_list
from index.catalogue.lists.layouts import column_of, find_header
from index.catalogue.lists.sheets import read_tables
from index.refresh.guards import find_stops
from tests.conftest import SAMPLE_DETAILS, SAMPLE_LIST
from tests.list_files import ANNEX, COMMUNE, ELEVEN, JUSTICE, REPORT, WARD, write_xlsx

DICE = int(os.environ.get("LOOKUP_TEST_CORRUPTIONS", "1"))
COUNT = 60
SMALLEST_SHARE = 0.95
TEXTS = ("name", "field", "agencies", "promulgating_agency")  # columns whose values tell one procedure from another
Rows = list[list[str]]


class Layout(NamedTuple):
    name: str
    header: tuple[str, ...]
    ending: str


class Table(NamedTuple):
    """A list as rows, the first of them its header, and how it is written."""

    rows: Rows
    ending: str

    def place(self, column: str) -> int | None:
        return next((place for place, title in enumerate(self.rows[0]) if column_of(title) == column), None)

    def places(self) -> list[int]:
        return [place for column in TEXTS if (place := self.place(column)) is not None]

    def write(self, folder: Path) -> Path:
        path = folder / f"list{self.ending}"
        if self.ending == ".csv":
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(self.rows)
            return path
        return write_xlsx(path, {"Danh sách": self.rows})


LAYOUTS = (
    Layout("portal", ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực"), ".xlsx"),
    Layout("portal csv", ("Mã số", "Tên", "Cơ quan ban hành", "Cơ quan thực hiện", "Lĩnh vực", "URL"), ".csv"),
    Layout("eleven columns", ELEVEN, ".xlsx"),
    Layout("justice", JUSTICE, ".xlsx"),
    Layout("province csv", ("Mã TTHC", "Tên TTHC", "LinhVuc", "TenCQTH", "Cơ quan công bố", "CapThucHien", "Mức độ"), ".csv"),
    Layout("province report", REPORT, ".xlsx"),
    Layout("commune", COMMUNE, ".xlsx"),
    Layout("ward", WARD, ".xlsx"),
    Layout("annex", ANNEX, ".xlsx"),
)


@pytest.fixture(scope="module")
def sample() -> tuple[Procedure, ...]:
    """Procedures of which every list can tell code, name, field and agencies apart."""
    procedures = read_catalogue([SAMPLE_LIST], [SAMPLE_DETAILS]).procedures
    seen: set[str] = set()
    return tuple(p for p in procedures if p.field and p.agencies and not (p.name in seen or seen.add(p.name)))[:COUNT]  # type: ignore[func-returns-value]


def make_table(layout: Layout, sample: Sequence[Procedure]) -> Table:
    def cell(title: str, number: int, procedure: Procedure) -> str:
        column = column_of(title)
        if column == "name" and layout.header == ANNEX:
            return f"{procedure.name} (Mã số TTHC: {procedure.code})"
        said = {
            "ordinal": str(number),
            "code": procedure.code,
            "name": procedure.name,
            "field": procedure.field,
            "agencies": "\n".join(procedure.agencies),
            "promulgating_agency": procedure.promulgating_agency,
            "levels": "; ".join(procedure.levels),
            "time_limit": f"{number % 7 + 1} ngày làm việc",
            "receiving_address": f"Trung tâm hành chính công số {number % 3}",
        }
        return said.get(column or "") or ""

    return Table([list(layout.header), *([cell(title, number, p) for title in layout.header] for number, p in enumerate(sample, 1))], layout.ending)


def shift_down(table: Table, dice: random.Random) -> Table:
    """A cell put in: the rest of its column moves down, the last value below the table."""
    place, start = dice.choice(table.places()), dice.randrange(1, len(table.rows) - 1)
    values = [row[place] for row in table.rows]
    width = len(table.rows[0])
    return with_column([*table.rows, [""] * width], place, [*values[:start], "", *values[start:]], table.ending)


def shift_up(table: Table, dice: random.Random) -> Table:
    place, start = dice.choice(table.places()), dice.randrange(1, len(table.rows) - 1)
    values = [row[place] for row in table.rows]
    return with_column(table.rows, place, [*values[:start], *values[start + 1 :], ""], table.ending)


def shift_right(table: Table, dice: random.Random) -> Table:
    return Table([table.rows[0], *(["", *row] for row in table.rows[1:])], table.ending)


def swap_columns(table: Table, dice: random.Random) -> Table:
    one, other = dice.sample(table.places(), 2)
    swapped = {one: other, other: one}
    return Table([table.rows[0], *([row[swapped.get(place, place)] for place in range(len(row))] for row in table.rows[1:])], table.ending)


def sort_column(table: Table, dice: random.Random) -> Table:
    place = dice.choice(table.places())
    return with_column(table.rows, place, [table.rows[0][place], *sorted(row[place] for row in table.rows[1:])], table.ending)


def empty_half(table: Table, dice: random.Random) -> Table:
    place, start = dice.choice(table.places()), dice.randrange(len(table.rows) // 4, len(table.rows) * 6 // 10)
    return with_column(table.rows, place, [row[place] if number < start else "" for number, row in enumerate(table.rows)], table.ending)


def with_column(rows: Rows, place: int, values: Sequence[str], ending: str) -> Table:
    return Table([[*row[:place], value, *row[place + 1 :]] for row, value in zip(rows, values, strict=True)], ending)


def cut_a_third(table: Table, dice: random.Random) -> Table:
    size = round(0.3 * (len(table.rows) - 1))
    start = dice.randrange(1, len(table.rows) - size)
    return Table([*table.rows[:start], *table.rows[start + size :]], table.ending)


def merge_header(table: Table, dice: random.Random) -> Table:
    """Two titles in one cell: the second column has none."""
    place = dice.choice([*table.places(), *filter(None, [table.place("code")])])
    neighbour = place + 1 if place + 1 < len(table.rows[0]) else place - 1
    first, second = sorted((place, neighbour))
    header = [*table.rows[0]]
    header[first], header[second] = f"{header[first]} {header[second]}", ""
    return Table([header, *table.rows[1:]], table.ending)


def lose_header(table: Table, dice: random.Random) -> Table:
    return Table(table.rows[1:], table.ending)


def lose_letters(table: Table, dice: random.Random) -> Table:
    """Saved in letters that have no Vietnamese: each becomes a question mark."""
    return Table([table.rows[0], *([cell.encode("cp1252", "replace").decode("cp1252") for cell in row] for row in table.rows[1:])], table.ending)


def other_file(table: Table, dice: random.Random) -> Table:
    """Somebody takes the wrong file: half of its procedures are others."""
    half = len(table.rows) // 2
    strange = [[re.sub(r"\d\.\d{6}", lambda code: f"9{code[0][1:]}", cell) for cell in row] for row in table.rows[half:]]
    place = table.place("name")
    assert place is not None
    return Table([*table.rows[:half], *([*row[:place], f"Việc khác: {row[place]}", *row[place + 1 :]] for row in strange)], table.ending)


def duplicate_rows(table: Table, dice: random.Random) -> Table:
    return Table([*table.rows, *dice.sample(table.rows[1:], min(9, len(table.rows) - 1))], table.ending)


def number_codes(table: Table, dice: random.Random) -> Table:
    """Codes taken for numbers: the last zeros are gone."""
    return Table([table.rows[0], *([re.sub(r"\d\.\d{6}", lambda code: f"{float(code[0]):g}", cell) for cell in row] for row in table.rows[1:])], table.ending)


def lose_points(table: Table, dice: random.Random) -> Table:
    """Codes whose point was taken for a thousands separator."""
    return Table([table.rows[0], *([re.sub(r"(\d)\.(\d{6})", r"\1\2", cell) for cell in row] for row in table.rows[1:])], table.ending)


CORRUPTIONS: tuple[Callable[[Table, random.Random], Table], ...] = (
    shift_down, shift_up, shift_right, swap_columns, sort_column, empty_half, cut_a_third, merge_header, lose_header, lose_letters, other_file,
    duplicate_rows, number_codes, lose_points,
)  # fmt: skip


def truncate(path: Path, dice: random.Random) -> None:
    """A copy that broke off."""
    content = path.read_bytes()
    path.write_bytes(content[: dice.randrange(len(content) // 10, len(content) * 95 // 100)])


class Outcome(NamedTuple):
    """`harmless`: nothing would change; else what was told to stop it, "" where nothing was."""

    harmless: bool
    told: str


def judge(path: Path, live: Catalogue) -> Outcome:
    """What would come of publishing this file over the live catalogue."""
    try:
        given = read_catalogue([path], known=live.procedures)
    except SourceRefused as error:
        return Outcome(False, str(error))
    comparison = compare(live.procedures, given.procedures)
    stops = find_stops(live.procedures, (), given, given, comparison)
    harmless = not (comparison.added or comparison.withdrawn or comparison.changed)
    return Outcome(harmless and not stops, " ".join(stop.reason for stop in stops))


def names_a_place(told: str) -> bool:
    return bool(re.search(r"dòng \d+|\d+ dòng đầu|tệp nén|tệp CSV hỏng|mất thành dấu", told))


def run_table(tables: dict[str, Table], folder: Path, known: Sequence[Procedure]) -> tuple[dict[str, Counter[str]], list[str]]:
    """Corruption -> how many were stopped, harmless, missed, told without a place; and the misses by name."""
    counts: dict[str, Counter[str]] = {}
    misses = []
    for name, table in tables.items():
        path = table.write(folder)
        live = read_catalogue([path], known=known)
        assert judge(path, live) == Outcome(True, ""), f"a good list is stopped: {name}"
        for number, corrupt in enumerate((*CORRUPTIONS, truncate)):
            for throw in range(DICE):
                dice = random.Random(f"{name} {number} {throw}")
                if number < len(CORRUPTIONS):
                    path = CORRUPTIONS[number](table, dice).write(folder)
                else:
                    truncate(table.write(folder), dice)
                outcome = judge(path, live)
                kind = "harmless" if outcome.harmless else "missed" if not outcome.told else "stopped" if names_a_place(outcome.told) else "no place"
                counts.setdefault(f"{corrupt.__name__} / {name}", Counter())[kind] += 1
                if kind in ("missed", "no place"):
                    misses.append(f"{corrupt.__name__} / {name} / {throw}: {outcome.told[:200]}")
    return counts, misses


def check(counts: dict[str, Counter[str]], misses: list[str]) -> None:
    total: Counter[str] = sum(counts.values(), Counter())
    for row, count in counts.items():
        print(f"{row:45} {dict(count)}")  # noqa: T201
    print(dict(total), *misses, sep="\n")  # noqa: T201
    counted = total.total() - total["harmless"]
    assert total["stopped"] >= SMALLEST_SHARE * counted, misses


def test_a_corrupted_list_of_any_layout_is_stopped_with_place_and_reason(sample: tuple[Procedure, ...], tmp_path: Path) -> None:
    check(*run_table({layout.name: make_table(layout, sample) for layout in LAYOUTS}, tmp_path, sample))


def test_corrupted_real_workbooks_are_stopped(shared: Path, tmp_path: Path) -> None:
    tables = {}
    for path in sorted((shared / "catalogue/exports").glob("*.xlsx")):
        rows = next(sheet.rows for sheet in read_tables(path).sheets if find_header(sheet.rows))
        header = find_header(rows)
        assert header
        tables[path.stem] = Table([row for row in rows[header.row :] if any(row)], ".xlsx")
    check(*run_table(tables, tmp_path, ()))


def test_good_real_lists_raise_no_alarm(shared: Path) -> None:
    """Each workbook alone over the whole national list, as an update is compared: what it names against what is live."""
    exports = shared / "catalogue/exports"
    live = read_list(exports / "danh-sach-tthc-ca-nuoc.csv").procedures
    known = {procedure.code: procedure for procedure in live}
    alarms = {}
    for path in sorted(exports.glob("*.xlsx")):
        given = read_catalogue([path], known=live)
        joined = Catalogue(tuple({**known, **{p.code: p.filled_from(known[p.code]) if p.code in known else p for p in given.procedures}}.values()))
        stops = find_stops(live, (), given, joined, compare(live, joined.procedures))
        if stops:
            alarms[path.name] = stops
    assert alarms == {}
