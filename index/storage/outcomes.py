"""What refreshes came to. Those that were published stand in the history; those that were not are noted beside it, a JSON line each."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path

from index.errors import CatalogueIndexError, RefreshLocked, RefreshOutdated, StorageFailed
from index.storage.history import read_history

_FILE = "unpublished.jsonl"
REFUSED, FAILED = "refused", "failed"


@contextmanager
def noting_outcome(root: Path) -> Iterator[None]:
    """Note a refresh that is refused, by its files, guards or checks, or that fails, as the machine does; the error goes on to who must know of it."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, (RefreshOutdated, RefreshLocked)):  # those will be compared or tried again
            is_refusal = isinstance(error, CatalogueIndexError) and not isinstance(error, StorageFailed)
            _note(root, REFUSED if is_refusal else FAILED)
        raise


def _note(root: Path, outcome: str) -> None:
    with suppress(OSError), (root / _FILE).open("a", encoding="utf-8") as file:  # where nothing can be written, that is what failed
        file.write(json.dumps({"outcome": outcome, "at": datetime.now(timezone.utc).isoformat(timespec="seconds")}) + "\n")


def count_outcomes(root: Path) -> dict[str, int]:
    """How many refreshes came to what: `publish`, `rollback`, `refused`, `failed`."""
    outcomes = Counter(event.action for event in read_history(root))
    path = root / _FILE
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        with suppress(ValueError, TypeError, KeyError):  # cut short by a crash
            outcomes[json.loads(line)["outcome"]] += 1
    return dict(outcomes)
