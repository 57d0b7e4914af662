"""Details fill what lists leave unknown; their known faults never reach a citizen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index import Document, LegalBasis, Method, Procedure, SourceRefused, read_catalogue
from index.catalogue.details import parse_details, read_details
from index.catalogue.procedure import split_applicants
from index.catalogue.summary import fee_text, time_limit_text

RECORD: dict[str, Any] = {"code": "1.001193", "name": "Đăng ký khai sinh"}


def write_lines(path: Path, *records: object) -> Path:
    path.write_text("\n".join(record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return path


def test_every_key_of_a_record_has_its_place() -> None:
    record = RECORD | {
        "level": ["Cấp xã"],
        "agency": ["Ủy ban  nhân dân cấp xã"],
        "applicants": "Công dân Việt Nam, Người nước ngoài",
        "field": "Hộ tịch",
        "steps": "Bước 1:\n\n  nộp hồ sơ",
        "methods": [{"channel": "Trực tiếp", "time_limit": "1 Ngày làm việc", "fee": "Miễn phí", "description": None}],
        "documents": [{"case": None, "name": "Giấy chứng sinh", "form_file": None, "originals": 1, "copies": 0}],
        "result": ["Giấy khai sinh"],
        "legal_basis": [{"title": "Luật Hộ tịch", "number": "60/2014/QH13"}],
        "kind": "NOT_ASSIGNED_REGULATION",
    }
    assert parse_details(record) == Procedure(
        code="1.001193",
        name="Đăng ký khai sinh",
        field="Hộ tịch",
        levels=("Cấp xã",),
        agencies=("Ủy ban nhân dân cấp xã",),
        applicants=("Công dân Việt Nam", "Người nước ngoài"),
        steps="Bước 1:\nnộp hồ sơ",
        methods=(Method("Trực tiếp", "1 Ngày làm việc", "Miễn phí"),),
        documents=(Document("Giấy chứng sinh", originals=1),),
        result=("Giấy khai sinh",),
        legal_basis=(LegalBasis("Luật Hộ tịch", "60/2014/QH13"),),
    )


@pytest.mark.parametrize("bare", ["1", "15", "2,5", " 7 "])
def test_a_time_limit_without_a_unit_is_unknown(bare: str) -> None:
    (method,) = parse_details(RECORD | {"methods": [{"channel": "Trực tiếp", "time_limit": bare}]}).methods
    assert method.time_limit is None


def test_a_note_among_the_documents_is_told_from_a_paper_to_bring() -> None:
    documents = parse_details(
        RECORD | {"documents": [{"name": "* Lưu ý: mang bản chính", "originals": 0, "copies": 0}, {"name": "Tờ khai", "originals": 1}]}
    ).documents
    assert [document.is_note for document in documents] == [True, False]


def test_a_record_survives_being_stored() -> None:
    procedure = parse_details(
        RECORD | {"methods": [{"channel": "Trực tuyến"}], "documents": [{"name": "Tờ khai", "copies": 2}], "legal_basis": [{"number": "5"}]}
    )
    assert Procedure.from_record(json.loads(json.dumps(procedure.to_record()))) == procedure


def test_a_bad_line_is_reported_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [RECORD, "{broken", {"code": "1.000656"}, {"code": "x", "name": "Y"}, RECORD, RECORD | {"code": "1.5555555", "steps": 5}, ["no object"]]
    listing = read_details(write_lines(tmp_path / "details.jsonl", *lines))
    assert [procedure.code for procedure in listing.procedures] == ["1.001193"]
    assert [(problem.row, problem.column, problem.reason) for problem in listing.problems] == [
        (2, "(cả dòng)", "không phải JSON: Expecting property name enclosed in double quotes"),
        (3, "name", "thiếu hoặc để trống"),
        (4, "code", "mã thủ tục phải có dạng như 1.001193"),
        (5, "code", "mã này đã đứng ở một dòng trên"),
        (6, "steps", "phải là một đoạn chữ"),
        (7, "(cả dòng)", "mỗi dòng phải là một đối tượng JSON"),
    ]


@pytest.mark.parametrize("content", [b"", b"not json", b"\xff\xfe"])
def test_a_file_without_one_good_line_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "details.jsonl").write_bytes(content)
    with pytest.raises(SourceRefused):
        read_details(tmp_path / "details.jsonl")


def test_details_fill_a_listed_procedure_and_add_an_unlisted_one(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Mã số,Tên,Lĩnh vực\n1.001193,Thủ tục đăng ký khai sinh,Hộ tịch\n", encoding="utf-8")
    details = write_lines(tmp_path / "details.jsonl", RECORD | {"field": "Khác", "level": ["Cấp xã"]}, {"code": "1.000656", "name": "Khai tử"})
    catalogue = read_catalogue([tmp_path / "list.csv"], [details])
    assert [(procedure.code, procedure.name, procedure.field, procedure.levels) for procedure in catalogue.procedures] == [
        ("1.000656", "Khai tử", None, ()),
        ("1.001193", "Thủ tục đăng ký khai sinh", "Hộ tịch", ("Cấp xã",)),
    ]


@pytest.mark.parametrize(
    ("text", "applicants"),
    [
        ("Công dân Việt Nam, Người nước ngoài", ("Công dân Việt Nam", "Người nước ngoài")),
        ("Tổ chức (không bao gồm doanh nghiệp, HTX), Hợp tác xã", ("Tổ chức (không bao gồm doanh nghiệp, HTX)", "Hợp tác xã")),
        ("Công dân Việt Nam, Cán bộ, công chức, viên chức", ("Công dân Việt Nam", "Cán bộ, công chức, viên chức")),
        ("Doanh nghiệp, Doanh nghiệp", ("Doanh nghiệp",)),
        ("", ()),
    ],
)
def test_applicants_are_split_outside_brackets_and_labels(text: str, applicants: tuple[str, ...]) -> None:
    assert split_applicants(text) == applicants


@pytest.mark.parametrize(
    ("fees", "text"),
    [
        ([], None),
        (["Miễn phí"], "Miễn phí"),
        (["Miễn phí (Không có)", "Miễn phí"], "Miễn phí"),
        (["Phí : 0 Đồng"], "Miễn phí"),
        (["Lệ phí : Không Đồng"], "Miễn phí"),
        (["Miễn phí (Mức lệ phí cụ thể do Hội đồng nhân dân tỉnh quyết định)"], None),
        (["Không có thông tin (1)"], None),
        (["500,000 Việt Nam Đồng"], "500.000 đồng"),
        (["70,000 VNĐ (70.000 đồng/Giấy chứng nhận)"], "70.000 đồng/Giấy chứng nhận"),
        (["500,000 Việt Nam Đồng (/hồ sơ)"], "500.000 đồng/hồ sơ"),
        (["8.000 đồng/bản"], "8.000 đồng/bản"),
        (["120 VNĐ"], None),
        (["155 VNĐ (155 USD/thẻ.)"], None),
        (["1100 VNĐ (Phí công bố: 100.000 đồng/lần)"], None),
        (["1,000,000 Việt Nam Đồng (* Theo quy định: 01 triệu đồng/lần, 02 triệu đồng/bộ)"], None),
        (["10,000 đồng", "20,000 đồng"], "10.000 đồng – 20.000 đồng"),
        (["Miễn phí", "20,000 đồng"], "Miễn phí – 20.000 đồng"),
        (["20,000 đồng", "Theo quy định của Bộ Tài chính"], None),
    ],
)
def test_a_card_tells_a_fee_only_where_it_is_certain(fees: list[str], text: str | None) -> None:
    assert fee_text(Procedure("1.1", "X", methods=tuple(Method(fee=fee) for fee in fees))) == text


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        ([], None),
        ([None], None),
        (["5 Ngày làm việc", "5 ngày làm việc"], "5 ngày làm việc"),
        (["5 Ngày làm việc", "3 Ngày làm việc"], "3–5 ngày làm việc"),
        (["1 Ngày", "24 Giờ"], "1 ngày / 24 giờ"),
        (["x" * 100], None),
    ],
)
def test_a_card_tells_the_range_of_time_limits(limits: list[str | None], text: str | None) -> None:
    assert time_limit_text(Procedure("1.1", "X", methods=tuple(Method(time_limit=limit) for limit in limits))) == text
