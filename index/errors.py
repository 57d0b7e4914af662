"""One family of errors. Their text is Vietnamese, for people; no HTTP status lives here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

_SHOWN = 40  # characters of what was given for a code; whole ones have eight


class CatalogueIndexError(Exception):
    """Anything the index can refuse. `str(error)` is a Vietnamese sentence that names the remedy."""


class SourceRefused(CatalogueIndexError):
    """A file that cannot be a list of procedures or their details. Nothing was changed."""


class RefreshRefused(CatalogueIndexError):
    """A refresh that must not be published. Nothing was changed."""


class RefreshOutdated(RefreshRefused):
    """Another version went live since the proposal was compared."""


class RefreshLocked(RefreshRefused):
    """Another refresh is under way."""


class StorageFailed(CatalogueIndexError):
    """The machine refused: a full disk, a folder that cannot be written, no memory. The live version is as it was."""


class VocabularyRefused(CatalogueIndexError):
    """A vocabulary with faults; every fault stands in the text with its file and line, and in `faults` where they were found row by row."""

    def __init__(self, text: str, faults: Sequence[Any] = ()) -> None:
        super().__init__(text)
        self.faults = tuple(faults)


class VersionUnavailable(CatalogueIndexError):
    """No version is published, or the published one cannot be opened."""


class AnalysisMismatch(VersionUnavailable):
    """The version was built by another analysis than the one that would search it."""


class UnknownProcedure(CatalogueIndexError):
    """No procedure has this code in the open version."""

    def __init__(self, code: str) -> None:
        shown = code if len(code) <= _SHOWN else f"{code[:_SHOWN]}…"
        super().__init__(f"Không có thủ tục nào mang mã “{shown}”. Xin kiểm tra lại mã hoặc tìm theo tên.")
        self.code = code
