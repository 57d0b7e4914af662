"""Related procedures: what shares papers, laws and name, without saying the same thing five times."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from index import Document, LegalBasis, Procedure, SearchEngine, UnknownProcedure, publish_catalogue
from index.catalogue.procedure import Catalogue
from index.storage.related import MOST
from lookup.content.page_data import LifeEvent, Need, PageData
from lookup.content.related import Related, list_related

BIRTH = Procedure(
    "1.000001",
    "Đăng ký khai sinh",
    field="Hộ tịch",
    documents=(Document("Giấy chứng sinh", originals=1),),
    result=("Giấy khai sinh",),
    legal_basis=(LegalBasis(number="60/2014/QH13"),),
)
# A catalogue large enough for "rare" to mean something; of these none is like another.
OTHERS = tuple(Procedure(f"2.{number:06}", f"ngành{number} nghề{number}", field="Khác") for number in range(200))


def publish(root: Path, *procedures: Procedure) -> SearchEngine:
    publish_catalogue(Catalogue(procedures), root)
    return SearchEngine(root)


def related_codes(engine: SearchEngine, code: str) -> list[str]:
    return [card["code"] for card in engine.related(code)]


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("the same paper to bring", {"documents": (Document("- Bản sao Giấy chứng sinh, nếu có", copies=1),)}),
        ("a paper that the first one gives", {"documents": (Document("Giấy khai sinh (bản chính)", originals=1),)}),
        ("words of the name", {"name": "Xác nhận khai sinh"}),
        ("a law that few rest on", {"legal_basis": BIRTH.legal_basis}),
    ],
)
def test_procedures_are_related_by(tmp_path: Path, why: str, other: dict[str, object]) -> None:
    needed = replace(Procedure("1.000002", "Cấp thẻ bảo hiểm"), **other)  # type: ignore[arg-type]
    assert related_codes(publish(tmp_path, BIRTH, needed, *OTHERS), "1.000001") == ["1.000002"]


def test_notes_among_the_papers_do_not_relate(tmp_path: Path) -> None:
    note = Procedure("1.000002", "Cấp thẻ bảo hiểm", documents=(Document("Giấy chứng sinh"),))
    assert related_codes(publish(tmp_path, BIRTH, note, *OTHERS), "1.000001") == []


def test_a_variant_of_the_same_name_is_no_advice(tmp_path: Path) -> None:
    variant = replace(BIRTH, code="1.000002", levels=("Cấp tỉnh",))
    assert related_codes(publish(tmp_path, BIRTH, variant, *OTHERS), "1.000001") == []


def test_the_same_counter_comes_before_another_one(tmp_path: Path) -> None:
    base = Procedure("1.000002", "Cấp thẻ bảo hiểm", field="Hộ tịch", documents=BIRTH.documents, legal_basis=BIRTH.legal_basis)
    here, there = replace(base, levels=("Cấp xã",)), replace(base, code="1.000003", name="Cấp sổ bảo hiểm", levels=("Cấp Bộ",))
    engine = publish(tmp_path, replace(BIRTH, levels=("Cấp xã",)), here, there, *OTHERS)
    assert related_codes(engine, "1.000001") == ["1.000002", "1.000003"]


def test_near_repetitions_give_way_to_something_else(tmp_path: Path) -> None:
    names = [f"Đăng ký khai sinh {kind}" for kind in ("lưu động", "lại", "trễ hạn", "ở biên giới", "ở nước ngoài")]
    repeats = [Procedure(f"1.00001{number}", name, documents=BIRTH.documents) for number, name in enumerate(names)]
    other = Procedure("1.000009", "Cấp thẻ bảo hiểm y tế", field="Hộ tịch", documents=(*BIRTH.documents, Document("Giấy khai sinh", originals=1)))
    assert "1.000009" in related_codes(publish(tmp_path, BIRTH, other, *repeats, *OTHERS), "1.000001")


def test_nothing_alike_means_nothing_related(tmp_path: Path) -> None:
    engine = publish(tmp_path, Procedure("1.000001", "Ghi chú"))
    assert engine.related("1.000001") == []
    with pytest.raises(UnknownProcedure):
        engine.related("9.999999")


def test_an_occasion_in_life_comes_before_likeness(engine: SearchEngine) -> None:
    event = LifeEvent("sinh-con", "Sinh con", "Giấy tờ.", tuple(Need("", "", code) for code in ("1.001193", "1.004222", "9.999999", None)))
    related = list_related("1.001193", engine.snapshot(), PageData((event,)))
    assert related[0] == Related("1.004222", "Đăng ký thường trú", "Sinh con")
    assert [other.event for other in related[1:]] == [None] * MOST
    assert len({other.code for other in related}) == len(related) and "1.001193" not in {other.code for other in related}


def test_the_api_names_the_related_procedures(client: FlaskClient) -> None:
    related = client.get("/api/v1/procedures/1.001193").json["related"]  # type: ignore[index]
    assert {"code": "1.004222", "name": "Đăng ký thường trú", "event": "Sinh con"} in related
    assert {"code": "2.000635", "name": "Cấp bản sao Trích lục hộ tịch, bản sao Giấy khai sinh", "event": None} in related


# What a clerk would mention too; each stands among the related of the first.
KNOWN = [
    ("1.001193", ("2.000528", "1.000689")),  # khai sinh: có yếu tố nước ngoài; kết hợp nhận cha, mẹ, con
    ("1.000894", ("1.004873",)),  # kết hôn: xác nhận tình trạng hôn nhân
    ("1.004873", ("1.000894",)),
    ("1.001612", ("2.000720", "1.001266")),  # hộ kinh doanh: thay đổi; chấm dứt
    ("1.013225", ("1.013229",)),  # giấy phép xây dựng: sửa chữa
    ("1.001456", ("1.001445",)),  # hộ chiếu: trình báo mất
    ("1.014064", ("1.014063",)),  # cấp lại căn cước: cấp đổi
    ("1.004222", ("1.003197", "1.010038")),  # thường trú: xóa; tách hộ
    ("1.011441", ("1.011443",)),  # thế chấp: xóa thế chấp
    ("3.000465", ("3.000466",)),  # bản sao văn bằng: chỉnh sửa văn bằng
    ("2.000815", ("2.000884",)),  # chứng thực bản sao: chứng thực chữ ký
    ("1.014748", ("1.014753",)),  # trợ cấp thất nghiệp: chuyển nơi hưởng
    ("2.001583", ("2.001199",)),  # công ty một thành viên: hai thành viên
    ("1.014027", ("1.014028",)),  # trợ cấp hưu trí xã hội: mai táng
]


def test_well_known_procedures_have_helpful_neighbours(full_engine: SearchEngine) -> None:
    assert [(code, missed) for code, expected in KNOWN if (missed := set(expected) - set(related_codes(full_engine, code)))] == []
