"""What two hundred letters may cost: steps are counted, not timed, over queries made to be dear.

A step is a call of a Python or C function; a million take about a tenth of a second. Array work is bounded beside it by the number of clauses.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from index import Search, SearchEngine
from index.search.understanding.repairing import LONGEST_SLIP
from index.search.understanding.typing import MOST_WAYS, part_syllables
from lookup.api.parameters import LONGEST_QUERY
from scripts.commands.bench import hostile as hostile_module
from scripts.commands.bench.hostile import hostile_queries
from scripts.commands.bench.loads import LONGEST

MOST_STEPS = 80_000
MOST_CLAUSES = 1_000

NAMES = [
    "one letter", "one-letter words", "parts in many ways", "common words", "common words, marked", "common words, glued", "short words, glued",
    "any words, glued", "glued pieces", "strange neighbours", "slips", "letters", "words of letters", "raw Telex", "raw VNI", "terms with many readings",
    "a code after the other", "letters of everywhere", "lone surrogates", "marks on marks",
]  # fmt: skip


@pytest.fixture(scope="module")
def hostile(engine: SearchEngine) -> dict[str, str]:
    return hostile_queries(engine)


def count_steps(work: Callable[[], object]) -> int:
    """Calls of Python and C functions that some work takes."""
    steps = 0

    def note(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal steps
        steps += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return steps


@pytest.mark.parametrize("name", NAMES)
def test_no_query_takes_more_steps_than_it_may(engine: SearchEngine, hostile: dict[str, str], name: str) -> None:
    query = hostile[name]
    assert len(query) <= LONGEST_QUERY + 2
    assert count_steps(lambda: engine.search(Search(query, per_page=50))) < MOST_STEPS
    assert len(engine.understand(Search(query)).clauses) < MOST_CLAUSES


@pytest.mark.parametrize("name", NAMES)
def test_no_suggestion_takes_more_steps_than_it_may(engine: SearchEngine, hostile: dict[str, str], name: str) -> None:
    assert count_steps(lambda: engine.suggest(hostile[name])) < MOST_STEPS


def test_every_kind_is_tried(hostile: dict[str, str]) -> None:
    assert list(hostile) == NAMES
    assert (LONGEST, hostile_module.LONGEST_SLIP) == (LONGEST_QUERY, LONGEST_SLIP), "at the limits of the service"


def test_parting_follows_few_ways_at_a_time(engine: SearchEngine) -> None:
    """Twice the letters take at most about twice the steps, however many ways there are."""
    lexicon = engine.snapshot().lexicon
    few, many = (count_steps(lambda text="anoan" * times: part_syllables(text, lexicon)) for times in (20, 40))  # type: ignore[misc]
    assert many < 2.2 * few < 2.2 * 20 * 5 * 10 * MOST_WAYS * 8


def test_the_deepest_page_with_every_filter_takes_no_more(engine: SearchEngine) -> None:
    filters = {name: tuple(value for value, _ in counts[:20]) for name, counts in engine.overview().facets.items()}
    for text in ("", "thu tuc", "cap"):
        assert count_steps(lambda text=text: engine.search(Search(text, filters, 20, 50))) < MOST_STEPS  # type: ignore[misc]
