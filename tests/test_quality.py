"""The quality gate: our own judged queries over the sample catalogue, with floors that no later change may quietly go below."""

from __future__ import annotations

import pytest

from index import VARIANTS, JudgedQuery, Scores, Search, SearchEngine, judge, judge_by_class, read_judgements, rewrite
from tests.conftest import ROOT

# success@1, success@3, success@10 that each class must reach
FLOORS = {
    "abbr": (0.80, 0.90, 1.00),
    "dialect": (0.80, 0.90, 1.00),
    "everyday": (0.80, 0.90, 0.95),
    "facet": (0.55, 0.85, 1.00),
    "need": (0.80, 0.90, 1.00),
    "official": (0.80, 0.95, 1.00),
    "question": (0.80, 1.00, 1.00),
    "sentence": (0.75, 0.90, 0.95),
    "title": (1.00, 1.00, 1.00),
    "all": (0.80, 0.92, 0.97),
}
# how much success@10 a way of typing may lose against the clean text
LOSSES = {"typo": 0.06, "typo_accented": 0.06, "joined_pair": 0.06, "no_blanks": 0.06, "telex": 0.03, "vni": 0.03}
OTHER_LOSS = 0.02


@pytest.fixture(scope="module")
def judged() -> list[JudgedQuery]:
    return read_judgements(ROOT / "data/judgements")


def evaluate(engine: SearchEngine, queries: list[JudgedQuery]) -> dict[str, Scores]:
    def find(query: str) -> tuple[list[tuple[str, ...]], bool]:
        results = engine.search(Search(query))
        return [hit.codes for hit in results.hits], results.unsure or bool(results.plan.signposts)

    return judge_by_class(queries, find) | {"again": judge(queries, find)}


def test_every_class_of_queries_stays_above_its_floor(engine: SearchEngine, judged: list[JudgedQuery]) -> None:
    table = evaluate(engine, judged)
    below = {kind: table[kind][1:4] for kind, floors in FLOORS.items() if any(figure < floor for figure, floor in zip(table[kind][1:4], floors, strict=True))}
    assert below == {}


def test_needs_without_a_procedure_are_doubted_and_right_answers_are_not(engine: SearchEngine, judged: list[JudgedQuery]) -> None:
    table = evaluate(engine, judged)
    assert table["none"].doubted >= 0.8
    assert table["all"].doubted <= 0.05


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_way_of_typing_loses_little(engine: SearchEngine, judged: list[JudgedQuery], variant: str) -> None:
    clean = evaluate(engine, judged)["all"].success_10
    typed = [query._replace(query=rewrite(query.query, variant)) for query in judged]
    assert evaluate(engine, typed)["all"].success_10 >= clean - LOSSES.get(variant, OTHER_LOSS)


def test_clean_queries_are_never_altered_silently(engine: SearchEngine, judged: list[JudgedQuery]) -> None:
    altered = [query.query for query in judged if (correction := engine.understand(Search(query.query)).correction) and correction.applied]
    assert altered == []
