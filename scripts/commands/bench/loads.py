"""What is asked of the service: every kind of request, as citizens and mini-apps send them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from index import VARIANTS, JudgedQuery, compose, rewrite
from scripts.commands.bench.serving import Load, read_etag

DRAWS = 20_000
LONGEST = 200  # letters that the service takes


def make_loads(judged: Sequence[JudgedQuery], codes: Sequence[str], ports: Mapping[str, int]) -> list[Load]:
    """Every load; cold ones are asked of a service without an answer cache."""
    written = [query.query for query in judged if len(compose(query.query)) <= LONGEST]
    typed = type_every_way(written)
    searches = _address("/api/v1/search", typed)
    pages = _address("/", typed)
    gzip = {"Accept-Encoding": "gzip"}
    etag = read_etag(ports["cold"], searches[0])
    return [
        Load("một câu trả lời cố định của Flask", ports["constant"], ["/"], {}),
        Load("câu cố định ấy, gunicorn với gthread sẵn có", ports["plain"], ["/"], {}),
        Load("tìm, không giữ câu trả lời", ports["cold"], _address("/api/v1/search", written), {}),
        Load("tìm, gõ mười ba cách, không giữ", ports["cold"], searches, {}),
        Load("tìm, gõ mười ba cách, có giữ (theo Zipf)", ports["warm"], draw_by_zipf(searches), gzip, kept=True),
        Load("gợi ý, không giữ", ports["cold"], _address("/api/v1/suggest", [text[:length] for text in typed[:1000] for length in (3, 7, 12)]), {}),
        Load("một thủ tục, không giữ", ports["cold"], [f"/api/v1/procedures/{code}" for code in codes], {}),
        Load("304, không giữ", ports["cold"], searches[:1], {"If-None-Match": etag}),
        Load("trang HTML, không giữ", ports["cold"], pages, {}),
        Load("trang HTML, có giữ (theo Zipf)", ports["pages"], draw_by_zipf(pages), gzip, kept=True),
    ]


def type_every_way(queries: Sequence[str]) -> list[str]:
    """Queries in every way they get typed, as far as the service takes them, shuffled."""
    typed = [text for text in dict.fromkeys(rewrite(query, variant) for query in queries for variant in VARIANTS) if len(compose(text)) <= LONGEST]
    random.Random(1).shuffle(typed)
    return typed


def _address(path: str, texts: Sequence[str]) -> list[str]:
    return [f"{path}?{urlencode({'q': text})}" for text in texts]


def draw_by_zipf(paths: Sequence[str]) -> list[str]:
    """Paths as often as people ask: the n-th commonest one n-th as often as the commonest."""
    return random.Random(2).choices(paths, [1 / place for place in range(1, len(paths) + 1)], k=DRAWS)
