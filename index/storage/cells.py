"""Tables that people open in a spreadsheet program."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program would take for a formula
_LONGEST = 32_000  # characters a cell may hold


def harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    return f"'{text}" if text.startswith(_RUNS) else text


def save_workbook(workbook: Workbook, path: Path) -> None:
    """Write a workbook in one stroke: saved straight to a full disk, its archive fails a second time, where nobody can catch it."""
    content = BytesIO()
    workbook.save(content)
    path.write_bytes(content.getvalue())
