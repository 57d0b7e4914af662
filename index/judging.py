"""Judged queries and what they say of a ranking: success at 1, 3 and 10, nDCG at 10, share of empty answers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

DEPTH = 10
RELEVANT = 2  # grade from which a result serves the need: 3 exactly it, 2 a close variant, 1 related


Entry = tuple[str, ...]  # the codes one result stands for
Find = Callable[[str], tuple[Sequence[Entry], bool]]  # a query's first ten results, and whether the asker was told that they may be wrong


class JudgedQuery(NamedTuple):
    """A query, its class, and the grade of each judged code; no judgements means the catalogue has no answer."""

    query: str
    kind: str
    grades: dict[str, int]


class Scores(NamedTuple):
    """Means over a set of queries, each between 0 and 1. The success figures and nDCG leave out queries without an answer.

    `doubted`: of queries without an answer, the share that found nothing or were told so; of the others, the share doubted though the first
    result was right. The one should be high, the other low.
    """

    queries: int
    success_1: float
    success_3: float
    success_10: float
    ndcg: float
    empty: float
    doubted: float


def read_judgements(path: Path) -> list[JudgedQuery]:
    """Read JSON Lines with `query`, `class` and `judgements` ({code: grade}); a folder stands for all its .jsonl files."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    records = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [JudgedQuery(record["query"], record["class"], record["judgements"]) for record in records]


def grade(entry: Entry, grades: dict[str, int]) -> int:
    """The best grade among the codes a result stands for."""
    return max((grades.get(code, 0) for code in entry), default=0)


def ndcg(entries: Sequence[Entry], grades: dict[str, int]) -> float:
    """Normalised discounted cumulative gain at 10 with gains 2^grade − 1 (Järvelin & Kekäläinen 2002; Burges et al. 2005)."""
    gains = [2 ** grade(entry, grades) - 1 for entry in entries[:DEPTH]]
    ideal = sorted((2**best - 1 for best in grades.values()), reverse=True)[:DEPTH]
    best = _discounted(ideal)
    return _discounted(gains) / best if best else 0.0


def _discounted(gains: Iterable[int]) -> float:
    return sum(gain / math.log2(place) for place, gain in enumerate(gains, 2))


def first_relevant(entries: Sequence[Entry], grades: dict[str, int]) -> int | None:
    """The place, from 1, of the first result that serves the need; None where there is none."""
    return next((place for place, entry in enumerate(entries, 1) if grade(entry, grades) >= RELEVANT), None)


def judge(queries: Sequence[JudgedQuery], find: Find) -> Scores:
    """Score a ranking: an entry counts by the best of its codes."""
    found = [(*find(query.query), query.grades) for query in queries]
    answerable = [(entries, doubted, grades) for entries, doubted, grades in found if grades]
    places = [first_relevant(entries, grades) or math.inf for entries, _, grades in answerable]
    right = [doubted for place, (_, doubted, _) in zip(places, answerable, strict=True) if place == 1]
    hopeless = [doubted or not entries for entries, doubted, grades in found if not grades]
    return Scores(
        queries=len(queries),
        success_1=_mean([place <= 1 for place in places]),
        success_3=_mean([place <= 3 for place in places]),
        success_10=_mean([place <= DEPTH for place in places]),
        ndcg=_mean([ndcg(entries, grades) for entries, _, grades in answerable]),
        empty=_mean([not entries for entries, _, _ in found]),
        doubted=_mean(right if answerable else hopeless),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def judge_by_class(queries: Sequence[JudgedQuery], find: Find) -> dict[str, Scores]:
    """Scores of each class in order of its name, and of `all` of them last."""
    kinds = sorted({query.kind for query in queries})
    table = {kind: judge([query for query in queries if query.kind == kind], find) for kind in kinds}
    return table | {"all": judge(queries, find)}
