"""One page of a long list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

Row = TypeVar("Row")

SIZE = 100  # rows a page


class Paged(Generic[Row]):
    """The rows of one page; what is no page number is the first page, what lies behind the last is the last."""

    def __init__(self, rows: Sequence[Row], asked: str | None) -> None:
        self.total = len(rows)
        self.last = max(1, -(-self.total // SIZE))
        self.number = min(max(1, int(asked)) if asked and asked.isdecimal() and len(asked) < 10 else 1, self.last)
        self._rows = rows[(self.number - 1) * SIZE : self.number * SIZE]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)
