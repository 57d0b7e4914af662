"""Which syllables of a name a query matched, as safe HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from index.text.folding import word_spans

_SPECIAL = re.compile("[&<>\"']")


def highlight(name: str, folded: Iterable[str], marks: frozenset[str]) -> str:
    """The name, HTML-escaped, with ``<mark>`` around each run of matching syllables; `folded` are the keys of its words."""
    runs: list[tuple[int, int]] = []
    last = 0  # end of the last word, matching or not
    for (start, stop), key in zip(word_spans(name), folded, strict=True):
        if key in marks:
            if runs and runs[-1][1] == last and name[last:start].isspace():
                runs[-1] = (runs[-1][0], stop)
            else:
                runs.append((start, stop))
        last = stop
    clean = escape if _SPECIAL.search(name) else str
    pieces = []
    end = 0
    for start, stop in runs:
        pieces += [clean(name[end:start]), "<mark>", clean(name[start:stop]), "</mark>"]
        end = stop
    return "".join([*pieces, clean(name[end:])])
