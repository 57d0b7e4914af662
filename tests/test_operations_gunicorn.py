"""What holds only where several real workers serve: figures, counts, limits, shedding, restarts, slow clients."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from index import SearchEngine
from lookup.insights import read_report
from lookup.insights.recorder import today
from lookup.operations.cores import all_cores, take_core
from tests.gunicorn_process import Answered, Service, start_service

Start = Callable[..., Service]


@pytest.fixture
def start(sample_index: Path, tmp_path: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def begin(**settings: str) -> Service:
            service = start_service(tmp_path, sample_index, **settings)
            stack.callback(service.stop)
            return service

        yield begin


def figure(service: Service, name: str) -> float:
    """A figure of `/metrics`, summed over its labels that match."""
    text = service.get("/metrics").body.decode()
    return sum(float(value) for value in re.findall(rf"^{name}\S* (\S+)$", text, re.MULTILINE))


def ask_at_once(service: Service, path: str, times: int, at_once: int = 16) -> list[Answered]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda _: service.get(path), range(times)))


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_figures_are_those_of_all_workers_and_outlive_a_worker(start: Start) -> None:
    service = start()
    assert {answer.status for answer in ask_at_once(service, "/api/v1/search?q=khai+sinh", 60)} == {200}
    search = r'lookup_requests_total\{method="GET",route="/api/v1/search",status="200"\}'
    assert [figure(service, search) for _ in range(8)] == [60] * 8, "whichever worker is asked"
    for _ in range(2):
        victim = service.workers()[0]
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda victim=victim: victim not in service.workers() and len(service.workers()) == 2)  # type: ignore[misc]
    assert {answer.status for answer in ask_at_once(service, "/api/v1/search?q=khai+sinh", 40)} == {200}
    assert figure(service, search) == 100
    assert figure(service, "lookup_searches_total") == figure(service, "lookup_search_results_count") == 100
    assert figure(service, "lookup_catalogue_open") == 1 and figure(service, "lookup_refreshes_total") == 1


def folders_of_figures(service: Service) -> set[Path]:
    """Where the workers count, as the kernel tells it."""
    maps = "".join(Path(f"/proc/{pid}/maps").read_text(encoding="utf-8") for pid in service.workers())
    return {Path(path).parent for path in re.findall(r"/\S*lookup-metrics-\S*?/\S+\.db", maps)}


def test_every_worker_tells_which_version_it_answers_from(start: Start) -> None:
    service = start()

    def ask() -> list[tuple[str, str]]:
        """What is told once both may have answered; on a busy machine one of them may take all that comes in a moment."""
        ask_at_once(service, "/api/v1/search?q=khai+sinh", 60)
        return re.findall(r'^lookup_worker_catalogue_published_timestamp_seconds\{pid="(\d)"\} (\S+)$', service.get("/metrics").body.decode(), re.MULTILINE)

    wait_for(lambda: {slot for slot, _ in ask()} == {"0", "1"})
    assert len({published for _, published in ask()}) == 1


def test_the_files_of_figures_are_bounded_and_go_with_the_service(start: Start) -> None:
    service = start()
    (folder,) = folders_of_figures(service)
    for _ in range(4):
        before = service.workers()
        service.process.send_signal(signal.SIGHUP)
        wait_for(lambda before=before: not set(before) & set(service.workers()) and len(service.workers()) == 2)  # type: ignore[misc]
        service.get("/healthz")
    assert folders_of_figures(service) == {folder}
    assert len(list(folder.iterdir())) <= 4 * 5, "four kinds of figures, for the first process and at most four workers at a time"
    service.stop()
    assert not folder.exists()


def count_sockets(pid: int) -> int:
    return sum(str(link.readlink()).startswith("socket:") for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink())


def wait_for_workers(service: Service) -> list[int]:
    """Both of them, each waiting for connections."""
    wait_for(lambda: len(service.workers()) == 2 and all(count_sockets(worker) for worker in service.workers()))
    time.sleep(1)
    return service.workers()


def test_connections_that_come_all_at_once_are_shared_evenly_by_the_workers(start: Start) -> None:
    service = start()
    before = {worker: count_sockets(worker) for worker in wait_for_workers(service)}
    with ExitStack() as stack:
        for _ in range(40):
            stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=20))
        wait_for(lambda: sum(count_sockets(worker) - count for worker, count in before.items()) >= 40)
        held = [count_sockets(worker) - count for worker, count in before.items()]
        assert all(10 <= count <= 30 for count in held), held  # left to themselves, one often takes all


def test_connections_that_one_worker_took_alone_come_back_to_both(start: Start) -> None:
    """As after the death of a worker: what it held went to the other, and would stay there."""
    service = start()
    first, second = wait_for_workers(service)
    os.kill(second, signal.SIGSTOP)
    with ExitStack() as stack:
        held = [stack.enter_context(closing(HTTPConnection("127.0.0.1", service.port, timeout=20))) for _ in range(20)]

        def ask_all() -> None:
            for connection in held:
                connection.request("GET", "/healthz")
                assert connection.getresponse().read()

        ask_all()
        os.kill(second, signal.SIGCONT)
        wait_for(lambda: ask_all() or min(count_sockets(first), count_sockets(second)) >= 6)  # type: ignore[func-returns-value]


def test_a_worker_keeps_to_one_core_and_what_it_starts_does_not(start: Start) -> None:
    given = os.sched_getaffinity(0)
    cores = [os.sched_getaffinity(worker) for worker in wait_for_workers(start())]
    assert all(len(core) == 1 for core in cores) and set.union(*cores) <= given
    assert len(given) == 1 or len(set.union(*cores)) == 2
    take_core(0)
    try:
        with all_cores():
            started = subprocess.run([sys.executable, "-c", "import os; print(len(os.sched_getaffinity(0)))"], capture_output=True, check=True)
        assert int(started.stdout) == len(given) and len(os.sched_getaffinity(0)) == 1
    finally:
        os.sched_setaffinity(0, given)


def test_searches_are_counted_over_all_workers_and_written_when_they_end(start: Start, tmp_path: Path) -> None:
    service = start()
    ask_at_once(service, "/api/v1/search?q=h%E1%BB%99+chi%E1%BA%BFu", 30)
    ask_at_once(service, "/api/v1/search?q=nguyen+van+an+0912345678", 30)
    service.stop()
    report = read_report(tmp_path / "state", f"{today():%Y-%m}")
    assert report.totals.searches == 60 and report.totals.withheld == 30
    assert [(query.text, query.seen) for query in report.queries] == [("ho chieu", 30)]


def test_an_address_may_ask_its_share_of_each_worker(start: Start) -> None:
    service = start(LOOKUP_RATE_LIMIT="20/hour")
    answers = ask_at_once(service, "/api/v1/suggest?q=khai", 60)
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) == {200, 429} and 10 <= statuses[200] <= 20
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.headers["content-type"] == "application/problem+json" and 0 < int(refused.headers["retry-after"]) <= 3600
    assert {service.get(path).status for path in ("/healthz", "/readyz", "/metrics", "/static/page.css")} == {200}


def test_more_than_can_be_served_is_told_at_once_to_come_again(start: Start) -> None:
    service = start(LOOKUP_QUEUE="4", LOOKUP_RATE_LIMIT="")
    answers = ask_at_once(service, "/?q=khai+sinh", 400, at_once=64)
    statuses = Counter(answer.status for answer in answers)
    assert set(statuses) == {200, 503}
    turned_away = next(answer for answer in answers if answer.status == 503)
    assert turned_away.headers["retry-after"] == "2" and "Đang có rất nhiều người tra cứu" in turned_away.body.decode()
    assert figure(service, r'lookup_refused_total\{reason="queue"\}') == statuses[503]
    assert service.get("/?q=khai+sinh").status == 200


def test_with_no_queue_a_request_that_has_a_thread_is_answered(start: Start) -> None:
    service = start(LOOKUP_QUEUE="0")
    assert {service.get("/api/v1/search?q=khai+sinh").status for _ in range(8)} == {200}


def test_clients_that_trickle_or_say_nothing_hold_up_nobody(start: Start) -> None:
    service = start()
    with ExitStack() as stack:
        slow = [stack.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=40)) for _ in range(100)]
        for client in slow[1::2]:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX")
        for _ in range(3):
            for client in slow[1::2]:
                client.sendall(b"X")
            assert service.get("/api/v1/search?q=khai+sinh").status == 200
        slow[1].sendall(b": y\r\n\r\n")
        assert slow[1].recv(15) == b"HTTP/1.1 200 OK", "who ends in time is answered"
        with suppress(ConnectionResetError):
            assert slow[3].recv(1) == b"", "the others are hung up on"


def test_requests_sent_in_one_packet_are_answered_one_after_the_other(start: Start) -> None:
    service = start()
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.sendall(request + request + request[:20])
        time.sleep(0.3)
        client.sendall(request[20:].replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        received = b""
        while part := client.recv(65536):
            received += part
    assert received.count(b"HTTP/1.1 200 OK") == 3


def test_a_head_without_end_is_refused(start: Start) -> None:
    service = start()
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nX: " + b"x" * 70_000)
        answer = client.recv(4096)
        assert answer.startswith(b"HTTP/1.1 431") and b"X-Request-ID: " in answer
    assert figure(service, r'lookup_refused_total\{reason="unreadable"\}') == 1


def test_a_catalogue_opened_before_the_fork_is_read_right_by_all_workers_at_once(start: Start, engine: SearchEngine) -> None:
    service = start(LOOKUP_RATE_LIMIT="")
    names = {procedure.code: procedure.name for procedure in engine.snapshot().procedures()}
    codes = sorted(names)[:100] * 4
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda code: service.get(f"/api/v1/procedures/{code}"), codes))
    assert [json.loads(answer.body)["name"] for answer in answers] == [names[code] for code in codes]


def test_a_graceful_reload_fails_no_request(start: Start) -> None:
    service = start(LOOKUP_RATE_LIMIT="")
    before = service.workers()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(service.get, "/api/v1/search?q=khai+sinh") for _ in range(200)]
        service.process.send_signal(signal.SIGHUP)
        assert Counter(answer.result().status for answer in asked) == {200: 200}
    wait_for(lambda: not set(before) & set(service.workers()))


def test_log_lines_tell_no_query_and_no_address(start: Start) -> None:
    service = start()
    service.get("/api/v1/search?q=bimat", {"X-Request-ID": "tu-zalo-1", "Referer": "http://x/?q=bimat"})
    service.get("/thu-tuc/bimat")
    service.get("/" + "bimat" * 3000)
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as client:
        client.sendall(b"GET /?q=bimat HTTP/9.9\r\nbimat\r\n\r\n")
        client.recv(1024)
    lines = service.lines()
    requests = [line for line in lines if line["logger"] == "lookup.requests"]
    (searched,) = [line for line in requests if line["route"] == "/api/v1/search"]
    assert searched.keys() == {"time", "level", "logger", "request_id", "method", "route", "status", "ms", "version"}
    assert searched["request_id"] == "tu-zalo-1" and searched["status"] == 200 and searched["version"]
    assert any(line["message"].startswith("Invalid request") for line in lines if line["logger"] == "gunicorn.error")
    text = service.log.read_text(encoding="utf-8")
    assert "bimat" not in text and "127.0.0.1" not in text


def test_without_a_catalogue_it_starts_and_says_what_is_missing(tmp_path: Path) -> None:
    service = start_service(tmp_path, tmp_path / "nothing")
    try:
        assert service.get("/healthz").status == 200
        answer = service.get("/readyz")
        assert answer.status == 503 and "scripts/refresh" in answer.body.decode()
        assert figure(service, "lookup_catalogue_open") == 0
    finally:
        service.stop()
