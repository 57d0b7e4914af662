"""What a cell says: its text, its several values, and the values that lists spell in many ways."""

from __future__ import annotations

import re

from index.catalogue.methods import Method
from index.catalogue.procedure import Document
from index.text.folding import compose, fold

_UNKNOWN = frozenset(("Không có thông tin", "-", "–", "—"))
_FORMULA_ERROR = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!)")
_SEVERAL = re.compile(r"[\n;]+")
_SEVERAL_LABELS = re.compile(r"[\n;,/+&]+|\s+và\s+", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"[\d.,\s]+")
_LINK = re.compile(r"https?://[^\s\"'<>]+", re.IGNORECASE)
_ORIGINALS = re.compile(r"(\d{1,2})\s*(?:bản|bộ)?\s*(?:bản )?(?:chính|gốc)", re.IGNORECASE)
_COPIES = re.compile(r"(\d{1,2})\s*(?:bản|bộ)?\s*(?:bản )?(?:sao|chụp|photo)", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:\d{1,2}[.)]\s+|[a-zđ]\)\s+|[-–•*+]\s*)+")
_FLAGS = frozenset(map(fold, ("X", "có", "1", "v", "true")))

LEVELS = {
    fold(spelling): level
    for level, spellings in {
        "Cấp Bộ": ("Cấp Bộ", "Bộ", "Cấp Trung ương", "Trung ương", "Cấp Bộ, ngành"),
        "Cấp tỉnh": ("Cấp tỉnh", "Tỉnh", "UBND cấp tỉnh", "Cấp tỉnh, thành phố"),
        "Cấp xã": ("Cấp xã", "Xã", "UBND cấp xã", "Cấp xã, phường", "Cấp phường, xã"),
    }.items()
    for spelling in spellings
}
FULL, PARTIAL, INFORMATION = "Toàn trình", "Một phần", "Cung cấp thông tin"
AT_THE_COUNTER, ONLINE, BY_POST = "Trực tiếp", "Trực tuyến", "Dịch vụ bưu chính"
_CHANNELS = {
    fold(word): channel
    for channel, words in {ONLINE: ("trực tuyến", "online"), BY_POST: ("bưu chính", "bưu điện", "BCCI"), AT_THE_COUNTER: ("trực tiếp",)}.items()
    for word in words
}


def known_text(cell: str) -> str | None:
    """A cell's text, or None where it is empty, says that nothing is known, or holds the error of a formula."""
    text = compose(cell)
    return None if not text or text in _UNKNOWN or is_formula_error(text) else text


def is_formula_error(cell: str) -> bool:
    """Whether the cell shows what a broken formula left: ``#REF!``."""
    return _FORMULA_ERROR.fullmatch(compose(cell)) is not None


def known_lines(cell: str) -> str | None:
    """A text of several lines: composed line by line, empty lines left out."""
    return "\n".join(line for part in cell.split("\n") if (line := known_text(part))) or None


def split_cell(cell: str) -> tuple[str, ...]:
    """The several values of one cell, a line or a semicolon each; blanks and repeats left out."""
    return tuple(dict.fromkeys(text for part in _SEVERAL.split(cell) if (text := known_text(part))))


def read_levels(cell: str) -> tuple[str, ...]:
    """The levels of a cell as the catalogue calls them; a level it does not know stays as it is written."""
    if level := LEVELS.get(fold(cell)):
        return (level,)
    parts = _SEVERAL_LABELS.split(cell)
    known = [LEVELS.get(fold(part)) for part in parts]
    return tuple(dict.fromkeys(filter(None, known))) if all(known) else split_cell(cell)


def read_online_level(cell: str) -> str | None:
    """``Dịch vụ công trực tuyến toàn trình`` -> ``Toàn trình``; a level it does not know stays as it is written."""
    folded = fold(cell)
    return next((level for level in (FULL, PARTIAL, INFORMATION) if fold(level) in folded), known_text(cell))


def read_channels(cell: str) -> tuple[str, ...]:
    """The ways to submit that a cell names, as the catalogue calls them."""
    folded = fold(cell)
    return tuple(dict.fromkeys(channel for word, channel in _CHANNELS.items() if word in folded))


def is_flagged(cell: str) -> bool:
    """Whether an ``X`` stands in the cell, or what people put for one."""
    return fold(cell) in _FLAGS or compose(cell) in ("✓", "✔", "☑")


def read_time_limit(cell: str) -> str | None:
    """A time limit with its unit; a bare number has lost it, and showing ``5`` would be a guess."""
    text = known_text(cell)
    return None if text and _BARE_NUMBER.fullmatch(text) else text


def read_fee(fee: str, charge: str) -> str | None:
    """Fee (phí) and charge (lệ phí) as one text, each named where both are there and differ."""
    fee_text, charge_text = known_text(fee), known_text(charge)
    if fee_text and charge_text and fold(fee_text) != fold(charge_text):
        return f"Phí: {fee_text}; lệ phí: {charge_text}"
    return fee_text or charge_text


def build_methods(channels: tuple[str, ...], time_limit: str | None, fee: str | None, description: str | None = None) -> tuple[Method, ...]:
    """One method a channel; a time limit or a fee without a channel holds for whatever channel there is."""
    if not channels and not (time_limit or fee or description):
        return ()
    return tuple(Method(channel, time_limit, fee, description) for channel in channels or (None,))


def read_link(cell: str) -> str | None:
    """The first web address in a cell; a cell that only says ``Xem`` has none."""
    return found.group().rstrip(".,;)") if (found := _LINK.search(cell)) else None


def read_documents(cell: str) -> tuple[Document, ...]:
    """The papers of a cell, one a line; originals and copies only where the line counts them."""
    lines = (_LIST_MARK.sub("", line) for line in (known_lines(cell) or "").split("\n"))
    return tuple(dict.fromkeys(build_document(line) for line in lines if line))


def build_document(name: str, case: str | None = None, form_file: str | None = None, originals: str = "", copies: str = "") -> Document:
    """A paper to bring; counts come from their own cells or else from the words of its name."""
    return Document(name, case, form_file, _count(originals) or _counted(_ORIGINALS, name), _count(copies) or _counted(_COPIES, name))


def _count(cell: str) -> int:
    digits = re.search(r"\d{1,2}", cell)
    return int(digits.group()) if digits else 0


def _counted(pattern: re.Pattern[str], name: str) -> int:
    return int(found.group(1)) if (found := pattern.search(name)) else 0
