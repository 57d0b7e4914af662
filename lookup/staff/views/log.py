"""The audit log, page by page."""

from __future__ import annotations

from flask import render_template, request, url_for

from lookup.staff.access import blueprint, staff
from lookup.staff.audit import read_events
from lookup.staff.paging import Paged

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
    "account added": "thêm tài khoản",
    "account removed": "xoá tài khoản",
    "password changed": "đổi mật khẩu",
}


@blueprint.get("/nhat-ky")
def log() -> str:
    """Who did what when, newest first."""
    return render_template(
        "staff/log.html",
        events=Paged(read_events(staff().settings.state_dir), request.args.get("trang")),
        actions=ACTIONS,
        log_page=lambda number: url_for("staff.log", trang=number),
    )
