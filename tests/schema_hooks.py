"""What JSON Schema cannot say of our parameters, for schemathesis; `schemathesis.toml` names it for the long run."""

from __future__ import annotations

from typing import Any

import schemathesis

from lookup.api.parameters import DEEPEST, LONGEST_PAGE

PER_PAGE = 10  # unless asked otherwise


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Pages beyond the deepest are refused though each number is allowed by itself; `test_api` holds that."""
    try:
        page, per_page = (int(str((case.query or {}).get(name, default))) for name, default in (("page", 1), ("per_page", PER_PAGE)))
    except ValueError:
        return True
    return page * per_page <= DEEPEST or not (1 <= page <= DEEPEST and 1 <= per_page <= LONGEST_PAGE)
