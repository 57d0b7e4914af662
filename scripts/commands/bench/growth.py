"""What happens when the catalogue grows: every province publishes the national list as its own."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlencode

from index import Catalogue, Procedure, Search, SearchEngine, Vocabulary, find_titles_as_aliases, load_vocabulary, publish_catalogue
from scripts.commands.bench.loads import type_every_way
from scripts.commands.bench.racing import Lap, summarise, time_once
from scripts.commands.bench.serving import start_server
from scripts.commands.soak.memory import measure_workers

ROOT = Path(__file__).parents[3]
PROVINCES = 34
PROVINCE = re.compile(r"\.H\d+$")  # what a code ends in
REWORDED = 0.05  # of the names of each province
WORDINGS = ("tại địa phương", "trên địa bàn tỉnh", "theo quy định của tỉnh", "cấp lần đầu", "theo cơ chế một cửa")
# Procedures of each size; a province has its share of the list in the larger ones.
GROWTH = {"1k": 1_000, "5.7k": 5_715, "57k": 57_000, "114k": 114_000}

# Opens a version, and says how long that took.
OPEN = """
import sys, time
from pathlib import Path
from index import SearchEngine
begun = time.perf_counter()
SearchEngine(Path(sys.argv[1])).snapshot()
print(time.perf_counter() - begun)
"""


class Stage(NamedTuple):
    """One size: procedures, seconds to build, bytes on disk, seconds to open, megabytes of a full worker, milliseconds of a search."""

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
        opening = _open(root)
        private, shared = _fill(root, queries)
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


def _open(root: Path) -> float:
    told = subprocess.run([sys.executable, "-c", OPEN, str(root)], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    return float(told.stdout)


def _fill(root: Path, queries: Sequence[str]) -> tuple[float, float]:
    """Megabytes of the fullest worker of the service, private and shared, once it was asked for everything in every way and keeps what it may keep."""
    with TemporaryDirectory(prefix="state-") as state:
        settings = {"LOOKUP_INDEX_DIR": str(root), "LOOKUP_STATE_DIR": state, "LOOKUP_RATE_LIMIT": ""}
        with start_server("lookup:create_app()", settings) as server:
            for text in type_every_way(queries):
                for path in ("/api/v1/search", "/"):
                    urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}?{urlencode({'q': text})}").close()
            memory = measure_workers(server.pid)
    return max((private, resident - private) for resident, private in zip(memory.resident, memory.private, strict=True))
