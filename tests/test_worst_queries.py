"""What two hundred letters may cost: steps are counted, not timed, over queries made to be dear.

A step is a call of a Python or C function; a million take about a tenth of a second. Array work is bounded beside it by the number of clauses.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest

from index import Search, SearchEngine
from index.search.understanding.repairing import LONGEST_SLIP
from index.search.understanding.typing import MOST_WAYS, part_syllables

LONGEST = 200  # letters that a query may have
MOST_STEPS = 80_000
MOST_CLAUSES = 1_000

LETTERS = "abcdeghiklmnopqrstuvxy"


def fill(words: Iterator[str], blank: str = " ") -> str:
    """Words until a query is full."""
    text = ""
    for word in words:
        if len(text) + len(blank) + len(word) > LONGEST:
            break
        text += blank + word if text else word
    return text


def hostile_queries(engine: SearchEngine) -> dict[str, str]:
    """One of every kind that something in understanding, ranking or suggesting works hardest at."""
    dice = random.Random(7)
    lexicon, vocabulary = engine.snapshot().lexicon, engine.snapshot().vocabulary
    known = sorted(filter(str.isalpha, lexicon.syllables), key=lambda word: -lexicon.syllables[word])
    draw: Callable[[list[str]], Iterator[str]] = lambda words: iter(lambda: dice.choice(words), None)  # noqa: E731
    terms = [synonym.term for synonym in vocabulary.synonyms]
    return {
        "one letter": "a" * LONGEST,
        "one-letter words": "a " * (LONGEST // 2),
        "parts in many ways": "oan" * 66,
        "common words": fill(iter(known)),
        "common words, marked": fill(iter(lexicon.spell([word])[0] for word in known)),
        "common words, glued": fill(iter(known), ""),
        "short words, glued": fill(iter(sorted(known, key=len)), ""),
        "any words, glued": fill(draw(known), ""),
        "glued pieces": fill(iter(lambda: "".join(dice.choices(known[:500], k=5)), None)),
        "strange neighbours": fill(draw(known)),
        "slips": fill(iter(lambda: dice.choice(known) + dice.choice(LETTERS), None)),
        "letters": "".join(dice.choices(LETTERS, k=LONGEST)),
        "words of letters": fill(iter(lambda: "".join(dice.choices(LETTERS, k=LONGEST_SLIP)), None)),
        "raw Telex": fill(iter(lambda: "".join(dice.choices("aeouwdsfrxj", k=14)), None)),
        "raw VNI": fill(iter(lambda: "".join(dice.choices("aeoud16789", k=14)), None)),
        "terms with many readings": fill(draw(terms)),
        "a code after the other": fill(iter(lambda: f"1.{dice.randrange(10**6):06}", None)),
        "letters of everywhere": "".join(chr(dice.randrange(0x20, 0xD800)) for _ in range(LONGEST)),
        "lone surrogates": "dang ky" + "".join(chr(dice.randrange(0xD800, 0xE000)) for _ in range(LONGEST - 7)),
        "marks on marks": "a" + "\u0301\u0323\u0302" * 66,
    }


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
    assert len(query) <= LONGEST + 2
    assert count_steps(lambda: engine.search(Search(query, per_page=50))) < MOST_STEPS
    assert len(engine.understand(Search(query)).clauses) < MOST_CLAUSES


@pytest.mark.parametrize("name", NAMES)
def test_no_suggestion_takes_more_steps_than_it_may(engine: SearchEngine, hostile: dict[str, str], name: str) -> None:
    assert count_steps(lambda: engine.suggest(hostile[name])) < MOST_STEPS


def test_every_kind_is_tried(hostile: dict[str, str]) -> None:
    assert list(hostile) == NAMES


def test_parting_follows_few_ways_at_a_time(engine: SearchEngine) -> None:
    """Twice the letters take at most about twice the steps, however many ways there are."""
    lexicon = engine.snapshot().lexicon
    few, many = (count_steps(lambda text="anoan" * times: part_syllables(text, lexicon)) for times in (20, 40))  # type: ignore[misc]
    assert many < 2.2 * few < 2.2 * 20 * 5 * 10 * MOST_WAYS * 8


def test_the_deepest_page_with_every_filter_takes_no_more(engine: SearchEngine) -> None:
    filters = {name: tuple(value for value, _ in counts[:20]) for name, counts in engine.overview().facets.items()}
    for text in ("", "thu tuc", "cap"):
        assert count_steps(lambda text=text: engine.search(Search(text, filters, 20, 50))) < MOST_STEPS  # type: ignore[misc]
