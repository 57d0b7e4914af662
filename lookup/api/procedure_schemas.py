"""What goes out of one procedure, as marshmallow schemas."""

from __future__ import annotations

from marshmallow import Schema, fields

from lookup.api.schemas import CatalogueVersion


class MethodRecord(Schema):
    """One way to submit."""

    channel = fields.String(required=True, allow_none=True, metadata={"example": "Trực tiếp"})
    time_limit = fields.String(required=True, allow_none=True, metadata={"example": "5 ngày làm việc"})
    fee = fields.String(required=True, allow_none=True, metadata={"example": "Miễn phí"})
    description = fields.String(required=True, allow_none=True)


class DocumentRecord(Schema):
    """A paper to bring; one with neither originals nor copies nor a form is a note."""

    name = fields.String(required=True, metadata={"example": "Giấy chứng sinh"})
    case = fields.String(required=True, allow_none=True)
    form_file = fields.String(required=True, allow_none=True)
    originals = fields.Integer(required=True, metadata={"example": 1})
    copies = fields.Integer(required=True, metadata={"example": 0})


class LegalBasisRecord(Schema):
    """A legal text."""

    title = fields.String(required=True, allow_none=True, metadata={"example": "Luật Hộ tịch"})
    number = fields.String(required=True, allow_none=True, metadata={"example": "60/2014/QH13"})


class RelatedProcedure(Schema):
    """Another procedure that may be needed too; `event`: the occasion that both come with, `null` where they are alike."""

    code = fields.String(required=True, metadata={"example": "1.004222"})
    name = fields.String(required=True, metadata={"example": "Đăng ký thường trú"})
    event = fields.String(required=True, allow_none=True, metadata={"example": "Sinh con"})


class ProcedureRecord(Schema):
    """The whole record of a procedure. What is not known is left out."""

    code = fields.String(required=True, metadata={"example": "1.001193"})
    name = fields.String(required=True, metadata={"example": "Thủ tục đăng ký khai sinh"})
    field = fields.String(metadata={"example": "Hộ tịch"})
    levels = fields.List(fields.String())
    agencies = fields.List(fields.String())
    applicants = fields.List(fields.String())
    promulgating_agency = fields.String()
    decision_number = fields.String()
    kind = fields.String()
    competent_agency = fields.String()
    coordinating_agency = fields.String()
    authorised_agency = fields.String()
    receiving_address = fields.String()
    description = fields.String()
    steps = fields.String()
    methods = fields.List(fields.Nested(MethodRecord))
    documents = fields.List(fields.Nested(DocumentRecord))
    result = fields.List(fields.String())
    legal_basis = fields.List(fields.Nested(LegalBasisRecord))
    legal_basis_text = fields.String()
    conditions = fields.String()
    keywords = fields.String()
    source_url = fields.String()
    online_level = fields.String(metadata={"example": "Toàn trình"})
    url = fields.String(required=True, metadata={"example": "/thu-tuc/1.001193"})
    related = fields.List(fields.Nested(RelatedProcedure), required=True)
    catalogue = fields.Nested(CatalogueVersion, required=True)
