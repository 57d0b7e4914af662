"""How the parts of a procedure are called and read when old and new stand side by side."""

from __future__ import annotations

from index.catalogue.methods import Method
from index.catalogue.procedure import Document, LegalBasis

PARTS = {
    "code": "Mã",
    "name": "Tên",
    "field": "Lĩnh vực",
    "levels": "Cấp thực hiện",
    "agencies": "Cơ quan thực hiện",
    "applicants": "Đối tượng thực hiện",
    "promulgating_agency": "Cơ quan ban hành",
    "decision_number": "Số quyết định",
    "kind": "Loại thủ tục",
    "competent_agency": "Cơ quan có thẩm quyền",
    "coordinating_agency": "Cơ quan phối hợp",
    "authorised_agency": "Cơ quan được ủy quyền",
    "receiving_address": "Địa chỉ tiếp nhận hồ sơ",
    "description": "Mô tả",
    "steps": "Trình tự thực hiện",
    "methods": "Cách thức thực hiện",
    "documents": "Thành phần hồ sơ",
    "result": "Kết quả thực hiện",
    "legal_basis": "Căn cứ pháp lý",
    "legal_basis_text": "Căn cứ pháp lý (đoạn chữ)",
    "conditions": "Yêu cầu, điều kiện",
    "keywords": "Từ khóa",
    "source_url": "Đường dẫn",
    "online_level": "Mức độ trực tuyến",
}


def tell_difference(old: object, new: object) -> tuple[str, str]:
    """Two values of one part as texts; of papers, methods and laws only those that differ, with how many stay as they are."""
    if not isinstance(old, tuple) or not isinstance(new, tuple):
        return _tell(old), _tell(new)
    same = sum(item in new for item in old) if any(isinstance(item, Method | Document | LegalBasis) for item in old + new) else 0
    if not same or set(old) == set(new):
        return "; ".join(map(_tell, old)), "; ".join(map(_tell, new))
    kept = f"({same} mục giữ nguyên)"
    return (
        "; ".join([*(_tell(item) for item in old if item not in new), kept]),
        "; ".join([*(_tell(item) for item in new if item not in old), kept]),
    )


def _tell(value: object) -> str:
    if isinstance(value, Method):
        known = (("", value.channel), ("thời hạn ", value.time_limit), ("phí ", value.fee), ("", value.description))
        return ", ".join(f"{label}{text}" for label, text in known if text)
    if isinstance(value, Document):
        counts = (("bản chính ", value.originals), ("bản sao ", value.copies), ("mẫu ", value.form_file), ("trường hợp ", value.case))
        told = ", ".join(f"{label}{known}" for label, known in counts if known)
        return f"{value.name} ({told})" if told else value.name
    if isinstance(value, LegalBasis):
        return " ".join(filter(None, (value.number, value.title)))
    return "" if value is None else str(value)
