"""Details as JSON Lines, one procedure a line: what to bring, how, how long, how much. Known faults are mended here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from index.catalogue.lists.exports import Listing, fingerprint
from index.catalogue.methods import Method
from index.catalogue.procedure import CODE, Document, LegalBasis, Procedure, RowProblem, clean_code, clean_name, split_applicants
from index.errors import SourceRefused
from index.text.folding import compose

LAYOUT = "details"
_BARE_NUMBER = re.compile(r"[\d.,\s]+")
_RAW_ENUM = re.compile(r"[A-Z_]+")

Item = TypeVar("Item")


def read_details(path: Path) -> Listing:
    """Read one details file. A bad line is reported and left out; a file without one good line raises SourceRefused."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceRefused(f"{path.name}: không đọc được tệp chi tiết ({error}). Xin dùng tệp JSON Lines, bảng mã UTF-8.") from error
    procedures: dict[str, Procedure] = {}
    problems = []
    rows = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        rows += 1
        try:
            procedure = parse_details(json.loads(line))
            if procedure.code in procedures:
                raise _Fault("code", procedure.code, "mã này đã đứng ở một dòng trên")
            procedures[procedure.code] = procedure
        except json.JSONDecodeError as error:
            problems.append(RowProblem(path.name, None, number, "(cả dòng)", line, f"không phải JSON: {error.msg}"))
        except _Fault as fault:
            problems.append(RowProblem(path.name, None, number, fault.key, fault.value, fault.reason))
    if not procedures:
        raise SourceRefused(f"{path.name}: không có dòng nào đọc được như chi tiết thủ tục (JSON Lines, mỗi dòng một thủ tục có “code” và “name”).")
    return Listing(tuple(procedures.values()), tuple(problems), fingerprint(path, LAYOUT, rows, "utf-8"))


class _Fault(Exception):
    def __init__(self, key: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.key, self.value, self.reason = key, str(value), reason


def parse_details(record: Any) -> Procedure:
    """One record with the keys of a details file -> a procedure; unknown keys are ignored."""
    if not isinstance(record, dict):
        raise _Fault("(cả dòng)", record, "mỗi dòng phải là một đối tượng JSON")
    for key in ("code", "name"):
        if not isinstance(record.get(key), str) or not compose(record[key]):
            raise _Fault(key, record.get(key, ""), "thiếu hoặc để trống")
    code = clean_code(record["code"])
    if not CODE.fullmatch(code):
        raise _Fault("code", record["code"], "mã thủ tục phải có dạng như 1.001193")
    kind = _text(record, "kind")
    return Procedure(
        code=code,
        name=clean_name(record["name"]),
        levels=_texts(record, "level"),
        agencies=_texts(record, "agency"),
        applicants=split_applicants(_text(record, "applicants") or ""),
        kind=None if kind and _RAW_ENUM.fullmatch(kind) else kind,
        methods=_items(record, "methods", _method),
        documents=_items(record, "documents", _document),
        result=_texts(record, "result"),
        legal_basis=_items(record, "legal_basis", _legal_basis),
        steps=_lines(record, "steps"),
        conditions=_lines(record, "conditions"),
        description=_lines(record, "description"),
        legal_basis_text=_lines(record, "legal_basis_text"),
        **{key: _text(record, key) for key in _PLAIN_TEXTS},
    )


_PLAIN_TEXTS = (
    "field", "promulgating_agency", "decision_number", "competent_agency", "coordinating_agency",
    "authorised_agency", "receiving_address", "keywords", "source_url",
)  # fmt: skip


def _text(record: dict[str, Any], key: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str | int | float):
        raise _Fault(key, value, "phải là một đoạn chữ")
    return compose(str(value)) or None if value is not None else None


def _lines(record: dict[str, Any], key: str) -> str | None:
    """A text of several lines: composed line by line, empty lines left out."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Fault(key, value, "phải là một đoạn chữ")
    return "\n".join(filter(None, map(compose, value.split("\n")))) or None


def _texts(record: dict[str, Any], key: str) -> tuple[str, ...]:
    values = record.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise _Fault(key, values, "phải là một danh sách các đoạn chữ")
    return tuple(dict.fromkeys(filter(None, map(compose, values))))


def _items(record: dict[str, Any], key: str, parse: Callable[[dict[str, Any]], Item | None]) -> tuple[Item, ...]:
    values = record.get(key) or []
    if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
        raise _Fault(key, values, "phải là một danh sách các đối tượng")
    return tuple(item for value in values if (item := parse(value)) is not None)


def _method(record: dict[str, Any]) -> Method | None:
    channel = _text(record, "channel")
    time_limit = _text(record, "time_limit")
    if time_limit and _BARE_NUMBER.fullmatch(time_limit):
        time_limit = None  # the unit is lost: showing "1" would be a guess
    method = Method(channel, time_limit, _text(record, "fee"), _lines(record, "description"))
    return method if any((method.channel, method.time_limit, method.fee, method.description)) else None


def _document(record: dict[str, Any]) -> Document | None:
    name = _lines(record, "name")
    if not name:
        return None
    return Document(name, _text(record, "case"), _text(record, "form_file"), _count(record, "originals"), _count(record, "copies"))


def _count(record: dict[str, Any], key: str) -> int:
    value = record.get(key) or 0
    if not isinstance(value, int) or value < 0:
        raise _Fault(f"documents.{key}", value, "phải là một số nguyên không âm")
    return value


def _legal_basis(record: dict[str, Any]) -> LegalBasis | None:
    basis = LegalBasis(_text(record, "title"), _text(record, "number"))
    return basis if basis.title or basis.number else None
