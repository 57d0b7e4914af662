"""Answers leave as Brotli or gzip where the asker takes it. Levels are those beyond which time grows and bytes hardly shrink."""

from __future__ import annotations

import gzip

import brotli
from flask import Flask, Response
from flask_compress import Compress

SHORTEST = 500  # bytes of a body that is compressed
_BROTLI, _GZIP = {"mode": brotli.MODE_TEXT, "quality": 3}, 4


def compress(body: bytes, encoding: str) -> bytes:
    """A body in `br` or `gzip`, as the extension does it."""
    compressed: bytes = brotli.compress(body, **_BROTLI) if encoding == "br" else gzip.compress(body, _GZIP)
    return compressed


def register(app: Flask) -> None:
    """Compress text of more than half a kilobyte, files of `static` included. Call it first: what is registered first sees an answer last."""
    app.config |= {
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_ALGORITHM_STREAMING": ["br", "gzip"],
        "COMPRESS_MIN_SIZE": SHORTEST,
        "COMPRESS_BR_LEVEL": _BROTLI["quality"],
        "COMPRESS_BR_MODE": _BROTLI["mode"],
        "COMPRESS_LEVEL": _GZIP,
        "COMPRESS_MIMETYPES": ["text/html", "text/css", "text/plain", "text/javascript", "text/csv", "application/json", "application/problem+json",
                               "application/manifest+json", "application/xml", "text/xml", "image/svg+xml", "image/x-icon"],
    }  # fmt: skip
    Compress(app)
    app.after_request(_close_with_answer)


def _close_with_answer(response: Response) -> Response:
    """A file is closed with its answer: Flask-Compress puts its own stream in the place of the file, and forgets the file."""
    if response.is_streamed and (close := getattr(response.response, "close", None)):
        response.call_on_close(close)
    return response
