"""Every refresh is counted by what it came to, the ones that came to nothing too."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import (
    CatalogueIndexError,
    RefreshLocked,
    RefreshOutdated,
    RefreshRefused,
    SourceRefused,
    StorageFailed,
    VocabularyRefused,
    count_outcomes,
    noting_outcome,
    read_history,
)
from tests.conftest import ROOT
from tests.test_commands import run


@pytest.mark.parametrize(
    ("error", "outcomes"),
    [
        (SourceRefused("tệp hỏng"), {"refused": 1}),
        (RefreshRefused("chốt chặn"), {"refused": 1}),
        (VocabularyRefused("lỗi từ vựng"), {"refused": 1}),
        (StorageFailed("đĩa đầy"), {"failed": 1}),
        (OSError(28, "No space left on device"), {"failed": 1}),
        (MemoryError(), {"failed": 1}),
        (RefreshLocked("đang chạy"), {}),  # tried again
        (RefreshOutdated("đã thay đổi"), {}),  # compared again
    ],
)
def test_what_is_not_published_is_noted_and_told_on(error: Exception, outcomes: dict[str, int], tmp_path: Path) -> None:
    with pytest.raises(type(error)), noting_outcome(tmp_path):
        raise error
    assert count_outcomes(tmp_path) == outcomes


def test_where_nothing_can_be_written_the_error_is_told_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(CatalogueIndexError), noting_outcome(tmp_path / "no such folder"):
        raise SourceRefused("tệp hỏng")
    assert count_outcomes(tmp_path / "no such folder") == {}


def test_a_refused_file_is_counted_and_one_that_was_only_looked_at_is_not(tmp_path: Path) -> None:
    index_dir, broken = tmp_path / "index", tmp_path / "hỏng.xlsx"
    broken.write_bytes(b"no workbook")
    sample = ROOT / "data/sample"
    assert run("refresh", sample / "danh-sach-tthc.xlsx", "--details", sample / "details.jsonl", index_dir=index_dir).returncode == 0
    assert run("refresh", broken, "--dry-run", index_dir=index_dir).returncode == 2
    assert count_outcomes(index_dir) == {"publish": 1}
    assert run("refresh", broken, index_dir=index_dir).returncode == 2
    assert count_outcomes(index_dir) == {"publish": 1, "refused": 1}
    assert [event.action for event in read_history(index_dir)] == ["publish"]


def test_a_line_that_a_crash_cut_short_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "unpublished.jsonl").write_text('{"outcome":"refused"}\n{"outc', encoding="utf-8")
    assert count_outcomes(tmp_path) == {"refused": 1}
