"""As-you-type suggestions: the last word is a prefix, the words before it are whole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.search.ranking import score
from index.search.understanding import FOLDED, understand
from index.storage.snapshot import Snapshot
from index.text.folding import compose, fold, folded_key, words

COMPLETIONS = 40  # most frequent words tried for a prefix
_LONGEST_LIST = 50  # documents looked at for distinct names


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that finds the procedure of `code` when it is searched for."""

    text: str
    code: str


def suggest(text: str, snapshot: Snapshot, limit: int = 8) -> list[Suggestion]:
    """At most `limit` suggestions, best first, no two alike. A text that ends in a blank has no unfinished word."""
    typed = words(compose(text))
    if not typed:
        return []
    prefix = "" if text[-1].isspace() else folded_key(typed[-1])
    scores = score(understand(" ".join(typed if not prefix else typed[:-1])), snapshot)
    if prefix:
        scores += FOLDED * _prefix_scores(prefix, snapshot)
    best = np.argsort(-scores, kind="stable")[:_LONGEST_LIST]
    suggestions: dict[str, Suggestion] = {}
    for document in best:
        if scores[document] <= 0 or len(suggestions) == limit:
            break
        card = snapshot.cards[document]
        suggestions.setdefault(fold(card["name"]), Suggestion(card["name"], card["code"]))
    return list(suggestions.values())


def _prefix_scores(prefix: str, snapshot: Snapshot) -> np.ndarray:
    """For each document the impact of its best word that starts with the prefix."""
    postings = snapshot.postings
    numbers = [number for _, number in postings.completions("folded", prefix)]
    numbers.sort(key=postings.document_frequency, reverse=True)
    scores = np.zeros(len(snapshot))
    for number in numbers[:COMPLETIONS]:
        documents, impacts = postings.postings(number)
        scores[documents] = np.maximum(scores[documents], impacts)
    return scores
