"""What a citizen sees when something around the service fails: real workers under the settings that are shipped, and real failures. README tells the same.

Disks that are really full and clocks that really move stand in `test_faults_disk.py` and `test_faults_clock.py`, since not every machine lets them be made.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta, timezone
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from index import Procedure, Search, SearchEngine, VersionStore, publish_catalogue, read_history, roll_back
from index.catalogue.procedure import Catalogue
from index.storage import versions
from lookup.staff.accounts import Account, Accounts
from lookup.staff.sessions import Sessions
from lookup.staff.throttling import MOST_OF_ACCOUNT, Throttle
from tests.gunicorn_process import Service, sign_in, start_service, wait_for

ASKED = "/api/v1/search?q=khai+sinh"
Start = Callable[..., Service]


@pytest.fixture
def index(sample_index: Path, tmp_path: Path) -> Path:
    """The sample, in a folder that may be lost."""
    return Path(shutil.copytree(sample_index, tmp_path / "index"))


@pytest.fixture
def start(index: Path, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(**settings: str) -> Service:
            service = start_service(tmp_path, index, **settings)
            stack.callback(service.stop)
            wait_for(lambda: len(service.workers()) == 2)
            return service

        yield begin


def ask_on(port: int, times: int) -> Counter[object]:
    """Ask over one connection that is opened anew where it breaks; what came back, by status or kind of failure."""
    found: Counter[object] = Counter()
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(times):
        try:
            connection.request("GET", ASKED)
            answer = connection.getresponse()
            answer.read()
            found[answer.status] += 1
        except (OSError, HTTPException) as error:
            found[type(error).__name__] += 1
            connection.close()
    connection.close()
    return found


def publish(root: Path, name: str) -> str:
    return publish_catalogue(Catalogue((Procedure("1.000001", name),)), root).version


# Workers and files


def test_a_killed_worker_costs_only_what_it_was_answering_and_is_replaced(start: Start) -> None:
    service = start(LOOKUP_RATE_LIMIT="")
    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask_on, service.port, 150) for _ in range(8)]
        time.sleep(0.3)
        victim = service.workers()[0]
        os.kill(victim, signal.SIGKILL)
        found = sum((one.result() for one in asking), Counter())
    failed = found.total() - found[200]
    assert failed <= 8, found  # one a connection, at most
    wait_for(lambda: victim not in service.workers() and len(service.workers()) == 2)
    assert ask_on(service.port, 20) == {200: 20}


def test_an_index_folder_that_vanishes_is_served_on_until_a_restart_and_found_again(start: Start, index: Path, tmp_path: Path) -> None:
    service = start()
    pages = ["/", "/?q=khai+sinh", ASKED, "/thu-tuc/1.001193", "/api/v1/procedures/1.001193", "/niem-yet", "/niem-yet/ho-tich", "/thu-tuc/1.001193/niem-yet"]
    index.rename(tmp_path / "gone")
    for _ in range(4):  # either worker
        assert {path: service.get(path).status for path in pages} == dict.fromkeys(pages, 200)
    assert json.loads(service.get("/readyz").body)["status"] == "degraded"
    assert service.get("/niem-yet.xlsx").status == 503, "a file that nobody keeps in memory"
    before = service.workers()
    service.process.send_signal(signal.SIGHUP)
    wait_for(lambda: not set(before) & set(service.workers()) and len(service.workers()) == 2)
    ready, page, answer = service.get("/readyz"), service.get("/?q=khai+sinh"), service.get(ASKED)
    if ready.status == 200:  # the first process has it open still, and hands it to the workers it forks
        assert page.status == answer.status == 200
    (tmp_path / "gone").rename(index)
    wait_for(lambda: json.loads(service.get("/readyz").body)["status"] == "ok")
    assert service.get("/niem-yet.xlsx").status == 200


def test_started_without_an_index_folder_people_are_asked_to_come_again_and_are_served_once_there_is_one(start: Start, index: Path, tmp_path: Path) -> None:
    index.rename(tmp_path / "gone")
    service = start()
    assert service.get("/healthz").status == 200
    page, answer, ready = service.get("/"), service.get(ASKED), service.get("/readyz")
    assert (page.status, answer.status, ready.status) == (503, 503, 503)
    assert "Xin thử lại sau ít phút" in page.body.decode() and page.headers["retry-after"] == "30"
    assert json.loads(answer.body)["detail"] == "Danh mục thủ tục chưa mở được. Xin thử lại sau ít phút."
    assert "scripts/refresh" in json.loads(ready.body)["detail"] and "scripts/refresh" in service.log.read_text(encoding="utf-8")
    (tmp_path / "gone").rename(index)
    assert service.get(ASKED).status == 200


def test_a_full_disk_costs_no_citizen_an_answer(start: Start, tmp_path: Path) -> None:
    Accounts(tmp_path / "state").add("hoa", "bốn con mèo vàng", "editor")
    service = start()
    form = service.get("/quan-tri/dang-nhap")
    for worker in service.workers():
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (0, 0))  # no file may grow: what a full disk says to a process
    written = service.log.stat().st_size
    for path in ("/?q=ho+chieu", "/api/v1/search?q=ho+chieu", "/api/v1/suggest?q=ho", "/thu-tuc/1.001193", "/niem-yet.csv", "/metrics", "/healthz", "/readyz"):
        assert [service.get(path).status for _ in range(4)] == [200] * 4, path
    assert service.log.stat().st_size == written, "not a line could be written"
    assert sign_in(service, form).status == 503, "staff are told that nothing can be saved"


def test_without_a_state_folder_that_can_be_written_citizens_are_served(start: Start) -> None:
    service = start(LOOKUP_STATE_DIR="/proc/nowhere")
    assert ask_on(service.port, 20) == {200: 20}
    service.stop()
    assert "searches could not be counted" in service.log.read_text(encoding="utf-8")


# Clocks


class Clock(datetime):
    """A clock that can be set."""

    offset = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        return datetime.now(timezone.utc) + cls.offset


@pytest.mark.parametrize("days", [-400, 400])
def test_versions_go_live_and_roll_back_in_the_order_of_publishing_whatever_the_clock_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    monkeypatch.setattr(versions, "datetime", Clock)
    monkeypatch.setattr(Clock, "offset", timedelta())
    engine, root = SearchEngine(tmp_path), tmp_path
    first = publish(root, "Khai sinh một")
    monkeypatch.setattr(Clock, "offset", timedelta(days=days))
    second = publish(root, "Khai sinh hai")
    monkeypatch.setattr(Clock, "offset", timedelta())
    third = publish(root, "Khai sinh ba")
    assert (second < first) == (days < 0), "names tell what the clock said"
    assert engine.search(Search("khai sinh")).hits[0].card["name"] == "Khai sinh ba"
    store = VersionStore(root)
    assert store.versions() == [first, second, third]
    assert [event.version for event in read_history(root)] == [first, second, third]
    fourth = publish(root, "Khai sinh bốn")
    assert store.versions() == [second, third, fourth], "the oldest goes, not the one with the smallest name"
    assert roll_back(root).version == third and roll_back(root).version == second
    store.clean_up()
    assert store.versions() == [second, third, fourth]
    assert engine.search(Search("khai sinh")).hits[0].card["name"] == "Khai sinh hai"


def test_what_a_crash_left_is_never_rolled_back_to_though_its_name_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    live = publish(tmp_path, "Khai sinh")
    shutil.copytree(tmp_path / "versions" / live, tmp_path / "versions" / "20200101T000000-000000")  # built under a clock set back, killed before it went live
    assert VersionStore(tmp_path).versions() == [live]


@pytest.mark.parametrize("days", [-30, 30])
def test_a_session_ends_where_its_age_cannot_be_told(tmp_path: Path, days: int) -> None:
    now = [time.time()]
    Accounts(tmp_path).add("hoa", "bốn con mèo vàng", "editor")
    sessions = Sessions(tmp_path, 1800, clock=lambda: now[0])
    token = sessions.start(Account("hoa", "editor", ""))
    now[0] += days * 86_400
    assert sessions.find(token) is None
    assert sessions.find(sessions.start(Account("hoa", "editor", ""))), "who signs in anew is in"


@pytest.mark.parametrize("days", [-30, 30])
def test_a_clock_that_moves_locks_nobody_out(tmp_path: Path, days: int) -> None:
    now = [time.time()]
    Accounts(tmp_path).add("hoa", "bốn con mèo vàng", "editor")
    throttle = Throttle(tmp_path, b"key", clock=lambda: now[0])
    while not throttle.admit("hoa", "203.0.113.7"):
        pass
    assert throttle.admit("hoa", "203.0.113.7") > 0 and MOST_OF_ACCOUNT > 0
    now[0] += days * 86_400
    assert throttle.admit("hoa", "203.0.113.7") == 0


# Neighbours


def test_a_redis_that_is_gone_costs_no_answer_and_the_limit_still_holds(start: Start) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        service = start(LOOKUP_REDIS_URL=f"redis://127.0.0.1:{closed.getsockname()[1]}", LOOKUP_RATE_LIMIT="20/hour")
        found = ask_on(service.port, 60)
    assert set(found) == {200, 429} and 10 <= found[200] <= 21
    assert "Redis does not answer" in service.log.read_text(encoding="utf-8")


# Clients


def connect(service: Service, sent: bytes, window: int = 0) -> socket.socket:
    client = socket.socket()
    if window:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.settimeout(30)
    client.connect(("127.0.0.1", service.port))
    client.sendall(sent)
    return client


SLOW = {
    "half a head": b"GET / HTTP/1.1\r\nHost: x\r\nX-A",
    "a form without its body": b"POST /quan-tri/dang-nhap HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nna",
    "a body that nobody wants and that does not come": b"POST /api/v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n",
    "a body in chunks that do not come": b"POST /quan-tri/dang-nhap HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
    "one who does not hang up": b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    "one who says nothing": b"",
}


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_a_hundred_slow_clients_hold_up_nobody(start: Start, sent: bytes) -> None:
    service = start(LOOKUP_RATE_LIMIT="")
    workers = service.workers()
    with ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connect(service, sent))
        with HTTPConnection_at(service) as connection:
            for _ in range(20):
                connection.request("GET", ASKED)
                assert connection.getresponse().read()
    assert service.workers() == workers, "none was killed for not answering"


def test_more_slow_clients_than_the_workers_may_hold_lose_the_oldest_and_nobody_else(start: Start) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < 6_000:
        pytest.skip("so many sockets are not allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 6_000), hard))
    try:
        service = start(LOOKUP_RATE_LIMIT="")
        with ExitStack() as stack:
            for _ in range(2_600):  # each of two workers may hold a thousand
                stack.enter_context(connect(service, SLOW["half a head"]))
            with HTTPConnection_at(service) as connection:
                for _ in range(20):
                    connection.request("GET", ASKED)
                    assert connection.getresponse().read()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class HTTPConnection_at:  # noqa: N801
    """A connection whose answers must come within the time in which half-sent requests are hung up on."""

    def __init__(self, service: Service) -> None:
        self._connection = HTTPConnection("127.0.0.1", service.port, timeout=8)

    def __enter__(self) -> HTTPConnection:
        return self._connection

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def test_clients_that_never_read_lose_their_thread_to_those_who_wait(start: Start, index: Path) -> None:
    service = start(LOOKUP_RATE_LIMIT="")
    (large,) = (index / "versions").glob("*/catalogue/public-list.csv")
    large.write_bytes(large.read_bytes() + b"x" * 8_000_000)  # more than the kernel keeps for a client; the file was checked when it was opened
    with ExitStack() as stack:
        for _ in range(32):  # twice the threads of all workers
            stack.enter_context(connect(service, b"GET /niem-yet.csv HTTP/1.1\r\nHost: x\r\n\r\n", window=2048))
        time.sleep(0.5)
        found = [service.get("/healthz").status for _ in range(5)]
    assert found == [200] * 5


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /api/v1/search?q=" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000, 431),
        (b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nBad Name: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 400),
    ],
)
def test_a_request_that_cannot_be_read_is_told_so_in_plain_words(service_of_all: Service, sent: bytes, status: int) -> None:
    with connect(service_of_all, sent) as client:
        received = b""
        while part := client.recv(65_536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status
    assert b"Content-Type: application/problem+json" in head and b"nosniff" in head
    problem = json.loads(body)
    assert problem["status"] == status and "Xin" in problem["detail"]


@pytest.fixture(scope="module")
def service_of_all(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = start_service(tmp_path_factory.mktemp("service"), sample_index)
    yield service
    service.stop()
