"""nginx with the shipped site, on ports of its own, before anything that answers HTTP."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import ROOT
from tests.gunicorn_process import Answered

NAME = "tra-cuu.example.vn"
SHIPPED = ROOT / "scripts/deploy/nginx.conf"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The running site: plain HTTP on one port, TLS on the other."""

    def __init__(self, plain: int, secure: int) -> None:
        self._plain = plain
        self._secure = secure
        self._context = ssl.create_default_context()
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE

    def get(self, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None, method: str = "", host: str = NAME) -> Answered:
        """Ask as a browser does, whatever `host` the request then names."""
        connection = HTTPConnection(NAME)
        connection.sock = self._context.wrap_socket(socket.create_connection(("127.0.0.1", self._secure), timeout=20), server_hostname=NAME)
        return _ask(connection, method or ("POST" if body else "GET"), path, {"Host": host, **(headers or {})}, body)

    def get_http2(self, path: str, body: bytes | None = None) -> Answered:
        """Ask as most browsers do; Python cannot."""
        curl = shutil.which("curl")
        if curl is None or b"HTTP2" not in subprocess.run([curl, "--version"], capture_output=True, check=True).stdout:
            pytest.skip("no curl with HTTP/2 on this machine")
        command = [curl, "--silent", "--insecure", "--http2", "--include", "--noproxy", "*", "--resolve", f"{NAME}:{self._secure}:127.0.0.1"]
        upload = ["--data-binary", "@-", "--header", "Expect:"] if body else []
        done = subprocess.run([*command, *upload, f"https://{NAME}:{self._secure}{path}"], input=body, capture_output=True, check=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        assert line.startswith("HTTP/2 "), line
        return Answered(int(line.split()[1]), {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}, content)

    def get_plain(self, path: str, host: str = NAME) -> Answered:
        """Ask without TLS."""
        return _ask(HTTPConnection("127.0.0.1", self._plain, timeout=20), "GET", path, {"Host": host}, None)


def _ask(connection: HTTPConnection, method: str, path: str, headers: dict[str, str], body: bytes | None) -> Answered:
    with closing(connection):
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return Answered(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


@contextmanager
def answering(answer: Callable[[BaseHTTPRequestHandler], tuple[int, dict[str, str]]]) -> Iterator[int]:
    """A port on which something else answers in place of the service: a status and headers, whatever is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers = answer(self)
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@contextmanager
def run_site(folder: Path, upstream: int, changes: Mapping[str, str] | None = None) -> Iterator[Site]:
    """Start nginx before a port; `changes` are what somebody edits in the shipped file, each of which must be in it."""
    nginx, openssl = shutil.which("nginx") or shutil.which("/usr/sbin/nginx"), shutil.which("openssl")
    if not (nginx and openssl):
        pytest.skip("no nginx or openssl on this machine (Debian, Ubuntu: apt install nginx-light openssl)")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={NAME}", "-keyout", key, "-out", certificate]
    subprocess.run([str(part) for part in make], check=True, capture_output=True)
    plain, secure = free_port(), free_port()
    text = re.sub(r"listen \[::\].*", "", SHIPPED.read_text(encoding="utf-8"))
    for shipped, ours in {
        **(changes or {}),
        "server 127.0.0.1:8000": f"server 127.0.0.1:{upstream}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "listen 443": f"listen 127.0.0.1:{secure}",
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(certificate),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(key),
        "/var/log/nginx": str(folder),
        "/var/cache/nginx": str(folder),
    }.items():
        assert shipped in text, shipped
        text = text.replace(shipped, ours)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(f"{user} daemon off; pid {folder}/pid; events {{}} http {{ {temporary}\n{text} }}", encoding="utf-8")
    command = [nginx, "-e", str(folder / "start.log"), "-c", str(folder / "nginx.conf")]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert tested.returncode == 0, tested.stderr
    process = subprocess.Popen(command)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", secure)) == 0:
                    break
            time.sleep(0.05)
        yield Site(plain, secure)
    finally:
        process.terminate()
        process.wait(20)
