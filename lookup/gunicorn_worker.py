"""gunicorn's threaded worker, in which a request gets a thread only once its head has arrived: who trickles, or says nothing, holds a socket and no thread."""

from __future__ import annotations

import selectors
import socket
import time
from functools import partial

from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn, ThreadWorker  # type: ignore[import-untyped]

PATIENCE = 10.0  # seconds in which a head must have arrived
LONGEST_HEAD = 64 * 1024  # bytes


class Worker(ThreadWorker):  # type: ignore[misc]
    """Looks at what has arrived without taking it, and leaves unfinished heads to the poller."""

    def enqueue_req(self, conn: TConn) -> None:
        """Hand a connection to a thread, or wait for the rest of its head."""
        waiting = _peek(conn.sock)
        head = _read_ahead(conn) + (waiting or b"")
        if waiting is None or b"\r\n\r\n" in head:
            if getattr(conn, "due", None):
                conn.due = None
                conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 1)
            super().enqueue_req(conn)
        elif len(head) >= LONGEST_HEAD:
            util.write_error(conn.sock, 431, "Request Header Fields Too Large", "")
            self.nr_conns -= 1
            conn.close()
        else:
            self._await(conn, len(waiting))

    def _await(self, conn: TConn, waiting: int) -> None:
        """Come back when more bytes wait than these; `murder_pending` hangs up on those that take too long."""
        conn.due = conn.timeout = getattr(conn, "due", None) or time.monotonic() + PATIENCE
        conn.sock.setblocking(False)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, waiting + 1)  # else the poller would call for those at once
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, conn))


def _read_ahead(conn: TConn) -> bytes:
    """What was read of the next request together with the one before."""
    return bytes(conn.parser.unreader.buf.getvalue()) if conn.initialized else b""


def _peek(sock: socket.socket) -> bytes | None:
    """What waits in a socket; None where the other side hung up or failed, which a thread has to deal with."""
    try:
        return sock.recv(LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None
