"""What stands on the one A4 sheet that is posted on a wall: as much of a procedure as a page holds.

Paper has no scroll bar: what does not fit is counted and left to the QR code; no text is cut without a sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from index import Procedure
from lookup.pages.procedure_page import Way, group_fees, group_papers, group_times

SIZES = {"large": (26, 62), "medium": (34, 74), "small": (41, 86)}  # size -> lines beside headings and QR code, characters of a line in a wide font
NAME, TEXT, PAPER = 220, 110, 200  # characters shown of a name, of another text, of a paper
MOST = 3  # places, times, fees, results shown


class SheetPaper(NamedTuple):
    """A paper to bring and how many of it; `case`: the heading that stands before it, where one begins."""

    case: str
    name: str
    amount: str


class Sheet(NamedTuple):
    """The content of the sheet, at the largest size that holds it; `left`: papers that did not fit."""

    size: str
    name: str
    applicants: str
    papers: tuple[SheetPaper, ...]
    left: int
    places: tuple[str, ...]
    channels: tuple[str, ...]
    times: tuple[str, ...]
    fees: tuple[str, ...]
    results: tuple[str, ...]


def make_sheet(procedure: Procedure) -> Sheet:
    """The sheet at the largest size at which all papers fit; at the smallest, with as many as do."""
    papers = tuple(_list_papers(procedure))
    sheet = Sheet(
        size="",
        name=shorten(procedure.name, NAME),
        applicants=shorten("; ".join(procedure.applicants), TEXT),
        papers=papers,
        left=0,
        places=_shorten_all((*procedure.agencies, *filter(None, [procedure.receiving_address]))),
        channels=procedure.channels[:MOST],
        times=_tell_ways(group_times(procedure.methods)),
        fees=_tell_ways(group_fees(procedure.methods)),
        results=_shorten_all(procedure.result),
    )
    fitting = {size: _count_fitting(papers, lines - _count_lines(sheet, width), width) for size, (lines, width) in SIZES.items()}
    size = next((size for size, count in fitting.items() if count == len(papers)), list(SIZES)[-1])
    return sheet._replace(size=size, papers=papers[: fitting[size]], left=len(papers) - fitting[size])


def shorten(text: str, most: int) -> str:
    """The text, or its beginning up to a blank and a sign that more follows."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rpartition(" ")[0].rstrip(" ,;.") + " …"


def _shorten_all(texts: Iterable[str]) -> tuple[str, ...]:
    """The first few texts, and how many more there are."""
    told = list(dict.fromkeys(filter(None, texts)))
    more = (f"và {len(told) - MOST} trường hợp khác: xem bằng mã QR",) if len(told) > MOST else ()
    return (*(shorten(text, TEXT) for text in told[:MOST]), *more)


def _tell_ways(ways: Iterable[Way]) -> tuple[str, ...]:
    """What is paid or waited for, with the channels where they differ; where only a note is known, the note."""
    channels: dict[str, list[str]] = {}
    for way in ways:
        if told := way.value or " ".join(way.notes):
            channels.setdefault(told, []).extend(way.channels)
    if len(channels) == 1:
        return _shorten_all(channels)
    return _shorten_all(f"{told} ({', '.join(dict.fromkeys(names)).lower()})" if names else told for told, names in channels.items())


def _list_papers(procedure: Procedure) -> Iterator[SheetPaper]:
    for case in group_papers(procedure):
        heading = shorten(case.title, TEXT)
        for paper in case.papers:
            if not paper.document.is_note:
                yield SheetPaper(heading, shorten(paper.name, PAPER), _tell_amount(paper.document.originals, paper.document.copies))
                heading = ""


def _tell_amount(originals: int, copies: int) -> str:
    return ", ".join(f"{count} {kind}" for count, kind in ((originals, "bản chính"), (copies, "bản sao")) if count)


def _count_fitting(papers: Sequence[SheetPaper], lines: int, width: int) -> int:
    """How many of the papers the lines hold; one line is kept for how many are left."""
    needed = list(accumulate(_wrap(paper.case, width) * bool(paper.case) + _wrap(f"{paper.name} ({paper.amount})", width) for paper in papers))
    if not needed or needed[-1] <= lines:
        return len(papers)
    return sum(need <= lines - 1 for need in needed)


def _count_lines(sheet: Sheet, width: int) -> int:
    """The lines of everything but the papers; three columns stand side by side, so the longest counts."""
    places = (*sheet.places, ", ".join(sheet.channels))
    columns = max(sum(_wrap(text, width // 3 - 3) for text in texts) for texts in (places, sheet.times, sheet.fees))
    name = -(-_wrap(sheet.name, width * 4 // 7) * 8 // 5)  # set in letters and lines larger by so much
    return columns + name + sum(_wrap(text, width) for text in (sheet.applicants, *sheet.results))


def _wrap(text: str, width: int) -> int:
    return max(1, -(-len(text) // width))
