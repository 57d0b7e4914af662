"""The Whoosh schema: which text of a procedure becomes which terms, and how each field's terms are weighed by BM25."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from whoosh.analysis import RegexTokenizer
from whoosh.fields import ID, KEYWORD, TEXT, FieldType, Schema

from index.catalogue.procedure import Procedure
from index.storage.analysis import (
    LINE,
    SyllableAnalyzer,
    TermCounts,
    alias_exact_pair_terms,
    alias_pair_terms,
    code_terms,
    exact_pair_terms,
    exact_terms,
    folded_pair_terms,
    folded_terms,
    whole_alias_terms,
    whole_name_terms,
)

# Raise it whenever the same text would give other terms or other arrays: a version built by another analysis is not opened.
ANALYSIS_VERSION = 12


@dataclass(frozen=True, slots=True)
class Ranked:
    """A field that ranks: its analysis and BM25's saturation `k1` and length normalisation `b` (Robertson & Zaragoza 2009).

    `distinct` counts a repeated term once: "đăng ký khai sinh kết hợp đăng ký nhận cha" is no more about registering than "đăng ký khai sinh".
    `idf_of` names a field whose idf counts where a term is commoner there.
    """

    terms: Callable[[str], list[str]]
    k1: float
    b: float
    distinct: bool = True
    idf_of: str | None = None


NAME_FIELDS = ("folded", "folded_pairs", "exact", "exact_pairs", "name_whole")
ALIAS_FIELDS = ("alias", "alias_pairs", "alias_exact", "alias_exact_pairs", "alias_whole")

RANKED_FIELDS: dict[str, Ranked] = {
    "folded": Ranked(folded_terms, k1=0.6, b=0.5),
    "folded_pairs": Ranked(folded_pair_terms, k1=0.6, b=0.5),
    "exact": Ranked(exact_terms, k1=0.6, b=0.5),
    "exact_pairs": Ranked(exact_pair_terms, k1=0.6, b=0.5),
    "name_whole": Ranked(whole_name_terms, k1=0.0, b=0.0),
    "body": Ranked(folded_terms, k1=1.2, b=0.3, distinct=False),
    "alias": Ranked(folded_terms, k1=0.6, b=0.8, distinct=False, idf_of="folded"),
    "alias_pairs": Ranked(alias_pair_terms, k1=0.6, b=0.8, distinct=False, idf_of="folded_pairs"),
    "alias_exact": Ranked(exact_terms, k1=0.6, b=0.8, distinct=False, idf_of="exact"),
    "alias_exact_pairs": Ranked(alias_exact_pair_terms, k1=0.6, b=0.8, distinct=False, idf_of="exact_pairs"),
    "alias_whole": Ranked(whole_alias_terms, k1=0.0, b=0.0),
    "code_keys": Ranked(code_terms, k1=0.0, b=0.0),
}

WHOOSH_FIELDS = tuple(name for name in RANKED_FIELDS if name not in ALIAS_FIELDS)


@dataclass(frozen=True, slots=True)
class Blend:
    """What a clause is matched against: the best of some fields' weighted impacts, plus those of other fields.

    The best and not the sum: a procedure whose name and aliases repeat a word would otherwise beat the one whose name is that word.
    """

    best: dict[str, float]
    plus: dict[str, float] = field(default_factory=dict)


# Each weight names what breaks without it on the judged queries.
BLENDS: dict[str, Blend] = {
    # aliases: "mất bằng lái", whose words stand in no title; body: "nghĩa vụ quân sự ban chỉ huy xã", whose agency stands only there
    "words": Blend(best={"folded": 1.0, "alias": 1.5}, plus={"body": 0.25}),
    # "gia hạn tạm trú": without pairs, names that hold the four syllables apart come first
    "pairs": Blend(best={"folded_pairs": 1.25, "alias_pairs": 1.25}),
    # "bán" means neither "bạn" nor "bàn"
    "exact": Blend(best={"exact": 1.0, "alias_exact": 1.0}),
    "exact_pairs": Blend(best={"exact_pairs": 1.0, "alias_exact_pairs": 1.0}),
    # "đăng ký khai sinh", "tách khẩu": said whole, it outweighs the same words said of something else
    "whole": Blend(best={"name_whole": 3.0, "alias_whole": 2.0}),
    "code": Blend(best={"code_keys": 1.0}),
}

# Facets: schema field -> the values of a procedure.
FACETS: dict[str, Callable[[Procedure], tuple[str, ...]]] = {
    "field": lambda procedure: (procedure.field,) if procedure.field else (),
    "level": lambda procedure: procedure.levels,
    "agency": lambda procedure: procedure.agencies,
    "applicant": lambda procedure: procedure.applicants,
    "channel": lambda procedure: procedure.channels,
}


def _ranked_field(ranked: Ranked) -> FieldType:
    ranked_field = TEXT(analyzer=SyllableAnalyzer(ranked.terms, ranked.distinct), phrase=False)
    ranked_field.format = TermCounts()
    ranked_field.scorable = False  # lengths are summed exactly when postings are compiled
    return ranked_field


def make_schema() -> Schema:
    """The schema of a version: the code, the ranked fields but aliases, and the facets."""
    facets = {facet: KEYWORD(analyzer=RegexTokenizer(f"[^{LINE}]+")) for facet in FACETS}
    ranked = {name: _ranked_field(RANKED_FIELDS[name]) for name in WHOOSH_FIELDS}
    return Schema(code=ID(stored=True, unique=True), **facets, **ranked)


def make_document(procedure: Procedure) -> dict[str, str]:
    """The values of one procedure's document."""
    facets = {facet: LINE.join(values(procedure)) for facet, values in FACETS.items()}
    names = dict.fromkeys(NAME_FIELDS, procedure.name)
    return {"code": procedure.code, "code_keys": procedure.code, "body": body_text(procedure)} | names | facets


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
    return LINE.join(filter(None, parts))
