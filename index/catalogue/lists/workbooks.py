"""Workbooks (xlsx, xlsm, xlsb, xls, ods) -> sheets of texts. Only values are read: no formula is run, no link followed, no macro looked at."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from index.catalogue.lists import workbook_process
from index.catalogue.lists.limits import MAX_CELLS, check_table
from index.errors import SourceRefused

_SECONDS = 180
# -I: nothing of the user's environment; the packages are those of the interpreter that runs us.
_COMMAND = (sys.executable, "-I", str(Path(workbook_process.__file__)), str(MAX_CELLS))


def open_workbook(name: str, content: bytes) -> list[tuple[str, list[list[str]], bool]]:
    """(name, rows, whether merged cells are filled) of every visible sheet, in the order of the workbook."""
    try:
        done = subprocess.run(_COMMAND, input=content, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise SourceRefused(f"{name}: đọc quá {_SECONDS // 60} phút chưa xong, có thể tệp hỏng. Xin chép riêng danh sách sang một tệp mới.") from error
    if done.returncode == workbook_process.LOCKED:
        raise SourceRefused(f"{name}: bảng tính có mật khẩu nên không mở được. Xin bỏ mật khẩu rồi lưu lại.")
    if done.returncode:
        reason = "nội dung hỏng, thiếu hoặc không phải bảng tính" if done.returncode == workbook_process.BROKEN else "tệp hỏng, hoặc đòi quá nhiều bộ nhớ"
        raise SourceRefused(f"{name}: không mở được như một bảng tính ({reason}). Xin tải lại tệp hoặc lưu lại dạng .xlsx.")
    return list(_read_sheets(name, iter(done.stdout.splitlines())))


def _read_sheets(name: str, lines: Iterator[bytes]) -> Iterator[tuple[str, list[list[str]], bool]]:
    for line in lines:
        sheet = json.loads(line)
        check_table(name, sheet["height"], sheet["width"])
        yield sheet["name"], [json.loads(next(lines)) for _ in range(sheet["rows"])], sheet["shows_merges"]
