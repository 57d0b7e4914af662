"""Engine results -> the JSON that goes out, and the headers that let a phone keep it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from flask import Response, request

from index import Current, FacetCounts, Hit, Results, Search, Signpost
from lookup.content.related import Related

MEDIA_TYPE = "application/json"
write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
MAX_AGE = 5  # seconds a phone may reuse an answer without asking; staff are promised that what they change shows within ten


def write_search(search: Search, results: Results) -> str:
    """The body of a search answer. Cards are JSON already: they are set in as they are, where parsing and writing them took longer than finding them."""
    plan = results.plan
    asked = {"query": search.text, "total": results.total, "page": search.page, "per_page": search.per_page}
    told = {
        "correction": plan.correction and plan.correction._asdict(),
        "interpretations": [{"kind": change.kind, "from": change.typed, "to": change.to} for change in plan.interpretations],
        "signposts": [_present_signpost(signpost) for signpost in plan.signposts],
        "unsure": results.unsure,
        "catalogue": present_current(results.current),
    }
    hits = ",".join(map(_write_hit, results.hits))
    return f'{write(asked)[:-1]},"results":[{hits}],"facets":{write_facets(results.facets)},{write(told)[1:]}'


def _write_hit(hit: Hit) -> str:
    variants = ",".join(hit.variants_json)
    added = f'"highlight":{write(hit.highlight)},"variants":[{variants}],"score":{hit.score},"pinned":{"true" if hit.pinned else "false"}'
    return f'{hit.card_json[:-1]},{added},"url":"{procedure_url(hit.codes[0])}"}}'


def write_facets(facets: FacetCounts) -> str:
    """Facet counts as JSON: for each facet a list of values and their counts."""
    written = {name: ",".join([f'{{"value":{_quote(value)},"count":{count}}}' for value, count in counts]) for name, counts in facets.items()}
    return f"{{{','.join([f'{write(name)}:[{counts}]' for name, counts in written.items()])}}}"


@lru_cache(maxsize=4_096)
def _quote(value: str) -> str:
    """A value of a facet as JSON: the same few hundred stand in all answers."""
    return write(value)


def _present_signpost(signpost: Signpost) -> dict[str, Any]:
    return {"text": signpost.text, "responsible": signpost.responsible, "phone": signpost.phone, "url": signpost.url}


def procedure_url(code: str) -> str:
    """Where the page of a procedure lies. Codes hold nothing that must be quoted."""
    return f"/thu-tuc/{code}"


def present_current(current: Current) -> dict[str, str]:
    """Which version an answer comes from."""
    return {"version": current.version, "published_at": current.published_at}


def write_procedure(code: str, record: str, related: Iterable[Related], current: Current) -> str:
    """The body of a procedure answer: what is known, nothing else. The record is JSON already."""
    added = {"url": procedure_url(code), "related": [other._asdict() for other in related], "catalogue": present_current(current)}
    return f"{record[:-1]},{write(added)[1:]}"


def make_etag(current: Current, question: object) -> str:
    """Changes with the published version and with what is asked, and with nothing else."""
    return blake2b(f"{current.version} {current.published_at} {question!r}".encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def answer(body: dict[str, Any] | str, etag: str) -> Response:
    """A JSON answer that may be kept and asked again; text is JSON already."""
    response = Response(body if isinstance(body, str) else write(body), content_type=MEDIA_TYPE)
    return mark_reusable(response, etag)


def mark_reusable(response: Response, etag: str) -> Response:
    """Add the caching headers."""
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


def not_modified(etag: str) -> Response | None:
    """A 304 where the asker already has this answer; checked before any work is done."""
    if not request.if_none_match.contains_weak(etag):
        return None
    return mark_reusable(Response(status=304), etag)
