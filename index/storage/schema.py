"""The Whoosh schema: which text of a procedure becomes which terms, and how each field's terms are weighed by BM25."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from whoosh.analysis import Analyzer, RegexTokenizer, Token
from whoosh.fields import ID, KEYWORD, STORED, TEXT, FieldType, Schema

from index.catalogue.procedure import Procedure
from index.text.folding import exact_key, folded_key, is_marked, words

# Raise it whenever the same text would give other terms or other arrays: a version built by another analysis is not opened.
ANALYSIS_VERSION = 1

PAIR = "_"
_BARE_CODE = re.compile(r"(\d)\.?(\d{6})(?=\D|$)")


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


def code_terms(code: str) -> list[str]:
    """The ways a code may be asked for, most exact first: ``1.000948.H38`` -> ``1000948h38``, ``1000948``."""
    whole = "".join(char for char in code if char.isalnum()).lower()
    bare = _BARE_CODE.match(code.replace(" ", ""))
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


@dataclass(frozen=True, slots=True)
class Ranked:
    """A field that ranks: its analysis and BM25's saturation `k1` and length normalisation `b` (Robertson & Zaragoza 2009).

    `distinct` counts a repeated term once: "đăng ký khai sinh kết hợp đăng ký nhận cha" is no more about registering than "đăng ký khai sinh".
    """

    terms: Callable[[str], list[str]]
    k1: float
    b: float
    distinct: bool = True


NAME_FIELDS = ("folded", "folded_pairs", "exact", "exact_pairs")

RANKED_FIELDS: dict[str, Ranked] = {
    "folded": Ranked(folded_terms, k1=0.6, b=0.5),
    "folded_pairs": Ranked(folded_pair_terms, k1=0.6, b=0.5),
    "exact": Ranked(exact_terms, k1=0.6, b=0.5),
    "exact_pairs": Ranked(exact_pair_terms, k1=0.6, b=0.5),
    "body": Ranked(folded_terms, k1=1.2, b=0.3, distinct=False),
    "code_keys": Ranked(code_terms, k1=0.0, b=0.0),
}

# Facets: schema field -> the values of a procedure.
FACETS: dict[str, Callable[[Procedure], tuple[str, ...]]] = {
    "field": lambda procedure: (procedure.field,) if procedure.field else (),
    "level": lambda procedure: procedure.levels,
    "agency": lambda procedure: procedure.agencies,
    "applicant": lambda procedure: procedure.applicants,
    "channel": lambda procedure: procedure.channels,
}

_LINE = "\n"  # separates the values of a facet; no value holds one


def _ranked_field(ranked: Ranked) -> FieldType:
    return TEXT(analyzer=SyllableAnalyzer(ranked.terms, ranked.distinct), phrase=False)


def make_schema() -> Schema:
    """The schema of a version: the code, the ranked fields, the facets, and the whole record as stored JSON."""
    facets = {facet: KEYWORD(analyzer=RegexTokenizer(f"[^{_LINE}]+")) for facet in FACETS}
    ranked = {name: _ranked_field(ranked) for name, ranked in RANKED_FIELDS.items()}
    return Schema(code=ID(stored=True, unique=True), record=STORED, **facets, **ranked)


def make_document(procedure: Procedure, record: str) -> dict[str, str]:
    """The values of one procedure's document; `record` is its JSON."""
    facets = {facet: _LINE.join(values(procedure)) for facet, values in FACETS.items()}
    names = dict.fromkeys(NAME_FIELDS, procedure.name)
    return {"code": procedure.code, "code_keys": procedure.code, "record": record, "body": body_text(procedure)} | names | facets


def body_text(procedure: Procedure) -> str:
    """What stands around the name, for words that are not in it. Lines part what must not form pairs."""
    parts = [
        procedure.field,
        *procedure.agencies,
        *procedure.levels,
        *procedure.applicants,
        procedure.promulgating_agency,
        procedure.keywords,
        *procedure.result,
        *(document.name for document in procedure.documents if not document.is_note),
    ]
    return _LINE.join(filter(None, parts))
