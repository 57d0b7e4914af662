"""The report of a refresh, for jobs and for versions alike: what is shown of it at once, and its long lists page by page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from lookup.staff.access import blueprint
from lookup.staff.paging import Paged

FIRST = 10  # rows of each list on the page of the whole report
LISTED = {
    "left_out": "Dòng bị bỏ ra",
    "withdrawn": "Thủ tục rút khỏi danh mục",
    "added": "Thủ tục thêm mới",
    "changed": "Chỗ thay đổi",
}
STOPS = {
    "shrink": "Danh mục bị hụt",
    "rename": "Quá nhiều tên thay đổi",
    "move": "Mã mang tên của mã khác",
    "column": "Một cột bị trống hoặc chỉ có một giá trị",
    "change": "Một cột thay đổi quá nhiều",
    "shift": "Một cột có thể bị lệch dòng",
    "unread": "Quá nhiều dòng không đọc được",
    "stale": "Tệp cũ hơn danh mục đang công bố",
    "contradict": "Các tệp nói khác nhau",
}


def render_part(record: dict[str, Any], part: str, back: str) -> str:
    """One list of a described proposal; `back` is the page of the whole report."""
    listed = record[part]
    rows = Paged(listed["items"], request.args.get("trang"))
    more = listed["count"] - len(listed["items"])
    return render_template(
        "staff/part.html", part=part, title=LISTED[part], rows=rows, count=listed["count"], more=more, back=back, page_link=lambda number: f"?trang={number}"
    )


@blueprint.context_processor
def _labels() -> dict[str, Any]:
    return {"listed_parts": LISTED, "first_rows": FIRST, "stop_labels": STOPS}
