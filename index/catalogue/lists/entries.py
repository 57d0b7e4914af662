"""One row of a list -> one procedure, or the fault for which it is left out. A code is read, never made up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from index.catalogue.lists.names import NameMatcher, codes_by_name
from index.catalogue.lists.records import build_procedure
from index.catalogue.lists.rows import Row
from index.catalogue.lists.values import is_formula_error
from index.catalogue.procedure import CODE, Procedure, clean_code, clean_name
from index.text.folding import compose, fold

_SERVICE = re.compile(r"(\d\.\d{6})\.\d{2}")
_SHORTENED = re.compile(r"\d\.\d{1,5}")
_DECIMAL_COMMA = re.compile(r"\d,\d{6,}")
_LABELLED_CODE = re.compile(
    r"[(\[]?\s*Mã(?:\s+số)?(?:\s+(?:TTHC|thủ tục(?:\s+hành chính)?|hồ sơ))?\s*[:\-–]?\s*(\d\.\s?\d{6,}[\w.\-]*)\s*[)\]]?", re.IGNORECASE
)
_BARE_CODE = re.compile(r"[(\[]\s*(\d\.\d{6,}[\w.\-]*)\s*[)\]]|^(\d\.\d{6,})\s*[-–:.]?\s+")
BLANK, ORPHAN = "ô này để trống", "dòng này không có mã và tên, chỉ có chữ ở cột khác"
_BESIDE = ("field", "agencies", "promulgating_agency", "levels")  # what every procedure has, so that a name without it would not stand alone
_SHOWN = 60  # letters of a name in a hint

Part = TypeVar("Part")


class Fault(Exception):
    """Why one row is left out: the column, what stands there, the reason, and what to do about it."""

    def __init__(self, column: str, value: str, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.column, self.value, self.reason, self.remedy = column, value, reason, remedy


@dataclass(frozen=True, slots=True)
class Entry:
    """What one row says of a procedure; `is_service`: of one service of it (``1.001193.01``), whose name may differ."""

    procedure: Procedure
    is_service: bool = False

    def joined(self, other: Entry) -> Entry:
        """Two rows of one code (a row a service or an agency): what a procedure has several of is joined, else the first counts.

        Raises Fault where the rows name two procedures.
        """
        first, second = self.procedure, other.procedure
        same_name = fold(first.name) == fold(second.name)
        if not same_name and not (self.is_service and other.is_service):
            reason = f"mã {first.code} đã đứng ở một dòng trên với tên khác"
            raise Fault("name", second.name, reason, "Xin xem dòng nào đúng rồi sửa mã hoặc tên của dòng kia.")
        joined = replace(
            first,
            agencies=_distinct(first.agencies, second.agencies),
            levels=_distinct(first.levels, second.levels),
            applicants=_distinct(first.applicants, second.applicants),
            methods=_distinct(first.methods, second.methods),
            documents=_distinct(first.documents, second.documents),
            result=_distinct(first.result, second.result),
            keywords=_join_texts(first.keywords, second.keywords, None if same_name else second.name),
            online_level=_join_texts(first.online_level, second.online_level),
        )
        return Entry(joined.filled_from(second), self.is_service)


class EntryReader:
    """Reads rows as procedures; `known` tells which codes carry a name, for lists without codes."""

    def __init__(self, known: Sequence[Procedure]) -> None:
        self._known: Mapping[str, Procedure] = {procedure.code: procedure for procedure in known}
        self._matcher = NameMatcher(codes_by_name(known))

    def read(self, row: Row) -> Entry:
        """What a row says. Raises Fault."""
        cells = _unswap(row.cells)
        _check_orphan(cells, row.given)
        if "code" not in cells:
            return self._read_without_code(cells)
        name, inner_code = _split_name(compose(cells["name"]), _LABELLED_CODE)
        code = _read_code(cells["code"] if compose(cells["code"]) else inner_code)
        if inner_code != code:
            name = compose(cells["name"])  # it speaks of another procedure, one that this replaces
        _check_name(cells["name"], name)
        if service := _SERVICE.fullmatch(code):
            return self._read_service(service[1], clean_name(name), cells)
        return Entry(build_procedure(code, clean_name(name), cells))

    def _read_service(self, code: str, name: str, cells: Mapping[str, str]) -> Entry:
        """A row of one service: what it is called may be the service's name alone, so a known procedure keeps its own."""
        if code in self._known:
            return Entry(build_procedure(code, self._known[code].name, {"service_name": name, **cells}), is_service=True)
        return Entry(build_procedure(code, name, cells), is_service=True)

    def _read_without_code(self, cells: Mapping[str, str]) -> Entry:
        name, code = _split_name(compose(cells["name"]), _LABELLED_CODE, _BARE_CODE)
        _check_name(cells["name"], name)
        code = code or self._find_code(name)
        return Entry(build_procedure(code, self._known[code].name if code in self._known else clean_name(name), cells))

    def _find_code(self, name: str) -> str:
        """The one code whose procedure has this name."""
        if not self._known:
            reason = "danh sách không có cột mã, và chưa có danh mục nào để đối chiếu tên"
            raise Fault("name", name, reason, "Xin thêm cột mã, hoặc công bố một danh sách có mã trước.")
        match = self._matcher.match(clean_name(name))
        if len(match.codes) == 1:
            return match.codes[0]
        if match.codes:
            codes = ", ".join(match.codes)
            raise Fault("name", name, f"tên này là của {len(match.codes)} thủ tục: {codes}", "Xin thêm cột mã và ghi đúng mã vào dòng này.")
        nearest = [code for key in match.nearest for code in self._matcher.codes_of(key)[:1]]
        hint = "; ".join(f"“{self._known[code].name[:_SHOWN]}” ({code})" for code in nearest)
        remedy = f"Gần nhất: {hint}. Xin sửa tên cho đúng, hoặc thêm cột mã." if hint else "Xin sửa tên theo danh mục, hoặc thêm cột mã."
        raise Fault("name", name, "không có thủ tục nào trong danh mục mang tên này", remedy)


def _distinct(first: tuple[Part, ...], second: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(dict.fromkeys(first + second))


def _join_texts(first: str | None, *others: str | None) -> str | None:
    return "; ".join(dict.fromkeys(part for text in (first, *others) if text for part in text.split("; "))) or None


def _unswap(cells: dict[str, str]) -> dict[str, str]:
    """Code and name in each other's place, put right."""
    swapped = "code" in cells and CODE.fullmatch(clean_code(cells["name"])) and not CODE.fullmatch(clean_code(cells["code"]))
    return cells | {"code": cells["name"], "name": cells["code"]} if swapped else cells


def _split_name(name: str, *patterns: re.Pattern[str]) -> tuple[str, str]:
    """A name without the code written into it, and that code, "" where there is none."""
    for pattern in patterns:
        if found := pattern.search(name):
            rest = compose(f"{name[: found.start()]} {name[found.end() :]}").strip(" -–:;,")
            return rest, clean_code(next(filter(None, found.groups())))
    return name, ""


def _read_code(cell: str) -> str:
    code = clean_code(cell)
    reasons = (
        (not code, BLANK),
        (is_formula_error(code), "ô này là lỗi của một công thức"),
        (_SHORTENED.fullmatch(code), "mã thiếu chữ số; bảng tính đã bỏ các số 0 ở cuối, xin đổi cột mã sang dạng Văn bản (Text)"),
    )
    code = code.replace(",", ".") if _DECIMAL_COMMA.fullmatch(code) else code
    reason = next((reason for applies, reason in reasons if applies), None if CODE.fullmatch(code) else "mã thủ tục phải có dạng như 1.001193")
    if reason:
        raise Fault("code", cell, reason, "Xin ghi đúng mã vào ô này rồi đưa lại tệp.")
    return code


def _check_orphan(cells: Mapping[str, str], given: Mapping[str, str]) -> None:
    """A row without code and name that says something in another column: what a column pushed down leaves at its end."""
    keys = (column for column in ("code", "name") if column in cells)
    if any(compose(cells[column]) for column in keys):
        return
    column = next((column for column in _BESIDE if compose(cells.get(column, "")) and cells[column] != given.get(column)), None)
    if column:
        raise Fault(column, cells[column], ORPHAN, "Xin kiểm tra xem cột này có bị đẩy xuống một dòng không, hoặc xóa dòng thừa.")


def _check_name(cell: str, name: str) -> None:
    if not name or is_formula_error(name):
        reason = "ô này là lỗi của một công thức" if name else BLANK
        raise Fault("name", cell, reason, "Xin ghi tên thủ tục vào ô này rồi đưa lại tệp.")
