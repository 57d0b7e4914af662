"""The JSON API over real HTTP requests: whole bodies, errors that name every fault, answers that can be kept."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from marshmallow import Schema

from index import Procedure, SearchEngine, publish_catalogue
from index.catalogue.methods import Method
from index.catalogue.procedure import Catalogue
from lookup import Settings, create_app
from lookup.api import schemas
from lookup.api.problems import Problem
from lookup.api.procedure_schemas import ProcedureRecord

SAMPLE_CODE = "1.001193"


def get(client: FlaskClient, path: str, status: int = 200, **query: Any) -> dict[str, Any]:
    response = client.get(path, query_string=query or None)
    assert response.status_code == status, response.text
    body: dict[str, Any] = json.loads(response.data)
    return body


@pytest.fixture
def one_procedure(tmp_path: Path) -> FlaskClient:
    birth = Procedure(
        "1.001193",
        "Thủ tục đăng ký <khai sinh>",
        field="Hộ tịch",
        levels=("Cấp xã",),
        agencies=("UBND xã",),
        methods=(Method("Trực tiếp", "1 Ngày", "Miễn phí"),),
    )
    publish_catalogue(Catalogue((birth,)), tmp_path)
    return create_app(Settings(index_dir=tmp_path)).test_client()


def test_a_search_answers_with_everything_a_client_needs(one_procedure: FlaskClient) -> None:
    body = get(one_procedure, "/api/v1/search", q="dang ky")
    catalogue = body.pop("catalogue")
    score = body["results"][0].pop("score")
    assert body == {
        "query": "dang ky",
        "total": 1,
        "page": 1,
        "per_page": 10,
        "results": [
            {
                "code": "1.001193",
                "name": "Thủ tục đăng ký <khai sinh>",
                "highlight": "Thủ tục <mark>đăng ký</mark> &lt;khai sinh&gt;",
                "field": "Hộ tịch",
                "level": ["Cấp xã"],
                "agency": ["UBND xã"],
                "time_limit": "1 ngày",
                "fee": "Miễn phí",
                "variants": [],
                "pinned": False,
                "url": "/thu-tuc/1.001193",
            }
        ],
        "facets": {
            "field": [{"value": "Hộ tịch", "count": 1}],
            "level": [{"value": "Cấp xã", "count": 1}],
            "agency": [{"value": "UBND xã", "count": 1}],
            "applicant": [],
            "channel": [{"value": "Trực tiếp", "count": 1}],
        },
        "correction": None,
        "interpretations": [],
        "signposts": [],
        "unsure": False,
    }
    assert score > 0
    assert catalogue["version"] and datetime.fromisoformat(catalogue["published_at"]).tzinfo


def test_what_is_unknown_is_null_on_a_card_and_absent_from_a_record(client: FlaskClient) -> None:
    cards = get(client, "/api/v1/search", per_page=50)["results"]
    unknown = next(card for card in cards if card["time_limit"] is None and card["fee"] is None and not card["level"])
    record = get(client, f"/api/v1/procedures/{unknown['code']}")
    assert not {"methods", "levels", "steps"} & record.keys()


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("/api/v1/search?q=khai+sinh", schemas.SearchAnswer),
        ("/api/v1/search", schemas.SearchAnswer),
        ("/api/v1/suggest?q=khai+s", schemas.SuggestAnswer),
        (f"/api/v1/procedures/{SAMPLE_CODE}", ProcedureRecord),
        ("/api/v1/facets", schemas.FacetsAnswer),
        ("/api/v1/catalogue", schemas.CatalogueAnswer),
        ("/healthz", schemas.Health),
        ("/readyz", schemas.Readiness),
    ],
)
def test_every_answer_is_as_its_schema_says(client: FlaskClient, path: str, schema: type[Schema]) -> None:
    assert schema(unknown="raise").validate(get(client, path)) == {}


def test_every_record_is_as_the_schema_says(client: FlaskClient, engine: SearchEngine) -> None:
    for procedure in engine.snapshot().procedures():
        assert ProcedureRecord(unknown="raise").validate(get(client, f"/api/v1/procedures/{procedure.code}")) == {}


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ({"page": "0"}, {"page": "Phải từ 1 đến 1000."}),
        ({"per_page": "51"}, {"per_page": "Phải từ 1 đến 50."}),
        ({"page": "x", "per_page": "1.5"}, {"page": "Phải là một số nguyên.", "per_page": "Phải là một số nguyên."}),
        ({"page": "101"}, {"page": "Số trang nhân số kết quả mỗi trang không được quá 1000."}),
        ({"q": "a" * 201}, {"q": "Dài nhất 200 ký tự."}),
        ({"q": ["a", "b"], "page": ["1", "1"]}, {"q": "Chỉ được ghi một lần.", "page": "Chỉ được ghi một lần."}),
        *[({"page": typed}, {"page": "Phải là một số nguyên."}) for typed in ("1_0", "+1", " 1", "1 ", "٣", "１", "1e1", "0x1", "", "9" * 5000)],
        ({"page": "-1", "per_page": "9" * 30}, {"page": "Phải từ 1 đến 1000.", "per_page": "Phải từ 1 đến 50."}),
        ({"field": ""}, {"field": "Mỗi giá trị dài từ 1 đến 300 ký tự."}),
        (
            {"query": "khai sinh", "sort": "name", "page": "0"},
            {"page": "Phải từ 1 đến 1000.", "query": "Không có tham số này.", "sort": "Không có tham số này."},
        ),
    ],
)
def test_every_wrong_parameter_is_named_in_one_answer(client: FlaskClient, query: dict[str, Any], faults: dict[str, str]) -> None:
    body = get(client, "/api/v1/search", 422, **query)
    assert {fault["parameter"]: fault["detail"] for fault in body["errors"]} == faults
    assert (body["status"], body["title"]) == (422, "Tham số chưa đúng")


def test_length_is_counted_after_composing(client: FlaskClient) -> None:
    assert get(client, "/api/v1/search", q="ệ" * 200)["query"] == "ệ" * 200
    assert get(client, "/api/v1/search", q="e\u0323\u0302" * 200)["query"] == "ệ" * 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/procedures/9.999999", 404),
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v1/search", 405),
        ("DELETE", "/api/v1/procedures/1.001193", 405),
        ("GET", "/api/v1/suggest", 422),
        ("GET", "/api/v1/search?q=%ff%fe", 422),
        ("GET", "/api/v1/search?q=%00%01", 200),
        ("GET", "/api/v1/procedures/%00", 404),
    ],
)
def test_errors_are_problems_in_vietnamese(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    if status != 200:
        assert response.content_type == "application/problem+json"
        problem = json.loads(response.data)
        assert problem["status"] == status and Problem(unknown="raise").validate(problem) == {}
        assert any(ord(char) > 127 for char in problem["detail"])


def test_without_an_index_the_service_is_up_and_says_what_is_missing(tmp_path: Path) -> None:
    client = create_app(Settings(index_dir=tmp_path / "none")).test_client()
    assert get(client, "/healthz") == {"status": "ok"}
    for path in ("/readyz", "/api/v1/search?q=x", "/api/v1/procedures/1.001193"):
        response = client.get(path)
        assert response.status_code == 503 and response.headers["Retry-After"] == "30"
        assert ("scripts/refresh" in json.loads(response.data)["detail"]) == (path == "/readyz"), "the remedy is for those who run the service"
    assert client.get("/").status_code == 503


def test_an_answer_can_be_kept_and_asked_again_until_the_next_version(tmp_path: Path) -> None:
    def publish() -> None:
        publish_catalogue(Catalogue((Procedure("1.001193", "Khai sinh"),)), tmp_path)

    publish()
    client = create_app(Settings(index_dir=tmp_path)).test_client()
    for path in (
        "/api/v1/search?q=khai",
        "/api/v1/suggest?q=khai",
        "/api/v1/procedures/1.001193",
        "/api/v1/facets",
        "/api/v1/catalogue",
        "/?q=khai",
        "/thu-tuc/1.001193",
    ):
        first = client.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=5"
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b""), path
        publish()
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_one_question_spelled_in_two_urls_has_one_etag(client: FlaskClient) -> None:
    etags = {client.get(path).headers["ETag"] for path in ("/api/v1/search?q=khai++sinh", "/api/v1/search?per_page=10&q=khai%20sinh&page=1")}
    assert len(etags) == 1


def test_the_openapi_document_is_complete(client: FlaskClient) -> None:
    spec = get(client, "/openapi.json")
    assert spec["openapi"] == "3.1.0"
    assert not {"Error", "PaginationMetadata"} & set(spec["components"]["schemas"])
    paths = {"/api/v1/search", "/api/v1/suggest", "/api/v1/procedures/{code}", "/api/v1/facets", "/api/v1/catalogue", "/healthz", "/readyz"}
    assert set(spec["paths"]) == paths
    search = spec["paths"]["/api/v1/search"]["get"]
    assert {parameter["name"] for parameter in search["parameters"]} == {
        "q",
        "page",
        "per_page",
        "field",
        "level",
        "agency",
        "applicant",
        "channel",
        "as_typed",
    }
    assert {"200", "304", "422", "503"} <= set(search["responses"])
    for path in paths:
        operation = spec["paths"][path]["get"]
        assert operation["summary"] and operation["operationId"]
        assert "application/json" in operation["responses"]["200"]["content"]


def test_the_documentation_page_names_every_operation(client: FlaskClient) -> None:
    page = client.get("/tai-lieu-api").text
    assert all(f"GET {path}" in page for path in get(client, "/openapi.json")["paths"])


def test_settings_come_from_lookup_variables() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment({"LOOKUP_INDEX_DIR": "/srv/index"}).index_dir == Path("/srv/index")
    assert "LOOKUP_INDEX_DIR" not in os.environ or Settings.from_environment().index_dir
