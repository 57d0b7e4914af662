"""Ranking over the impact arrays is exact: an exhaustive scorer over Whoosh's own postings finds the same."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cache

import pytest

from index import Search, SearchEngine, read_judgements
from index.search.understanding import understand
from index.storage.schema import RANKED_FIELDS
from index.storage.snapshot import Snapshot
from tests.conftest import ROOT

TOP = 20
TOLERANCE = 1e-5


class Oracle:
    """Adds up BM25 document by document from Whoosh's postings, the slow and plain way."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.reader = snapshot.reader
        self.count = len(snapshot)
        self.postings = cache(self._postings)
        self.lengths = cache(self._lengths)

    def _postings(self, field: str, term: str) -> dict[int, float]:
        if (field, term) not in self.reader:
            return {}
        matcher = self.reader.postings(field, term)
        found = {}
        while matcher.is_active():
            found[matcher.id()] = matcher.weight()
            matcher.next()
        return found

    def _lengths(self, field: str) -> Counter[int]:
        lengths: Counter[int] = Counter()
        for term in self.reader.field_terms(field):
            lengths.update(self._postings(field, term))
        return lengths

    def score(self, text: str) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        for clause in understand(text).clauses:
            postings, lengths, ranked = self.postings(clause.field, clause.term), self.lengths(clause.field), RANKED_FIELDS[clause.field]
            average = sum(lengths.values()) / len(lengths)
            idf = math.log(1 + (self.count - len(postings) + 0.5) / (len(postings) + 0.5))
            for document, frequency in postings.items():
                norm = ranked.k1 * (1 - ranked.b + ranked.b * lengths[document] / average)
                scores[document] += clause.weight * idf * frequency * (ranked.k1 + 1) / (frequency + norm)
        return scores


def assert_exact(engine: SearchEngine, queries: list[str]) -> None:
    oracle = Oracle(engine.snapshot())
    for query in queries:
        expected = sorted(oracle.score(query).items(), key=lambda pair: (-pair[1], pair[0]))
        hits = engine.search(Search(query, per_page=TOP)).hits
        for hit, (_, best) in zip(hits, expected, strict=False):
            assert hit.score == pytest.approx(best, abs=2 * 10**-4), query  # a hit's score is rounded for people
        found = ranked_documents(engine, query)
        for place, (document, score) in enumerate(found):
            assert score == pytest.approx(expected[place][1], rel=TOLERANCE, abs=TOLERANCE), query
            if document != expected[place][0]:  # two documents of one score may stand either way round
                assert oracle.score(query)[document] == pytest.approx(score, rel=TOLERANCE, abs=TOLERANCE), query


def ranked_documents(engine: SearchEngine, query: str) -> list[tuple[int, float]]:
    from index.search.ranking import run

    ranking = run(understand(query), engine.snapshot())
    return list(zip(ranking.documents[:TOP].tolist(), ranking.scores[:TOP].tolist(), strict=True))


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
