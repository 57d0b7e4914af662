"""The sheets beside the main one of a commune's workbook: steps, methods, papers, results, laws, each row keyed by the code in its second column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index.catalogue.lists.layouts import column_of
from index.catalogue.lists.sheets import Sheet
from index.catalogue.lists.values import build_document, build_methods, known_lines, known_text, read_channels, read_fee, read_time_limit
from index.catalogue.procedure import LegalBasis, Procedure, clean_code
from index.text.folding import compose, fold

_KEY = 1  # the place of the code
_NUMBER = re.compile(r"\d+[\w.\-]*/(?:\d{4}/)?[A-ZĐ][\w\-Đ]*")

# What each place holds where the header does not say: the cells after the code, in order.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "channel": ("Hình thức nộp", "Cách thức thực hiện", "Hình thức", "Hình thức thực hiện", "Kênh thực hiện"),
    "time_limit": ("Thời hạn giải quyết", "Thời gian giải quyết", "Thời hạn", "Thời gian"),
    "fee": ("Phí, lệ phí", "Phí - lệ phí", "Phí", "Mức phí"),
    "charge": ("Lệ phí",),
    "description": ("Mô tả", "Ghi chú", "Diễn giải"),
    "case": ("Trường hợp", "Nhóm giấy tờ", "Tên trường hợp"),
    "text": (
        "Nội dung", "Trình tự thực hiện", "Trình tự", "Nội dung thực hiện", "Các bước thực hiện", "Tên giấy tờ", "Thành phần hồ sơ", "Tên thành phần hồ sơ",
        "TPHS", "Giấy tờ", "Kết quả", "Kết quả thực hiện", "Tên kết quả", "KQTH", "Căn cứ pháp lý", "Trích yếu", "Tên văn bản", "Tên căn cứ", "CCPL",
    ),
    "form_file": ("Mẫu đơn, tờ khai", "Mẫu đơn", "Tờ khai", "Biểu mẫu"),
    "originals": ("Bản chính", "Số bản chính", "Số lượng bản chính"),
    "copies": ("Bản sao", "Số bản sao", "Số lượng bản sao"),
    "number": ("Số ký hiệu", "Số hiệu", "Số văn bản", "Số, ký hiệu"),
}  # fmt: skip
_COLUMN_OF = {fold(spelling): column for column, spellings in _SPELLINGS.items() for spelling in spellings}

Cells = dict[str, str]


def _with_method(procedure: Procedure, cells: Cells) -> Procedure:
    channels = read_channels(cells.get("channel", ""))
    unread = None if channels else known_text(cells.get("channel", ""))
    description = "\n".join(filter(None, (unread, known_lines(cells.get("description", ""))))) or None
    methods = build_methods(channels, read_time_limit(cells.get("time_limit", "")), read_fee(cells.get("fee", ""), cells.get("charge", "")), description)
    return replace(procedure, methods=procedure.methods + methods)


def _with_step(procedure: Procedure, cells: Cells) -> Procedure:
    lines = [procedure.steps, known_text(cells.get("case", "")), known_lines(cells.get("text", ""))]
    return replace(procedure, steps="\n".join(filter(None, lines)) or None)


def _with_document(procedure: Procedure, cells: Cells) -> Procedure:
    name = known_lines(cells.get("text", ""))
    if not name:
        return procedure
    case, form_file = known_text(cells.get("case", "")), known_text(cells.get("form_file", ""))
    document = build_document(name, case, form_file, cells.get("originals", ""), cells.get("copies", ""))
    return replace(procedure, documents=(*procedure.documents, document))


def _with_result(procedure: Procedure, cells: Cells) -> Procedure:
    text = known_text(cells.get("text", ""))
    return replace(procedure, result=tuple(dict.fromkeys((*procedure.result, text)))) if text else procedure


def _with_legal_basis(procedure: Procedure, cells: Cells) -> Procedure:
    title, number = known_text(cells.get("text", "")), known_text(cells.get("number", ""))
    if title and not number:
        number = found.group() if (found := _NUMBER.search(title)) else None
    return replace(procedure, legal_basis=(*procedure.legal_basis, LegalBasis(title, number))) if title or number else procedure


@dataclass(frozen=True, slots=True)
class _Kind:
    """How one sheet is called and read; `places` are the columns after the code where the header names none."""

    names: tuple[str, ...]
    places: tuple[str, ...]
    add: Callable[[Procedure, Cells], Procedure]


_KINDS = (
    _Kind(("Cách thức thực hiện", "CTTH"), ("channel", "time_limit", "fee", "description"), _with_method),
    _Kind(("Trình tự thực hiện", "TTTH"), ("text",), _with_step),
    _Kind(("TPHS", "Thành phần hồ sơ"), ("text", "form_file", "originals", "copies"), _with_document),
    _Kind(("KQTH", "Kết quả thực hiện"), ("text",), _with_result),
    _Kind(("CCPL", "Căn cứ pháp lý"), ("text", "number"), _with_legal_basis),
)
_KIND_OF = {fold(name): kind for kind in _KINDS for name in kind.names}


def is_child_sheet(sheet: Sheet) -> bool:
    """Whether the sheet is called like one that goes beside a main list."""
    return sheet.name is not None and fold(sheet.name) in _KIND_OF


@dataclass(frozen=True, slots=True)
class Orphan:
    """A row whose code is not in the main list: `number` counts from 1."""

    sheet: str
    number: int
    title: str
    code: str


def add_child_sheets(procedures: dict[str, Procedure], sheets: Iterable[Sheet]) -> list[Orphan]:
    """Fill the procedures, in place, with what the child sheets say; returns the rows that belong to none of them."""
    orphans = []
    for sheet in sheets:
        name = sheet.name or ""
        kind = _KIND_OF[fold(name)]
        titles = sheet.rows[0] if sheet.rows else []
        columns = _read_columns(titles, kind)
        for number, row in enumerate(sheet.rows[1:], 2):
            key = _key(row)
            code = clean_code(key)
            if code in procedures:
                procedures[code] = kind.add(procedures[code], {column: row[place] for place, column in columns.items() if place < len(row)})
            elif any(map(compose, row)) and column_of(key) != "code":
                orphans.append(Orphan(name, number, compose(_key(titles)), key))
    return orphans


def _key(row: Sequence[str]) -> str:
    return row[_KEY] if len(row) > _KEY else ""


def _read_columns(titles: Sequence[str], kind: _Kind) -> dict[int, str]:
    """Place -> column: by the header's words, or by order where it has none that are known."""
    places = range(_KEY + 1, len(titles))
    named = {place: column for place in places if (column := _COLUMN_OF.get(fold(titles[place])))}
    if not named:
        return dict(enumerate(kind.places, _KEY + 1))
    unnamed = [place for place in places if place not in named and compose(titles[place])]
    return named if kind.places[0] in named.values() or not unnamed else {unnamed[0]: kind.places[0]} | named
