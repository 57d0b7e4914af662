"""Query text -> Plan: which terms of which fields, and how much each counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from index.search.plan import Clause, Plan
from index.storage.schema import PAIR, code_terms
from index.text.folding import compose, exact_key, folded_key, is_marked, words

# Weights of the scheme measured in the design; the judged query that breaks without each stands beside it.
FOLDED = 1.0  # every unaccented query
FOLDED_PAIRS = 1.5  # "gia hạn tạm trú": without pairs, names that hold the four syllables apart come first
EXACT_SHORT, EXACT_LONG = 0.5, 0.5 / 3  # "bán": 1 of 10 right without, 10 of 10 with
EXACT_PAIRS = 0.5  # "chứng thực": without it "chứng nhận ... thực phẩm" ranks beside
BODY = 0.25  # "nghĩa vụ quân sự ban chỉ huy xã": the agency stands only in the body
CODE = 50.0  # "1.004873" among digits of other names
SHORT = 2  # syllables

_CODE = re.compile(r"(?<![\w.])(\d)\s*\.?\s*(\d{6,9})((?:\s*\.\s*\w+|-\w+|[A-Z])*)(?!\w)")


def understand(text: str, filters: Mapping[str, tuple[str, ...]] | None = None) -> Plan:
    """The plan of a query as typed."""
    text = compose(text)
    typed = words(text)
    clauses = [*_code_clauses(text), *_text_clauses(typed)]
    return Plan(tuple(clauses), dict(filters or {}), frozenset(map(folded_key, typed)))


def _code_clauses(text: str) -> list[Clause]:
    return [Clause("code_keys", term, CODE) for match in _CODE.finditer(text) for term in code_terms("".join(match.group().split()))]


def _text_clauses(typed: list[str]) -> list[Clause]:
    folded = [key for word in typed if (key := folded_key(word))]
    clauses = [Clause("folded", key, FOLDED) for key in folded]
    clauses += [Clause("body", key, BODY) for key in folded]
    clauses += [Clause("folded_pairs", f"{a}{PAIR}{b}", FOLDED_PAIRS) for a, b in pairwise(folded)]
    return _merge(clauses + _exact_clauses(typed))


def _exact_clauses(typed: list[str]) -> list[Clause]:
    """A marked word means itself; an unmarked one does at half weight, and only in a query most of which is marked."""
    marked = sum(map(is_marked, typed))
    if not marked:
        return []
    weight = EXACT_SHORT if len(typed) <= SHORT else EXACT_LONG
    clauses = [Clause("exact", exact_key(word), weight if is_marked(word) else weight / 2) for word in typed if is_marked(word) or marked * 2 >= len(typed)]
    return clauses + [Clause("exact_pairs", f"{exact_key(a)}{PAIR}{exact_key(b)}", EXACT_PAIRS) for a, b in pairwise(typed) if is_marked(a) or is_marked(b)]


def _merge(clauses: list[Clause]) -> list[Clause]:
    """A term asked for twice counts once, at its greatest weight."""
    best: dict[tuple[str, str], Clause] = {}
    for clause in clauses:
        key = (clause.field, clause.term)
        if key not in best or clause.weight > best[key].weight:
            best[key] = clause
    return list(best.values())
