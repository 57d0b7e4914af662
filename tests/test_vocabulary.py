"""Vocabulary is data that staff edit: every fault is told with file, line, reason and remedy, and a republish takes effect."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index import Procedure, Search, SearchEngine, VocabularyRefused, find_unused_terms, load_vocabulary, publish_catalogue, read_published
from index.catalogue.procedure import Catalogue
from index.catalogue.vocabulary import Synonym, Vocabulary
from index.catalogue.vocabulary_rows import HEADERS
from tests.conftest import VOCABULARY


def write(folder: Path, name: str, *rows: str) -> Path:
    (folder / name).write_text("\n".join([",".join(HEADERS[name]), *rows]) + "\n", encoding="utf-8")
    return folder


def test_every_file_is_read(tmp_path: Path) -> None:
    write(tmp_path, "synonyms.csv", "GPLX,giấy phép lái xe,abbreviation,two-way,,,", "sang tên,chuyển nhượng; đăng ký biến động,colloquial,one-way,,,")
    write(tmp_path, "aliases.csv", "1.004873,Xác nhận tình trạng hôn nhân,giấy độc thân; chưa có vợ")
    write(tmp_path, "noise.csv", "dạ cho em hỏi")
    write(tmp_path, "asks.csv", "fee,bao nhiêu tiền; tốn bao nhiêu")
    write(tmp_path, "signposts.csv", "xin ly hôn,Việc ly hôn do Tòa án giải quyết.,Tòa án,,")
    vocabulary = load_vocabulary(tmp_path)
    assert vocabulary.synonyms == (
        Synonym("GPLX", ("giấy phép lái xe",), "abbreviation"),
        Synonym("giấy phép lái xe", ("GPLX",), "official"),
        Synonym("sang tên", ("chuyển nhượng", "đăng ký biến động"), "colloquial"),
    )
    assert vocabulary.aliases == {"1.004873": ("giấy độc thân", "chưa có vợ")}
    assert vocabulary.noise == ("dạ cho em hỏi",)
    assert vocabulary.asks[0].attribute == "fee" and len(vocabulary.asks[0].patterns) == 2
    assert vocabulary.signposts[0].responsible == "Tòa án" and vocabulary.signposts[0].phone is None


def test_a_folder_without_files_is_an_empty_vocabulary(tmp_path: Path) -> None:
    assert load_vocabulary(tmp_path) == Vocabulary()


@pytest.mark.parametrize(("today", "known"), [(date(2025, 6, 30), False), (date(2025, 7, 1), True), (date(2026, 1, 1), True), (date(2026, 1, 2), False)])
def test_a_synonym_holds_from_its_first_to_its_last_day(tmp_path: Path, today: date, known: bool) -> None:
    write(tmp_path, "synonyms.csv", "Bình Định,tỉnh Gia Lai,renamed,one-way,2025-07-01,2026-01-01,")
    assert bool(load_vocabulary(tmp_path, today=today).synonyms) is known


@pytest.mark.parametrize(
    ("name", "rows", "fault"),
    [
        ("synonyms.csv", ["a b,x,abbreviation,one-way,,,", "A  B,y,abbreviation,one-way,,,"], "synonyms.csv, dòng 3: “a b” đã có ở dòng 2. Xin bỏ một dòng"),
        ("synonyms.csv", [",x,abbreviation,one-way,,,"], "dòng 2: ô “term” để trống"),
        ("synonyms.csv", ["a,x,slang,one-way,,,"], "dòng 2: loại “slang” không có. Xin chọn: abbreviation"),
        ("synonyms.csv", ["a,x,dialect,both,,,"], "dòng 2: chiều “both” không có"),
        ("synonyms.csv", ["hoà,hòa,dialect,one-way,,,"], "dòng 2: “hòa” chỉ về chính nó"),
        ("synonyms.csv", ["a,b,dialect,one-way,,,", "b,a,dialect,one-way,,,"], "chỉ vòng về nhau. Xin bỏ một dòng"),
        ("synonyms.csv", ["a,b,dialect,one-way,1/7/2025,,"], "ngày “1/7/2025” không đúng"),
        ("synonyms.csv", ["a,b"], "dòng 2: có 2 ô, cần 7"),
        ("steers.csv", ["name,gia hạn,hết hạn"], "dòng 2: nhóm “name” không có. Xin chọn: field, level, agency, applicant, channel, title"),
        ("steers.csv", ["title,gia hạn,hết hạn", "level,Cấp xã,ở xã; Hết hạn"], "dòng 3: “Hết hạn” đã có ở dòng 2. Xin chỉ giữ ở một dòng"),
        ("aliases.csv", ["x,Y,giấy độc thân"], "mã “x” không đúng dạng"),
        ("aliases.csv", ["1.004873,Y,"], "ô “aliases” để trống"),
        ("aliases.csv", ["1.004873,Y,một; hai", "1.004873,Y,ba"], "“1.004873” đã có ở dòng 2"),
        ("aliases.csv", ["1.004873,Y,một; Một"], "“một” ghi hai lần"),
        ("synonyms.csv", ["a,b,dialect,one-way,2026-01-01,2025-01-01,"], "ngày đầu sau ngày cuối"),
        ("signposts.csv", ["ly hôn; ly dị,Ra tòa,Tòa án,,", "ly dị,Ra xã,Xã,,"], "dòng 3: “ly dị” đã có ở dòng 2"),
        ("asks.csv", ["fee,bao nhiêu", "time,bao nhiêu"], "dòng 3: “bao nhiêu” đã có ở dòng 2"),
        ("asks.csv", ["price,bao nhiêu"], "điều hỏi “price” không có"),
        ("signposts.csv", ["ly hôn,Ra tòa,Tòa án,,http://x"], "không bắt đầu bằng https://"),
    ],
)
def test_a_fault_is_told_with_its_line_reason_and_remedy(tmp_path: Path, name: str, rows: list[str], fault: str) -> None:
    with pytest.raises(VocabularyRefused) as refused:
        load_vocabulary(write(tmp_path, name, *rows))
    assert fault in str(refused.value)


def test_a_wrong_header_is_told_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "noise.csv").write_text("từ\nạ\n", encoding="utf-8")
    with pytest.raises(VocabularyRefused, match="Dòng đầu phải là: phrase"):
        load_vocabulary(tmp_path)


def test_an_alias_that_is_another_procedures_title_is_refused(tmp_path: Path) -> None:
    catalogue = Catalogue((Procedure("1.000001", "Thủ tục đăng ký khai tử"), Procedure("1.000002", "Xóa đăng ký")))
    with pytest.raises(VocabularyRefused, match=r"mã 1\.000002: “Đăng ký khai tử” là đúng tên của thủ tục 1\.000001"):
        publish_catalogue(catalogue, tmp_path, Vocabulary(aliases={"1.000002": ("Đăng ký khai tử",)}))


def test_new_words_take_effect_by_a_republish_without_the_lists(tmp_path: Path) -> None:
    publish_catalogue(Catalogue((Procedure("1.000001", "Xác nhận tình trạng hôn nhân"), Procedure("1.000002", "Khai tử"))), tmp_path)
    engine = SearchEngine(tmp_path)
    assert engine.search(Search("sổ gạo")).total == 0
    publish_catalogue(read_published(tmp_path), tmp_path, Vocabulary(aliases={"1.000001": ("sổ gạo",)}))
    assert [hit.card["code"] for hit in engine.search(Search("so gao")).hits] == ["1.000001"]


def test_synonyms_without_a_target_are_named() -> None:
    vocabulary = Vocabulary(synonyms=(Synonym("bằng lái", ("giấy phép lái xe", "giấy phép bay"), "colloquial"),))
    assert find_unused_terms(vocabulary, [Procedure("1.1", "Đổi Giấy phép lái xe")]) == [("bằng lái", "giấy phép bay")]


def test_our_own_vocabulary_is_sound_and_broad() -> None:
    vocabulary = load_vocabulary(VOCABULARY)
    assert len(vocabulary.synonyms) >= 700
    assert len(vocabulary.aliases) >= 2_500
    assert all(len(phrases) >= 2 for phrases in vocabulary.aliases.values())
    assert sum(len(phrases) >= 4 for phrases in vocabulary.aliases.values()) >= 0.95 * len(vocabulary.aliases)
    assert len(vocabulary.signposts) >= 40
    assert all(len(phrase.split()) <= 14 for phrases in vocabulary.aliases.values() for phrase in phrases)
