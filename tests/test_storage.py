"""Versions: built beside the live one, switched at once, kept for a while, never half there."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index import (
    AnalysisMismatch,
    Catalogue,
    Manifest,
    Method,
    Procedure,
    RefreshLocked,
    RefreshRefused,
    Search,
    SearchEngine,
    StorageFailed,
    VersionStore,
    VersionUnavailable,
    publish_catalogue,
    read_catalogue,
    read_history,
    roll_back,
)
from index.search.engine import LOOK_EVERY
from index.storage.analysis import code_terms, exact_pair_terms, exact_terms, folded_pair_terms, folded_terms
from index.storage.snapshot import open_current
from tests.conftest import SAMPLE_DETAILS, SAMPLE_LIST


def make_catalogue(*names: str) -> Catalogue:
    return Catalogue(tuple(Procedure(f"1.{number:06}", name) for number, name in enumerate(names, 1)))


def publish(root: Path, *names: str) -> str:
    return publish_catalogue(make_catalogue(*names), root).version


def find(engine: SearchEngine, text: str) -> list[str]:
    return [hit.card["name"] for hit in engine.search(Search(text)).hits]


@pytest.mark.parametrize(
    ("terms", "text", "expected"),
    [
        (folded_terms, "Đăng ký KẾT hôn", ["dang", "ki", "ket", "hon"]),
        (folded_terms, "a an to in y ở", ["a", "an", "to", "in", "y", "o"]),
        (folded_pair_terms, "Đăng ký kết hôn", ["dang_ki", "ki_ket", "ket_hon"]),
        (folded_pair_terms, "hôn", []),
        (exact_terms, "Bán bạn", ["ban1", "ban5"]),
        (exact_pair_terms, "in an ấn phẩm", ["an_ân1", "ân1_phâm3"]),
        (code_terms, "1.000948.H38", ["1000948h38", "1000948"]),
        (code_terms, "1.0133611", ["10133611"]),
        (code_terms, "1.004850A", ["1004850a", "1004850"]),
        (code_terms, " 1. 004873", ["1004873"]),
    ],
)
def test_analysis_drops_nothing(terms: object, text: str, expected: Sequence[str]) -> None:
    assert callable(terms) and terms(text) == expected


def test_a_running_engine_sees_a_new_version_without_a_restart(tmp_path: Path) -> None:
    publish(tmp_path, "Đăng ký khai sinh")
    engine = SearchEngine(tmp_path)
    assert find(engine, "khai") == ["Đăng ký khai sinh"]
    publish(tmp_path, "Đăng ký khai tử")
    assert find(engine, "khai") == ["Đăng ký khai tử"]


def test_the_versions_before_are_kept_and_older_ones_go(tmp_path: Path) -> None:
    versions = [publish(tmp_path, name) for name in ("Một", "Hai", "Ba", "Bốn")]
    assert VersionStore(tmp_path).versions() == versions[1:]
    assert VersionStore(tmp_path).current().version == versions[3]


def test_a_snapshot_answers_from_its_version_even_after_it_was_removed(tmp_path: Path) -> None:
    publish(tmp_path, "Đăng ký khai sinh")
    snapshot = SearchEngine(tmp_path).snapshot()
    for name in ("Hai", "Ba", "Bốn"):
        publish(tmp_path, name)
    assert snapshot.procedure("1.000001").name == "Đăng ký khai sinh"


def test_a_failed_build_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    live = publish(tmp_path, "Đăng ký khai sinh")

    def fail(done: int) -> None:
        raise OSError("no space left")

    with pytest.raises(StorageFailed, match="no space left"):
        publish_catalogue(make_catalogue("Một", "Hai"), tmp_path, progress=fail)
    assert VersionStore(tmp_path).current().version == live
    assert [path.name for path in (tmp_path / "versions").iterdir()] == [live]


def test_leftovers_of_a_crash_go_with_the_next_publish(tmp_path: Path) -> None:
    publish(tmp_path, "Một")
    (tmp_path / "versions/19990101T000000-dead00").mkdir()
    (tmp_path / "CURRENT.dead").write_text("x")
    versions = {publish(tmp_path, "Hai")}
    assert (tmp_path / "CURRENT.dead").exists() is False
    assert versions <= {path.name for path in (tmp_path / "versions").iterdir()} and not (tmp_path / "versions/19990101T000000-dead00").exists()


def test_a_second_refresh_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    told = r"đang chạy: chị An \(tiến trình \d+\), từ \d\d:\d\d:\d\d ngày \d\d/\d\d/\d{4}\."
    with VersionStore(tmp_path).lock("chị An"), pytest.raises(RefreshLocked, match=told):
        publish(tmp_path, "Một")


def test_an_empty_catalogue_is_never_published(tmp_path: Path) -> None:
    with pytest.raises(RefreshRefused, match="không có thủ tục nào"):
        publish(tmp_path)


def test_an_index_of_another_analysis_is_refused_with_the_remedy(tmp_path: Path) -> None:
    version = publish(tmp_path, "Một")
    folder = tmp_path / "versions" / version
    replace(Manifest.read(folder), analysis=0).write(folder)
    with pytest.raises(AnalysisMismatch, match="scripts/refresh"):
        SearchEngine(tmp_path).snapshot()


def test_a_version_that_is_opened_aside_holds_up_no_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(tmp_path, "Đăng ký khai sinh")
    engine = SearchEngine(tmp_path)
    before = engine.snapshot().current.version
    engine.open_aside()
    may_open = threading.Event()
    monkeypatch.setattr("index.search.engine.open_current", lambda store: may_open.wait(60) and open_current(store))
    after = publish(tmp_path, "Đăng ký khai tử")
    time.sleep(LOOK_EVERY)
    assert {engine.search(Search("khai")).current.version for _ in range(100)} == {before}, "answered while the new one is being opened"
    may_open.set()
    assert not engine.is_degraded(), "who asks how it stands waits for it"
    assert engine.search(Search("khai tử")).current.version == after


def test_a_published_version_that_does_not_open_leaves_the_one_before_serving(tmp_path: Path) -> None:
    publish(tmp_path, "Đăng ký khai sinh")
    engine = SearchEngine(tmp_path)
    engine.snapshot()
    broken = publish(tmp_path, "Đăng ký khai tử")
    (tmp_path / "versions" / broken / "offsets.npy").write_bytes(b"")
    assert find(engine, "khai") == ["Đăng ký khai sinh"]


def test_without_an_index_the_engine_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VersionUnavailable, match="scripts/refresh"):
        SearchEngine(tmp_path).search(Search("khai sinh"))


def test_searches_from_eight_threads_never_fail_nor_mix_while_twenty_versions_are_published(tmp_path: Path) -> None:
    """Every name of version n ends in the number n, so one answer with two numbers would be a mixed answer."""

    sample = read_catalogue([SAMPLE_LIST], [SAMPLE_DETAILS])

    def publish_number(number: int) -> None:
        methods = (Method(channel=f"kênh{number}"),)
        procedures = (replace(procedure, name=f"{procedure.name} bản{number}", methods=methods) for procedure in sample.procedures)
        publish_catalogue(Catalogue(tuple(procedures)), tmp_path)

    publish_number(0)
    engine = SearchEngine(tmp_path)
    faults: list[object] = []
    seen: set[str] = set()

    def ask() -> None:
        for _ in range(125):
            try:
                results = engine.search(Search("dang ky khai sinh"))
                numbers = {hit.card["name"].rpartition("bản")[2] for hit in results.hits} | {value[4:] for value, _ in results.facets["channel"]}
                seen.update(numbers)
                if len(numbers) != 1 or not results.hits:
                    faults.append(numbers)
            except Exception as error:
                faults.append(error)
            threading.Event().wait(0.05)

    askers = [threading.Thread(target=ask) for _ in range(8)]
    for asker in askers:
        asker.start()
    for number in range(1, 21):
        publish_number(number)
    for asker in askers:
        asker.join()
    assert faults == []
    assert len(seen) > 1
    assert find(engine, "khai sinh")[0].endswith("bản20")


def test_the_sample_lists_what_a_new_user_needs() -> None:
    catalogue = read_catalogue([SAMPLE_LIST], [SAMPLE_DETAILS])
    assert len(catalogue.procedures) >= 200 and catalogue.problems == ()
    told = [procedure for procedure in catalogue.procedures if procedure.documents and procedure.steps and procedure.methods]
    assert len(told) >= 80


def test_roll_back_goes_the_way_that_versions_came(tmp_path: Path) -> None:
    """After going back from a bad version and publishing another, the next way back is the good one, not the bad."""
    good, _, bad = (publish(tmp_path, name) for name in ("Một", "Hai", "Ba"))
    roll_back(tmp_path, good)
    publish(tmp_path, "Bốn")
    assert VersionStore(tmp_path).versions()[0] == good, "what was live counts more than what is new"
    assert [earlier.version for earlier in VersionStore(tmp_path).earlier()] == [good, bad]
    assert roll_back(tmp_path).version == good


def test_a_version_that_was_never_published_is_none(tmp_path: Path) -> None:
    """A refresh killed between its check and the switch leaves a finished version behind; the next start removes it."""
    live = publish(tmp_path, "Một")
    shutil.copytree(tmp_path / "versions" / live, tmp_path / "versions/29990101T000000-000000")
    assert VersionStore(tmp_path).versions() == [live]
    with pytest.raises(VersionUnavailable, match="Không có phiên bản 2999"):
        roll_back(tmp_path, "29990101T000000-000000")
    VersionStore(tmp_path).clean_up()
    assert [path.name for path in (tmp_path / "versions").iterdir()] == [live]


def test_nothing_is_cleaned_up_while_a_refresh_is_under_way(tmp_path: Path) -> None:
    publish(tmp_path, "Một")
    with VersionStore(tmp_path).lock(), VersionStore(tmp_path).new_version() as folder:
        VersionStore(tmp_path).clean_up()
        assert folder.is_dir()


def test_a_switch_that_was_not_written_down_is_written_at_the_next_start(tmp_path: Path) -> None:
    publish(tmp_path, "Một")
    publish_catalogue(make_catalogue("Hai"), tmp_path, who="chị An", note="thử")
    events = read_history(tmp_path)
    history = tmp_path / "history.jsonl"
    history.write_text(history.read_text().splitlines()[0] + '\n{"action": "pub')
    VersionStore(tmp_path).clean_up()
    assert read_history(tmp_path) == events


def test_a_broken_current_file_is_told_and_rolled_back_over(tmp_path: Path) -> None:
    live = publish(tmp_path, "Một")
    (tmp_path / "CURRENT").write_bytes(b"\xff\xfe")
    with pytest.raises(VersionUnavailable, match=r"Không đọc được tệp .*CURRENT"):
        VersionStore(tmp_path).current()
    assert roll_back(tmp_path).version == live
