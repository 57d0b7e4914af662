"""Hostile and broken files are refused with their reason; nothing they ask for is given."""

from __future__ import annotations

import contextlib
import random
import re
import struct
import zipfile
from pathlib import Path

import pytest

from index import SourceRefused
from index.catalogue.lists import limits
from index.catalogue.lists.exports import read_list
from tests.list_files import HEAD, ONE, write_csv, write_ods, write_xls, write_xlsx


def bomb(path: Path, content: str, entry: str = "xl/worksheets/sheet1.xml") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, content)
    return path


def test_lock_files_and_other_kinds_of_files_are_refused_with_their_reason(tmp_path: Path) -> None:
    cases = [
        ("~$list.xlsx", b"x", "tệp khóa tạm"),
        (".~lock.list.ods#", b"x", "tệp khóa tạm"),
        ("list.pdf", b"%PDF-1.7", "tệp PDF"),
        ("list.xls", b"<html><table>", "trang web"),
        ("list.docx", (bomb(tmp_path / "x.zip", "<w/>", "word/document.xml")).read_bytes(), "không mở được như một bảng tính"),
        ("cut.xlsx", write_xlsx(tmp_path / "whole.xlsx", {"DS": [HEAD, ONE]}).read_bytes()[:-200], "không mở được như một bảng tính"),
        ("cut.xls", write_xls(tmp_path / "whole.xls", "DS", [HEAD[1:]]).read_bytes()[:900], "không mở được như một bảng tính"),
    ]
    for name, content, reason in cases:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SourceRefused, match=reason):
            read_list(tmp_path / name)
    with pytest.raises(SourceRefused, match="không đọc được tệp"):
        read_list(tmp_path / "missing.xlsx")


def test_a_file_beyond_a_limit_is_refused_before_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = '<worksheet><sheetData><row r="1"><c r="{}" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    cases = [
        (bomb(tmp_path / "bomb.xlsx", " " * (30 * 2**20)), "bung ra lớn bất thường"),
        (bomb(tmp_path / "deep.xlsx", far.format("A1048576")), "hơn 200.000 dòng"),
        (bomb(tmp_path / "wide.xlsx", far.format("XFD1")), "hơn 200 cột"),
        (bomb(tmp_path / "both.xlsx", far.format("GA150000")), "hơn 5.000.000 ô"),
        (write_ods(tmp_path / "wide.ods", {"DS": [("x",)]}, ' table:number-columns-repeated="16384"'), "hơn 200 cột"),
        (write_csv(tmp_path / "wide.csv", [HEAD, ["x"] * 201]), "hơn 200 cột"),
    ]
    for path, reason in cases:
        with pytest.raises(SourceRefused, match=re.escape(reason)):
            read_list(path)
    monkeypatch.setattr(limits, "MAX_BYTES", 10)
    with pytest.raises(SourceRefused, match="tệp lớn hơn"):
        read_list(write_csv(tmp_path / "large.csv", [HEAD]))


def test_a_declared_size_that_lies_does_not_let_a_bomb_in(tmp_path: Path) -> None:
    path = bomb(tmp_path / "bomb.xlsx", " " * (30 * 2**20))
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 30 * 2**20), struct.pack("<I", 10)))
    with pytest.raises(SourceRefused, match="bung ra lớn bất thường"):
        read_list(path)


def test_a_workbook_that_asks_for_more_memory_than_there_is_ends_its_reader_only(tmp_path: Path) -> None:
    whole = write_xls(tmp_path / "list.xls", "DS", [("x",), ("y",)]).read_bytes()
    cell = struct.pack("<HHHHH", 0x204, 11, 1, 0, 0)
    assert whole.count(cell) == 1
    (tmp_path / "far.xls").write_bytes(whole.replace(cell, struct.pack("<HHHHH", 0x204, 11, 65535, 65535, 0)))
    with pytest.raises(SourceRefused, match="đòi quá nhiều bộ nhớ"):
        read_list(tmp_path / "far.xls")


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
def test_a_broken_file_is_read_or_refused_and_nothing_else(tmp_path: Path, kind: str) -> None:
    rows = [HEAD, *[(str(n), f"1.{n:06}", f"Thủ tục số {n}", "UBND") for n in range(30)]]
    path = tmp_path / f"list.{kind}"
    {"xlsx": lambda: write_xlsx(path, {"DS": rows}), "xls": lambda: write_xls(path, "DS", rows), "ods": lambda: write_ods(path, {"DS": rows})}.get(
        kind, lambda: write_csv(path, rows)
    )()
    whole, chance = path.read_bytes(), random.Random(4)
    for _ in range(20):
        place = chance.randrange(len(whole))
        path.write_bytes(chance.choice((whole[:place], whole[:place] + chance.randbytes(8) + whole[place + 8 :])))
        with contextlib.suppress(SourceRefused):
            assert len(read_list(path).procedures) <= len(rows)
