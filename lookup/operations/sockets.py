"""What waits in a socket, on its way in or out, without taking it."""

from __future__ import annotations

import fcntl
import re
import socket
import struct
import termios

LONGEST_HEAD = 64 * 1024  # bytes
LONGEST_FORM = 16 * 1024  # bytes of a body that is awaited whole; only staff who are signed in send more
_LENGTHS = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n)", re.IGNORECASE)


def peek(sock: socket.socket) -> bytes | None:
    """What waits in a socket; None where the other side hung up or failed, which a thread has to deal with."""
    try:
        return sock.recv(LONGEST_HEAD, socket.MSG_PEEK | socket.MSG_DONTWAIT) or None
    except BlockingIOError:
        return b""
    except OSError:
        return None


def is_whole(arrived: bytes) -> bool:
    """Whether a request has arrived: its head, and its body unless that is long."""
    head, end, body = arrived.partition(b"\r\n\r\n")
    lengths = _LENGTHS.findall(head + b"\r\n")
    return bool(end) and not (len(lengths) == 1 and len(body) < int(lengths[0]) <= LONGEST_FORM)  # two lengths are refused without reading on


def count_unsent(sock: socket.socket) -> int:
    """Bytes that the kernel holds for the other side."""
    try:
        return int(struct.unpack("i", fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])
    except (OSError, ValueError):
        return 0
