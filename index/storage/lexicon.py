"""The words of a version: which syllables and pairs its names, aliases and synonyms hold, how often, and how they are spelled."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

from index.storage.analysis import PAIR
from index.text.folding import exact_key, folded_key, place_tone, split_tone, words

_FILE = "lexicon.json"


def compile_lexicon(texts: Iterable[str], folder: Path) -> None:
    """Count the syllables and pairs of many short texts, each in running order."""
    said: Counter[str] = Counter()
    said_together: Counter[tuple[str, str]] = Counter()
    for text in texts:
        typed = words(text)
        said.update(typed)
        said_together.update(pairwise(typed))
    syllables, spellings = _count_folded((folded_key(word), word, count) for word, count in said.items())
    named = ((f"{folded_key(first)}{PAIR}{folded_key(second)}", f"{first} {second}", count) for (first, second), count in said_together.items())
    pairs, pair_spellings = _count_folded(named)
    content = {
        "syllables": {key: count for key, count in syllables.items() if key},
        "pairs": dict(sorted(pairs.items())),
        "exact": sorted(set(map(exact_key, said))),
        "spellings": {key: _spell(text) for key, text in (spellings | pair_spellings).items()},
    }
    (folder / _FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _count_folded(spelled: Iterable[tuple[str, str, int]]) -> tuple[dict[str, int], dict[str, str]]:
    """(folded key, spelling, count) -> the count of each key over all its spellings, and its commonest spelling, the first one said where two are."""
    total: dict[str, int] = {}
    commonest: dict[str, tuple[int, str]] = {}
    for key, text, count in spelled:
        total[key] = total.get(key, 0) + count
        if count > commonest.get(key, (0, ""))[0]:
            commonest[key] = count, text
    return total, {key: text for key, (_, text) in commonest.items()}


def _spell(text: str) -> str:
    return " ".join(place_tone(*split_tone(word)) for word in text.split())


class Lexicon:
    """Read access to the words of one version."""

    def __init__(self, folder: Path) -> None:
        content: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self.syllables: dict[str, int] = content["syllables"]
        self.pairs: dict[str, int] = content["pairs"]
        self.exact = frozenset(content["exact"])
        self._sorted_pairs = sorted(self.pairs)  # as they were written
        self._spellings: dict[str, str] = content["spellings"]
        self.total = sum(self.syllables.values())

    def knows(self, folded: str) -> bool:
        """Whether the syllable stands anywhere in the version."""
        return folded in self.syllables

    def pair_count(self, first: str, second: str) -> int:
        """How often two folded syllables stand side by side."""
        return self.pairs.get(f"{first}{PAIR}{second}", 0)

    def finish(self, before: str, start: str) -> str | None:
        """The folded syllable that starts so and stands after another one most often, or None where none does."""
        prefix = f"{before}{PAIR}{start}"
        low = bisect_left(self._sorted_pairs, prefix)
        pairs = self._sorted_pairs[low : bisect_left(self._sorted_pairs, f"{prefix}\U0010ffff", low)]
        return max(pairs, key=self.pairs.__getitem__).partition(PAIR)[2] if pairs else None

    def is_usual(self, text: str) -> bool:
        """Whether each pair of a text's words, read without marks, mostly means these words: ``xin mỏ`` does not, ``xin mở`` does."""
        typed = words(text)
        pairs = zip(pairwise(map(folded_key, typed)), pairwise(typed), strict=True)
        return all(self._spellings.get(f"{a}{PAIR}{b}", "") == _spell(f"{first} {second}") for (a, b), (first, second) in pairs)

    def spell(self, folded: list[str]) -> list[str]:
        """Folded syllables with their marks, each as it is mostly spelled beside its stronger neighbour."""
        spelled = []
        for place, key in enumerate(folded):
            before = self.pair_count(folded[place - 1], key) if place else 0
            after = self.pair_count(key, folded[place + 1]) if place + 1 < len(folded) else 0
            if before >= after and before:
                spelled.append(self._spellings[f"{folded[place - 1]}{PAIR}{key}"].split()[1])
            elif after:
                spelled.append(self._spellings[f"{key}{PAIR}{folded[place + 1]}"].split()[0])
            else:
                spelled.append(self._spellings.get(key, key))
        return spelled
