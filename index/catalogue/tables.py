"""CSV tables that staff edit: their rows, and what can be wrong with any of them, told all at once."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from index.text.folding import compose, fold

_SEVERAL = ";"


class Fault(NamedTuple):
    """One thing wrong in a table; `line` counts from 1 with the header."""

    file: str
    line: int
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}, dòng {self.line}: {self.reason}. {self.remedy}"


class Row(NamedTuple):
    """One row of a file, its cells by column."""

    file: str
    line: int
    cells: dict[str, str]

    def fault(self, reason: str, remedy: str) -> Fault:
        return Fault(self.file, self.line, reason, remedy)

    def tell(self, other: Row) -> str:
        """Where another row stands, as seen from this one."""
        return f"dòng {other.line}" if other.file == self.file else f"{other.file}, dòng {other.line}"


def read_rows(folder: Path, headers: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, list[Row]], list[Fault]]:
    """The rows of every file, by file name, and the faults of files and rows that cannot be read; a missing file is an empty one.

    `headers`: file name -> the columns its first line must name.
    """
    rows: dict[str, list[Row]] = {}
    faults: list[Fault] = []
    for name, header in headers.items():
        rows[name] = []
        path = folder / name
        if not path.exists():
            continue
        try:
            lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines(), strict=True))
        except (UnicodeDecodeError, csv.Error) as error:
            faults.append(Fault(name, 1, f"không đọc được ({error})", "Xin lưu lại dạng CSV UTF-8."))
            continue
        if not lines or tuple(lines[0]) != header:
            faults.append(Fault(name, 1, "dòng tiêu đề không đúng", f"Dòng đầu phải là: {','.join(header)}."))
            continue
        for number, cells in enumerate(lines[1:], 2):
            if len(cells) != len(header):
                faults.append(Fault(name, number, f"có {len(cells)} ô, cần {len(header)}", "Xin đặt chữ có dấu phẩy trong ngoặc kép."))
            else:
                rows[name].append(Row(name, number, dict(zip(header, map(compose, cells), strict=True))))
    return rows, faults


def split_phrases(cell: str) -> tuple[str, ...]:
    """The phrases of one cell, parted by semicolons."""
    return tuple(filter(None, map(compose, cell.split(_SEVERAL))))


def find_repeated(rows: Iterable[Row], key: Callable[[Row], str]) -> Iterator[Fault]:
    """A fault for every row whose key an earlier row has."""
    first: dict[str, Row] = {}
    for row in rows:
        known = first.setdefault(key(row), row)
        if known is not row:
            yield row.fault(f"“{key(row)}” đã có ở {row.tell(known)}", "Xin bỏ một dòng hoặc gộp hai dòng.")


def find_empty(rows: list[Row], *columns: str) -> Iterator[Fault]:
    """A fault for every empty cell of columns that must be filled in."""
    for row in rows:
        for column in columns:
            if not fold(row.cells[column]):
                yield row.fault(f"ô “{column}” để trống", "Xin điền vào hoặc bỏ dòng này.")
