"""Logs as JSON lines that tell what the service did and never who asked what: no query, no address, no message that may repeat either."""

from __future__ import annotations

import logging
import os
import re
import select
import sys
import traceback
from contextlib import suppress
from datetime import datetime, timezone
from random import getrandbits
from types import TracebackType
from typing import Any

from flask import has_request_context, request
from pythonjsonlogger.json import JsonFormatter

from index import AnalysisMismatch, VersionUnavailable

REQUEST_ID = "lookup.request_id"

_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SPEAKING = (AnalysisMismatch, VersionUnavailable)  # their messages tell of the index and hold nothing that a citizen sent
_QUERY_STRING = re.compile(r"\?\S*")
_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-fA-F]{0,4}:[0-9a-fA-F:.]*:[0-9a-fA-F.]*\b")
_INVALID = "Invalid request"  # gunicorn goes on to quote the address and what was sent


def choose_request_id(given: str | None) -> str:
    """The id that the asker or a proxy gave, where it is one; else a new one."""
    return given if given and _GIVEN_ID.fullmatch(given) else f"{getrandbits(64):016x}"  # tells requests apart, keeps no secret; new in every worker


def write_request(request_id: str, method: str, route: str, status: str, seconds: float, version: str) -> None:
    """One line for one request. Every value is ours or checked, so that nothing needs escaping; a logger would take eight times as long."""
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    line = (
        f'{{"time":"{now}","level":"INFO","logger":"lookup.requests","request_id":"{request_id}","method":"{method}",'
        f'"route":"{route}","status":{status},"ms":{1000 * seconds:.2f},"version":"{version}"}}\n'
    )
    with suppress(OSError):  # a full disk: the citizen has an answer all the same
        log = sys.stderr.fileno()
        if _takes_more(log):
            os.write(log, line.encode())


def _takes_more(file: int) -> bool:
    """Whether writing a line would not wait: into a pipe that nobody reads it would for ever, and every thread with it."""
    poll = select.poll()  # of each call: one cannot be asked by two threads
    poll.register(file, select.POLLOUT)
    return bool(poll.poll(0))


class EventFormatter(JsonFormatter):
    """Events of ours, of gunicorn and of libraries. Of an exception it tells the kind and the way, not the message, which may repeat what was asked."""

    def __init__(self) -> None:
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names, json_ensure_ascii=False)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 (logging names it so)
        """ISO 8601 in UTC."""
        return datetime.fromtimestamp(record.created, timezone.utc).isoformat(timespec="milliseconds")

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Frames and kinds of an exception and of those it came from."""
        return "\n".join(_tell(ei[1]))

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Take out what may be somebody's, add which request it was."""
        message = str(log_data.get("message", ""))
        log_data["message"] = _INVALID if message.startswith(_INVALID) else _ADDRESS.sub("…", _QUERY_STRING.sub("?…", message))
        if has_request_context():
            log_data["request_id"] = request.environ.get(REQUEST_ID)
        return log_data


def _tell(error: BaseException) -> list[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = _tell(cause) if cause else []
    return [*lines, *_frames(error.__traceback__), _name(error)]


def _frames(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _name(error: BaseException) -> str:
    kind = type(error).__name__
    if isinstance(error, _SPEAKING):
        return f"{kind}: {error}"
    return f"{kind}: {error.strerror}" if isinstance(error, OSError) else kind


CONFIGURATION = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"event": {"()": "lookup.operations.logs.EventFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "event"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "propagate": True, "handlers": []},
        "gunicorn.access": {"level": "CRITICAL", "propagate": False, "handlers": []},
    },
}
"""How gunicorn's processes log (`logging.config.dictConfig`)."""
