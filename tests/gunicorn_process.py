"""The service as it is shipped: a real gunicorn with its settings, on a port of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

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
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers=headers or {})
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


def start_service(folder: Path, index_dir: Path, **settings: str) -> Service:
    """Start two workers over an index; settings are environment variables."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PORT": str(port), "LOOKUP_INDEX_DIR": str(index_dir), "LOOKUP_STATE_DIR": str(folder / "state"), "WEB_CONCURRENCY": "2"}
    command = [sys.executable, "-m", "gunicorn", "--config", "python:lookup.gunicorn_conf", "lookup:create_app()"]
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
