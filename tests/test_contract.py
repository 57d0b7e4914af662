"""The JSON contract with clients we do not know: it may grow, but nothing of it may go, be renamed or change its type."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema, fields

from lookup.api import schemas
from lookup.api.parameters import SearchParameters, SuggestParameters
from lookup.api.problems import Problem
from lookup.api.procedure_schemas import ProcedureRecord
from tests.test_client_module import SOURCE

# In JSDoc: `?string` may be null, a name that ends in `?` may be absent.
PINNED = """
@typedef {{version: string, published_at: string}} Catalogue
@typedef {{value: string, count: number}[]} Counts
@typedef {{field: Counts, level: Counts, agency: Counts, applicant: Counts, channel: Counts}} Facets
@typedef {{code: string, level: string[], agency: string[]}} Variant
@typedef {{code: string, name: string, highlight: string, field: ?string, level: string[], agency: string[], time_limit: ?string, fee: ?string,
    variants: Variant[], score: number, pinned: boolean, url: string}} Result
@typedef {{text: string, applied: boolean}} Correction
@typedef {{kind: string, from: string, to: string}} Interpretation
@typedef {{text: string, responsible: string, phone: ?string, url: ?string}} Signpost
@typedef {{query: string, total: number, page: number, per_page: number, results: Result[], facets: Facets, correction: ?Correction,
    interpretations: Interpretation[], signposts: Signpost[], unsure: boolean, catalogue: Catalogue}} SearchAnswer
@typedef {{suggestions: {text: string, code: string}[]}} SuggestAnswer
@typedef {{channel: ?string, time_limit: ?string, fee: ?string, description: ?string}} Method
@typedef {{name: string, case: ?string, form_file: ?string, originals: number, copies: number}} Document
@typedef {{title: ?string, number: ?string}} LegalBasis
@typedef {{code: string, name: string, field?: string, levels?: string[], agencies?: string[], applicants?: string[],
    promulgating_agency?: string, decision_number?: string, kind?: string, competent_agency?: string, coordinating_agency?: string,
    authorised_agency?: string, receiving_address?: string, description?: string, steps?: string, methods?: Method[],
    documents?: Document[], result?: string[], legal_basis?: LegalBasis[], legal_basis_text?: string, conditions?: string,
    keywords?: string, source_url?: string, online_level?: string, url: string, related: {code: string, name: string, event: ?string}[],
    catalogue: Catalogue}} Procedure
@typedef {{facets: Facets, catalogue: Catalogue}} FacetsAnswer
@typedef {{name: string, size: number, sha256: string, layout: string, rows: number, encoding: string, modified: string}} Source
@typedef {{version: string, published_at: string, procedures: number, sources: Source[]}} CatalogueAnswer
@typedef {{status: string}} Health
@typedef {{status: string, catalogue: Catalogue}} Readiness
@typedef {{title: string, status: number, detail: string, errors?: {parameter: string, detail: string}[]}} Problem
"""
PARAMETERS: dict[type[Schema], set[str]] = {
    SearchParameters: {"q", "page", "per_page", "field", "level", "agency", "applicant", "channel"},
    SuggestParameters: {"q", "limit"},
}
ANSWERS: dict[str, type[Schema]] = {
    "SearchAnswer": schemas.SearchAnswer,
    "SuggestAnswer": schemas.SuggestAnswer,
    "Procedure": ProcedureRecord,
    "FacetsAnswer": schemas.FacetsAnswer,
    "CatalogueAnswer": schemas.CatalogueAnswer,
    "Health": schemas.Health,
    "Readiness": schemas.Readiness,
    "Problem": Problem,
}
LIVE = [
    ("SearchAnswer", "/api/v1/search?q=dang+ky+khai+sinh"),
    ("SearchAnswer", "/api/v1/search?q=dnag+ky+khai+sihn"),
    ("SearchAnswer", "/api/v1/search?q=ly+hon&per_page=50"),
    ("SuggestAnswer", "/api/v1/suggest?q=dang+ky"),
    ("Procedure", "/api/v1/procedures/1.001193"),
    ("FacetsAnswer", "/api/v1/facets"),
    ("CatalogueAnswer", "/api/v1/catalogue"),
    ("Health", "/healthz"),
    ("Readiness", "/readyz"),
    ("Problem", "/api/v1/search?page=0"),
    ("Problem", "/api/v1/procedures/9.999999"),
]
NOTE = "clients break by this: keep it beside the new one, or note the change in CHANGELOG.md, raise the API's version and change PINNED here"
KINDS = {fields.String: "string", fields.DateTime: "string", fields.Integer: "number", fields.Float: "number", fields.Boolean: "boolean"}
PYTHON = {"string": (str,), "number": (int, float), "boolean": (bool,)}


def read_typedefs(text: str) -> dict[str, str]:
    """Name -> type, of every `@typedef`."""
    return {name: kind for kind, name in re.findall(r"@typedef \{(.+?)\} (\w+)", re.sub(r"\n(?: \*)? +", " ", text))}


def part(kind: str) -> Iterator[tuple[str, str]]:
    """Name and type of each member of `{name: type, …}`."""
    depth, start = 0, 1
    for place, char in enumerate(kind):
        depth += (char == "{") - (char == "}")
        if (char == "," and depth == 1) or (char == "}" and depth == 0):
            name, _, inner = kind[start:place].partition(":")
            yield name.strip(), inner.strip()
            start = place + 1


def flatten(kind: str, typedefs: dict[str, str], path: str = "") -> dict[str, str]:
    """Every field of a type and of what lies in it: path -> type, objects as `{}`."""
    kind = typedefs.get(kind, kind)
    null, bare = kind[: kind.startswith("?")], kind.removeprefix("?")
    if bare.endswith("[]"):
        return {place: "[]" + inner if place == path else inner for place, inner in flatten(bare[:-2], typedefs, path).items()}
    bare = typedefs.get(bare, bare)
    if not bare.startswith("{"):
        return {path: null + bare}
    shape = {path: null + "{}"}
    for name, inner in part(bare):
        shape |= flatten(inner, typedefs, f"{path}.{name}")
    return shape


def flatten_field(field: fields.Field[Any], path: str) -> dict[str, str]:
    """The same of a field of a schema."""
    if isinstance(field, fields.List):
        return {place: "[]" + inner if place == path else inner for place, inner in flatten_field(field.inner, path).items()}
    null = "?" * bool(field.allow_none)
    return flatten_schema(field.schema, path, null) if isinstance(field, fields.Nested) else {path: null + KINDS[type(field)]}


def flatten_schema(schema: Schema, path: str = "", null: str = "") -> dict[str, str]:
    """The same of a schema."""
    shape = {path: null + "{}"}
    for name, field in schema.fields.items():
        shape |= flatten_field(field, f"{path}.{field.data_key or name}" + "?" * (not field.required))
    return shape


def faults_of(value: Any, kind: str, typedefs: dict[str, str], path: str = "") -> list[str]:
    """Where a JSON value is not of a type; members that the type does not name are no fault."""
    kind = typedefs.get(kind, kind)
    if kind.startswith("?"):
        return [] if value is None else faults_of(value, kind[1:], typedefs, path)
    if kind.endswith("[]"):
        return [fault for item in value for fault in faults_of(item, kind[:-2], typedefs, f"{path}[]")] if isinstance(value, list) else [f"{path}: no list"]
    if not kind.startswith("{"):
        right = isinstance(value, PYTHON[kind]) and (kind == "boolean") == isinstance(value, bool)
        return [] if right else [f"{path}: {value!r} is no {kind}"]
    faults = []
    for name, inner in part(kind):
        if name.rstrip("?") in value:
            faults += faults_of(value[name.rstrip("?")], inner, typedefs, f"{path}.{name}")
        elif not name.endswith("?"):
            faults.append(f"{path}.{name}: absent")
    return faults


@pytest.mark.parametrize("name", ANSWERS)
def test_nothing_a_client_may_rely_on_is_gone(name: str) -> None:
    now, pinned = flatten_schema(ANSWERS[name]()), flatten(name, read_typedefs(PINNED))
    broken = [f"{name}{path}: {kind} became {now.get(path, 'absent')}" for path, kind in pinned.items() if now.get(path) != kind]
    assert not broken, f"{broken}: {NOTE}"


@pytest.mark.parametrize("name", LIVE, ids=lambda live: live[1])
def test_answers_are_what_is_promised(client: FlaskClient, name: tuple[str, str]) -> None:
    faults = faults_of(json.loads(client.get(name[1]).data), name[0], read_typedefs(PINNED))
    assert not faults, f"{faults}: {NOTE}"


@pytest.mark.parametrize("parameters", PARAMETERS)
def test_every_parameter_is_still_taken_and_none_is_newly_required(parameters: type[Schema]) -> None:
    now = parameters().fields
    assert PARAMETERS[parameters] <= now.keys(), NOTE
    assert {name for name, field in now.items() if field.required} <= ({"q"} if parameters is SuggestParameters else set()), NOTE


@pytest.mark.parametrize("name", ["SearchAnswer", "SuggestAnswer", "Procedure"])
def test_the_types_of_the_client_are_those_of_the_api(name: str) -> None:
    assert flatten(name, read_typedefs(SOURCE)) == flatten_schema(ANSWERS[name]())


def test_the_query_of_the_client_is_that_of_the_api() -> None:
    assert {name for name, _ in part(read_typedefs(SOURCE)["Query"])} == {f"{name}?" for name in SearchParameters().fields}
