"""As-you-type suggestions: phrases that start as what was typed, then procedures that the words find in spite of slips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from index.search.ranking import run
from index.search.understanding import Understanding
from index.storage.phrases import Phrase, folded_prefix
from index.storage.snapshot import Snapshot
from index.storage.versions import Current
from index.text.folding import compose, spell

_MOST_RESTORED, _LONGEST_RESTORED = 8, 60  # words, letters; longer texts start no phrase
_SHORTEST_GUESS = 3  # letters before words are searched, slips and all


class Suggestion(NamedTuple):
    """A text that finds the procedure of `code` when it is searched for."""

    text: str
    code: str


class Suggestions(NamedTuple):
    """What was suggested, best first, and the version it all comes from."""

    suggestions: list[Suggestion]
    current: Current


def suggest(text: str, snapshot: Snapshot, understanding: Understanding, limit: int = 8) -> list[Suggestion]:
    """At most `limit` suggestions, best first, no two alike. A text that ends in a blank has no unfinished word."""
    prefix = folded_prefix(text)
    if not prefix.strip():
        return []
    chosen: dict[int, Suggestion] = {}
    texts: set[str] = set()
    for document, folded, phrase in chain(_starting(text, snapshot, understanding), _guessed(text, prefix, snapshot, understanding, limit)):
        group = int(snapshot.groups[document])
        if group not in chosen and folded not in texts:
            chosen[group] = Suggestion(phrase, snapshot.codes[document].decode())
            texts.add(folded)
        if len(chosen) == limit:
            break
    return list(chosen.values())


def _starting(text: str, snapshot: Snapshot, understanding: Understanding) -> Iterator[Phrase]:
    """Phrases with a word where the typed text could start; those with the typed marks before those with others.

    Then the same for the text with its whole words as they were meant (``dk kh`` -> ``đăng ký kh``).
    """
    found = snapshot.phrases.heaviest(folded_prefix(text))
    yield from found if (typed := spell(text)).isascii() else _marked_first(found, typed)
    whole, _, unfinished = compose(text).rpartition(" ")
    if whole and len(whole) <= _LONGEST_RESTORED and whole.count(" ") < _MOST_RESTORED and (restored := f"{understanding.restore(whole)} {unfinished}") != text:
        yield from snapshot.phrases.heaviest(folded_prefix(restored))


def _marked_first(phrases: Iterable[Phrase], typed: str) -> Iterator[Phrase]:
    """Those that hold what was typed with its marks before the others."""
    others = []
    for phrase in phrases:
        if typed in phrase.text.lower():
            yield phrase
        else:
            others.append(phrase)
    yield from others


def _guessed(text: str, prefix: str, snapshot: Snapshot, understanding: Understanding, limit: int) -> Iterator[Phrase]:
    """What a search for the text as it stands would find, slips and synonyms included; only looked for when asked."""
    if len(prefix) < _SHORTEST_GUESS:
        return
    found = run(understanding.understand(compose(text)), snapshot).documents
    for document in found[: limit * 2].tolist():
        yield Phrase(document, *snapshot.cards.name(document))
