"""What goes wrong on the staff page, told on a page of its own: what happened, what to do."""

from __future__ import annotations

import logging
import sqlite3
from http import HTTPStatus

from flask import Response, render_template
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from index import CatalogueIndexError, RefreshLocked
from lookup.staff.access import blueprint

log = logging.getLogger(__name__)

_TEXTS = {
    HTTPStatus.FORBIDDEN: ("Không đủ quyền", "Tài khoản của bạn chỉ được xem. Muốn sửa, xin nhờ người quản trị cấp quyền."),
    HTTPStatus.NOT_FOUND: ("Không có trang này", "Trang này không có, hoặc đã được dọn đi sau một thời gian."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("Tệp quá lớn", "Tổng dung lượng gửi lên vượt mức cho phép. Xin chia thành nhiều lần."),
}
_OTHER = ("Yêu cầu chưa đúng", "Xin quay lại trang trước và làm lại.")


@blueprint.errorhandler(HTTPException)
def tell_http(error: HTTPException) -> Response:
    """Refused requests."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    return _page(status, *_TEXTS.get(status, _OTHER))


@blueprint.errorhandler(CSRFError)
def tell_foreign_form(error: CSRFError) -> Response:
    """A form that is not ours, or older than the sign-in."""
    return _page(HTTPStatus.BAD_REQUEST, "Biểu mẫu đã quá hạn", "Chưa có gì thay đổi. Xin mở lại trang rồi làm lại. Nếu vẫn lỗi, xin cho phép cookie.")


@blueprint.errorhandler(CatalogueIndexError)
def tell_refusal(error: CatalogueIndexError) -> Response:
    """What the index refuses, in its own words."""
    status = HTTPStatus.CONFLICT if isinstance(error, RefreshLocked) else HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(status, "Chưa làm được", str(error))


@blueprint.errorhandler(OSError)
@blueprint.errorhandler(sqlite3.Error)
def tell_broken_state(error: Exception) -> Response:
    """The state folder cannot be read or written."""
    log.exception("the state folder cannot be used", exc_info=error)
    detail = "Không đọc hoặc ghi được thư mục lưu trữ. Trang tra cứu vẫn chạy. Xin báo người quản trị kiểm tra quyền ghi và chỗ trống trên đĩa."
    return _page(HTTPStatus.SERVICE_UNAVAILABLE, "Không lưu được", detail)


def _page(status: HTTPStatus, title: str, detail: str) -> Response:
    return Response(render_template("staff/problem.html", title=title, detail=detail), status)
