"""Citizens by the number: keep-alive connections that ask one thing after the other, time every answer and check what it says."""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from index import VersionStore
from scripts.commands.bench.loads import draw_by_zipf, type_every_way

MOST_FAULTS = 20
OPENING = 5.0  # seconds in which a worker may still tell the version before, while it opens the new one
PATIENCE = 30  # seconds to an answer
_VERSION = re.compile(rb'"version":"([^"]+)"')


class Kind(NamedTuple):
    """One kind of request: its share of all, its paths in the order they are asked, and whether it asks what changed."""

    share: int
    paths: list[str]
    conditional: bool = False


class Asked(NamedTuple):
    """When a request was sent (seconds of the clock), and how many seconds its answer took."""

    at: float
    took: float


def make_questions(queries: Sequence[str], codes: Sequence[str]) -> dict[str, Kind]:
    """Queries typed in every way and drawn by Zipf, beginnings of them, procedures, pages, and searches asked again."""
    typed = type_every_way(queries)
    searches = [f"/api/v1/search?{urlencode({'q': text})}" for text in typed]
    beginnings = [f"/api/v1/suggest?{urlencode({'q': text[:length]})}" for text in typed[:1000] for length in (3, 7, 12)]
    kept = random.Random(3).sample(list(codes), min(500, len(codes)))
    return {
        "tìm": Kind(45, draw_by_zipf(searches)),
        "gợi ý": Kind(20, draw_by_zipf(beginnings)),
        "thủ tục": Kind(10, draw_by_zipf([f"/api/v1/procedures/{code}" for code in kept])),
        "trang kết quả": Kind(10, draw_by_zipf([f"/?{urlencode({'q': text})}" for text in typed])),
        "trang thủ tục": Kind(5, draw_by_zipf([f"/thu-tuc/{code}" for code in kept])),
        "hỏi lại (304)": Kind(10, draw_by_zipf(searches[:200]), conditional=True),
    }


class Clients:
    """`faults` tells what was wrong, at most some of it; `asked` when each answered request was sent and how long it took."""

    def __init__(self, port: int, questions: dict[str, Kind], count: int, pause: float, index_dir: Path) -> None:
        self._port = port
        self._questions = questions
        self._pause = pause
        self._store = VersionStore(index_dir)
        self._seen: dict[str, float] = {}  # when each version was last seen to be live
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._ask_on, args=(number,), name=f"client {number}") for number in range(count)]
        self.asked: list[Asked] = []
        self.statuses: Counter[int] = Counter()
        self.kinds: Counter[str] = Counter()
        self.faults: list[str] = []
        self.seconds = 0.0

    def start(self) -> None:
        """Begin asking."""
        self.seconds = -time.monotonic()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End, after the answers that are under way."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        self.seconds += time.monotonic()

    def _ask_on(self, number: int) -> None:
        dice = random.Random(number)
        names, shares = list(self._questions), [kind.share for kind in self._questions.values()]
        etags: dict[str, str] = {}
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        while not self._over.wait(self._pause):
            name = dice.choices(names, shares)[0]
            kind = self._questions[name]
            try:
                self._ask(connection, name, dice.choice(kind.paths), etags if kind.conditional else None)
            except (OSError, HTTPException) as error:
                self._tell(f"{name}: {type(error).__name__} {error}")
                connection.close()
        connection.close()

    def _ask(self, connection: HTTPConnection, name: str, path: str, etags: dict[str, str] | None) -> None:
        self._look()
        at, begun = time.time(), time.perf_counter()
        connection.request("GET", path, headers={"If-None-Match": etags[path]} if etags and path in etags else {})
        answer = connection.getresponse()
        body = answer.read()
        self.asked.append(Asked(at, time.perf_counter() - begun))
        self.statuses[answer.status] += 1
        self.kinds[name] += 1
        if etags is not None and answer.status == 200:
            etags[path] = answer.getheader("ETag") or ""
        if answer.status not in (200, 304):
            self._tell(f"{name}: {answer.status} {path}")
        elif answer.status == 200:
            self._check(name, path, answer.getheader("Catalogue-Version"), body, at)

    def _look(self) -> None:
        if live := self._store.live():
            self._seen[live] = time.time()

    def _check(self, name: str, path: str, said: str | None, body: bytes, at: float) -> None:
        """An answer tells one version alone: one that was live when it was asked, shortly before, or when it was answered."""
        self._look()
        live = {version for version, seen in list(self._seen.items()) if seen >= at - OPENING}
        versions = {found.decode() for found in _VERSION.findall(body)} | ({said} if said else set())
        if versions - live or len(versions) > 1:
            self._tell(f"{name}: {path} tells {sorted(versions)}, live was {sorted(live)}")
        if name in ("tìm", "hỏi lại (304)") and len(json.loads(body)["results"]) > 10:
            self._tell(f"{name}: {path} has more results than were asked for")

    def _tell(self, fault: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
