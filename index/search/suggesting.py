"""As-you-type suggestions: phrases that start as what was typed, then procedures that its words find."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from index.search.ranking import run
from index.search.understanding import Understanding
from index.search.understanding.words import join_words, read_words
from index.storage.lexicon import Lexicon
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
    chosen: dict[int, Suggestion] = {}
    texts: set[str] = set()
    for document, folded, phrase in _offer(text, snapshot, understanding, limit):
        group = int(snapshot.groups[document])
        if group not in chosen and folded not in texts:
            chosen[group] = Suggestion(phrase, snapshot.codes[document].decode())
            texts.add(folded)
        if len(chosen) == limit:
            break
    return list(chosen.values())


def _offer(text: str, snapshot: Snapshot, understanding: Understanding, limit: int) -> Iterator[Phrase]:
    """Phrases with a word where the text could start, those with the typed marks first; the same for what was meant; what a search for that would find.

    Each is only looked for when those before it are not enough.
    """
    prefix = folded_prefix(text)
    if not prefix.strip():
        return
    found = snapshot.phrases.heaviest(prefix)
    yield from found if (typed := spell(text)).isascii() else _marked_first(found, typed)
    meant = _restore(compose(text), understanding)
    if meant != text:
        yield from snapshot.phrases.heaviest(folded_prefix(meant))
    if len(prefix) >= _SHORTEST_GUESS:
        found_by_words = run(understanding.understand(_finish(meant, snapshot.lexicon)), snapshot).documents
        for document in found_by_words[: limit * 2].tolist():
            yield Phrase(document, *snapshot.cards.name(document))


def _marked_first(phrases: Iterable[Phrase], typed: str) -> Iterator[Phrase]:
    """Those that hold what was typed with its marks before the others."""
    others = []
    for phrase in phrases:
        if typed in phrase.text.lower():
            yield phrase
        else:
            others.append(phrase)
    yield from others


def _restore(text: str, understanding: Understanding) -> str:
    """The text with its whole words as they were meant (``dk kh`` -> ``đăng ký kh``)."""
    whole, _, unfinished = text.rpartition(" ")
    if not whole or len(whole) > _LONGEST_RESTORED or whole.count(" ") >= _MOST_RESTORED:
        return text
    return f"{understanding.restore(whole)} {unfinished}"


def _finish(text: str, lexicon: Lexicon) -> str:
    """The text with its unfinished last word as it goes on most often after the one before (``sang ten xe m`` -> ``sang ten xe may``)."""
    words = read_words(text)
    if len(words) < 2 or text[-1].isspace():
        return text
    *whole, before, last = words
    if not last.text.isalpha() or lexicon.pair_count(before.folded, last.folded):
        return text
    finished = lexicon.finish(before.folded, last.folded)
    return f"{join_words([*whole, before])} {finished}" if finished else text
