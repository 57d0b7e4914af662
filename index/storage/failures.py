"""What the disk or the machine refuses, told to people: what happened, that nothing was lost, what to do."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import StorageFailed

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_LITTLE = 20 * 2**20  # bytes free below which a writer that does not say why it failed is taken to have met a full disk


@contextmanager
def telling_failures(root: Path) -> Iterator[None]:
    """Turn what the machine refuses while the index folder is written into StorageFailed."""
    try:
        yield
    except (OSError, RuntimeError, MemoryError) as error:
        raise StorageFailed(f"{_tell(error, root)} Danh mục đang công bố vẫn như cũ và vẫn phục vụ.") from error


def _tell(error: BaseException, root: Path) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, MemoryError):
        return "Máy không đủ bộ nhớ. Xin đóng bớt chương trình rồi chạy lại."
    if number in _READ_ONLY:
        return f"Không ghi được vào thư mục chỉ mục {root} (chỉ đọc hoặc thiếu quyền). Xin cho phép ghi vào thư mục này rồi chạy lại."
    if number in _FULL or (number is None and _free(root) < _LITTLE):
        return f"Đĩa chứa thư mục chỉ mục {root} đã đầy (còn {_free(root) // 2**20} MB). Xin xóa bớt tệp hoặc thêm chỗ rồi chạy lại."
    return f"Máy báo lỗi khi ghi chỉ mục vào {root} ({error}). Xin kiểm tra đĩa rồi chạy lại."


def _free(root: Path) -> int:
    place = next((folder for folder in (root, *root.absolute().parents) if folder.exists()), Path("/"))
    return shutil.disk_usage(place).free
