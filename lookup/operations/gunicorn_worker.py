"""gunicorn's threaded worker, made so that a slow client holds up nobody: it gets a thread only once its request has arrived, and loses it when others wait."""

from __future__ import annotations

import json
import selectors
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Any

from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

from lookup.api.problems import DETAILS, MEDIA_TYPE, make_problem
from lookup.operations.headers import make_headers
from lookup.operations.logs import choose_request_id
from lookup.operations.shares import has_far_too_many, has_more_than_others, leave_share, note_held
from lookup.operations.sockets import LONGEST_HEAD, count_unsent, is_whole, peek

PATIENCE = 10.0  # seconds in which a request must have arrived
UNSENT = 512 * 1024  # bytes of an answer that the kernel keeps for a client that reads slowly; nearly every answer is shorter
STALLED = 2.0  # seconds for which a thread may send what the kernel cannot keep while others wait for one
FAREWELL = 2.0  # seconds in which the other side may hang up first, so that it still reads what was sent
TURN = 0.001  # seconds in which a worker with fewer connections may take one before us
DRAIN = 0.1  # seconds to read away a body that nobody wanted
UNREADABLE = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ParseException: HTTPStatus.BAD_REQUEST,
}


class Worker(ThreadWorker):  # type: ignore[misc]
    """Looks at what has arrived without taking it, and leaves unfinished requests to the poller."""

    slot: int | None = None  # the number under which it says how much it holds

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._begun: dict[TConn, float] = {}  # when each connection that is in a thread got it

    @property
    def nr_conns(self) -> int:
        """Connections held."""
        return self._connections

    @nr_conns.setter
    def nr_conns(self, connections: int) -> None:
        self._connections = connections
        if self.slot is not None and self.alive:
            note_held(self.slot, connections)

    @property
    def max_keepalived(self) -> int:
        """Connections that may stay open for another request; beyond that an answer says that it is the last."""
        return 0 if self.slot is not None and has_far_too_many(self.slot) else self._most_kept

    @max_keepalived.setter
    def max_keepalived(self, connections: int) -> None:
        self._most_kept = connections

    def handle_exit(self, sig: int, frame: Any) -> None:
        """End: nobody need leave us anything any more."""
        if self.slot is not None:
            leave_share(self.slot)
        super().handle_exit(sig, frame)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection that no other worker should. Where slow ones hold all that a worker may have, the oldest of them goes first."""
        if self.slot is not None and has_more_than_others(self.slot):
            time.sleep(TURN)
        if self.nr_conns >= self.worker_connections - 1 and self.pending_conns:
            self._forget(self.pending_conns[0])
        super().accept(listener)

    def enqueue_req(self, conn: TConn) -> None:
        """Hand a connection to a thread, or wait for the rest of its request."""
        waiting = peek(conn.sock)
        arrived = _read_ahead(conn) + (waiting or b"")
        if waiting is None or is_whole(arrived):
            if getattr(conn, "due", None):
                conn.due = None
                conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            conn.data_ready = True
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNSENT)
            super().enqueue_req(conn)
        elif len(arrived) >= LONGEST_HEAD:
            self._refuse(conn.sock, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            self._linger(conn)
        else:
            self._await(conn, len(waiting))

    def handle(self, conn: TConn) -> Any:
        """Serve a request, in a thread."""
        self._begun[conn] = time.monotonic()
        try:
            return super().handle(conn)
        finally:
            del self._begun[conn]

    def _keepalive_after(self, conn: TConn, keepalive: bool) -> bool:
        """Whether another request may follow: not where the body of this one, which nobody read, has not even arrived."""
        return bool(keepalive and conn.parser.finish_body(deadline=time.monotonic() + DRAIN))

    def finish_request(self, conn: TConn, future: Future[Any]) -> None:
        """Keep the connection for the next request, or hang up. gunicorn would stand waiting for the other side, and serve nobody meanwhile."""
        if future.cancelled() or future.exception() or future.result() is not False:
            super().finish_request(conn, future)
        else:
            self._linger(conn)

    def murder_pending(self) -> None:
        """Hang up on those that take too long; they do not stand in the order of their time."""
        now = time.monotonic()
        for conn in [conn for conn in self.pending_conns if conn.timeout <= now]:
            self._forget(conn)
        if self.nr_conns - len(self.keepalived_conns) - len(self.pending_conns) > self.cfg.threads:
            self._make_room(now - STALLED)

    def _make_room(self, before: float) -> None:
        """Others wait for a thread: take it from those whose client does not read what it asked for."""
        for conn, begun in list(self._begun.items()):
            if begun <= before and count_unsent(conn.sock):
                with suppress(OSError):
                    conn.sock.shutdown(socket.SHUT_RDWR)

    def _await(self, conn: TConn, waiting: int) -> None:
        """Come back when more bytes wait than these."""
        conn.due = conn.timeout = getattr(conn, "due", None) or time.monotonic() + PATIENCE
        conn.sock.setblocking(False)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, waiting + 1)  # else the poller would call for those at once
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def _linger(self, conn: TConn) -> None:
        """Say that nothing follows, and close once the other side has hung up: closed at once, what it sent unread would cost it the answer."""
        conn.timeout = time.monotonic() + FAREWELL
        self.pending_conns.append(conn)
        try:
            conn.sock.setblocking(False)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            conn.sock.shutdown(socket.SHUT_WR)
            self.poller.register(conn.sock, selectors.EVENT_READ, partial(self._drain, conn))
        except (OSError, ValueError):  # gone already
            self._forget(conn)

    def _drain(self, conn: TConn, _: socket.socket) -> None:
        try:
            over = not conn.sock.recv(LONGEST_HEAD)
        except BlockingIOError:
            over = False
        except OSError:
            over = True
        if over:
            self._forget(conn)

    def _forget(self, conn: TConn) -> None:
        """Close a pending connection."""
        self.pending_conns.remove(conn)
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)
        self.nr_conns -= 1
        conn.close()

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Say what was wrong with a request that cannot be read, as it is said everywhere else."""
        status = next((status for kind, status in UNREADABLE.items() if isinstance(exc, kind)), None)
        if status is None:
            super().handle_error(req, client, addr, exc)
        else:
            self.log.warning("Invalid request")
            self._refuse(client, status)

    def _refuse(self, sock: socket.socket, status: HTTPStatus) -> None:
        """Write a problem that nobody need wait for; what was asked is not known here."""
        self.app.wsgi().extensions["metrics"].count_refusal("unreadable")
        body = json.dumps(make_problem(status, DETAILS[status]), ensure_ascii=False).encode()
        own = {
            "Content-Type": MEDIA_TYPE,
            "Content-Length": len(body),
            "Cache-Control": "no-store",
            "X-Request-ID": choose_request_id(None),
            "Connection": "close",
        }
        head = f"HTTP/1.1 {status.value} {status.phrase}\r\n" + "".join(f"{name}: {value}\r\n" for name, value in [*make_headers(0), *own.items()])
        with suppress(OSError):
            sock.send(f"{head}\r\n".encode() + body, socket.MSG_DONTWAIT)


def _read_ahead(conn: TConn) -> bytes:
    """What was read of the next request together with the one before."""
    return bytes(conn.parser.unreader.buf.getvalue()) if conn.initialized else b""
