"""Reads one workbook from standard input, in a process of its own that may not take much memory or time, and prints its sheets as JSON lines.

A broken or hostile workbook can make any reader ask for gigabytes; here that ends this process, and not the one that refreshes or serves.
It is run by its path, as a script: importing `index` would take longer than most workbooks.
"""

from __future__ import annotations

import datetime
import io
import json
import resource
import sys
from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

LOCKED, BROKEN = 3, 4  # exit codes; any other but 0 is a reader that broke down
_MEMORY = 3 * 2**30
_SECONDS = 120
_CODE_DIGITS = 6


def main() -> int:
    """Print every visible sheet: a line with its name, size and whether its merged cells are filled, then a line a row.

    The first argument is how many cells a sheet may have; a larger one is printed without its rows.
    """
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read())) as workbook:
            for sheet in workbook.sheets_metadata:
                if sheet.visible == SheetVisibleEnum.Visible:
                    for line in _print_sheet(workbook.get_sheet_by_name(sheet.name), int(sys.argv[1])):
                        sys.stdout.write(json.dumps(line) + "\n")
    except PasswordError:
        return LOCKED
    except CalamineError:
        return BROKEN
    return 0


def _print_sheet(sheet: CalamineSheet, most_cells: int) -> Iterator[object]:
    too_large = sheet.total_height * sheet.total_width > most_cells
    rows = [] if too_large else [[cell_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    merges = sheet.merged_cell_ranges
    for (top, left), (bottom, _) in merges or ():
        # Only down: a cell merged across columns is a title, and says nothing of the columns it covers.
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and not row[left]:
                row[left] = rows[top][left]
    yield {"name": sheet.name, "height": sheet.total_height, "width": sheet.total_width, "rows": len(rows), "shows_merges": merges is not None}
    yield from rows


def cell_text(cell: object) -> str:
    """A value as a spreadsheet shows it. No formula is run: its last value stands in the file."""
    if isinstance(cell, str):
        return cell.replace("\r\n", "\n").replace("_x000D_", "")
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime.date):  # a datetime is one too
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def _number_text(number: float) -> str:
    """A number with three to five decimals below ten is a code that lost its last zeros: 1.0001 was 1.000100."""
    if number.is_integer():
        return str(int(number))
    text = f"{number:.10g}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(_CODE_DIGITS, '0')}" if len(whole) == 1 and 3 <= len(decimals) < _CODE_DIGITS else text


if __name__ == "__main__":
    sys.exit(main())
