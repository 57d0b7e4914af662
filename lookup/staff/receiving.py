"""Files sent by a browser -> the folder of a job. What a browser calls them is shown to people and never becomes a path."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from werkzeug.datastructures import FileStorage

from index import compose
from lookup.staff.jobs import DETAILS, LISTS, WITHDRAW, Job, Upload

MOST_FILES = 20
MOST_BYTES = 64 * 2**20  # of one request, and what scripts/deploy/nginx.conf lets through: the details of the whole country are 38 MB
TYPED_CODES = "các mã gõ trên trang"
_LONGEST_NAME = 120
_LIST_SUFFIXES = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv", ".txt")
_DETAIL_SUFFIXES = (".jsonl", ".ndjson")
_LOCK_FILES = ("~$", ".~lock.")
_CHUNK = 2**20


class UploadRefused(Exception):
    """Files that cannot be a refresh; the text says why, in Vietnamese. Nothing is kept of them."""


def check_upload(files: Sequence[FileStorage], withdraw_file: FileStorage | None, codes: str, update: bool) -> None:
    """Everything that can be told without reading the files. Raises UploadRefused."""
    withdraws = bool(withdraw_file or codes.strip())
    if not files and not withdraws:
        raise UploadRefused("Chưa có tệp nào. Xin chọn ít nhất một tệp danh sách.")
    if withdraws and not update:
        raise UploadRefused("Muốn rút mã, xin chọn “Chỉ thay một phần”. Khi thay toàn bộ, thủ tục nào không có trong tệp sẽ tự được rút.")
    if len(files) > MOST_FILES:
        raise UploadRefused(f"Mỗi lần chỉ nhận {MOST_FILES} tệp. Xin bớt tệp hoặc chia thành nhiều lần.")
    for file in files:
        _choose_part(file)
    if withdraw_file and _choose_part(withdraw_file) == DETAILS:
        raise UploadRefused(f"{shown_name(withdraw_file)}: tệp mã rút phải là bảng tính, CSV hoặc văn bản.")


def receive_files(job: Job, files: Sequence[FileStorage], withdraw_file: FileStorage | None, codes: str) -> list[Upload]:
    """Store them, checked before, and say what they are."""
    given: list[tuple[str, FileStorage]] = [(_choose_part(file), file) for file in files]
    if withdraw_file:
        given.append((WITHDRAW, withdraw_file))
    uploads = []
    for number, (part, file) in enumerate(given, start=1):
        path = job.uploads / f"tai-len-{number}{_suffix(file)}"
        size, sha256 = _store(file.stream, path)
        uploads.append(Upload(part, shown_name(file), path.name, size, sha256))
    if lines := re.split(r"[\s,;]+", codes.strip()) if codes.strip() else []:
        path = job.uploads / f"tai-len-{len(given) + 1}.txt"
        content = "\n".join(lines).encode(errors="replace")
        path.write_bytes(content)
        uploads.append(Upload(WITHDRAW, TYPED_CODES, path.name, len(content), hashlib.sha256(content).hexdigest()))
    return uploads


def shown_name(file: FileStorage) -> str:
    """What the sender calls a file: without folders and without letters that show nothing."""
    name = compose(re.split(r"[/\\]", file.filename or "")[-1])
    return "".join(letter for letter in name if letter.isprintable())[-_LONGEST_NAME:] or "tệp không tên"


def _choose_part(file: FileStorage) -> str:
    """Lists or details. Raises UploadRefused where a file can be neither."""
    name = shown_name(file)
    if name.startswith(_LOCK_FILES):
        raise UploadRefused(f"{name}: đây là tệp khóa tạm của bảng tính đang mở. Xin chọn tệp cùng tên không có dấu ở đầu.")
    if not (suffix := _suffix(file)):
        raise UploadRefused(f"{name}: không nhận loại tệp này. Xin dùng tệp Excel (.xlsx, .xls), .ods, .csv, hoặc tệp chi tiết .jsonl.")
    return DETAILS if suffix in _DETAIL_SUFFIXES else LISTS


def _suffix(file: FileStorage) -> str:
    """One of the endings that we know, or nothing."""
    suffix = Path(shown_name(file)).suffix.lower()
    return suffix if suffix in (*_LIST_SUFFIXES, *_DETAIL_SUFFIXES) else ""


def _store(stream: IO[bytes], path: Path) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("xb") as file:
        while chunk := stream.read(_CHUNK):
            size += file.write(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()
