"""The service as it is shipped: a real gunicorn with its settings, on a port of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.conftest import ROOT

START = 60  # seconds


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Service:
    """A running gunicorn; `log` holds what it wrote to standard error."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answered:
        """Ask over a connection of its own, so that any worker may answer."""
        return self._ask("GET", path, None, headers or {})

    def post(self, path: str, fields: dict[str, str], headers: dict[str, str]) -> Answered:
        """Send a form, as `get` asks."""
        return self._ask("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Answered:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answered(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        finally:
            connection.close()

    def lines(self) -> list[dict[str, Any]]:
        """The log, line by line."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]

    def workers(self) -> list[int]:
        """Process ids of the workers."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8")
        return [int(pid) for pid in tasks.split()]

    def stop(self) -> None:
        """End it gracefully."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)


def start_service(folder: Path, index_dir: Path, within: Sequence[str] = (), **settings: str) -> Service:
    """Start two workers over an index, by a command that makes their surroundings where one is given; settings are environment variables."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "LOOKUP_INDEX_DIR": str(index_dir), "LOOKUP_STATE_DIR": str(folder / "state"), "WEB_CONCURRENCY": "2"}
    command = [*within, sys.executable, "-m", "gunicorn", "--config", "python:lookup.gunicorn_conf", "lookup:create_app()"]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment | settings, stdout=log, stderr=log)
    service = Service(process, port, folder / "log")
    until = time.monotonic() + START
    while True:
        assert process.poll() is None and time.monotonic() < until, service.log.read_text(encoding="utf-8")
        try:
            if service.get("/healthz").status == 200:
                return service
        except OSError:
            time.sleep(0.1)


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


@contextmanager
def citizens(service: Service) -> Iterator[Counter[object]]:
    """Four who search all the while, each time for what nobody keeps an answer to; what they got, by status or kind of failure."""
    found: Counter[object] = Counter()
    over = threading.Event()

    def go_on(number: int) -> None:
        while not over.wait(0.1):  # a pace at which the limit of their one address lets all of them through
            number += 4
            try:
                status: object = service.get(f"/api/v1/search?q=khai+sinh+{number}").status
            except (OSError, HTTPException) as error:
                status = type(error).__name__
            with counting:
                found[status] += 1

    counting = threading.Lock()
    threads = [threading.Thread(target=go_on, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        over.set()
        for thread in threads:
            thread.join()


def sign_in(service: Service, form: Answered, password: str = "x") -> Answered:
    """Send the form of the staff's page, opened before."""
    token = form.body.decode().partition('name="csrf_token" value="')[2].partition('"')[0]
    fields = {"csrf_token": token, "name": "hoa", "password": password}
    return service.post("/quan-tri/dang-nhap", fields, {"Cookie": cookie(form)})


def cookie(answer: Answered) -> str:
    """What a browser sends back."""
    return answer.headers["set-cookie"].partition(";")[0]
