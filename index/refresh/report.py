"""A proposal as a workbook for colleagues, written so that no cell can run as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from index.catalogue.lists.exports import read_list
from index.catalogue.procedure import clean_code
from index.errors import SourceRefused
from index.refresh.publishing import Proposal

_RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program would take for a formula
_LONGEST = 32_000  # characters a cell may hold


def write_report(proposal: Proposal, path: Path) -> None:
    """Write the workbook: what stops, rows left out, added, withdrawn, changed, tallies."""
    catalogue, comparison = proposal.catalogue, proposal.comparison
    names = {procedure.code: procedure.name for procedure in catalogue.procedures}
    workbook = Workbook(write_only=True)
    _sheet(workbook, "Chốt chặn", ("Tên", "Lý do"), proposal.stops)
    rows = [(problem.file, problem.sheet or "", problem.row, problem.column, problem.value, problem.reason, problem.remedy) for problem in catalogue.problems]
    _sheet(workbook, "Dòng bị bỏ ra", ("Tệp", "Trang", "Dòng", "Cột", "Giá trị", "Lý do", "Cách sửa"), rows)
    _sheet(workbook, "Thêm", ("Mã", "Tên"), [(code, names[code]) for code in comparison.added])
    _sheet(workbook, "Rút", ("Mã",), [(code,) for code in comparison.withdrawn])
    _sheet(workbook, "Đổi", ("Mã", "Phần", "Cũ", "Mới"), comparison.changed)
    _sheet(workbook, "Lĩnh vực", ("Lĩnh vực", "Cũ", "Mới"), comparison.fields)
    _sheet(workbook, "Cấp", ("Cấp", "Cũ", "Mới"), comparison.levels)
    workbook.save(path)


def _sheet(workbook: Workbook, title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    sheet = workbook.create_sheet(title)
    sheet.append(header)
    for row in rows:
        sheet.append([value if isinstance(value, int) else _harmless(str(value)) for value in row])


def _harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    return f"'{text}" if text.startswith(_RUNS) else text


def read_codes(path: Path) -> list[str]:
    """The codes of a file: a list like any other, or one code a line."""
    try:
        return [procedure.code for procedure in read_list(path).procedures]
    except SourceRefused:
        if path.suffix.lower() not in (".txt", ".csv"):
            raise
        return [code for line in path.read_text(encoding="utf-8-sig").splitlines() if (code := clean_code(line))]
