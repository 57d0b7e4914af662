"""The words of a version: which syllables and pairs its names, aliases and synonyms hold, how often, and how they are spelled."""

from __future__ import annotations

import json
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
    syllables: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    exact: Counter[str] = Counter()
    for text in texts:
        typed = words(text)
        folded = [folded_key(word) for word in typed]
        syllables.update(folded)
        exact.update(map(exact_key, typed))
        for key, word in zip(folded, typed, strict=True):
            spellings.setdefault(key, Counter())[word] += 1
        for (a, b), (first, second) in zip(pairwise(folded), pairwise(typed), strict=True):
            pairs[f"{a}{PAIR}{b}"] += 1
            spellings.setdefault(f"{a}{PAIR}{b}", Counter())[f"{first} {second}"] += 1
    content = {
        "syllables": {key: count for key, count in syllables.items() if key},
        "pairs": pairs,
        "exact": sorted(exact),
        "spellings": {key: _spell(counts.most_common(1)[0][0]) for key, counts in spellings.items()},
    }
    (folder / _FILE).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _spell(text: str) -> str:
    return " ".join(place_tone(*split_tone(word)) for word in text.split())


class Lexicon:
    """Read access to the words of one version."""

    def __init__(self, folder: Path) -> None:
        content: dict[str, Any] = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        self.syllables: dict[str, int] = content["syllables"]
        self.pairs: dict[str, int] = content["pairs"]
        self.exact = frozenset(content["exact"])
        self._spellings: dict[str, str] = content["spellings"]
        self.total = sum(self.syllables.values())

    def knows(self, folded: str) -> bool:
        """Whether the syllable stands anywhere in the version."""
        return folded in self.syllables

    def pair_count(self, first: str, second: str) -> int:
        """How often two folded syllables stand side by side."""
        return self.pairs.get(f"{first}{PAIR}{second}", 0)

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
