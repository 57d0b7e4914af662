"""A changed vocabulary goes online without the catalogue being built again, and the version is the one a whole build would have given."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from index import (
    Catalogue,
    Manifest,
    Procedure,
    RefreshLocked,
    RefreshRefused,
    Search,
    SearchEngine,
    VersionStore,
    VersionUnavailable,
    Vocabulary,
    VocabularyRefused,
    load_vocabulary,
    publish_catalogue,
    read_history,
    read_judgements,
    read_published,
    republish,
    roll_back,
)
from index.catalogue.vocabulary import Steer, Synonym
from index.storage.building import build_version, rebuild_version
from tests.conftest import ROOT, VOCABULARY

CATALOGUE = Catalogue((Procedure("1.000001", "Xác nhận tình trạng hôn nhân", levels=("Cấp xã",)), Procedure("1.000002", "Khai tử")))
SPOKEN = Vocabulary(aliases={"1.000001": ("sổ gạo", "giấy độc thân")}, noise=("ạ",), synonyms=(Synonym("sổ đỏ", ("khai tử",), "colloquial"),))
DIFFERENT = {"manifest.json"}  # names its version and the moment of its build
BY_CHANCE = {".toc", ".seg"}  # Whoosh names its files at random


def find(root: Path, text: str) -> list[str]:
    return [hit.card["code"] for hit in SearchEngine(root).search(Search(text)).hits]


def change(vocabulary: Vocabulary) -> Vocabulary:
    """The same vocabulary after a day's work: aliases added, taken away and changed, words added."""
    codes = sorted(vocabulary.aliases)
    aliases = {**vocabulary.aliases, codes[0]: ("một cách gọi mới", *vocabulary.aliases[codes[0]][1:]), "9.999999": ("không thủ tục nào",)}
    del aliases[codes[1]]
    synonyms = (*vocabulary.synonyms[10:], Synonym("chữ lạ hoắc", ("khai sinh",), "colloquial"))
    steers = (*vocabulary.steers, Steer("title", "khai sinh; khai tử", ("giấy lót nôi",)))
    return replace(vocabulary, aliases=aliases, synonyms=synonyms, steers=steers, noise=(*vocabulary.noise, "chữ đệm"))


def contents(folder: Path) -> dict[str, bytes]:
    """What every file of a version holds, by its path; the files that Whoosh names at random by their kind."""
    return {
        path.suffix if path.suffix in BY_CHANCE else str(path.relative_to(folder)): _read(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in DIFFERENT
    }


def _read(path: Path) -> bytes:
    """A workbook says when it was written; its sheet is what counts."""
    return ZipFile(path).read("xl/worksheets/sheet1.xml") if path.suffix == ".xlsx" else path.read_bytes()


def build_both_ways(live: Path, folder: Path, vocabulary: Vocabulary) -> tuple[Path, Path]:
    """A version of the live catalogue with another vocabulary: rebuilt in part, and built as a whole."""
    store = VersionStore(live)
    in_part, as_a_whole = folder / "in-part", folder / "as-a-whole"
    for made in (in_part, as_a_whole):
        made.mkdir()
    rebuild_version(store.folder(store.current().version), vocabulary, in_part)
    build_version(read_published(live), vocabulary, as_a_whole)
    return in_part, as_a_whole


def test_every_file_is_what_a_whole_build_writes(sample_index: Path, tmp_path: Path) -> None:
    in_part, as_a_whole = build_both_ways(sample_index, tmp_path, change(load_vocabulary(VOCABULARY)))
    ours, theirs = contents(in_part), contents(as_a_whole)
    assert ours.keys() == theirs.keys() and len(ours) > 30
    assert [name for name in ours if ours[name] != theirs[name] and not name.startswith(".")] == []


def test_every_array_of_the_whole_catalogue_is_what_a_whole_build_writes(full_index: Path, shared: Path, tmp_path: Path) -> None:
    in_part, as_a_whole = build_both_ways(full_index, tmp_path, change(load_vocabulary(VOCABULARY)))
    ours, theirs = contents(in_part), contents(as_a_whole)
    assert [name for name in theirs if ours.get(name) != theirs[name] and not name.startswith(".")] == []
    assert len(np.load(in_part / "documents.npy")) > 1_000_000
    answers = [_answer(folder, tmp_path, [judged.query for judged in read_judgements(shared / "queries/dev.jsonl")]) for folder in (in_part, as_a_whole)]
    assert answers[0] == answers[1]


def _answer(version: Path, folder: Path, queries: list[str]) -> list[object]:
    root = folder / f"root-{version.name}"
    (root / "versions").mkdir(parents=True)
    shutil.move(version, root / "versions" / version.name)
    engine = SearchEngine(root, version.name)
    return [[(hit.codes, hit.score, hit.highlight) for hit in engine.search(Search(query)).hits] for query in queries]


def test_a_republish_is_a_version_like_any_other(tmp_path: Path) -> None:
    first = publish_catalogue(CATALOGUE, tmp_path)
    engine = SearchEngine(tmp_path)
    assert engine.search(Search("sổ gạo")).total == 0
    second = republish(tmp_path, lambda: SPOKEN, who="an", note="thêm cách gọi")
    assert [hit.card["code"] for hit in engine.search(Search("so gao")).hits] == ["1.000001"], "a running engine has it at once"
    assert [(event.action, event.version, event.who, event.note, event.procedures) for event in read_history(tmp_path)] == [
        ("publish", first.version, "", "", 2),
        ("publish", second.version, "an", "thêm cách gọi", 2),
    ]
    assert SearchEngine(tmp_path).snapshot().manifest.version == second.version
    roll_back(tmp_path)
    assert find(tmp_path, "sổ gạo") == []


def test_versions_share_no_file_so_a_spoiled_one_leaves_the_others_whole(tmp_path: Path) -> None:
    versions = [publish_catalogue(CATALOGUE, tmp_path).version, republish(tmp_path, lambda: SPOKEN).version]
    numbers = [{path.stat().st_ino for path in (tmp_path / "versions" / version).rglob("*")} for version in versions]
    assert not numbers[0] & numbers[1]


def test_a_refresh_after_a_republish_needs_nothing_from_it(tmp_path: Path) -> None:
    for _ in range(4):
        publish_catalogue(CATALOGUE, tmp_path)
        republish(tmp_path, lambda: SPOKEN)
    assert len(VersionStore(tmp_path).versions()) == 3 and find(tmp_path, "sổ gạo") == ["1.000001"]


def forget_analysis(version: Path) -> None:
    replace(Manifest.read(version), analysis=0).write(version)


def lose(name: str) -> Callable[[Path], None]:
    def spoil(version: Path) -> None:
        (version / name).unlink()

    spoil.__name__ = f"lose {name}"
    return spoil


def cut(name: str) -> Callable[[Path], None]:
    def spoil(version: Path) -> None:
        (version / name).write_bytes((version / name).read_bytes()[:40])

    spoil.__name__ = f"cut {name}"
    return spoil


@pytest.mark.parametrize(
    "spoil", [forget_analysis, lose("catalogue/fields.npy"), cut("catalogue/fields.npy"), lose("catalogue/cards.bin"), lose("lexicon.json"), cut("boosts.npy")]
)
def test_a_live_version_of_other_software_or_with_a_lost_file_is_built_as_a_whole(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    live = publish_catalogue(CATALOGUE, tmp_path)
    spoil(tmp_path / "versions" / live.version)
    republish(tmp_path, lambda: SPOKEN)
    assert find(tmp_path, "sổ gạo") == ["1.000001"]
    assert read_published(tmp_path).procedures == CATALOGUE.procedures[::-1], "in document order: by name"


def test_without_records_there_is_nothing_to_republish(tmp_path: Path) -> None:
    with pytest.raises(VersionUnavailable, match="scripts/refresh"):
        republish(tmp_path, lambda: SPOKEN)
    live = publish_catalogue(CATALOGUE, tmp_path)
    (tmp_path / "versions" / live.version / "catalogue/records.bin").unlink()
    with pytest.raises(VersionUnavailable):
        republish(tmp_path, lambda: SPOKEN)
    assert VersionStore(tmp_path).current() == live


def test_a_refused_vocabulary_changes_nothing(tmp_path: Path) -> None:
    live = publish_catalogue(CATALOGUE, tmp_path)
    with pytest.raises(VocabularyRefused, match=r"là đúng tên của thủ tục 1\.000002"):
        republish(tmp_path, lambda: Vocabulary(aliases={"1.000001": ("khai tử",)}))
    assert VersionStore(tmp_path).current() == live and len(VersionStore(tmp_path).versions()) == 1


def test_while_another_refresh_runs_a_republish_is_told_to_wait(tmp_path: Path) -> None:
    publish_catalogue(CATALOGUE, tmp_path)
    with VersionStore(tmp_path).lock(), pytest.raises(RefreshLocked):
        republish(tmp_path, lambda: SPOKEN)


def test_a_republish_passes_the_same_checks_as_a_refresh(tmp_path: Path) -> None:
    live = publish_catalogue(CATALOGUE, tmp_path)
    smoke = [query._replace(grades={"1.000001": 3}) for query in read_judgements(ROOT / "data/judgements/sample.jsonl")[:9]]
    with pytest.raises(RefreshRefused, match="chỉ trả lời được"):
        republish(tmp_path, lambda: SPOKEN, smoke=[query._replace(query="câu hỏi không đâu vào đâu") for query in smoke])
    assert VersionStore(tmp_path).current() == live
