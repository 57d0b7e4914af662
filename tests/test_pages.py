"""The phone page works without JavaScript: a form, links, and every text escaped."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from index import Procedure, publish_catalogue
from index.catalogue.procedure import Catalogue, Document
from lookup import Settings, create_app


def test_the_first_page_offers_a_search_box_and_every_field(client: FlaskClient) -> None:
    page = client.get("/").text
    assert '<html lang="vi">' in page and "width=device-width" in page
    assert 'name="q"' in page and "<script" not in page
    assert "/?field=H%E1%BB%99+t%E1%BB%8Bch" in page


def test_results_lead_to_the_page_of_the_procedure(client: FlaskClient) -> None:
    page = client.get("/?q=dang+ky+khai+sinh").text
    assert '<a href="/thu-tuc/1.001193">Thủ tục <mark>đăng ký khai sinh</mark></a>' in page
    assert 'value="dang ky khai sinh"' in page
    assert 'role="status"' in page


def test_a_filter_can_be_chosen_and_taken_back(client: FlaskClient) -> None:
    page = client.get("/?q=đăng+ký&level=Cấp+xã").text
    assert 'name="level" value="Cấp xã"' in page and "Cấp xã ✕" in page


def test_an_empty_choice_of_a_form_is_no_choice(client: FlaskClient) -> None:
    assert client.get("/?q=khai+sinh&level=").status_code == 200


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    assert "Không tìm thấy thủ tục nào. Xin thử từ khác, ngắn hơn." in client.get("/?q=xyzzy").text


def test_a_procedure_page_tells_what_a_citizen_needs_in_order(client: FlaskClient) -> None:
    page = client.get("/thu-tuc/1.001193").text
    headings = ["Ai làm thủ tục này", "Cần mang gì", "Nộp ở đâu, bao lâu, bao nhiêu tiền", "Các bước", "Kết quả nhận được", "Căn cứ pháp lý"]
    places = [page.index(f"<h2>{heading}</h2>") for heading in headings]
    assert places == sorted(places)
    assert "Giấy chứng sinh" in page and "dichvucong.gov.vn" in page


def test_what_is_unknown_says_so_and_whom_to_ask(tmp_path: Path) -> None:
    publish_catalogue(Catalogue((Procedure("1.001193", "Khai sinh"),)), tmp_path)
    page = create_app(Settings(index_dir=tmp_path)).test_client().get("/thu-tuc/1.001193").text
    assert page.count("Chưa có thông tin. Xin hỏi nơi tiếp nhận hồ sơ.") == 7


def test_nothing_from_a_list_or_a_query_reaches_the_page_unescaped(tmp_path: Path) -> None:
    attack = "<script>alert(1)</script>"
    hostile = Procedure(
        "1.001193", attack, field=attack, agencies=(attack,), steps=attack, documents=(Document(attack, originals=1),), source_url="javascript:alert(1)"
    )
    publish_catalogue(Catalogue((hostile,)), tmp_path)
    client = create_app(Settings(index_dir=tmp_path)).test_client()
    for path in ("/", "/?q=script", f"/?q={attack}", "/thu-tuc/1.001193"):
        page = client.get(path).text
        assert "<script" not in page and "javascript:" not in page


def test_errors_are_pages_too(client: FlaskClient) -> None:
    for path, status, text in (
        ("/thu-tuc/9.9", 404, "Không có thủ tục nào mang mã"),
        ("/nothing", 404, "Không có trang này"),
        ("/?page=0", 422, "Phải từ 1 đến 1000"),
    ):
        response = client.get(path)
        assert response.status_code == status and text in response.text and "Về trang tìm kiếm" in response.text


def test_a_need_served_elsewhere_is_told_above_the_results(client: FlaskClient) -> None:
    page = client.get("/?q=tôi+muốn+ly+hôn").text
    assert page.index('class="signpost"') < page.index('class="results"')


def test_a_slip_offers_the_likely_text(client: FlaskClient) -> None:
    page = client.get("/?q=xac+nhan+tinh+trang+hom+nhan").text
    assert "Ý bạn là <a href=" in page and ">xác nhận tình trạng hôn nhân</a>?" in page


def test_an_unsure_answer_says_so(client: FlaskClient) -> None:
    assert "Có thể chưa đúng điều bạn cần" in client.get("/?q=máy+giặt+kêu+to+quá").text
