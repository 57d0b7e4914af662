"""The words of a query, each as typed and folded, and finding known phrases among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from typing import Generic, NamedTuple, TypeVar

from index.text.folding import exact_key, folded_key, is_marked, words
from index.text.syllables import is_syllable

Meaning = TypeVar("Meaning")


class Word(NamedTuple):
    """One word of a query: lower-case as typed, and its folded key."""

    text: str
    folded: str


def read_words(text: str) -> list[Word]:
    """The words of a text in order."""
    return [word for word in map(_read_word, words(text)) if word.folded]


@lru_cache(maxsize=65_536)
def _read_word(text: str) -> Word:
    return Word(text, folded_key(text))


def join_words(query: Iterable[Word]) -> str:
    """The words as typed, one blank between."""
    return " ".join(word.text for word in query)


class Match(NamedTuple, Generic[Meaning]):
    """A phrase found: words `start` to `end` (exclusive) and what the phrase stands for."""

    start: int
    end: int
    meaning: Meaning


class PhraseTable(Generic[Meaning]):
    """Phrases and their meanings, found longest first.

    A phrase matches without its marks too, where that is safe: several syllables that `is_usual` says are mostly spelled so, or letters that are
    no syllable at all (``gplx``). A word that was typed with marks matches only the same marks: ``má`` is no ``mã``.
    """

    def __init__(self, phrases: Iterable[tuple[str, Meaning]], is_usual: Callable[[str], bool] = lambda text: True) -> None:
        self._is_usual = cache(is_usual)
        self._by_folded: dict[tuple[str, ...], list[tuple[list[Word], Meaning]]] = {}
        for text, meaning in phrases:
            phrase = read_words(text)
            if phrase:
                self._by_folded.setdefault(tuple(word.folded for word in phrase), []).append((phrase, meaning))
        # By the first two words of a phrase, "" where it has but one: how long such phrases are, longest first. A second word that is
        # listed has the single word below it.
        self._lengths: dict[str, dict[str, tuple[int, ...]]] = {}
        for key in sorted(self._by_folded, key=len, reverse=True):
            following = self._lengths.setdefault(key[0], {})
            for second in (key[1],) if len(key) > 1 else (*following, ""):
                if len(key) not in following.get(second, ()):
                    following[second] = (*following.get(second, ()), len(key))

    def find(self, query: Sequence[Word]) -> list[Match[Meaning]]:
        """Phrases that do not overlap, the longest first where they would; in order."""
        folded = tuple([word.folded for word in query])
        if self._lengths.keys().isdisjoint(folded):
            return []
        matches = []
        for start, word in enumerate(folded):
            if (following := self._lengths.get(word)) is None:
                continue
            lengths = following.get(folded[start + 1] if start + 1 < len(folded) else "") or following.get("")
            if lengths and (match := self._match_at(query, folded, start, lengths)):
                matches.append(match)
        if len(matches) < 2:
            return matches
        taken: set[int] = set()
        found = []
        for match in sorted(matches, key=lambda match: match.start - match.end):
            places = range(match.start, match.end)
            if taken.isdisjoint(places):
                taken.update(places)
                found.append(match)
        return sorted(found, key=lambda match: match.start)

    def find_whole(self, query: Sequence[Word]) -> Match[Meaning] | None:
        """The phrase that is all of a query, or None."""
        folded = tuple([word.folded for word in query])
        return self._match_at(query, folded, 0, (len(folded),)) if folded in self._by_folded else None

    def _match_at(self, query: Sequence[Word], folded: tuple[str, ...], start: int, lengths: Sequence[int]) -> Match[Meaning] | None:
        """The longest phrase at a place; `lengths`: of the phrases that start with its first two words or are its first."""
        for length in lengths:
            end = start + length
            for phrase, meaning in self._by_folded.get(folded[start:end], ()) if end <= len(folded) else ():
                if all(map(_fits, query[start:end], phrase)) and self._is_safe(query[start:end], phrase):
                    return Match(start, end, meaning)
        return None

    def _is_safe(self, typed: Sequence[Word], phrase: Sequence[Word]) -> bool:
        """Whether a phrase may match: typed with its marks, or unmistakable without them."""
        if any(is_marked(word.text) for word in typed) or not any(is_marked(word.text) for word in phrase):
            return len(phrase) > 1 or exact_key(typed[0].text) == exact_key(phrase[0].text)
        if len(phrase) == 1:
            return not is_syllable(phrase[0].folded)
        return self._is_usual(" ".join(word.text for word in phrase))


def _fits(typed: Word, meant: Word) -> bool:
    return not is_marked(typed.text) or exact_key(typed.text) == exact_key(meant.text)
