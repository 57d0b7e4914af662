"""Passing a procedure on: short links, QR codes, the sheet, and what search engines and previews read."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from zxingcpp import read_barcode

from index import Document, Procedure, publish_catalogue
from index.catalogue.procedure import Catalogue
from lookup import Settings, create_app
from lookup.pages.sharing import draw_qr
from lookup.pages.sheet import MOST, SIZES, make_sheet, shorten

PUBLIC = "https://tthc.example.gov.vn"
BIRTH = "1.001193"


@pytest.fixture(scope="module")
def public(sample_index: Path) -> FlaskClient:
    """The service of a province that named its address, its mini-app and itself."""
    settings = Settings(index_dir=sample_index, public_url=PUBLIC, zalo_app_id="3735928559", province="Tỉnh Mẫu", hotline="1900 1234")
    return create_app(settings).test_client()


def scan(svg: str) -> str:
    """What a phone reads from a QR code in SVG: its squares are drawn and the picture is decoded."""
    root = ElementTree.fromstring(svg)
    size = int(root.attrib["viewBox"].split()[2])
    picture = Image.new("L", (size * 4, size * 4), 255)
    pen = ImageDraw.Draw(picture)
    path = next(element.attrib["d"] for element in root.iter() if element.attrib.get("stroke"))
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", path):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        if command == "h":
            pen.rectangle((x * 4, y * 4 - 2, (x + values[0]) * 4 - 1, y * 4 + 1), fill=0)
            x += values[0]
        else:
            x, y = (values[0], values[1]) if command == "M" else (x + values[0], y + values[1])
    found = read_barcode(picture)
    assert found is not None
    return str(found.text)


@pytest.mark.parametrize("code", [BIRTH, "1001193", "1.001193.000.00.00.H38"])
def test_a_short_link_leads_to_the_page(client: FlaskClient, code: str) -> None:
    response = client.get(f"/t/{code}")
    assert (response.status_code, response.headers["Location"]) == (302, f"/thu-tuc/{BIRTH}")
    assert response.headers["Cache-Control"] == "public, max-age=5"


@pytest.mark.parametrize("path", ["/t/9.999999", "/thu-tuc/9.999999", "/thu-tuc/9.999999/qr.svg", "/thu-tuc/9.999999/niem-yet"])
def test_an_unknown_code_is_a_page_that_says_so(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404 and "Không có thủ tục nào mang mã" in response.text


@pytest.mark.parametrize("path", ["/t/1.001195", "/thu-tuc/1.001913", "/thu-tuc/2.001193"])
def test_a_code_with_a_slip_shows_the_codes_it_may_be(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404 and f'<a href="/thu-tuc/{BIRTH}">Thủ tục đăng ký khai sinh</a>' in response.text


@pytest.mark.parametrize("text", [f"{PUBLIC}/t/{BIRTH}", "http://localhost:8000/t/1.001193", PUBLIC + "/t/1.001193.000.00.00.H38"])
def test_a_qr_code_can_be_read(text: str) -> None:
    assert scan(draw_qr(text, declared=True)) == text


def test_a_qr_code_leads_to_the_public_address_and_may_be_kept_by_all(public: FlaskClient) -> None:
    response = public.get(f"/thu-tuc/{BIRTH}/qr.svg", headers={"Host": "evil.example"})
    assert response.mimetype == "image/svg+xml" and scan(response.text) == f"{PUBLIC}/t/{BIRTH}"
    assert response.headers["Cache-Control"] == "public, max-age=5" and response.headers["ETag"]


def test_without_a_public_address_a_qr_code_is_for_its_asker_alone(client: FlaskClient) -> None:
    one, other = (client.get(f"/thu-tuc/{BIRTH}/qr.svg", headers={"Host": host}) for host in ("tthc.example.vn", "other.example:8000"))
    assert scan(one.text) == f"http://tthc.example.vn/t/{BIRTH}" and scan(other.text) == f"http://other.example:8000/t/{BIRTH}"
    assert one.headers["Cache-Control"] == other.headers["Cache-Control"] == "private, no-cache"
    assert one.headers["ETag"] != other.headers["ETag"]


@pytest.mark.parametrize("path", [f"/thu-tuc/{BIRTH}/qr.svg", f"/thu-tuc/{BIRTH}/niem-yet", "/sitemap.xml", "/niem-yet", "/niem-yet/ho-tich"])
def test_what_an_asker_has_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", first.headers["Cache-Control"])


@pytest.mark.parametrize("host", ["a b", "evil.example/path", 'x"onload="', "user@evil.example", "<svg>"])
def test_a_host_that_is_none_gets_no_address(client: FlaskClient, host: str) -> None:
    assert client.get(f"/thu-tuc/{BIRTH}/qr.svg", headers={"Host": host}).status_code == 400


def test_no_shared_page_repeats_the_host_it_was_asked_by(client: FlaskClient) -> None:
    for path in ("/", "/?q=khai+sinh", f"/thu-tuc/{BIRTH}", "/niem-yet", "/niem-yet/ho-tich", "/robots.txt"):
        response = client.get(path, headers={"Host": "evil.example"})
        assert "public" in response.headers["Cache-Control"] and "evil.example" not in response.text, path


def test_a_procedure_page_tells_how_to_pass_it_on(public: FlaskClient, client: FlaskClient) -> None:
    page = public.get(f"/thu-tuc/{BIRTH}").text
    assert f'href="{PUBLIC}/t/{BIRTH}">tthc.example.gov.vn/t/{BIRTH}</a>' in page
    assert f'href="https://zalo.me/s/3735928559/?code={BIRTH}"' in page
    assert f'href="/thu-tuc/{BIRTH}/qr.svg"' in page and f'href="/thu-tuc/{BIRTH}/niem-yet"' in page
    plain = client.get(f"/thu-tuc/{BIRTH}").text
    assert f'href="/t/{BIRTH}">/t/{BIRTH}</a>' in plain and "zalo.me" not in plain


def test_previews_and_search_engines_read_what_the_catalogue_says(public: FlaskClient) -> None:
    page = public.get(f"/thu-tuc/{BIRTH}?q=khai+sinh&can=fee").text
    assert f'<link rel="canonical" href="{PUBLIC}/thu-tuc/{BIRTH}">' in page
    assert '<meta property="og:title" content="Thủ tục đăng ký khai sinh">' in page
    assert f'<meta property="og:url" content="{PUBLIC}/thu-tuc/{BIRTH}">' in page
    description = re.search(r'<meta name="description" content="([^"]+)">', page)
    assert description and 20 < len(description[1]) <= 155


def test_the_structured_data_of_a_procedure_says_only_what_is_known(public: FlaskClient) -> None:
    page = public.get(f"/thu-tuc/{BIRTH}").text
    data = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[0])
    assert data["@context"] == "https://schema.org" and data["@type"] == "GovernmentService"
    assert data["name"] == "Thủ tục đăng ký khai sinh" and data["identifier"] == BIRTH and data["serviceType"] == "Hộ tịch"
    assert data["url"] == f"{PUBLIC}/thu-tuc/{BIRTH}" and data["areaServed"] == {"@type": "AdministrativeArea", "name": "Tỉnh Mẫu"}
    assert all(provider["@type"] == "GovernmentOrganization" for provider in data["provider"])
    assert {channel["name"] for channel in data["availableChannel"]} >= {"Trực tiếp", "Trực tuyến"}
    assert data["availableChannel"][0]["servicePhone"]["telephone"] == "1900 1234"
    assert None not in data.values() and [] not in data.values()


def test_hostile_texts_stay_inside_the_structured_data(tmp_path: Path) -> None:
    attack = "</script><script>alert(1)</script><!--\u2028&"
    publish_catalogue(Catalogue((Procedure(BIRTH, attack, field=attack, description=attack),)), tmp_path)
    client = create_app(Settings(index_dir=tmp_path)).test_client()
    page = client.get(f"/thu-tuc/{BIRTH}").text
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(data)["serviceType"] == attack and "<" not in data
    assert "<script>alert" not in page and "<script>alert" not in client.get(f"/thu-tuc/{BIRTH}/niem-yet").text


def test_searches_are_not_indexed_and_procedures_are(public: FlaskClient) -> None:
    assert '<meta name="robots" content="noindex' in public.get("/?q=khai+sinh").text
    for path in ("/", f"/thu-tuc/{BIRTH}", "/niem-yet", "/niem-yet/ho-tich"):
        assert "noindex" not in public.get(path).text, path


def test_robots_are_told_where_the_sitemap_lies(public: FlaskClient, client: FlaskClient) -> None:
    assert public.get("/robots.txt").text == f"User-agent: *\nDisallow: /api/\nDisallow: /quan-tri\nSitemap: {PUBLIC}/sitemap.xml\n"
    assert "Sitemap" not in client.get("/robots.txt").text


def test_the_sitemap_lists_every_page_worth_finding(public: FlaskClient, client: FlaskClient) -> None:
    response = public.get("/sitemap.xml")
    urls = [element.text or "" for element in ElementTree.fromstring(response.text).iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    procedures = public.get("/api/v1/catalogue").json["procedures"]  # type: ignore[index]
    assert len(urls) == len(set(urls)) < 50_000 and sum("/thu-tuc/" in url for url in urls) == procedures
    assert all(url.startswith(f"{PUBLIC}/") for url in urls)
    for url in (urls[0], urls[1], *urls[2:300:20]):
        assert public.get(url.removeprefix(PUBLIC)).status_code == 200, url
    assert client.get("/sitemap.xml").headers["Cache-Control"] == "private, no-cache"


def test_the_sheet_tells_the_essential_and_where_the_rest_stands(public: FlaskClient) -> None:
    page = public.get(f"/thu-tuc/{BIRTH}/niem-yet").text
    told = ("Thủ tục đăng ký khai sinh", "Giấy chứng sinh", "Nộp ở đâu", "Bao lâu", "Bao nhiêu tiền", "1900 1234", f"tthc.example.gov.vn/t/{BIRTH}")
    assert [text for text in (*told, "<svg") if text not in page] == []
    assert "<script" not in page and "style=" not in page


def test_what_is_unknown_says_so_on_the_sheet_too(tmp_path: Path) -> None:
    publish_catalogue(Catalogue((Procedure(BIRTH, "Khai sinh"),)), tmp_path)
    page = create_app(Settings(index_dir=tmp_path)).test_client().get(f"/thu-tuc/{BIRTH}/niem-yet").text
    assert page.count("Chưa có thông tin. Xin hỏi nơi tiếp nhận hồ sơ.") == 6


@pytest.mark.parametrize(("papers", "size"), [(3, "large"), (45, "small"), (0, "large")])
def test_few_papers_are_set_large_and_many_small(papers: int, size: str) -> None:
    documents = tuple(Document(f"Giấy tờ số {number}", originals=1, copies=2) for number in range(papers))
    sheet = make_sheet(Procedure(BIRTH, "Khai sinh", documents=documents))
    assert (sheet.size, len(sheet.papers) + sheet.left) == (size, papers)
    assert all(paper.amount == "1 bản chính, 2 bản sao" for paper in sheet.papers)


def test_papers_that_do_not_fit_are_counted_never_lost() -> None:
    documents = tuple(Document(f"Giấy tờ {number} " + "rất dài " * 40, originals=1) for number in range(100))
    sheet = make_sheet(Procedure(BIRTH, "Khai sinh " * 90, documents=documents))
    assert sheet.size == list(SIZES)[-1] and sheet.papers and len(sheet.papers) + sheet.left == 100
    assert all(paper.name.endswith(" …") for paper in sheet.papers) and sheet.name.endswith(" …")


def test_of_many_results_a_few_are_told_and_the_others_counted() -> None:
    sheet = make_sheet(Procedure(BIRTH, "Khai sinh", result=tuple(f"Giấy {number}" for number in range(MOST + 2))))
    assert sheet.results == ("Giấy 0", "Giấy 1", "Giấy 2", "và 2 trường hợp khác: xem bằng mã QR")


@pytest.mark.parametrize(("text", "shown"), [("một hai ba", "một hai ba"), ("một hai ba bốn", "một hai …"), ("một,  \n hai", "một, hai")])
def test_texts_end_at_a_blank_with_a_sign(text: str, shown: str) -> None:
    assert shorten(text, 11) == shown


def test_pictures_in_the_head_are_real(public: FlaskClient) -> None:
    found = re.search(rf'<meta property="og:image" content="{PUBLIC}(/[^"]+)">', public.get(f"/thu-tuc/{BIRTH}").text)
    assert found and Image.open(io.BytesIO(public.get(found[1]).data)).size == (512, 512)


@pytest.mark.parametrize("url", ["tthc.example.vn", "https://tthc.example.vn/duong-dan", "ftp://tthc.example.vn", "https://a b", "https://"])
def test_a_public_address_that_cannot_be_one_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="LOOKUP_PUBLIC_URL"):
        Settings(public_url=url)


def test_a_mini_app_is_known_by_its_number() -> None:
    with pytest.raises(ValueError, match="LOOKUP_ZALO_APP_ID"):
        Settings(zalo_app_id="abc")
