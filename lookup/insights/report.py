"""What citizens looked for in a month and did not find, for the people who plan what to explain."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from lookup.insights.store import read


class Totals(NamedTuple):
    """Sums over a month; `withheld`: searches whose text was never kept because it might name a person."""

    searches: int
    empty: int
    refused: int
    withheld: int
    opened: int


class QueryCount(NamedTuple):
    """A folded text and how often it was searched for, found nothing, had its correction refused; only days on which it was frequent count."""

    text: str
    seen: int
    empty: int
    refused: int


class Report(NamedTuple):
    """A month, YYYY-MM."""

    month: str
    totals: Totals
    queries: list[QueryCount]
    empty: list[QueryCount]
    refused: list[QueryCount]
    opened: list[tuple[str, int]]


def read_report(state_dir: Path, month: str) -> Report:
    """The counts of a month, each list with its most frequent first."""
    days = {"days": f"{month}-%"}
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in Totals._fields)
    totals = read(state_dir, f"SELECT {sums} FROM days WHERE day LIKE :days", days)
    texts = read(state_dir, "SELECT text, sum(seen), sum(empty), sum(refused) FROM queries WHERE day LIKE :days GROUP BY text", days)
    queries = [QueryCount(*row) for row in texts]
    opened = read(state_dir, "SELECT code, sum(opened) FROM procedures WHERE day LIKE :days GROUP BY code ORDER BY 2 DESC, 1", days)
    return Report(
        month,
        Totals(*totals[0]) if totals else Totals(0, 0, 0, 0, 0),
        _most(queries, "seen"),
        _most(queries, "empty"),
        _most(queries, "refused"),
        [(code, times) for code, times in opened],
    )


def _most(queries: list[QueryCount], what: str) -> list[QueryCount]:
    counted = [query for query in queries if getattr(query, what)]
    return sorted(counted, key=lambda query: (-getattr(query, what), query.text))
