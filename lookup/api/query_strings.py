"""Query strings as they arrive: percent-encoded UTF-8, unless somebody cut or mangled them."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import parse_qsl, unquote_to_bytes

import flask
from marshmallow import ValidationError
from werkzeug.datastructures import ImmutableMultiDict, MultiDict


class Request(flask.Request):
    """What is no UTF-8 becomes `�`. Werkzeug would search for `%C4` in letters, and fail where the byte stands unescaped."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters. A page makes the best of them: a link cut in the middle of a letter still finds something."""
        pairs = parse_qsl(self.query_string.decode(errors="replace"), keep_blank_values=True, errors="replace")
        return ImmutableMultiDict(pairs)


def check_encoding() -> None:
    """Refuse a query string that is no UTF-8: a program has a fault that it must learn of. Raises ValidationError."""
    faults = {}
    for pair in flask.request.query_string.split(b"&"):
        try:
            unquote_to_bytes(pair).decode()
        except UnicodeDecodeError:
            faults[unquote_to_bytes(pair.partition(b"=")[0]).decode(errors="replace")[:40]] = ["Phải ở bảng mã UTF-8."]
    if faults:
        raise ValidationError(faults)
