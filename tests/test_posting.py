"""The public posting list: nothing left out, nothing that runs in a spreadsheet program, made once."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.wrappers import Response

from index import Procedure, SearchEngine, list_fields, list_procedures, publish_catalogue
from index.catalogue.procedure import Catalogue
from index.storage.public_list import COLUMNS
from lookup import Settings, create_app
from lookup.pages.posting import slug

FORMULAS = ("=1+1", "+84", "-cmd|' /C calc'!A0", "@SUM(A1)", "\tTab")


@pytest.fixture
def hostile(tmp_path: Path) -> FlaskClient:
    procedures = tuple(Procedure(f"1.00000{number}", f"Tên {number}", field=text, levels=("Cấp xã",)) for number, text in enumerate(FORMULAS))
    publish_catalogue(Catalogue((*procedures, Procedure("1.000009", "Không rõ gì"))), tmp_path)
    return create_app(Settings(index_dir=tmp_path)).test_client()


def fetch(client: FlaskClient, path: str, **headers: str) -> Response:
    """An answer read to its end: the file behind it is closed."""
    with client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()}) as response:
        response.get_data()
        return response


def read_csv(client: FlaskClient) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fetch(client, "/niem-yet.csv").data.decode("utf-8-sig"))))


def read_xlsx(client: FlaskClient) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(fetch(client, "/niem-yet.xlsx").data)).active.iter_rows(values_only=True))


def test_both_files_hold_every_procedure_with_what_the_law_wants_posted(client: FlaskClient, engine: SearchEngine) -> None:
    rows, (header, *cells) = read_csv(client), read_xlsx(client)
    assert list(rows[0]) == list(header) == ["STT", *COLUMNS]
    assert len(rows) == len(cells) == engine.overview().manifest.procedures
    assert [[str(value or "") for value in row] for row in cells] == [list(row.values()) for row in rows]
    birth = next(row for row in rows if row["Mã thủ tục"] == "1.001193")
    assert birth["Tên thủ tục"] == "Thủ tục đăng ký khai sinh" and birth["Lĩnh vực"] == "Hộ tịch" and birth["Quyết định công bố"]


def test_excel_knows_the_csv_as_utf_8(client: FlaskClient) -> None:
    response = fetch(client, "/niem-yet.csv")
    assert response.data.startswith(b"\xef\xbb\xbfSTT,") and response.mimetype == "text/csv"
    assert re.fullmatch(r"attachment; filename=niem-yet-thu-tuc-\d{8}\.csv", response.headers["Content-Disposition"])


def test_no_cell_runs_as_a_formula(hostile: FlaskClient) -> None:
    written = [row["Lĩnh vực"] for row in read_csv(hostile)]
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in written)
    assert {"'=1+1", "'+84", "'@SUM(A1)", "Tab"} <= set(written)
    sheet = load_workbook(io.BytesIO(fetch(hostile, "/niem-yet.xlsx").data)).active
    assert {cell.data_type for row in sheet.iter_rows(min_row=2, min_col=2) for cell in row} <= {"s", "inlineStr", "n"}


def test_files_can_be_kept_until_the_next_version(client: FlaskClient) -> None:
    first = fetch(client, "/niem-yet.xlsx")
    assert first.headers["Cache-Control"] == "public, max-age=5"
    again = fetch(client, "/niem-yet.xlsx", If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert first.headers["Content-Length"] == str(len(first.data))


def test_every_procedure_stands_under_its_field_and_unknown_ones_too(client: FlaskClient, hostile: FlaskClient, engine: SearchEngine) -> None:
    snapshot = engine.snapshot()
    fields = list_fields(snapshot)
    assert sum(field.total for field in fields) == len(snapshot)
    listed = [row["Mã thủ tục"] for field in fields for row in list_procedures(snapshot, field.name)]
    assert sorted(listed) == sorted(code.decode() for code in snapshot.codes)
    assert "Không rõ gì" in hostile.get("/niem-yet/chua-ro").text and "Chưa rõ lĩnh vực" in hostile.get("/niem-yet").text


def test_counts_by_level_are_those_of_the_lists(engine: SearchEngine) -> None:
    snapshot = engine.snapshot()
    for field in list_fields(snapshot):
        for level, count in field.levels.items():
            rows = list_procedures(snapshot, field.name, level, any_level=False)
            assert len(rows) == count and all((level or "") in row["Cấp thực hiện"] for row in rows), (field, level)


def test_the_overview_leads_to_each_field_and_level(client: FlaskClient) -> None:
    page = client.get("/niem-yet").text
    paths = set(re.findall(r'href="(/niem-yet/[^"]+)"', page))
    assert "/niem-yet/ho-tich" in paths and "/niem-yet/ho-tich?cap=cap-xa" in paths
    for path in sorted(paths)[::7]:
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("path", ["/niem-yet/khong-co", "/niem-yet/ho-tich?cap=khong-co", "/niem-yet.pdf"])
def test_what_is_not_listed_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_hostile_names_stay_text(tmp_path: Path) -> None:
    attack = '<script>alert("1")</script>'
    publish_catalogue(Catalogue((Procedure("1.000001", attack, field=attack, decision_number=attack),)), tmp_path)
    client = create_app(Settings(index_dir=tmp_path)).test_client()
    assert "<script>alert" not in client.get("/niem-yet").text + client.get(f"/niem-yet/{slug(attack)}").text


def test_the_pages_of_the_whole_list_stay_light(full_index: Path) -> None:
    client = create_app(Settings(index_dir=full_index)).test_client()
    for path, most in (("/niem-yet", 30_000), ("/niem-yet/dat-dai", 60_000), ("/niem-yet/ho-tich", 12_000)):
        response = client.get(path, headers={"Accept-Encoding": "br"})
        assert response.status_code == 200 and len(response.data) <= most, (path, len(response.data))


def test_fields_that_share_an_address_stand_together(tmp_path: Path) -> None:
    fields = ("An toàn, vệ sinh lao động", "An toàn vệ sinh lao động")
    publish_catalogue(Catalogue(tuple(Procedure(f"1.00000{number}", f"Tên {number}", field=field) for number, field in enumerate(fields))), tmp_path)
    client = create_app(Settings(index_dir=tmp_path)).test_client()
    page = client.get("/niem-yet/an-toan-ve-sinh-lao-dong").text
    assert all(text in page for text in (*fields, "Tên 0", "Tên 1", "Có 2 thủ tục"))
    assert client.get("/sitemap.xml").text.count("/niem-yet/an-toan-ve-sinh-lao-dong<") == 1
