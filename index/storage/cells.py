"""Cells of tables that people open in a spreadsheet program."""

from __future__ import annotations

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_RUNS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet program would take for a formula
_LONGEST = 32_000  # characters a cell may hold


def harmless(text: str) -> str:
    """A text that no spreadsheet program takes for a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)[:_LONGEST]
    return f"'{text}" if text.startswith(_RUNS) else text
