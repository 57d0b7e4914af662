"""What may come in: the query parameters of each operation, every fault told in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from index import compose

LONGEST_QUERY = 200
PER_PAGE = 10
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

    def __init__(self) -> None:
        super().__init__()
        self.lists = {name for name, field in self.fields.items() if isinstance(field, fields.List)}
        self._required = {name for name, field in self.fields.items() if field.required}

    def read(self, given: Iterable[tuple[str, list[str]]]) -> dict[str, Any]:
        """Every parameter: those given, checked, and the defaults of the others. Raises ValidationError.

        marshmallow and webargs would walk through every parameter that nobody gave; that took a quarter of the time of a 304.
        """
        found = {name: values if len(values) > 1 or name in self.lists else values[0] for name, values in given}
        checked: dict[str, Any] = self.load(found, partial=True if found.keys() >= self._required else None)
        return self._defaults() | checked

    def _defaults(self) -> dict[str, Any]:
        return {name: default() if callable(default := self.fields[name].load_default) else default for name in self.fields.keys() - self._required}


class _Once(fields.Field[Any]):
    """A parameter that may stand once. Of two, neither is obeyed: which one was meant cannot be known."""

    def deserialize(self, value: Any, *arguments: Any, **options: Any) -> Any:
        """The value, unless there are several."""
        if isinstance(value, list):
            raise ValidationError("Chỉ được ghi một lần.")
        return super().deserialize(value, *arguments, **options)


class _Query(_Once, fields.String):
    """What is typed, composed: only then is its length counted, for a decomposed text is no longer than the same text composed."""

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        return compose(super()._deserialize(*arguments, **options))


class _UnfinishedQuery(_Once, fields.String):
    """The same while it is typed. The blank that ends a text stays: it ends the last word."""

    def _deserialize(self, *arguments: Any, **options: Any) -> Any:
        text = super()._deserialize(*arguments, **options)
        return compose(text) + " " * text[-1:].isspace()


class _Number(_Once, fields.Integer):
    """An integer in plain digits. Python would take `1_0`, `+1`, ` 1` and the digits of every script."""

    def _validated(self, value: Any) -> Any:
        if isinstance(value, str) and not re.fullmatch("-?[0-9]+", value):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


_QUERY: Any = {
    "validate": validate.Length(max=LONGEST_QUERY, error="Dài nhất {max} ký tự."),
    "error_messages": _TEXT,
}


def _describe(text: str) -> dict[str, str]:
    return {"description": text, "example": "đăng ký khai sinh"}


def _number(default: int, most: int, description: str) -> _Number:
    limits = validate.Range(1, most, error="Phải từ {min} đến {max}.")
    return _Number(load_default=default, validate=limits, error_messages=_INTEGER, metadata={"description": description})


def _choice(what: str, example: str) -> fields.List[str]:
    value = fields.String(validate=validate.Length(1, LONGEST_VALUE, error="Mỗi giá trị dài từ {min} đến {max} ký tự."), error_messages=_TEXT)
    metadata = {"description": f"Chỉ lấy thủ tục có {what} này; ghi nhiều lần để lấy nhiều giá trị.", "example": [example]}
    limit = validate.Length(max=MOST_VALUES, error="Nhiều nhất {max} giá trị.")
    return fields.List(value, load_default=list, validate=limit, metadata=metadata)


class SearchParameters(Parameters):
    """Parameters of a search."""

    q = _Query(load_default="", metadata=_describe("Điều cần tìm, gõ có dấu hay không dấu đều được; để trống để xem cả danh mục."), **_QUERY)
    page = _number(1, DEEPEST, "Trang thứ mấy, từ 1.")
    per_page = _number(PER_PAGE, LONGEST_PAGE, "Số kết quả mỗi trang.")
    as_typed = fields.Boolean(
        load_default=False,
        error_messages={"invalid": "Phải là true hoặc false.", "null": "Phải là true hoặc false."},
        metadata={"description": "Tìm đúng như đã gõ, không sửa lỗi gõ."},
    )
    field = _choice("lĩnh vực", "Hộ tịch")
    level = _choice("cấp thực hiện", "Cấp xã")
    agency = _choice("cơ quan thực hiện", "Ủy ban nhân dân cấp xã")
    applicant = _choice("đối tượng thực hiện", "Công dân Việt Nam")
    channel = _choice("cách nộp", "Trực tuyến")

    @validates_schema
    def check_depth(self, data: dict[str, Any], **_: Any) -> None:
        """No one reads beyond the thousandth result; refuse to compute it."""
        if data.get("page", 1) * data.get("per_page", PER_PAGE) > DEEPEST:
            raise ValidationError(f"Số trang nhân số kết quả mỗi trang không được quá {DEEPEST}.", "page")


class SuggestParameters(Parameters):
    """Parameters of as-you-type suggestions. A blank at the end of `q` means that the last word is whole."""

    q = _UnfinishedQuery(required=True, metadata=_describe("Chữ đang gõ; từ cuối có thể mới gõ một phần."), **_QUERY)
    limit = _number(MOST_SUGGESTIONS, MOST_SUGGESTIONS, "Số gợi ý nhiều nhất.")


NOTHING, SEARCH, SUGGEST = Parameters(), SearchParameters(), SuggestParameters()
