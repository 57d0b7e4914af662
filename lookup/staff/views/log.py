"""The audit log, page by page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from lookup.staff.access import blueprint, staff
from lookup.staff.accounts import ROLES
from lookup.staff.audit import read_events
from lookup.staff.paging import Paged
from lookup.staff.views.reports import STOPS
from lookup.staff.views.wording import tell_bytes

ACTIONS = {
    "sign-in": "đăng nhập",
    "sign-in failed": "đăng nhập sai",
    "sign-out": "đăng xuất",
    "upload": "gửi tệp",
    "read again": "đọc lại tệp",
    "refused": "tệp bị từ chối",
    "publish asked": "bấm công bố",
    "published": "đã công bố",
    "dropped": "bỏ lần cập nhật",
    "rolled back": "quay lại phiên bản cũ",
    "edit asked": "xem thử sửa từ vựng",
    "edit refused": "sửa từ vựng bị từ chối",
    "edit keep asked": "bấm lưu và đưa từ vựng lên",
    "edit dropped": "bỏ sửa từ vựng",
    "vocabulary published": "đã đưa từ vựng lên",
    "account added": "thêm tài khoản",
    "account removed": "xoá tài khoản",
    "password changed": "đổi mật khẩu",
}

DETAILS = {
    "account": "tài khoản",
    "role": "quyền",
    "files": "tệp",
    "update": "cách cập nhật",
    "reason": "lý do bị từ chối",
    "note": "lý do",
    "allowed": "đã cho qua",
    "version": "phiên bản",
    "job": "lần cập nhật",
}


@blueprint.get("/nhat-ky")
def log() -> str:
    """Who did what when, newest first."""
    return render_template(
        "staff/log.html",
        events=Paged(read_events(staff().settings.state_dir), request.args.get("trang")),
        actions=ACTIONS,
        details=_tell_details,
        log_page=lambda number: url_for("staff.log", trang=number),
    )


def _tell_details(event: dict[str, Any]) -> list[tuple[str, str]]:
    """What else an event tells, in words; what has no words here stays in the file."""
    return [(label, _tell(name, event[name])) for name, label in DETAILS.items() if event.get(name) not in (None, "", [])]


def _tell(name: str, value: Any) -> str:
    if name == "update":
        return "thay một phần" if value else "thay toàn bộ"
    if name == "allowed":
        return "; ".join(STOPS.get(stop, stop) for stop in value)
    if name == "files":
        return "; ".join(f"{file['name']} ({tell_bytes(file['size'])}, SHA-256 {file['sha256'][:12]}…)" for file in value)
    return ROLES.get(value, str(value)) if name == "role" else str(value)
