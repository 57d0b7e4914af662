"""Contestants take turns over the same queries, so that whatever else the machine does falls on all of them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

TURN = 20  # queries a contestant runs before the next one does
SLOW = 30.0  # milliseconds; who takes longer runs one round: a second tells no more and takes minutes

Find = Callable[[str], object]


class Lap(NamedTuple):
    """Milliseconds a query took: the median and the 95th percentile."""

    median: float
    high: float


def race(contestants: Mapping[str, Find], queries: Sequence[str], rounds: int) -> dict[str, Lap]:
    """The laps of every contestant, each query run once a round. A few that warm files and interpreters are not counted."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for query in queries[:3]:
        for find in contestants.values():
            find(query)
    running = dict(contestants)
    for _ in range(rounds):
        for start in range(0, len(queries), TURN):
            for name, find in running.items():
                times[name] += [time_once(find, query) for query in queries[start : start + TURN]]
        running = {name: find for name, find in running.items() if statistics.median(times[name]) < SLOW}
    return {name: summarise(spent) for name, spent in times.items()}


def time_once(find: Find, query: str) -> float:
    """Milliseconds of one call."""
    begun = time.perf_counter()
    find(query)
    return 1000 * (time.perf_counter() - begun)


def summarise(spent: Sequence[float]) -> Lap:
    """The lap of many times."""
    return Lap(statistics.median(spent), statistics.quantiles(spent, n=20)[-1] if len(spent) > 1 else spent[0])
