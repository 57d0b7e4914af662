"""What a result card says of time and money: one short text over all the ways to submit, or None where it is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from index.catalogue.procedure import Procedure
from index.text.folding import fold

FREE = "Miễn phí"
_DURATION = re.compile(r"(\d+(?:[.,]\d+)?)\s+(\D+)")
_FREE_WITH_NOTE = re.compile(r"miễn phí\s*\((.*)\)?", re.IGNORECASE | re.DOTALL)
_ZERO = re.compile(r"(?:phí|lệ phí)\s*:\s*(?:0|không)\s*đồng", re.IGNORECASE)
_CURRENCY = r"(?:việt nam đồng|vnđ|đồng|đ)"
_AMOUNT = re.compile(rf"(?:(?:phí|lệ phí)\s*:\s*)?(\d[\d.,]*)\s*{_CURRENCY}\s*(.*)", re.IGNORECASE | re.DOTALL)
_UNIT = re.compile(rf"\(?\s*(?:(\d[\d.,]*)\s*)?{_CURRENCY}?\s*(/[^().;,\d]{{2,30}}?)[.\s]*\)?", re.IGNORECASE)
# Notes that add nothing to "free"; any other note may name a real amount, so the card must not say "free".
_FREE_TEXTS = frozenset(map(fold, (FREE, "Không", "Không có", "Không mất phí", "Không thu phí", "Không thu lệ phí")))
_EMPTY_NOTES = frozenset(
    map(fold, ("", "Không", "Không có", "Không quy định", "Chưa quy định", "Không thu", "Không thu phí", "Không thu lệ phí", "Không mất phí"))
)
_SMALLEST_FEE = 1_000  # đồng; smaller amounts are thousands or dollars whose unit was lost
_LONGEST = 60


def time_limit_text(procedure: Procedure) -> str | None:
    """``5 ngày làm việc``, or a range ``3–5 ngày làm việc`` where channels differ; None where unknown."""
    limits = _distinct(method.time_limit.lower() for method in procedure.methods if method.time_limit)
    durations = [_DURATION.fullmatch(limit) for limit in limits]
    units = {match.group(2) for match in durations if match}
    if len(limits) > 1 and len(units) == 1 and all(durations):
        numbers = sorted((match.group(1).replace(".", ",") for match in durations if match), key=lambda number: float(number.replace(",", ".")))
        return f"{numbers[0]}–{numbers[-1]} {units.pop()}"
    return _one_line(limits)


def fee_text(procedure: Procedure) -> str | None:
    """``Miễn phí``, ``500.000 đồng/hồ sơ``, a range where channels differ; None where unknown or not to be told in a few words."""
    fees = [read_fee(text) for text in _distinct(method.fee for method in procedure.methods if method.fee)]
    if not fees or any(fee is None for fee in fees):
        return None
    known = sorted({fee for fee in fees if fee is not None})
    if known[0].amount == known[-1].amount:
        return known[-1].text
    return f"{known[0].text} – {known[-1].text}"


@dataclass(frozen=True, slots=True, order=True)
class Fee:
    """One trustworthy amount in đồng (0 is free) and what it is charged for (``/hồ sơ``, may be empty)."""

    amount: int
    unit: str = ""

    @property
    def text(self) -> str:
        return f"{self.amount:,} đồng{self.unit}".replace(",", ".") if self.amount else FREE


def read_fee(text: str) -> Fee | None:
    """The fee a text names, or None where it names no single amount that can be trusted.

    Exports say "free" with a note that names the real amount, or an amount whose unit was lost; neither may be shown as it stands.
    """
    if fold(text) in _FREE_TEXTS or _ZERO.fullmatch(text):
        return Fee(0)
    if note := _FREE_WITH_NOTE.fullmatch(text):
        return Fee(0) if fold(note.group(1)) in _EMPTY_NOTES else None
    match = _AMOUNT.fullmatch(text)
    if not match:
        return None
    amount = _number(match.group(1))
    note_text = match.group(2) or ""
    unit = _UNIT.fullmatch(note_text)
    agrees = unit is not None and (not unit.group(1) or _number(unit.group(1)) == amount)
    if amount < _SMALLEST_FEE or (note_text and not agrees):
        return None
    return Fee(amount, unit.group(2).strip() if unit else "")


def _number(digits: str) -> int:
    return int(re.sub(r"\D", "", digits) or 0)


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _one_line(texts: list[str]) -> str | None:
    text = " / ".join(texts)
    return text if text and len(text) <= _LONGEST else None
