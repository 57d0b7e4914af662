"""What goes out, as marshmallow schemas: they are the OpenAPI document.

Answers are built from records directly (dumping ten hits through a schema costs more than finding them); tests hold every answer to its schema.
"""

from __future__ import annotations

from marshmallow import Schema, fields


class FacetValue(Schema):
    """A value and how many procedures have it."""

    value = fields.String(required=True, metadata={"example": "Hộ tịch"})
    count = fields.Integer(required=True, metadata={"example": 12})


_values = fields.List(fields.Nested(FacetValue), required=True)
Facets = Schema.from_dict(dict.fromkeys(("field", "level", "agency", "applicant", "channel"), _values), name="Facets")


class CatalogueVersion(Schema):
    """Which version of the catalogue an answer comes from."""

    version = fields.String(required=True, metadata={"example": "20251104T021500-402113"})
    published_at = fields.DateTime(required=True, format="iso", metadata={"example": "2025-11-04T02:15:31+00:00"})


class Variant(Schema):
    """Another procedure of the same name."""

    code = fields.String(required=True, metadata={"example": "2.000528"})
    level = fields.List(fields.String(), required=True)
    agency = fields.List(fields.String(), required=True)


class Result(Schema):
    """One procedure found. `highlight` is safe HTML: escaped text with `<mark>`; `null` means unknown."""

    code = fields.String(required=True, metadata={"example": "1.001193"})
    name = fields.String(required=True, metadata={"example": "Thủ tục đăng ký khai sinh"})
    highlight = fields.String(required=True, metadata={"example": "Thủ tục <mark>đăng ký khai sinh</mark>"})
    field = fields.String(required=True, allow_none=True, metadata={"example": "Hộ tịch"})
    level = fields.List(fields.String(), required=True, metadata={"example": ["Cấp xã"]})
    agency = fields.List(fields.String(), required=True, metadata={"example": ["Ủy ban nhân dân cấp xã"]})
    time_limit = fields.String(required=True, allow_none=True, metadata={"example": "1 ngày làm việc"})
    fee = fields.String(required=True, allow_none=True, metadata={"example": "Miễn phí"})
    variants = fields.List(fields.Nested(Variant), required=True)
    score = fields.Float(required=True, metadata={"example": 35.2})
    pinned = fields.Boolean(required=True, metadata={"description": "Đơn vị ghim thủ tục này lên đầu cho câu tìm này, không xếp theo điểm.", "example": False})
    url = fields.String(required=True, metadata={"example": "/thu-tuc/1.001193"})


class Correction(Schema):
    """Another spelling of the query; `applied` tells whether the results already follow it."""

    text = fields.String(required=True, metadata={"example": "đăng ký khai sinh"})
    applied = fields.Boolean(required=True)


class Interpretation(Schema):
    """How a part of the query was understood: keystrokes, spacing, repair, synonym, asks, content, denied, title, or the facet that results are raised by."""

    kind = fields.String(required=True, metadata={"example": "synonym"})
    from_ = fields.String(required=True, data_key="from", metadata={"example": "bằng lái"})
    to = fields.String(required=True, metadata={"example": "giấy phép lái xe"})


class Signpost(Schema):
    """A need that is served elsewhere."""

    text = fields.String(required=True, metadata={"example": "Ly hôn do Tòa án giải quyết."})
    responsible = fields.String(required=True, metadata={"example": "Tòa án nhân dân khu vực"})
    phone = fields.String(required=True, allow_none=True, metadata={"example": "113"})
    url = fields.String(required=True, allow_none=True, metadata={"example": "https://dichvucong.gov.vn"})


class SearchAnswer(Schema):
    """A page of results."""

    query = fields.String(required=True, metadata={"example": "dang ky khai sinh"})
    total = fields.Integer(required=True, metadata={"example": 38})
    page = fields.Integer(required=True)
    per_page = fields.Integer(required=True)
    results = fields.List(fields.Nested(Result), required=True)
    facets = fields.Nested(Facets, required=True)
    correction = fields.Nested(Correction, required=True, allow_none=True)
    interpretations = fields.List(fields.Nested(Interpretation), required=True)
    signposts = fields.List(fields.Nested(Signpost), required=True)
    unsure = fields.Boolean(required=True)
    catalogue = fields.Nested(CatalogueVersion, required=True)


class SuggestedText(Schema):
    """A suggestion; searching for `text` finds `code`."""

    text = fields.String(required=True, metadata={"example": "Thủ tục đăng ký khai sinh"})
    code = fields.String(required=True, metadata={"example": "1.001193"})


class SuggestAnswer(Schema):
    """As-you-type suggestions."""

    suggestions = fields.List(fields.Nested(SuggestedText), required=True)


class FacetsAnswer(Schema):
    """Every value of every facet, over the whole catalogue."""

    facets = fields.Nested(Facets, required=True)
    catalogue = fields.Nested(CatalogueVersion, required=True)


class SourceRecord(Schema):
    """A file the catalogue was read from."""

    name = fields.String(required=True, metadata={"example": "danh-sach-tthc.xlsx"})
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    layout = fields.String(required=True, metadata={"example": "Cổng dịch vụ công quốc gia"})
    rows = fields.Integer(required=True)
    encoding = fields.String(required=True, metadata={"example": "utf-8"})
    modified = fields.String(required=True, metadata={"example": "2025-11-04T02:15:31+00:00"})


class CatalogueAnswer(CatalogueVersion):
    """What is published."""

    procedures = fields.Integer(required=True, metadata={"example": 5715})
    sources = fields.List(fields.Nested(SourceRecord), required=True)


class Health(Schema):
    """The process is up."""

    status = fields.String(required=True, metadata={"example": "ok"})


class Readiness(Health):
    """An index is open."""

    catalogue = fields.Nested(CatalogueVersion, required=True)
