"""Rows that are no procedures but say something of those below them: ``I. LĨNH VỰC HỘ TỊCH``, ``B. THỦ TỤC HÀNH CHÍNH CẤP XÃ``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from index.catalogue.lists.layouts import Header
from index.catalogue.lists.values import LEVELS
from index.catalogue.procedure import CODE, clean_code
from index.text.folding import compose, fold

_MARK = re.compile(r"(?:(?:PHẦN|MỤC|CHƯƠNG)\s+)?(?:[IVXLC]{1,6}|[A-HĐ])(?:\s*[.)\-–:/]\s*|$)|(?:PHẦN|MỤC|CHƯƠNG)\s+\S+\s*|[IVXLC]{1,6}\s+(?=LĨNH VỰC|Lĩnh vực)")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})*\s*[.)]?\s*")
_FIELD = re.compile(r"(?:(?:các\s+)?(?:TTHC|thủ tục hành chính)\s+)?(?:(?:trong|thuộc)\s+)?lĩnh vực\s*:?\s*(.+)", re.IGNORECASE)
_LEVEL = re.compile(r"\bcấp\s+(?:bộ|trung ương|tỉnh|xã)\b", re.IGNORECASE)
_AGENCY = re.compile(r"(?:Sở|Ban|UBND|Ủy ban|Uỷ ban|Chi cục|Cục|Công an|Văn phòng|Trung tâm|Bộ)\s", re.IGNORECASE)
_COUNT = re.compile(r"\s*[:(\-–]?\s*\d+\s*(?:TTHC|thủ tục)[^()]*\)?\s*\.?$|\s*[.:]$", re.IGNORECASE)
_LONGEST = 120
_GENERIC_NAME = re.compile(
    r".*\d.*|(sheet|trang tinh|danh (sach|muc)|ds|tthc|thu tuc|phu luc|bang|bieu|tong|data|du lieu|table|export|list|cap|tinh|xa|huyen|phuong|so|bo|ubnd|nhap|"
    r"quyet dinh|ket qua|thong ke|ra soat|chung|moi|khac|worksheet|dvc|dich vu|noi bo|cong bo|sua doi|thay the|bai bo|main|muc luc)( .*)?"
)
_LONGEST_SHEET_NAME = 31  # where spreadsheet programs cut

Fields = Mapping[str, str]  # folded -> as the catalogue spells it


def read_section(row: Sequence[str], header: Header, fields: Fields) -> dict[str, str] | None:
    """The columns that a section row gives to the rows below it, or None where the row is no section.

    A section is one text, alone in its row but for its number: a field, a level or an agency.
    """
    ordinal = header.cell(row, "ordinal")
    texts = list(dict.fromkeys(filter(None, map(compose, row))))
    mark = compose(ordinal) if len(texts) == 2 else ""
    if mark and mark in texts:
        texts.remove(mark)
    if len(texts) != 1 or CODE.match(clean_code(texts[0])):
        return None
    marked = _MARK.match(texts[0]) or _NUMBER.match(texts[0])
    title = _COUNT.sub("", texts[0][marked.end() :] if marked else texts[0]).strip()
    lettered = bool(_MARK.fullmatch(mark) if mark else _MARK.match(texts[0]))
    return _read_title(title, lettered, fields) if title else None


def _read_title(title: str, lettered: bool, fields: Fields) -> dict[str, str] | None:
    if found := _FIELD.match(title):
        return {"field": spell_field(found[1], fields)}
    if len(title) > _LONGEST or not (lettered or title.isupper()):
        return None
    if level := _LEVEL.search(title):
        return {"levels": LEVELS[fold(level.group())]}
    if not lettered:
        return {"field": fields[fold(title)]} if fold(title) in fields else None
    return {"agencies": title} if _AGENCY.match(title) else {"field": spell_field(title, fields)}


def spell_field(title: str, fields: Fields) -> str:
    """A field as the catalogue spells it; one it does not know loses its capitals."""
    name = compose(title).strip(" :.-–")
    return fields.get(fold(name)) or (name.capitalize() if name.isupper() else name)


def field_of_sheet(name: str | None, fields: Fields) -> str | None:
    """The field that a sheet is named after, or None where the name says nothing of a field."""
    if not name:
        return None
    title = compose(name)
    if marked := _MARK.match(title) or _NUMBER.match(title):
        title = title[marked.end() :]
    if prefixed := _FIELD.match(title) or re.match(r"LV\s+(.+)", title):
        title = prefixed[1]
    folded = fold(title)
    if len(name) >= _LONGEST_SHEET_NAME:
        whole = [spelling for key, spelling in fields.items() if key.startswith(folded)]
        return whole[0] if len(whole) == 1 else None
    if folded in fields:
        return fields[folded]
    return None if not folded or (_GENERIC_NAME.fullmatch(folded) and not prefixed) else spell_field(title, fields)
