"""Text -> terms: the functions that index and query share, and their dress for Whoosh."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from whoosh.analysis import Analyzer, Token
from whoosh.formats import Frequency
from whoosh.system import pack_uint

from index.text.folding import exact_key, folded_key, is_marked, words

PAIR = "_"
LINE = "\n"  # parts the values of one field; no value holds one
_BARE_CODE = re.compile(r"(\d)\.?(\d{6})(?:[A-Z]|(?:\.\w+)+|-\w+)?")


def folded_terms(text: str) -> list[str]:
    """Folded syllables in order."""
    return [key for word in words(text) if (key := folded_key(word))]


def folded_pair_terms(text: str) -> list[str]:
    """Each two neighbouring folded syllables, ``a_b``."""
    return [f"{a}{PAIR}{b}" for a, b in pairwise(folded_terms(text))]


def exact_terms(text: str) -> list[str]:
    """Exact keys in order."""
    return [exact_key(word) for word in words(text)]


def exact_pair_terms(text: str) -> list[str]:
    """Each two neighbouring exact keys of which at least one is marked."""
    return [f"{exact_key(a)}{PAIR}{exact_key(b)}" for a, b in pairwise(words(text)) if is_marked(a) or is_marked(b)]


def alias_pair_terms(text: str) -> list[str]:
    """Folded pairs of each alias, one a line; no pair reaches from one alias into the next."""
    return [pair for alias in text.split(LINE) for pair in folded_pair_terms(alias)]


def alias_exact_pair_terms(text: str) -> list[str]:
    """Exact pairs of each alias, one a line."""
    return [pair for alias in text.split(LINE) for pair in exact_pair_terms(alias)]


def whole_alias_terms(text: str) -> list[str]:
    """Each alias as one term, its folded syllables joined."""
    return [whole_term(folded_terms(alias)) for alias in text.split(LINE) if alias]


def whole_name_terms(text: str) -> list[str]:
    """A name as one term."""
    return [whole_name_term(folded_terms(text))]


def whole_name_term(syllables: list[str]) -> str:
    """The one term of a name, without the words "thủ tục (hành chính)" that say nothing."""
    for opening in (["thu", "tuc", "hanh", "chinh"], ["thu", "tuc"]):
        if syllables[: len(opening)] == opening:
            return whole_term(syllables[len(opening) :])
    return whole_term(syllables)


def whole_term(syllables: list[str]) -> str:
    """The one term of a whole alias."""
    return PAIR.join(syllables)


def code_terms(code: str) -> list[str]:
    """The ways a code may be asked for, most exact first: ``1.000948.H38`` -> ``1000948h38``, ``1000948``."""
    whole = "".join(char for char in code if char.isalnum()).lower()
    bare = _BARE_CODE.fullmatch(code.replace(" ", ""))
    return list(dict.fromkeys([whole, "".join(bare.groups())])) if bare else [whole]


class SyllableAnalyzer(Analyzer):
    """A Whoosh analyzer over one of the functions above. It drops nothing: every Vietnamese syllable carries meaning."""

    def __init__(self, terms: Callable[[str], list[str]], distinct: bool) -> None:
        self.terms = terms
        self.distinct = distinct

    def __call__(self, value: str, positions: bool = False, start_pos: int = 0, mode: str = "", **options: Any) -> Iterator[Token]:
        token = Token(positions, chars=False, removestops=False, mode=mode)
        terms = self.terms(value)
        for position, term in enumerate(dict.fromkeys(terms) if self.distinct else terms, start_pos):
            token.text = term
            token.boost = 1.0
            if positions:
                token.pos = position
            yield token


class TermCounts(Frequency):
    """Whoosh's frequency format, counting a text's terms at once instead of one token object each: a third off a build."""

    def word_values(self, value: str, analyzer: SyllableAnalyzer, **options: Any) -> Iterator[tuple[str, int, float, bytes]]:
        counts = Counter(analyzer.terms(value))
        for term, count in counts.items():
            frequency = 1 if analyzer.distinct else count
            yield term, frequency, float(frequency), pack_uint(frequency)
