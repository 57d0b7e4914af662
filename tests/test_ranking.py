"""Ranking over the impact arrays is exact: an exhaustive scorer over Whoosh's own postings, and over aliases counted one by one, finds the same."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cache

import pytest
from whoosh.index import open_dir

from index import Plan, Search, SearchEngine, fold, load_vocabulary, read_judgements
from index.search.ranking import run
from index.storage.analysis import LINE
from index.storage.priors import prior
from index.storage.schema import ALIAS_FIELDS, BLENDS, FACETS, RANKED_FIELDS
from index.text.folding import spell
from tests.conftest import ROOT

TOP = 20
TOLERANCE = 1e-5


class Oracle:
    """Adds up BM25 document by document from Whoosh's postings, the slow and plain way."""

    def __init__(self, engine: SearchEngine) -> None:
        self.engine = engine
        snapshot = engine.snapshot()
        self.reader = open_dir(str(snapshot.public_list.csv.parent / "whoosh")).reader()
        self.count = len(snapshot)
        self.procedures = snapshot.procedures()
        aliases = load_vocabulary(ROOT / "data/vocabulary").aliases
        self.boosts = [1 + prior(procedure, len(aliases.get(procedure.code, ()))) for procedure in self.procedures]
        self.spoken = [LINE.join(aliases.get(procedure.code, ())) for procedure in self.procedures]
        self.aliases = {field: [Counter(RANKED_FIELDS[field].terms(text)) for text in self.spoken] for field in ALIAS_FIELDS}
        self.postings = cache(self._postings)
        self.lengths = cache(self._lengths)
        self.impacts = cache(self._impacts)

    def _postings(self, field: str, term: str) -> dict[int, float]:
        if field in self.aliases:
            return {document: counts[term] for document, counts in enumerate(self.aliases[field]) if term in counts}
        if (field, term) not in self.reader:
            return {}
        matcher = self.reader.postings(field, term)
        found = {}
        while matcher.is_active():
            found[matcher.id()] = matcher.weight()
            matcher.next()
        return found

    def _lengths(self, field: str) -> Counter[int]:
        if field in self.aliases:
            return Counter({document: counts.total() for document, counts in enumerate(self.aliases[field]) if counts})
        lengths: Counter[int] = Counter()
        for term in self.reader.field_terms(field):
            lengths.update(self._postings(field, term))
        return lengths

    def _impacts(self, field: str, term: str) -> dict[int, float]:
        postings, lengths, ranked = self.postings(field, term), self.lengths(field), RANKED_FIELDS[field]
        average = sum(lengths.values()) / len(lengths) if lengths else 1
        common = max(len(postings), len(self.postings(ranked.idf_of, term)) if ranked.idf_of else 0)
        idf = math.log(1 + (self.count - common + 0.5) / (common + 0.5))
        impacts = {}
        for document, frequency in postings.items():
            norm = ranked.k1 * (1 - ranked.b + ranked.b * lengths[document] / average)
            impacts[document] = idf * frequency * (ranked.k1 + 1) / (frequency + norm)
        return impacts

    def score(self, text: str) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        plan = self.engine.understand(Search(text))
        for (name, term), clause_weight in plan.clauses.items():
            blend = BLENDS[name]
            best = {field: self.impacts(field, term) for field in blend.best}
            plus = {field: self.impacts(field, term) for field in blend.plus}
            for document in set().union(*best.values(), *plus.values()):
                blended = max(weight * best[field].get(document, 0) for field, weight in blend.best.items())
                blended += sum(weight * plus[field].get(document, 0) for field, weight in blend.plus.items())
                scores[document] += clause_weight * blended
        return {document: score * self._factor(document, plan) for document, score in scores.items()}

    def _factor(self, document: int, plan: Plan) -> float:
        """The prior, and what the words of the query that name a facet add."""
        factor = self.boosts[document]
        for facet, words, share in plan.steers:
            if facet == "title":
                raised = any(f" {phrase} " in f" {spell(self.procedures[document].name)} " for phrase in words.split("; "))
            else:
                raised = any(f" {fold(words)} " in f" {fold(value)} " for value in FACETS[facet](self.procedures[document]))
            factor *= 1 + share * raised
        return factor


def assert_exact(engine: SearchEngine, queries: list[str]) -> None:
    oracle = Oracle(engine)
    for query in queries:
        scores = oracle.score(query)
        expected = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        ranking = run(engine.understand(Search(query)), engine.snapshot())
        found = zip(ranking.documents[:TOP].tolist(), ranking.scores[:TOP].tolist(), strict=True)
        for place, (document, score) in enumerate(found):
            assert score == pytest.approx(expected[place][1], rel=TOLERANCE, abs=TOLERANCE), query
            # Two documents of one score may stand either way round, no others.
            assert scores[document] == pytest.approx(score, rel=TOLERANCE, abs=TOLERANCE), query


def test_ranking_the_sample_is_exact(engine: SearchEngine) -> None:
    names = [procedure.name for procedure in engine.snapshot().procedures()]
    assert_exact(engine, [query.query for query in read_judgements(ROOT / "data/judgements")] + names[:100])


def test_ranking_five_hundred_queries_over_the_whole_catalogue_is_exact(full_engine: SearchEngine, shared: object) -> None:
    judged = [query.query for query in read_judgements(ROOT.parent / "shared/queries/dev.jsonl")]
    names = [procedure.name for procedure in full_engine.snapshot().procedures()]
    titles = [" ".join(name.split()[:6]) for name in names[:: len(names) // 260]]
    queries = (judged + titles)[:500]
    assert len(queries) == 500
    assert_exact(full_engine, queries)
