"""Official text -> safe HTML. Every word stays; only a source's own formatting (``**``, ``<br>``, a dash before a line) becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

_BREAK = re.compile(r"<br\s*/?>|\r?\n", re.IGNORECASE)
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_BULLET = re.compile(r"([-–•+])\s*(?=\S)")
_BEFORE_STEP = re.compile(r"(?<!\d\.)\s+(?=\**Bước\s*\d+\s*[:.]\s)")
_STEP = re.compile(r"(?:(\d+)\.\s+)?\**\s*(Bước\s*(\d+))(?!\w|\.\d)\**\s*[:.]?\**\s*", re.IGNORECASE)
_OWN_BULLET = "-–+*• "


def without_bullet(text: str) -> str:
    """A line without the dash or star that a source put before it; the page makes its own lists."""
    return text.lstrip(_OWN_BULLET) or text


def present_text(text: str) -> Markup:
    """Paragraphs, lists of the lines with dashes, and an ordered list of the lines that start a step."""
    before, steps = _split_steps(list(_split_lines(text)))
    blocks = [_present_lines(before)]
    numbers = [number for number, _, _ in steps]
    while steps:  # every run 1, 2, 3 … is a list of its own
        length = next((place for place in range(1, len(steps)) if numbers[place] <= numbers[place - 1]), len(steps))
        items = (Markup("<li><b>{}</b> {}</li>").format(label, _present_lines(lines)) for _, label, lines in steps[:length])
        blocks.append(Markup('<ol class="steps">{}</ol>').format(Markup("").join(items)))
        steps, numbers = steps[length:], numbers[length:]
    return Markup("").join(blocks)


def _split_lines(text: str) -> Iterator[str]:
    """The lines of a text, and the steps that stand in one line each in its own."""
    expected = 1
    for line in filter(None, (line.strip() for line in _BREAK.split(text))):
        kept = ""
        for piece in _BEFORE_STEP.split(line):
            match = _STEP.match(piece)
            if match and kept and int(match.group(3)) == expected:
                yield kept
                kept = piece
            else:
                kept = f"{kept} {piece}" if kept else piece
            expected = int(match.group(3)) + 1 if match else expected
        yield kept


def _split_steps(lines: list[str]) -> tuple[list[str], list[tuple[int, str, list[str]]]]:
    """The lines before the first step, and each step with its number, its label and its lines."""
    before: list[str] = []
    steps: list[tuple[int, str, list[str]]] = []
    for line in lines:
        match = _STEP.match(line)
        if match and match.group(1) in (None, match.group(3)):  # "2. Bước 2" numbers twice; "3. Bước 1" tells something else
            rest = line[match.end() :].replace("**", "")
            steps.append((int(match.group(3)), match.group(2), [rest] if rest else []))
        else:
            (steps[-1][2] if steps else before).append(line)
    return before, steps


def _present_lines(lines: Iterable[str]) -> Markup:
    blocks = []
    for is_list, run in groupby(lines, key=lambda line: bool(_BULLET.match(line))):
        items = Markup("").join(map(_present_item if is_list else _present_paragraph, run))
        blocks.append(Markup("<ul>{}</ul>").format(items) if is_list else items)
    return Markup("").join(blocks)


def _present_paragraph(line: str) -> Markup:
    return Markup("<p>{}</p>").format(_present_bold(line))


def _present_item(line: str) -> Markup:
    deep = Markup(' class="deep"') if line.startswith("+") else ""
    return Markup("<li{}>{}</li>").format(deep, _present_bold(_BULLET.sub("", line, count=1)))


def _present_bold(line: str) -> Markup:
    pieces = _BOLD.split(line)
    return Markup("").join(Markup("<b>{}</b>").format(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces))
