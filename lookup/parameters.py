"""What may come in: the query parameters of each operation, every fault told in Vietnamese."""

from __future__ import annotations

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load, validate, validates_schema

from index import compose

LONGEST_QUERY = 200
LONGEST_PAGE = 50
DEEPEST = 1_000
MOST_SUGGESTIONS = 8
LONGEST_VALUE = 300
MOST_VALUES = 20

_INTEGER: Any = {"invalid": "Phải là một số nguyên.", "null": "Phải là một số nguyên."}
_TEXT: Any = {"invalid": "Phải là một đoạn chữ.", "null": "Phải là một đoạn chữ.", "invalid_utf8": "Phải ở bảng mã UTF-8."}


class Parameters(Schema):
    """Query parameters: unknown ones are refused, so that a slip in a name is told and not ignored."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "Không có tham số này."}  # noqa: RUF012 (marshmallow declares it so)


def _query(description: str, **options: Any) -> fields.String:
    metadata = {"description": description, "example": "đăng ký khai sinh"}
    return fields.String(error_messages=_TEXT, metadata=metadata, **options)


def _number(default: int, most: int, description: str) -> fields.Integer:
    limits = validate.Range(1, most, error="Phải từ {min} đến {max}.")
    return fields.Integer(load_default=default, validate=limits, error_messages=_INTEGER, metadata={"description": description})


def _choice(what: str, example: str) -> fields.List[str]:
    value = fields.String(validate=validate.Length(1, LONGEST_VALUE, error="Mỗi giá trị dài từ {min} đến {max} ký tự."), error_messages=_TEXT)
    metadata = {"description": f"Chỉ lấy thủ tục có {what} này; ghi nhiều lần để lấy nhiều giá trị.", "example": [example]}
    limit = validate.Length(max=MOST_VALUES, error="Nhiều nhất {max} giá trị.")
    return fields.List(value, load_default=list, validate=limit, metadata=metadata)


class _ComposedQuery(Parameters):
    @pre_load
    def compose_query(self, data: Any, **_: Any) -> Any:
        """Length is counted after composing: a decomposed text is no longer than the same text composed."""
        query = data.get("q")
        return {**data, "q": self.compose(query)} if isinstance(query, str) else data

    compose = staticmethod(compose)

    _length = validate.Length(max=LONGEST_QUERY, error="Dài nhất {max} ký tự.")


class SearchParameters(_ComposedQuery):
    """Parameters of a search."""

    q = _query("Điều cần tìm, gõ có dấu hay không dấu đều được; để trống để xem cả danh mục.", load_default="", validate=_ComposedQuery._length)
    page = _number(1, DEEPEST, "Trang thứ mấy, từ 1.")
    per_page = _number(10, LONGEST_PAGE, "Số kết quả mỗi trang.")
    field = _choice("lĩnh vực", "Hộ tịch")
    level = _choice("cấp thực hiện", "Cấp xã")
    agency = _choice("cơ quan thực hiện", "Ủy ban nhân dân cấp xã")
    applicant = _choice("đối tượng thực hiện", "Công dân Việt Nam")
    channel = _choice("cách nộp", "Trực tuyến")

    @validates_schema
    def check_depth(self, data: dict[str, Any], **_: Any) -> None:
        """No one reads beyond the thousandth result; refuse to compute it."""
        if data["page"] * data["per_page"] > DEEPEST:
            raise ValidationError(f"Số trang nhân số kết quả mỗi trang không được quá {DEEPEST}.", "page")


class SuggestParameters(_ComposedQuery):
    """Parameters of as-you-type suggestions. A blank at the end of `q` means that the last word is whole."""

    @staticmethod
    def compose(text: str) -> str:
        """The blank that ends a text stays: it ends the last word."""
        return compose(text) + " " * text[-1:].isspace()

    q = _query("Chữ đang gõ; từ cuối có thể mới gõ một phần.", required=True, validate=_ComposedQuery._length)
    limit = _number(MOST_SUGGESTIONS, MOST_SUGGESTIONS, "Số gợi ý nhiều nhất.")
