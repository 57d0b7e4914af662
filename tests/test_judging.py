"""The judge: figures worked out by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from index import JudgedQuery, judge_by_class, read_judgements
from index.judging import ndcg
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("entries", "grades", "value"),
    [
        ([("a",)], {"a": 3}, 1.0),
        ([("x", "a")], {"a": 3}, 1.0),
        ([("x",), ("a",)], {"a": 3}, 1 / math.log2(3)),
        ([("b",), ("a",)], {"a": 3, "b": 1}, (1 + 7 / math.log2(3)) / (7 + 1 / math.log2(3))),
        ([("x",)], {"a": 3}, 0.0),
        ([], {"a": 1}, 0.0),
        ([("x",)] * 10 + [("a",)], {"a": 3}, 0.0),
    ],
)
def test_ndcg_discounts_by_place(entries: list[tuple[str, ...]], grades: dict[str, int], value: float) -> None:
    assert ndcg(entries, grades) == pytest.approx(value)


def test_scores_are_means_over_the_answerable_queries_of_a_class() -> None:
    queries = [JudgedQuery("first", "k", {"a": 3}), JudgedQuery("third", "k", {"a": 2}), JudgedQuery("related", "k", {"a": 1}), JudgedQuery("none", "n", {})]
    answers: dict[str, list[tuple[str, ...]]] = {"first": [("a",)], "third": [("x",), ("y",), ("a",)], "related": [("a",)], "none": []}
    table = judge_by_class(queries, lambda query: (answers[query], query in ("none", "related")))
    assert (table["k"].success_1, table["k"].success_3, table["k"].success_10) == pytest.approx((1 / 3, 2 / 3, 2 / 3))
    assert table["all"].success_1 == pytest.approx(1 / 3)
    assert (table["k"].doubted, table["n"].doubted) == (0, 1)
    assert (table["k"].empty, table["n"].empty, table["all"].empty) == (0, 1, 0.25)


def test_our_own_judgements_are_many_and_name_real_procedures(engine: object) -> None:
    from index import SearchEngine

    assert isinstance(engine, SearchEngine)
    queries = read_judgements(Path(ROOT / "data/judgements"))
    assert len(queries) >= 80
    known = {procedure.code for procedure in engine.snapshot().procedures()}
    assert {code for query in queries for code in query.grades} <= known
