"""The pages work without JavaScript: a form, links, every part of a procedure, and every text escaped."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient

from index import Document, Method, Procedure, publish_catalogue
from index.catalogue.procedure import Catalogue
from lookup import Settings, create_app, sightings


def visible(page: str) -> str:
    """The words of a page, tags taken out and blanks made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def serve(folder: Path, *procedures: Procedure, **settings: str) -> FlaskClient:
    publish_catalogue(Catalogue(procedures), folder)
    return create_app(Settings(index_dir=folder, **settings)).test_client()  # type: ignore[arg-type]


def headings(page: str) -> list[str]:
    return re.findall(r"<h2[^>]*>(.*?)</h2>", page)


def test_the_first_page_offers_a_search_box_occasions_in_life_and_every_field(client: FlaskClient) -> None:
    page = client.get("/").text
    assert '<html lang="vi">' in page and "width=device-width" in page
    assert 'name="q"' in page and 'action="/"' in page
    assert '<a href="/viec/sinh-con"><b>Sinh con</b>' in page
    assert "/?field=H%E1%BB%99+t%E1%BB%8Bch" in page


def test_an_occasion_in_life_leads_to_procedures_and_where_one_is_not_published_to_a_search(tmp_path: Path) -> None:
    client = serve(tmp_path, Procedure("1.001193", "Khai sinh"))
    page = client.get("/viec/sinh-con").text
    assert "<h1>Sinh con</h1>" in page
    assert '<a href="/thu-tuc/1.001193">Làm giấy khai sinh</a>' in page
    assert '<a href="/?q=' in page
    assert client.get("/viec/khong-co").status_code == 404


def test_results_lead_to_the_page_of_the_procedure_and_it_knows_the_way_back(client: FlaskClient) -> None:
    page = client.get("/?q=dang+ky+khai+sinh").text
    assert '<a href="/thu-tuc/1.001193?q=dang+ky+khai+sinh">Thủ tục <mark>đăng ký khai sinh</mark></a>' in page
    assert 'value="dang ky khai sinh"' in page
    assert 'role="status"' in page
    assert '<a href="/?q=dang+ky+khai+sinh">← Kết quả cho “dang ky khai sinh”</a>' in client.get("/thu-tuc/1.001193?q=dang+ky+khai+sinh").text


def test_the_results_alone_are_the_same_results(client: FlaskClient) -> None:
    fragment = client.get("/ket-qua?q=dang+ky+khai+sinh")
    assert "<html" not in fragment.text and fragment.headers["X-Robots-Tag"] == "noindex"
    assert fragment.text.strip() in client.get("/?q=dang+ky+khai+sinh").text


def test_what_is_half_typed_is_no_search_until_the_page_says_it_was_meant(sample_index: Path) -> None:
    seen: list[object] = []
    app = create_app(Settings(index_dir=sample_index))
    app.teardown_request(lambda _: seen.append(sightings.seen(request.environ)))
    client = app.test_client()
    client.get("/ket-qua?q=khai")
    assert client.get("/ket-qua?q=khai+sinh&chot=1").status_code == 204
    client.get("/?q=kết+hôn")
    assert [one and one.text for one in seen] == [None, "khai sinh", "kết hôn"]  # type: ignore[attr-defined]


def test_a_filter_can_be_chosen_with_its_count_and_taken_back(client: FlaskClient) -> None:
    assert re.search(
        r'<a class="chip" href="/\?q=[^"]+&amp;level=C%E1%BA%A5p\+x%C3%A3">Cấp xã <span class="count">\d+</span></a>', client.get("/?q=đăng+ký").text
    )
    page = client.get("/?q=đăng+ký&level=Cấp+xã").text
    assert 'name="level" value="Cấp xã"' in page
    assert '<span class="unseen">Bỏ lọc </span>Cấp xã <span aria-hidden="true">✕</span>' in page


def test_an_empty_choice_of_a_form_is_no_choice(client: FlaskClient) -> None:
    assert client.get("/?q=khai+sinh&level=").status_code == 200


@pytest.mark.parametrize("path", ["/?q=khai+sinh&fbclid=x", "/thu-tuc/1.001193?fbclid=x&can=moon", "/viec/sinh-con?utm_source=zalo"])
def test_parameters_that_are_not_ours_are_ignored(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 200


def test_nothing_found_says_what_to_do(client: FlaskClient) -> None:
    assert "Không tìm thấy thủ tục nào. Xin thử từ khác, ngắn hơn." in client.get("/?q=xyzzy").text


ORDER = [
    "Để làm gì",
    "Ai làm thủ tục này",
    "Cần mang gì",
    "Nộp ở đâu, nộp thế nào",
    "Bao lâu có kết quả",
    "Hết bao nhiêu tiền",
    "Nhận được gì",
    "Các bước",
    "Điều kiện",
    "Căn cứ pháp lý",
    "Quyết định công bố",
]


def test_a_procedure_page_tells_what_a_citizen_needs_in_order(client: FlaskClient) -> None:
    page = client.get("/thu-tuc/1.001193").text
    assert headings(page)[:11] == ORDER
    assert "Giấy chứng sinh" in page and "dichvucong.gov.vn" in page


@pytest.mark.parametrize(
    ("query", "part", "first"),
    [
        ("đăng ký khai sinh hết bao nhiêu tiền", "fee", "Hết bao nhiêu tiền"),
        ("đăng ký khai sinh mất bao lâu", "time", "Bao lâu có kết quả"),
        ("đăng ký khai sinh cần giấy tờ gì", "documents", "Cần mang gì"),
        ("đăng ký khai sinh nộp ở đâu", "where", "Nộp ở đâu, nộp thế nào"),
        ("điều kiện đăng ký khai sinh là gì", None, "Để làm gì"),
    ],
)
def test_the_part_a_query_asks_for_comes_first(client: FlaskClient, query: str, part: str | None, first: str) -> None:
    results = client.get("/", query_string={"q": query}).text
    link = re.search(r'href="(/thu-tuc/1\.001193[^"]*)"', results)
    assert link and (f"can={part}&amp;" in link.group(1) if part else "can=" not in link.group(1))
    found = headings(client.get(link.group(1).replace("&amp;", "&")).text)[:11]
    assert found[0] == first and sorted(found) == sorted(ORDER)


def test_what_is_unknown_says_so_and_whom_to_ask(tmp_path: Path) -> None:
    client = serve(tmp_path, Procedure("1.001193", "Khai sinh"), hotline="1900 1234")
    page = client.get("/thu-tuc/1.001193").text
    assert page.count('<a class="tel" href="tel:19001234">1900 1234</a> hoặc hỏi nơi tiếp nhận hồ sơ.') == len(ORDER)


def test_without_a_hotline_the_counter_is_whom_to_ask(tmp_path: Path) -> None:
    page = serve(tmp_path, Procedure("1.001193", "Khai sinh")).get("/thu-tuc/1.001193").text
    assert page.count("<b>Chưa có thông tin.</b> Xin hỏi nơi tiếp nhận hồ sơ.") == len(ORDER)


def test_papers_can_be_ticked_and_notes_stand_apart(tmp_path: Path) -> None:
    papers = (
        Document("- Tờ khai", "Trường hợp 1", form_file="to-khai.docx", originals=1),
        Document("+ Căn cước", "Trường hợp 1", originals=1, copies=2),
        Document("Nộp trước 15 giờ", "* Lưu ý"),
    )
    page = serve(tmp_path, Procedure("1.1000", "Khai sinh", documents=papers)).get("/thu-tuc/1.1000").text
    boxes = re.findall(r'<input type="checkbox" value="(\w+)"', page)
    assert len(boxes) == len(set(boxes)) == 2
    assert '<li class="note">Nộp trước 15 giờ</li>' in page
    assert "<h3>Trường hợp 1</h3>" in page and "<h3>Lưu ý</h3>" in page
    assert "Tờ khai 1 bản chính Mẫu: to-khai.docx" in visible(page) and "Căn cước 1 bản chính, 2 bản sao" in visible(page)


def test_many_cases_are_folded_until_their_reader_picks_one(tmp_path: Path) -> None:
    papers = tuple(Document(f"Giấy {number}", f"Trường hợp {number % 5}", originals=1) for number in sorted(range(25), key=lambda number: number % 5))
    page = serve(tmp_path, Procedure("1.1000", "Khai sinh", documents=papers)).get("/thu-tuc/1.1000").text
    assert page.count('<details class="case">') == 5 and "Xin bấm vào trường hợp của bạn." in page


def test_a_paper_that_is_an_essay_can_be_read_whole(tmp_path: Path) -> None:
    essay = "Bản khai theo mẫu " * 60
    page = serve(tmp_path, Procedure("1.1000", "Khai sinh", documents=(Document(essay, originals=1),))).get("/thu-tuc/1.1000").text
    assert f"<summary>Đọc hết</summary><p>{essay.strip()}</p>" in page.replace(" </p>", "</p>")


def test_a_refusal_is_not_what_a_procedure_is_for(tmp_path: Path) -> None:
    page = serve(tmp_path, Procedure("1.1000", "Khai sinh", result=("Văn bản từ chối, nêu rõ lý do", "Giấy khai sinh"))).get("/thu-tuc/1.1000").text
    assert "Làm xong, bạn nhận được: Giấy khai sinh" in page and "<li>Văn bản từ chối, nêu rõ lý do</li>" in page


def test_a_procedure_known_by_name_alone_says_so_and_where_to_look(tmp_path: Path) -> None:
    client = serve(tmp_path, Procedure("1.1000", "Khai sinh", source_url="https://dichvucong.gov.vn/x"), Procedure("1.2000", "Kết hôn", steps="Nộp"))
    assert "chưa có hướng dẫn chi tiết" in client.get("/thu-tuc/1.1000").text
    assert "chưa có hướng dẫn chi tiết" not in client.get("/thu-tuc/1.2000").text


def test_channels_that_cost_and_take_the_same_are_told_together(tmp_path: Path) -> None:
    methods = (
        Method("Trực tuyến", "3 ngày làm việc", "Miễn phí (theo nghị quyết của tỉnh)"),
        Method("Trực tiếp", "3 ngày làm việc", "5.000 đồng"),
        Method("Dịch vụ bưu chính", "3 ngày làm việc", "Không có thông tin (1)"),
    )
    page = visible(serve(tmp_path, Procedure("1.1000", "Khai sinh", methods=methods)).get("/thu-tuc/1.1000").text)
    assert "Bao lâu có kết quả 3 ngày làm việc Nộp cách nào cũng vậy Hết bao nhiêu tiền" in page
    assert "Miễn phí Nộp trực tuyến theo nghị quyết của tỉnh 5.000 đồng Đến nộp trực tiếp" in page
    assert "Không có thông tin (1)" not in page


def test_the_same_procedure_at_another_level_is_named(tmp_path: Path) -> None:
    client = serve(tmp_path, Procedure("1.1000", "Khai sinh", levels=("Cấp xã",)), Procedure("1.2000", "Khai sinh", levels=("Cấp tỉnh",)))
    assert '<a href="/thu-tuc/1.2000">Cấp tỉnh</a>' in client.get("/thu-tuc/1.1000").text


def test_nothing_from_a_list_or_a_query_reaches_the_page_unescaped(tmp_path: Path) -> None:
    attack = "<script>alert(1)</script>"
    hostile = Procedure(
        "1.001193",
        attack,
        field=attack,
        agencies=(attack,),
        steps=f"Bước 1: {attack}\n- **{attack}**",
        conditions=attack,
        documents=(Document(attack, attack, attack, originals=1),),
        methods=(Method(attack, attack, f"5 ({attack})", attack),),
        source_url="javascript:alert(1)",
    )
    client = serve(tmp_path, hostile, portal_name=attack, province=attack)
    for path in ("/", "/?q=script", f"/?q={attack}", f"/ket-qua?q={attack}", f"/thu-tuc/1.001193?q={attack}", "/sw.js", "/manifest.webmanifest"):
        page = client.get(path).text
        if path == "/manifest.webmanifest":
            continue  # JSON, no page
        assert "<script>" not in page and "javascript:" not in page


def test_no_page_holds_script_or_style_of_its_own(client: FlaskClient) -> None:
    for path in ("/", "/?q=khai+sinh", "/?q=xyzzy", "/thu-tuc/1.001193", "/viec/sinh-con", "/nothing", "/tai-lieu-api"):
        page = client.get(path).text
        assert re.findall(r"<script(?![^>]+src=)(?! type=\"application/ld\+json\")|<style|\sstyle=|\son\w+=", page) == []


def test_errors_are_pages_too(client: FlaskClient) -> None:
    for path, status, text in (
        ("/thu-tuc/9.9", 404, "Không có thủ tục nào mang mã"),
        ("/nothing", 404, "Không có trang này"),
        ("/?page=0", 422, "Phải từ 1 đến 1000"),
    ):
        response = client.get(path)
        assert response.status_code == status and text in response.text and "Về trang tìm kiếm" in response.text


def test_while_nothing_is_published_people_read_what_to_do_and_no_word_of_the_machine(tmp_path: Path) -> None:
    for path in ("/", "/thu-tuc/1.001193", "/viec/sinh-con"):
        answer = create_app(Settings(index_dir=tmp_path)).test_client().get(path)
        assert answer.status_code == 503 and "Xin thử lại sau ít phút." in answer.text
        assert str(tmp_path) not in answer.text and "scripts/" not in answer.text


def test_a_need_served_elsewhere_is_told_above_the_results(client: FlaskClient) -> None:
    page = client.get("/?q=tôi+muốn+ly+hôn").text
    assert page.index('class="signpost"') < page.index('class="results"')


def test_a_slip_offers_the_likely_text(client: FlaskClient) -> None:
    page = client.get("/?q=xac+nhan+tinh+trang+hom+nhan").text
    assert "Ý bạn là <a href=" in page and ">xác nhận tình trạng hôn nhân</a>?" in page


def test_who_meant_what_was_typed_may_search_for_just_that(client: FlaskClient) -> None:
    page = client.get("/?q=dang+ky+khai+sihn&level=Cấp+xã").text
    (link,) = re.findall(r'Hoặc tìm đúng chữ đã gõ: <a rel="nofollow" href="([^"]+)">dang ky khai sihn</a>', page)
    plain = client.get(unescape(link)).text
    assert "Đang tìm theo" not in plain and 'value="dang ky khai sihn"' in plain and "Bỏ lọc </span>Cấp xã" in plain


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("ddawng kys khai sinh", "“ddawng kys” là “đăng ký”"),
        ("làm giấy khai sinh ở phường", "ưu tiên cấp xã"),
        ("đăng ký khai sinh mất bao lâu", "bạn hỏi thời hạn"),
        ("giấy khai sinh ghi sai tên", "ưu tiên thủ tục đính chính hoặc cải chính"),
    ],
)
def test_one_quiet_line_tells_how_a_query_was_understood(client: FlaskClient, query: str, told: str) -> None:
    line = re.search(r'<p class="understood">Đã hiểu: (.*?)\.</p>', client.get("/", query_string={"q": query}).text)
    assert line and told in line.group(1)


def test_an_unsure_answer_says_so(client: FlaskClient) -> None:
    assert "Có thể chưa đúng điều bạn cần" in client.get("/?q=máy+giặt+kêu+to+quá").text


def test_pages_name_province_hotline_and_where_to_complain(sample_index: Path) -> None:
    settings = Settings(index_dir=sample_index, province="Tỉnh Lào Cai", hotline="1900 1234", feedback_url="mailto:gop-y@example.vn")
    page = create_app(settings).test_client().get("/").text
    assert "Tỉnh Lào Cai" in page and 'href="tel:19001234"' in page and 'href="mailto:gop-y@example.vn"' in page


@pytest.mark.parametrize(
    ("setting", "value"),
    [("hotline", "gọi tôi"), ("hotline", "1"), ("feedback_url", "javascript:alert(1)"), ("feedback_url", "http://example.vn"), ("feedback_url", 'https://x"y')],
)
def test_settings_that_would_break_links_are_refused(setting: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"LOOKUP_{setting.upper()}"):
        Settings(**{setting: value})  # type: ignore[arg-type]
