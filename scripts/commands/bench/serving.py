"""The service as it is shipped, and a constant answer under the same workers, asked by wrk."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[3]
CONNECTIONS = 32
PATIENCE = 60  # seconds a server may take to start
FILL = 20  # seconds in which every worker meets what is asked for; answers are kept for minutes

SHIPPED = ("--config", "python:lookup.gunicorn_conf")
PLAIN = ("--worker-class", "gthread", "--workers", str(os.cpu_count()), "--threads", "4")  # as many of both as are shipped, and nothing else of ours

# What any Flask service costs here: the same 2 kB for every request.
CONSTANT = """
from types import SimpleNamespace
from flask import Flask, Response
app = Flask("constant")
# What the shipped configuration looks for.
nothing = lambda: None
engine = SimpleNamespace(snapshot=nothing, open_aside=nothing, open_current=None)
app.extensions |= {"engine": engine, "metrics": SimpleNamespace(open_files=nothing), "gate": SimpleNamespace()}
BODY = "x" * 2048
app.add_url_rule("/", "answer", lambda: Response(BODY, mimetype="application/json"))
"""

# Every thread walks the paths in its own order; headers are the same for all.
WALK = """
local paths, next = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
math.randomseed(os.time() + tonumber(tostring({}):match("0x(%%x+)"), 16) %% 100000)
next = math.random(#paths)
request = function()
  next = next %% #paths + 1
  return wrk.format("GET", paths[next], %s)
end
done = function(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration, latency:percentile(50), latency:percentile(95),
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


class Load(NamedTuple):
    """What is asked: of which server, which paths in which order, with which headers. `kept`: answers that are to be ready before time is taken."""

    name: str
    port: int
    paths: Sequence[str]
    headers: Mapping[str, str]
    kept: bool = False


class Turn(NamedTuple):
    """Requests a second, and milliseconds to an answer under that load: median and 95th percentile. `failed`: answers that were none."""

    rate: float
    median: float
    high: float
    failed: int


class Served(NamedTuple):
    """The medians over all turns; `share`: of the rate of the first load in the same turn."""

    rate: float
    share: float
    median: float
    high: float
    failed: int


def find_wrk() -> str | None:
    """Where wrk is, or None."""
    return shutil.which("wrk")


@contextmanager
def serve(index_dir: Path) -> Iterator[dict[str, int]]:
    """Ports of the constant answer, of the same under gunicorn as it comes (`plain`), of the service as shipped (`warm` and, for what would turn that
    one's answers out, `pages`), and without its answer cache (`cold`)."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        (folder / "constant_answer.py").write_text(CONSTANT, encoding="utf-8")
        # Everything as shipped, logs included; only that one address may ask for all.
        shared = {"LOOKUP_INDEX_DIR": str(index_dir), "LOOKUP_STATE_DIR": str(folder / "state"), "LOOKUP_RATE_LIMIT": ""}
        constant = {**shared, "PYTHONPATH": f"{folder}:{ROOT}"}
        yield {
            "constant": stack.enter_context(start_server("constant_answer:app", constant)).port,
            "plain": stack.enter_context(start_server("constant_answer:app", constant, PLAIN)).port,
            "warm": stack.enter_context(start_server("lookup:create_app()", shared)).port,
            "pages": stack.enter_context(start_server("lookup:create_app()", shared)).port,
            "cold": stack.enter_context(start_server("lookup:create_app()", {**shared, "LOOKUP_CACHE_MB": "0"})).port,
        }


class Server(NamedTuple):
    """A gunicorn: where it listens, and its process."""

    port: int
    pid: int


@contextmanager
def start_server(app: str, environment: Mapping[str, str], settings: Sequence[str] = SHIPPED) -> Iterator[Server]:
    """An application under gunicorn, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", *settings, "--log-level", "error", app]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT), **environment, "PORT": str(port)}, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"Không khởi động được máy chủ ở cổng {port}.")


def read_etag(port: int, path: str) -> str:
    """The ETag of an answer."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
        return str(answer.headers["ETag"])


def ask_in_turn(loads: Sequence[Load], rounds: int, seconds: int) -> dict[str, Served]:
    """Ask for all loads in turn, `rounds` times, after one round that is not counted."""
    for load in loads:
        _ask(load, FILL if load.kept else seconds)
    turns = [[_ask(load, seconds) for load in loads] for _ in range(rounds)]
    ceilings = [turn[0].rate for turn in turns]
    return {load.name: _summarise(own, ceilings) for load, own in zip(loads, zip(*turns, strict=True), strict=True)}


def _summarise(turns: Sequence[Turn], ceilings: Sequence[float]) -> Served:
    rate, median, high, failed = zip(*turns, strict=True)
    share = statistics.median(own / ceiling for own, ceiling in zip(rate, ceilings, strict=True))
    return Served(statistics.median(rate), share, statistics.median(median), statistics.median(high), sum(failed))


def _ask(load: Load, seconds: int) -> Turn:
    headers = "{" + ", ".join(f"[{json.dumps(name)}] = {json.dumps(value)}" for name, value in load.headers.items()) + "}"
    with TemporaryDirectory() as folder:
        paths, script = Path(folder) / "paths.txt", Path(folder) / "walk.lua"
        paths.write_text("\n".join(load.paths) + "\n", encoding="utf-8")
        script.write_text(WALK % (paths, headers), encoding="utf-8")
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), f"http://127.0.0.1:{load.port}/"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    match = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", told)
    if match is None:
        raise ValueError(f"wrk: {told}")
    requests, duration, median, high, failed = map(int, match.groups())
    return Turn(1e6 * requests / duration, median / 1000, high / 1000, failed)
