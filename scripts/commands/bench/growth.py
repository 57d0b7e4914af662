"""What happens when the catalogue grows: every province publishes the national list as its own."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from index import Catalogue, Procedure, Search, SearchEngine, Vocabulary, find_titles_as_aliases, load_vocabulary, publish_catalogue
from scripts.commands.bench.racing import Lap, summarise, time_once

ROOT = Path(__file__).parents[3]
PROVINCES = 34
PROVINCE = re.compile(r"\.H\d+$")  # what a code ends in
REWORDED = 0.05  # of the names of each province
WORDINGS = ("tại địa phương", "trên địa bàn tỉnh", "theo quy định của tỉnh", "cấp lần đầu", "theo cơ chế một cửa")
# Procedures of each size; a province has its share of the list in the larger ones.
GROWTH = {"1k": 1_000, "5.7k": 5_715, "57k": 57_000, "114k": 114_000}

# Opens a version as a worker does, searches all queries, and says what that took.
OPEN = """
import gc, sys, time
from pathlib import Path
from index import Search, SearchEngine
begun = time.perf_counter()
engine = SearchEngine(Path(sys.argv[1]))
engine.snapshot()
opened = time.perf_counter() - begun
for line in sys.stdin:
    engine.search(Search(line.strip()))
gc.collect()
rollup = dict(line.split(":", 1) for line in open("/proc/self/smaps_rollup") if ":" in line and "kB" in line)
kilobytes = {name: int(value.split()[0]) for name, value in rollup.items()}
private = kilobytes["Private_Dirty"]  # what no other process can share; file pages count as shared, one worker or many
print(opened, private / 1024, (kilobytes["Rss"] - private) / 1024)
"""


class Stage(NamedTuple):
    """One size: procedures, seconds to build, bytes on disk, seconds to open, megabytes of a worker, milliseconds of a search."""

    procedures: int
    build: float
    size: int
    opening: float
    private: float
    shared: float
    cold: Lap

    @staticmethod
    def header() -> list[str]:
        """Titles of the columns."""
        return ["thủ tục", "dựng", "chỉ mục", "mở", "bộ nhớ riêng", "dùng chung", "tìm, trung vị", "95 %"]

    def row(self) -> list[str]:
        """The figures as the README shows them."""
        sizes = [f"{self.build:.0f} s", f"{self.size / 1e6:.0f} MB", f"{self.opening:.2f} s", f"{self.private:.0f} MB", f"{self.shared:.0f} MB"]
        return [str(self.procedures), *sizes, f"{self.cold.median:.2f} ms", f"{self.cold.high:.2f} ms"]


def grow(name: str, engine: SearchEngine, queries: Sequence[str], rounds: int) -> Stage:
    """Publish a catalogue of a size and measure it. The queries are those of the whole list."""
    procedures = list(make_procedures(engine.snapshot().procedures(), GROWTH[name]))
    with TemporaryDirectory(prefix="growth-") as folder:
        root = Path(folder)
        begun = time.perf_counter()
        publish_catalogue(Catalogue(tuple(procedures)), root, spread(load_vocabulary(ROOT / "data/vocabulary"), procedures))
        build = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
        opening, private, shared = _open(root, queries)
        grown = SearchEngine(root)

        def find(text: str) -> object:
            return grown.search(Search(text))

        for text in queries:
            find(text)
        cold = summarise([time_once(find, text) for _ in range(rounds) for text in queries])
        return Stage(len(procedures), build, size, opening, private, shared, cold)


def make_procedures(procedures: Sequence[Procedure], count: int) -> Iterator[Procedure]:
    """So many procedures: the list itself, or the lists of as many provinces as it takes, each with codes, agencies and some names of its own."""
    if count <= len(procedures):
        yield from random.Random(1).sample(list(procedures), count)
        return
    dice = random.Random(2)
    share = -(-count // PROVINCES)
    for place in range(count):
        province, number = divmod(place, share) if share <= len(procedures) else divmod(place, len(procedures))
        procedure = procedures[number * len(procedures) // share if share <= len(procedures) else number]
        yield _move(procedure, province + 1, dice)


def _move(procedure: Procedure, province: int, dice: random.Random) -> Procedure:
    name = f"{procedure.name} {dice.choice(WORDINGS)}" if dice.random() < REWORDED else procedure.name
    code = PROVINCE.sub("", procedure.code)
    return replace(procedure, code=f"{code}.H{province}", name=name, agencies=tuple(f"{agency} tỉnh {province}" for agency in procedure.agencies))


def spread(vocabulary: Vocabulary, procedures: Sequence[Procedure]) -> Vocabulary:
    """The vocabulary with what people say of a procedure at that procedure of every province."""
    said = {procedure.code: vocabulary.aliases.get(PROVINCE.sub("", procedure.code), ()) for procedure in procedures}
    everywhere = replace(vocabulary, aliases=said)
    for _, code, alias, _ in find_titles_as_aliases(everywhere, procedures):  # where one province reworded a name, it may be what others call theirs
        said[code] = tuple(other for other in said[code] if other != alias)
    return everywhere


def _open(root: Path, queries: Sequence[str]) -> list[float]:
    told = subprocess.run(
        [sys.executable, "-c", OPEN, str(root)],
        input="\n".join(queries),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return [float(figure) for figure in told.stdout.split()]
