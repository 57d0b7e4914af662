"""The codes that an unknown one may be a slip of: two digits swapped, one wrong, missing or too many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.storage.analysis import code_terms
from index.storage.snapshot import Snapshot

MOST = 5
_LENGTHS = range(6, 9)  # digits of what may be a slip of a code of seven
_DIGITS = "0123456789"


def find_similar_codes(code: str, snapshot: Snapshot) -> list[dict[str, Any]]:
    """The cards of procedures whose code is one slip away, the likeliest slips first."""
    digits = code_terms(code)[-1]
    if len(digits) not in _LENGTHS or not digits.isdecimal():
        return []
    found: dict[int, None] = {}
    for slip in dict.fromkeys(_list_slips(digits)):
        number = snapshot.postings.find("code", slip)
        if number is not None:
            found.setdefault(int(snapshot.postings.postings(number)[0][0]))
    return [snapshot.cards[document] for document in list(found)[:MOST]]


def _list_slips(digits: str) -> Iterator[str]:
    for place in range(len(digits) - 1):
        yield digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    for place in range(len(digits)):
        yield from (digits[:place] + digit + digits[place + 1 :] for digit in _DIGITS)
        yield digits[:place] + digits[place + 1 :]
        yield from (digits[:place] + digit + digits[place:] for digit in _DIGITS)
    yield from (digits + digit for digit in _DIGITS)
