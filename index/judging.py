"""Judged queries and what they say of a ranking: success at 1, 3 and 10, nDCG at 10, share of empty answers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

DEPTH = 10
RELEVANT = 2  # grade from which a result serves the need: 3 exactly it, 2 a close variant, 1 related


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query, its class, and the grade of each judged code; no judgements means the catalogue has no answer."""

    query: str
    kind: str
    grades: dict[str, int]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over a set of queries, each between 0 and 1. The success figures and nDCG leave out queries without an answer."""

    queries: int
    success_1: float
    success_3: float
    success_10: float
    ndcg: float
    empty: float


def read_judgements(path: Path) -> list[JudgedQuery]:
    """Read JSON Lines with `query`, `class` and `judgements` ({code: grade}); a folder stands for all its .jsonl files."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    records = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [JudgedQuery(record["query"], record["class"], record["judgements"]) for record in records]


def ndcg(codes: Sequence[str], grades: dict[str, int]) -> float:
    """Normalised discounted cumulative gain at 10 with gains 2^grade − 1 (Järvelin & Kekäläinen 2002; Burges et al. 2005)."""
    gains = [2 ** grades.get(code, 0) - 1 for code in codes[:DEPTH]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:DEPTH]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(place) for place, gain in enumerate(gains, 2))


def first_relevant(codes: Sequence[str], grades: dict[str, int]) -> int | None:
    """The place, from 1, of the first code that serves the need; None where there is none."""
    return next((place for place, code in enumerate(codes, 1) if grades.get(code, 0) >= RELEVANT), None)


def judge(queries: Sequence[JudgedQuery], find: Callable[[str], Sequence[str]]) -> Scores:
    """Score a ranking: `find` gives the codes of a query's first ten results."""
    found = [find(query.query) for query in queries]
    answerable = [(codes, query.grades) for codes, query in zip(found, queries, strict=True) if query.grades]
    places = [first_relevant(codes, grades) or math.inf for codes, grades in answerable]

    def mean(values: Iterable[float], count: int) -> float:
        return sum(values) / count if count else 0.0

    return Scores(
        queries=len(queries),
        success_1=mean((place <= 1 for place in places), len(places)),
        success_3=mean((place <= 3 for place in places), len(places)),
        success_10=mean((place <= DEPTH for place in places), len(places)),
        ndcg=mean((ndcg(codes, grades) for codes, grades in answerable), len(places)),
        empty=mean((not codes for codes in found), len(found)),
    )


def judge_by_class(queries: Sequence[JudgedQuery], find: Callable[[str], Sequence[str]]) -> dict[str, Scores]:
    """Scores of each class in order of its name, and of `all` of them last."""
    kinds = sorted({query.kind for query in queries})
    table = {kind: judge([query for query in queries if query.kind == kind], find) for kind in kinds}
    return table | {"all": judge(queries, find)}
