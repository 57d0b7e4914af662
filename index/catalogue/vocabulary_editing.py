"""Changing the vocabulary entry by entry: every change is checked with all the rest before it is kept, and is kept whole or not at all."""

from __future__ import annotations

import csv
import fcntl
import io
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from index.catalogue.tables import Row, read_rows
from index.catalogue.vocabulary_merging import (
    EDIT_HEADERS,
    EDITED,
    OFF,
    Cells,
    Edits,
    Entry,
    entry_key,
    join_entries,
    list_entries,
    merge_rows,
    read_edits,
    split_entries,
)
from index.catalogue.vocabulary_rows import HEADERS, find_faults
from index.errors import VocabularyRefused
from index.text.folding import compose

_LOCK = "LOCK"


class Edit(NamedTuple):
    """One change of one file: `take_out` the entry of this key (an own one is removed, a shipped one switched off), `put_in` the entries of a row,
    `switch_on` the shipped entry of this key. Empty parts do nothing; taking out and putting in together change an entry.
    """

    file: str
    take_out: str = ""
    put_in: Cells | None = None
    switch_on: str = ""


def apply_edit(shipped: dict[str, list[Row]], edits: Edits, edit: Edit) -> Edits:
    """The edits with one more. Raises VocabularyRefused where the entry to take out or to switch on is not there."""
    own, off = list(edits.own[edit.file]), list(edits.off)
    known = [(entry.origin, entry.key) for entry in list_entries(shipped, edits, edit.file) if entry.key in (edit.take_out, edit.switch_on)]
    if edit.take_out:
        if ("own", edit.take_out) in known:
            own = [cells for cells in own if entry_key(edit.file, cells) != edit.take_out]
        elif ("shipped", edit.take_out) in known:
            off.append((edit.file, edit.take_out))
        else:
            raise _gone(edit.take_out)
    if edit.switch_on:
        if (edit.file, edit.switch_on) not in off:
            raise _gone(edit.switch_on)
        off.remove((edit.file, edit.switch_on))
    if edit.put_in is not None:
        cells = {column: compose(edit.put_in.get(column, "")) for column in HEADERS[edit.file]}
        own += split_entries(edit.file, cells)
    return Edits(edits.own | {edit.file: own}, off)


def _gone(key: str) -> VocabularyRefused:
    return VocabularyRefused(f"“{key}” không còn trong từ vựng. Có thể đồng nghiệp vừa sửa; xin mở lại danh sách.")


def read_checked(shipped: Path, folder: Path | None = None, more: Sequence[Edit] = ()) -> dict[str, list[Row]]:
    """The rows in force of the shipped files and the edits in a folder, and some edits more. Raises VocabularyRefused with every fault."""
    rows, faults = read_rows(shipped, HEADERS)
    edits = Edits({name: [] for name in EDITED}, [])
    if folder is not None:
        edits, unreadable = read_edits(folder)
        faults += unreadable
    if not faults:
        for edit in more:
            edits = apply_edit(rows, edits, edit)
    rows = merge_rows(rows, edits)
    faults += find_faults(rows)
    if faults:
        raise VocabularyRefused("Từ vựng có lỗi, chưa dùng được:\n" + "\n".join(map(str, faults)), faults)
    return rows


def read_entries(shipped: Path, folder: Path, file: str) -> list[Entry]:
    """Every entry of a file, in force or switched off, own ones first. Raises VocabularyRefused where a file cannot be read."""
    rows, faults = read_rows(shipped, {file: HEADERS[file]})
    edits, more = read_edits(folder)
    if faults or more:
        raise VocabularyRefused("\n".join(map(str, faults + more)), [*faults, *more])
    return list(list_entries(rows, edits, file))


class Saved(NamedTuple):
    """What the files of a folder held before an edit was kept (None: no such file), and after."""

    before: dict[str, bytes | None]
    after: dict[str, bytes | None]


def save_edit(shipped: Path, folder: Path, edit: Edit) -> Saved:
    """Keep an edit. Of two editors at once the second waits, and is checked with what the first wrote. Raises VocabularyRefused; then nothing changed."""
    with _held(folder):
        found = _read_files(folder)
        read_checked(shipped, folder, [edit])
        before, _ = read_edits(folder)
        after = apply_edit(read_rows(shipped, HEADERS)[0], before, edit)
        if after.off != before.off:  # first: a shipped entry switched off and nothing in its place is sound, two in one place are not
            _write(folder / OFF, _as_csv(OFF, [{"file": file, "key": key} for file, key in after.off]))
        if after.own != before.own:
            _write(folder / edit.file, _as_csv(edit.file, join_entries(edit.file, after.own[edit.file])))
        return Saved(found, _read_files(folder))


def undo_edit(folder: Path, saved: Saved) -> bool:
    """Take back an edit that turned out to be of no use, unless somebody has edited since; whether it was taken back."""
    with _held(folder):
        if _read_files(folder) != saved.after:
            return False
        for name, content in saved.before.items():
            if content is None:
                (folder / name).unlink(missing_ok=True)
            elif content != saved.after[name]:
                _write(folder / name, content)
        return True


def _read_files(folder: Path) -> dict[str, bytes | None]:
    return {name: (folder / name).read_bytes() if (folder / name).exists() else None for name in EDIT_HEADERS}


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _as_csv(name: str, rows: list[Cells]) -> bytes:
    text = io.StringIO()
    table = csv.DictWriter(text, EDIT_HEADERS[name], lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


def _write(path: Path, content: bytes) -> None:
    """Replace a file, whole or not at all, and see it on the disk."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
