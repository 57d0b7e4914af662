"""Staff change the vocabulary entry by entry: kept apart from what is shipped, checked with it, never half written, part of every refresh."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index import (
    Catalogue,
    Edit,
    Procedure,
    Search,
    SearchEngine,
    VersionStore,
    Vocabulary,
    VocabularyRefused,
    digest_edits,
    find_idle_edits,
    find_idle_pins,
    find_idle_steers,
    load_vocabulary,
    preview,
    publish_catalogue,
    read_entries,
    republish,
    save_edit,
    undo_edit,
)
from index.catalogue.vocabulary import Pin, Steer, Synonym
from index.catalogue.vocabulary_rows import HEADERS
from tests.conftest import VOCABULARY
from tests.test_commands import run

CATALOGUE = Catalogue((Procedure("1.000001", "Xác nhận tình trạng hôn nhân", levels=("Cấp xã",)), Procedure("1.000002", "Khai tử")))


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A small shipped vocabulary."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    rows = {
        "synonyms.csv": ["GPLX,giấy phép lái xe,abbreviation,one-way,,,", "bằng lái,giấy phép lái xe,colloquial,one-way,,,"],
        "aliases.csv": ["1.000001,Xác nhận,giấy độc thân; chưa có vợ", "1.000002,Khai tử,báo tử"],
        "signposts.csv": ["xin ly hôn; = ly hôn,Việc ly hôn do Tòa án giải quyết.,Tòa án,,"],
    }
    for name, lines in rows.items():
        (folder / name).write_text("\n".join([",".join(HEADERS[name]), *lines]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder for edits that nobody made yet."""
    return tmp_path / "state/vocabulary"


def synonym(term: str, official: str) -> dict[str, str]:
    return {"term": term, "official": official, "kind": "colloquial", "direction": "one-way"}


ALIAS = Edit("aliases.csv", put_in={"code": "1.000001", "procedure": "Xác nhận", "aliases": "sổ gạo; giấy chưa vợ"})
SIGNPOST = {"patterns": "mua vé số", "text": "Vé số do công ty xổ số bán.", "responsible": "Công ty xổ số"}


def test_an_own_entry_of_every_kind_joins_what_is_shipped(shipped: Path, own: Path) -> None:
    before = load_vocabulary(shipped)
    for edit in (
        Edit("synonyms.csv", put_in=synonym("xế hộp", "ô tô; xe ô tô")),
        ALIAS,
        Edit("signposts.csv", put_in=SIGNPOST),
        Edit("pins.csv", put_in={"query": "giấy độc thân", "codes": "1.000001; 1.000002"}),
    ):
        save_edit(shipped, own, edit)
    after = load_vocabulary(shipped, own)
    assert after.synonyms == (*before.synonyms, Synonym("xế hộp", ("ô tô", "xe ô tô"), "colloquial"))
    assert after.aliases == {"1.000001": ("giấy độc thân", "chưa có vợ", "sổ gạo", "giấy chưa vợ"), "1.000002": ("báo tử",)}
    assert [signpost.responsible for signpost in after.signposts] == ["Tòa án", "Công ty xổ số"]
    assert after.pins == (Pin("giấy độc thân", ("1.000001", "1.000002")),)
    assert load_vocabulary(shipped) == before, "what is shipped stays as it is"


@pytest.mark.parametrize(
    ("file", "key", "left"),
    [
        ("synonyms.csv", "gplx", lambda words: [synonym.term for synonym in words.synonyms] == ["bằng lái"]),
        ("aliases.csv", "1.000001 chưa có vợ", lambda words: words.aliases["1.000001"] == ("giấy độc thân",)),
        ("aliases.csv", "1.000002 báo tử", lambda words: "1.000002" not in words.aliases),
        ("signposts.csv", "xin ly hôn", lambda words: words.signposts == ()),
    ],
)
def test_a_shipped_entry_is_switched_off_and_on_again(shipped: Path, own: Path, file: str, key: str, left: object) -> None:
    assert callable(left)
    save_edit(shipped, own, Edit(file, take_out=key))
    assert left(load_vocabulary(shipped, own))
    assert {entry.origin for entry in read_entries(shipped, own, file) if entry.key == key} == {"off"}
    save_edit(shipped, own, Edit(file, switch_on=key))
    assert load_vocabulary(shipped, own).aliases == load_vocabulary(shipped).aliases
    assert {entry.origin for entry in read_entries(shipped, own, file)} == {"shipped"}


def test_an_own_entry_is_changed_and_removed_and_a_shipped_one_is_changed_by_an_own_one_in_its_place(shipped: Path, own: Path) -> None:
    save_edit(shipped, own, ALIAS)
    save_edit(shipped, own, Edit("aliases.csv", "1.000001 sổ gạo", {**(ALIAS.put_in or {}), "aliases": "sổ hộ"}))
    assert load_vocabulary(shipped, own).aliases["1.000001"] == ("giấy độc thân", "chưa có vợ", "giấy chưa vợ", "sổ hộ")
    save_edit(shipped, own, Edit("aliases.csv", "1.000001 giấy chưa vợ"))
    save_edit(shipped, own, Edit("aliases.csv", "1.000001 sổ hộ"))
    assert load_vocabulary(shipped, own).aliases == load_vocabulary(shipped).aliases
    save_edit(shipped, own, Edit("synonyms.csv", "gplx", synonym("GPLX", "bằng lái xe")))
    assert load_vocabulary(shipped, own).synonyms[-1] == Synonym("GPLX", ("bằng lái xe",), "colloquial")


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (Edit("synonyms.csv", put_in=synonym("gplx", "bằng")), "synonyms.csv của đơn vị, dòng 2: “gplx” đã có ở synonyms.csv, dòng 2"),
        (Edit("synonyms.csv", put_in=synonym("giấy phép lái xe", "GPLX")), "chỉ vòng về nhau"),
        (Edit("synonyms.csv", put_in=synonym("a", "")), "ô “official” để trống"),
        (Edit("aliases.csv", put_in={"code": "1.000001", "aliases": "Giấy độc thân"}), "“giấy độc thân” ghi hai lần, đã có ở aliases.csv, dòng 2"),
        (Edit("aliases.csv", put_in={"code": "x", "aliases": "a"}), "mã “x” không đúng dạng"),
        (Edit("signposts.csv", put_in={**SIGNPOST, "patterns": "xin ly hôn"}), "“xin ly hôn” đã có ở signposts.csv, dòng 2"),
        (Edit("pins.csv", put_in={"query": "!!", "codes": "1.000001"}), "ô “query” để trống"),
        (Edit("pins.csv", put_in={"query": "a", "codes": "1.000001; 1.000001"}), "có mã ghi hai lần"),
        (Edit("pins.csv", put_in={"query": "a", "codes": "; ".join(f"1.00000{n}" for n in range(6))}), "ghim 6 mã"),
        (Edit("pins.csv", put_in={"query": "GIAY DOC THAN", "codes": "1.000002"}), "“giay doc than” đã có ở dòng 2"),
        (Edit("synonyms.csv", take_out="không có"), "“không có” không còn trong từ vựng"),
        (Edit("synonyms.csv", switch_on="gplx"), "“gplx” không còn trong từ vựng"),
    ],
)
def test_an_edit_with_a_fault_is_refused_and_changes_nothing(shipped: Path, own: Path, edit: Edit, fault: str) -> None:
    save_edit(shipped, own, Edit("pins.csv", put_in={"query": "giấy độc thân", "codes": "1.000001"}))
    kept = {path.name: path.read_bytes() for path in own.iterdir()}
    with pytest.raises(VocabularyRefused) as refused:
        save_edit(shipped, own, edit)
    assert fault in str(refused.value)
    assert {path.name: path.read_bytes() for path in own.iterdir()} == kept


def test_an_edit_is_taken_back_unless_somebody_has_edited_since(shipped: Path, own: Path) -> None:
    before = load_vocabulary(shipped, own)
    saved = save_edit(shipped, own, Edit("synonyms.csv", "gplx", synonym("GPLX", "bằng lái xe")))
    assert undo_edit(own, saved) and load_vocabulary(shipped, own) == before
    saved = save_edit(shipped, own, ALIAS)
    save_edit(shipped, own, Edit("synonyms.csv", take_out="gplx"))
    assert not undo_edit(own, saved) and "sổ gạo" in load_vocabulary(shipped, own).aliases["1.000001"]


def test_a_shipped_row_that_comes_to_stand_beside_an_own_one_is_told(shipped: Path, own: Path) -> None:
    save_edit(shipped, own, Edit("synonyms.csv", put_in=synonym("xế hộp", "ô tô")))
    with (shipped / "synonyms.csv").open("a", encoding="utf-8") as file:
        file.write("Xế hộp,xe hơi,colloquial,one-way,,,\n")
    with pytest.raises(VocabularyRefused, match=r"synonyms\.csv của đơn vị, dòng 2: “xế hộp” đã có ở synonyms\.csv, dòng 4"):
        load_vocabulary(shipped, own)


def test_what_people_type_cannot_break_the_file(shipped: Path, own: Path) -> None:
    terms = ['có "ngoặc", phẩy', "hai\ndòng", "=1+1 nháy '", "dấu\u2028lạ\x1c"]
    for term in terms:
        save_edit(shipped, own, Edit("synonyms.csv", put_in=synonym(term, "giấy phép; lái xe")))
    kept = [entry.cells["term"] for entry in read_entries(shipped, own, "synonyms.csv") if entry.origin == "own"]
    assert kept == ['có "ngoặc", phẩy', "hai dòng", "=1+1 nháy '", "dấu lạ"]


def test_of_many_editors_at_once_none_loses_a_word(shipped: Path, own: Path) -> None:
    edits = [Edit("synonyms.csv", put_in=synonym(f"chữ {number}", "giấy phép")) for number in range(12)]
    editors = [threading.Thread(target=save_edit, args=(shipped, own, edit)) for edit in edits]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    assert {entry.cells["term"] for entry in read_entries(shipped, own, "synonyms.csv") if entry.origin == "own"} == {f"chữ {n}" for n in range(12)}
    assert {path.name for path in own.iterdir()} == {"synonyms.csv", "LOCK"}, "no draft is left"


def test_the_live_version_knows_which_edits_it_holds(shipped: Path, own: Path, tmp_path: Path) -> None:
    root = tmp_path / "index"
    publish_catalogue(CATALOGUE, root, load_vocabulary(shipped, own))
    assert SearchEngine(root).snapshot().vocabulary.edits == digest_edits(own) == ""
    save_edit(shipped, own, ALIAS)
    assert SearchEngine(root).snapshot().vocabulary.edits != digest_edits(own)
    republish(root, lambda: load_vocabulary(shipped, own))
    assert SearchEngine(root).snapshot().vocabulary.edits == digest_edits(own) != ""


def test_edits_are_part_of_every_refresh_and_republish_of_the_command_line(tmp_path: Path) -> None:
    state, listed = tmp_path / "state", tmp_path / "list.csv"
    listed.write_text("Mã số,Tên\n1.000001,Xác nhận tình trạng hôn nhân\n1.000002,Khai tử\n", encoding="utf-8")
    save_edit(VOCABULARY, state / "vocabulary", Edit("aliases.csv", put_in={"code": "1.000001", "aliases": "sổ gạo"}))
    for arguments in ([listed], ["--republish"], [listed]):
        done = run("refresh", *arguments, "--state-dir", state, index_dir=tmp_path / "index")
        assert done.returncode == 0, done.stderr
        hits = SearchEngine(tmp_path / "index").search(Search("so gao")).hits
        assert hits[0].card["code"] == "1.000001"
    assert not (tmp_path / "index/vocabulary").exists() and (state / "vocabulary/aliases.csv").exists()


def test_a_preview_shows_before_and_after_and_leaves_nothing(shipped: Path, own: Path, tmp_path: Path) -> None:
    root, work = tmp_path / "index", tmp_path / "work"
    publish_catalogue(CATALOGUE, root, load_vocabulary(shipped))
    live = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    vocabulary = load_vocabulary(shipped, own, [Edit("aliases.csv", put_in={"code": "1.000001", "aliases": "kẹo lạc"})])
    with VersionStore(root).lock():  # a refresh under way does not keep anybody from looking
        seen = {name: value for name, value in live.items() if name.name != "LOCK"}
        (shown,) = preview(root, vocabulary, ["keo lac"], work)
    assert (shown.query, shown.before.total, [hit.card["code"] for hit in shown.after.hits]) == ("keo lac", 0, ["1.000001"])
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name != "LOCK"} == seen
    assert list(work.iterdir()) == [] and not own.exists()


def test_a_preview_is_refused_what_a_publish_would_be(tmp_path: Path) -> None:
    publish_catalogue(CATALOGUE, tmp_path / "index")
    with pytest.raises(VocabularyRefused, match="là đúng tên"):
        preview(tmp_path / "index", Vocabulary(aliases={"1.000001": ("khai tử",)}), ["khai tử"], tmp_path / "work")


def test_what_has_no_effect_is_told(shipped: Path, own: Path) -> None:
    steers = (Steer("level", "Cấp xã", ()), Steer("level", "Cấp xóm", ()), Steer("title", "thu hồi; khai tử", ()), Steer("title", "bay lên", ()))
    vocabulary = Vocabulary(steers=steers, pins=(Pin("a", ("1.000001", "1.999999")),))
    assert find_idle_steers(vocabulary, CATALOGUE.procedures) == [
        "steers.csv: không thủ tục nào có level “Cấp xóm”, nên dòng này không có tác dụng.",
        "steers.csv: không thủ tục nào có title “bay lên”, nên dòng này không có tác dụng.",
    ]
    assert find_idle_pins(vocabulary, CATALOGUE.procedures) == ["pins.csv: câu “a” ghim mã 1.999999, mã này không có trong danh mục đang công bố."]
    save_edit(shipped, own, Edit("synonyms.csv", take_out="gplx"))
    assert find_idle_edits(shipped, own) == []
    (shipped / "synonyms.csv").unlink()
    assert find_idle_edits(shipped, own) == ["off.csv của đơn vị: synonyms.csv không còn dòng “gplx”, nên không cần tắt nữa."]
