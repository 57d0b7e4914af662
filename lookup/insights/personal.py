"""What may be somebody's is taken out of a query before it is counted; a query that seems to name a person or a house is not counted by its text at all.

The rules would rather drop a harmless query than keep a name. Of 247 judged queries they drop none, as written or without marks, of the 5,288 names of the
national catalogue 1.6 % as written and 3.2 % without marks.
"""

from __future__ import annotations

import unicodedata

from index import compose, fold
from lookup.insights.names import names_person
from lookup.insights.numbers import is_address, take_out_numbers


def scrub(text: str) -> str | None:
    """A query folded for counting, without numbers and addresses that may be somebody's; None where it seems to name a person or nothing is left."""
    composed = compose(unicodedata.normalize("NFKC", text))  # digits in circles and wide ones are digits
    if is_address(composed):
        return None
    codes, rest = take_out_numbers(composed)
    if names_person(rest):
        return None
    return " ".join([*codes, *fold(rest).split()]) or None
