"""What stands in scripts/deploy works: nginx takes its site and closes what it shall, systemd takes the units, paths and settings named are there."""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from click.testing import CliRunner

from index import CatalogueIndexError, RefreshRefused, SearchEngine, VersionStore, VersionUnavailable, adopt
from scripts.commands.audit import FITTING, NOT_FITTING, Package, list_packages
from scripts.commands.versions import versions
from tests.conftest import ROOT
from tests.gunicorn_process import Answered, Service, start_service

DEPLOY = ROOT / "scripts/deploy"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """nginx with the shipped site before a real gunicorn."""

    def __init__(self, service: Service, port: int) -> None:
        self.service = service
        self._port = port

    def get(self, path: str, headers: dict[str, str] | None = None, body: bytes | None = None) -> Answered:
        connection = HTTPSConnection("127.0.0.1", self._port, timeout=20, context=ssl._create_unverified_context())
        try:
            connection.request("POST" if body else "GET", path, body, {"Host": "tra-cuu.example.vn", **(headers or {})})
            response = connection.getresponse()
            return Answered(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def site(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nginx, openssl = shutil.which("nginx") or shutil.which("/usr/sbin/nginx"), shutil.which("openssl")
    if not (nginx and openssl):
        pytest.skip("no nginx or openssl on this machine (Debian, Ubuntu: apt install nginx-light openssl)")
    folder = tmp_path_factory.mktemp("nginx")
    service = start_service(folder, sample_index, LOOKUP_TRUSTED_PROXIES="1", LOOKUP_RATE_LIMIT="")
    key, certificate = folder / "key.pem", folder / "cert.pem"
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=tra-cuu.example.vn", "-keyout", key, "-out", certificate]
    subprocess.run([str(part) for part in make], check=True, capture_output=True)
    plain, secure = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for shipped, ours in {
        "127.0.0.1:8000": f"127.0.0.1:{service.port}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen [::]:80;": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "listen [::]:443 ssl http2;": "",
        "/etc/letsencrypt/live/tra-cuu.example.vn/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/tra-cuu.example.vn/privkey.pem": str(key),
        "/var/log/nginx": str(folder),
        "/var/cache/nginx": str(folder),
    }.items():
        assert shipped in text, shipped
        text = text.replace(shipped, ours)
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"user {'root' if os.getuid() == 0 else ''}; daemon off; pid {folder}/pid; events {{}} http {{ {temporary}\n{text} }}"
    (folder / "nginx.conf").write_text(whole.replace("user ;", ""), encoding="utf-8")
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
        yield Site(service, secure)
    finally:
        process.terminate()
        process.wait(20)
        service.stop()


def test_the_site_passes_searches_on_and_compressed(site: Site) -> None:
    plain = site.get("/api/v1/search?q=khai+sinh")
    packed = site.get("/api/v1/search?q=khai+sinh", {"Accept-Encoding": "br"})
    assert plain.status == packed.status == 200 and packed.headers["content-encoding"] == "br" and len(packed.body) < len(plain.body)
    assert plain.headers["strict-transport-security"] == "max-age=31536000" and plain.headers["x-frame-options"] == "DENY"


def test_the_site_closes_the_figures_and_the_service_would_not_tell_them_either(site: Site) -> None:
    assert site.get("/metrics").status == 404
    assert b"nginx" in site.get("/metrics").body, "nginx itself says no"
    assert site.service.get("/metrics").status == 200


def test_the_site_overwrites_what_clients_say_of_themselves(site: Site) -> None:
    answer = site.get("/healthz", {"X-Forwarded-For": "1.1.1.1", "X-Request-ID": "mine"})
    assert answer.headers["x-request-id"] != "mine" and re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


def test_the_site_refuses_large_bodies_but_for_uploads_of_staff(site: Site) -> None:
    assert site.get("/", body=b"x" * 100_000).status == 413
    passed_on = site.get("/quan-tri/khong-co", body=b"x" * 100_000)
    assert b"413 Request Entity Too Large" not in passed_on.body
    assert passed_on.status in (404, 413, 502)  # 502: the service answers at once and hangs up before nginx has sent all of it


def test_what_was_asked_before_is_answered_while_the_service_is_down(site: Site) -> None:
    asked = site.get("/?q=dang+ky+ket+hon")
    assert asked.status == 200
    site.service.stop()
    time.sleep(1.2)
    again = site.get("/?q=dang+ky+ket+hon")
    assert again.status == 200 and again.body == asked.body
    assert site.get("/?q=chua+ai+hoi").status == 502


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd on this machine")
    for name in ("lookup.service", "lookup.socket"):
        text = (DEPLOY / name).read_text(encoding="utf-8").replace("/srv/tra-cuu/.venv/bin/python", "/bin/true")
        (tmp_path / name).write_text(text, encoding="utf-8")
    environment = os.environ | {"SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    done = subprocess.run(
        [analyze, "verify", "--man=no", tmp_path / "lookup.service", tmp_path / "lookup.socket"], capture_output=True, text=True, env=environment
    )
    assert [line for line in done.stderr.splitlines() if "lookup" in line] == []
    judged = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=30", tmp_path / "lookup.service"], capture_output=True, text=True, env=environment
    )
    assert judged.returncode == 0, judged.stdout[-2000:]


def test_the_socket_of_systemd_is_served(sample_index: Path, tmp_path: Path) -> None:
    """gunicorn takes the port from systemd, whatever our settings bind."""
    activate = shutil.which("systemd-socket-activate")
    if activate is None:
        pytest.skip("no systemd on this machine")
    port = free_port()
    environment = os.environ | {"LOOKUP_INDEX_DIR": str(sample_index), "LOOKUP_STATE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PORT": str(free_port())}
    kept = [f"--setenv={name}" for name in ("PATH", "PYTHONPATH", "PORT", "LOOKUP_INDEX_DIR", "LOOKUP_STATE_DIR")]
    python = [str(ROOT / ".venv/bin/python"), "-m", "gunicorn", "--config", "python:lookup.gunicorn_conf", "lookup:create_app()"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([activate, *kept, "--listen", f"127.0.0.1:{port}", *python], env=environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
            assert answer.status == 200
    finally:
        process.terminate()
        process.wait(60)


@pytest.mark.parametrize("name", [path.name for path in DEPLOY.iterdir()])
def test_settings_and_paths_named_are_there(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    known = (ROOT / "lookup/settings.py").read_text(encoding="utf-8")
    assert [setting for setting in set(re.findall(r"\bLOOKUP_[A-Z_]+", text)) if setting not in known] == []
    assert [path for path in re.findall(r"(?<![/\w])scripts/[\w./]+\w", text) if not (ROOT / path).exists()] == []
    for source in re.findall(r"^COPY (?!--from)(\S+)", text, re.MULTILINE):
        assert (ROOT / source).exists(), source


# --- versions between machines


def test_a_version_copied_from_another_machine_goes_live_under_its_name(sample_index: Path, tmp_path: Path) -> None:
    live = VersionStore(sample_index).current().version
    copy = shutil.copytree(sample_index / "versions" / live, tmp_path / "copy")
    done = CliRunner().invoke(versions, ["--index-dir", str(tmp_path / "index"), "adopt", str(copy), "--note", "từ máy 1"])
    assert done.exit_code == 0 and live in done.output, done.output
    assert SearchEngine(tmp_path / "index").snapshot().current.version == live
    with pytest.raises(RefreshRefused, match="đã có ở máy này"):
        adopt(tmp_path / "index", copy)


def test_a_copy_that_is_not_whole_changes_nothing(sample_index: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(sample_index / "versions" / VersionStore(sample_index).current().version, tmp_path / "copy")
    damaged = copy / "impacts.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    with pytest.raises(VersionUnavailable, match=r"hỏng ở tệp impacts\.npy"):
        adopt(tmp_path / "index", copy)
    (copy / "manifest.json").unlink()
    with pytest.raises(CatalogueIndexError):
        adopt(tmp_path / "index", copy)
    assert VersionStore(tmp_path / "index").stamp() is None


# --- licences


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_every_package_has_a_licence_that_goes_with_ours(name: str) -> None:
    packages = list_packages(ROOT / name)
    assert len(packages) > 40
    assert [package for package in packages if not package.fits] == []


@pytest.mark.parametrize(
    ("licence", "fits"),
    [("MIT", True), ("LGPL-2.1-or-later", True), ("AGPL-3.0-only", False), ("Proprietary", False), ("", False), (None, True), ("GNU Affero GPL", False)],
)
def test_which_licences_fit(licence: str | None, fits: bool) -> None:
    assert Package("x", "1", licence).fits is fits
    assert FITTING.search("MIT") and NOT_FITTING.search("SSPL-1.0")
