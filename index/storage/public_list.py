"""The list of all procedures that the law wants posted publicly: as a workbook, as CSV, and row by row for pages. Made once a version."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from index.catalogue.procedure import Procedure
from index.catalogue.summary import fee_text, time_limit_text
from index.storage.blobs import Blobs, write_blobs
from index.storage.cells import harmless, save_workbook

CSV, XLSX = "public-list.csv", "public-list.xlsx"
_ROWS = "public_rows"
_TITLE = "Thủ tục hành chính"
_NUMBER = "STT"

# column -> (how wide the workbook shows it, what stands in it; empty: unknown)
COLUMNS: dict[str, tuple[int, Callable[[Procedure], str | None]]] = {
    "Mã thủ tục": (14, lambda procedure: procedure.code),
    "Tên thủ tục": (60, lambda procedure: procedure.name),
    "Lĩnh vực": (26, lambda procedure: procedure.field),
    "Cấp thực hiện": (16, lambda procedure: "; ".join(procedure.levels)),
    "Cơ quan thực hiện": (34, lambda procedure: "; ".join(procedure.agencies)),
    "Đối tượng thực hiện": (28, lambda procedure: "; ".join(procedure.applicants)),
    "Cách thực hiện": (24, lambda procedure: "; ".join(procedure.channels)),
    "Thời hạn giải quyết": (22, time_limit_text),
    "Phí, lệ phí": (20, fee_text),
    "Dịch vụ công trực tuyến": (16, lambda procedure: procedure.online_level),
    "Kết quả": (36, lambda procedure: "; ".join(procedure.result)),
    "Quyết định công bố": (20, lambda procedure: procedure.decision_number),
    "Cơ quan công bố": (26, lambda procedure: procedure.promulgating_agency),
}


def write_public_list(procedures: Sequence[Procedure], folder: Path) -> None:
    """Write the list of procedures given in document order."""
    rows = [[" ".join((value(procedure) or "").split()) for _, value in COLUMNS.values()] for procedure in procedures]
    write_blobs((json.dumps(row, ensure_ascii=False).encode() for row in rows), folder, _ROWS)
    safe = [[str(number), *map(harmless, row)] for number, row in enumerate(rows, 1)]
    with (folder / CSV).open("w", encoding="utf-8-sig", newline="") as file:  # with the mark by which Excel knows UTF-8
        csv.writer(file).writerows([[_NUMBER, *COLUMNS], *safe])
    _write_workbook(safe, folder / XLSX)


def _write_workbook(rows: list[list[str]], path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = _TITLE
    sheet.append([_NUMBER, *COLUMNS])
    for number, *cells in rows:
        sheet.append([int(number), *cells])
    wrapped = Alignment(wrap_text=True, vertical="top")
    for line in sheet.iter_rows():
        for cell in line:
            cell.alignment = wrapped
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, width in enumerate((6, *(width for width, _ in COLUMNS.values())), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes, sheet.auto_filter.ref = "C2", sheet.dimensions
    sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.paperSize = "1:1", "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 0, True
    save_workbook(workbook, path)


class PublicList:
    """Read access to the list of one version."""

    def __init__(self, folder: Path) -> None:
        self._rows = Blobs(folder, _ROWS)
        self.csv, self.xlsx = folder / CSV, folder / XLSX

    def __getitem__(self, document: int) -> dict[str, str]:
        return dict(zip(COLUMNS, json.loads(self._rows[document]), strict=True))
