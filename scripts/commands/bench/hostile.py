"""Queries made to be dear, as long as the service takes them, and what they cost."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from index import Search, SearchEngine
from scripts.commands.bench.loads import LONGEST
from scripts.commands.bench.racing import time_once

SEEDS, TIMES = 20, 3
LONGEST_SLIP = 14  # letters up to which a word is looked at for slips

LETTERS = "abcdeghiklmnopqrstuvxy"


def fill(words: Iterator[str], blank: str = " ") -> str:
    """Words until a query is full."""
    text = ""
    for word in words:
        if len(text) + len(blank) + len(word) > LONGEST:
            break
        text += blank + word if text else word
    return text


def hostile_queries(engine: SearchEngine, seed: int = 7) -> dict[str, str]:
    """One of every kind that something in understanding, ranking or suggesting works hardest at."""
    dice = random.Random(seed)
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


class Cost(NamedTuple):
    """Milliseconds that the queries of a kind take: the dearest search, with fifty results, and the dearest suggestion."""

    search: float
    suggestion: float


def cost(engine: SearchEngine) -> dict[str, Cost]:
    """The dearest of many queries of each kind. Each counts by the best of its tries: the machine's hiccups are none of the query's."""
    dearest: dict[str, Cost] = {}
    for seed in range(SEEDS):
        for kind, query in hostile_queries(engine, seed).items():
            found = Cost(
                min(time_once(lambda text: engine.search(Search(text, per_page=50)), query) for _ in range(TIMES)),
                min(time_once(engine.suggest, query) for _ in range(TIMES)),
            )
            dearest[kind] = Cost(*map(max, found, dearest.get(kind, found)))
    return dearest
