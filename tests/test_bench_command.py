"""The bench: every contestant gets every query, a grown catalogue is what the README says, the tables are Markdown."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from index import Procedure, SearchEngine
from scripts.commands.bench.growth import make_procedures
from scripts.commands.bench.loads import DRAWS, draw_by_zipf
from scripts.commands.bench.racing import TURN, race
from tests.test_commands import run


def test_the_race_is_told_as_a_table_with_machine_and_date(sample_index: Path) -> None:
    done = run("bench", "--only", "race", "--rounds", 1, index_dir=sample_index)
    assert done.returncode == 0, done.stderr
    told, _, table = done.stdout.partition("\n\n")
    assert "thủ tục" in told and "Python" in told
    rows = [line.strip("| ").split(" | ")[0] for line in table.strip().splitlines()]
    assert rows[2:6] == ["engine.search: cả bộ đếm, sửa lỗi, đánh dấu", "chỉ xếp hạng", "Whoosh BM25F", "SQLite FTS5"]


def test_contestants_take_turns_over_every_query() -> None:
    asked: list[tuple[str, str]] = []

    def note(name: str) -> object:
        return lambda query: asked.append((name, query))

    queries = [str(number) for number in range(2 * TURN)]
    laps = race({"a": note("a"), "b": note("b")}, queries, rounds=2)  # type: ignore[dict-item]
    counted = asked[2 * 3 :]  # the first few only warm
    assert Counter(counted) == {(name, query): 2 for name in "ab" for query in queries}
    assert [name for name, _ in counted[::TURN]] == ["a", "b"] * 4
    assert laps["a"].median <= laps["a"].high


def test_a_grown_catalogue_has_the_list_of_every_province_under_its_own_codes(engine: SearchEngine) -> None:
    ours = engine.snapshot().procedures()
    grown = list(make_procedures(ours, 34 * len(ours)))
    assert len({procedure.code for procedure in grown}) == len(grown) == 34 * len(ours)
    assert Counter(procedure.code.rpartition(".H")[2] for procedure in grown) == {str(province): len(ours) for province in range(1, 35)}
    reworded = sum(new.name != old.name for new, old in zip(grown, ours * 34, strict=True)) / len(grown)
    assert 0.03 < reworded < 0.07
    assert all(agency.endswith(" tỉnh 1") for agency in grown[0].agencies)


def test_a_smaller_catalogue_is_a_part_of_the_list(engine: SearchEngine) -> None:
    ours = engine.snapshot().procedures()
    small: list[Procedure] = list(make_procedures(ours, 50))
    assert len(set(small)) == 50 and set(small) <= set(ours)


def test_the_commonest_query_is_asked_for_most() -> None:
    drawn = Counter(draw_by_zipf([f"/{number}" for number in range(100)]))
    assert drawn.total() == DRAWS
    assert drawn["/0"] > 1.5 * drawn["/1"] > 2 * drawn["/4"]
