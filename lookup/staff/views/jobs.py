"""One refresh: its progress, its report, and what an editor decides."""

from __future__ import annotations

import json
from http import HTTPStatus
from io import BytesIO
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from lookup.staff.access import account, audit, blueprint, staff
from lookup.staff.jobs import CUT_OFF, DROPPED, FAILED, READY, UNDER_WAY, Job, JobsBusy, State
from lookup.staff.starting import start_publishing, start_reading
from lookup.staff.views.reports import LISTED, render_part
from lookup.staff.views.uploads import jobs

_LONGEST_NOTE = 500


@blueprint.get("/cap-nhat/<string:name>")
def job(name: str) -> Response:
    """How far it is; once read, the report."""
    return _page(_find(name))


@blueprint.get("/cap-nhat/<string:name>/<any(" + ", ".join(LISTED) + "):part>")
def job_part(name: str, part: str) -> str:
    """One long list of the report, page by page."""
    found = _find(name)
    return render_part(_record(found) or abort(HTTPStatus.NOT_FOUND), part, url_for("staff.job", name=name))


@blueprint.get("/cap-nhat/<string:name>/bao-cao.xlsx")
def job_report(name: str) -> BaseResponse:
    """The whole report as a workbook."""
    found = _find(name)
    if not found.report.exists():
        abort(HTTPStatus.NOT_FOUND)
    return send_file(BytesIO(found.report.read_bytes()), as_attachment=True, download_name=f"bao-cao-cap-nhat-{name}.xlsx")


@blueprint.post("/cap-nhat/<string:name>/cong-bo")
def publish_job(name: str) -> BaseResponse:
    """Publish what was reported, if every stop is allowed by name."""
    found = _find(name)
    if found.state().phase != READY:
        return _back(found)
    stops = {stop["name"] for stop in (_record(found) or {"stops": []})["stops"]}
    allowed = tuple(sorted(stops & set(request.form.getlist("allow"))))
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    if stops - set(allowed):
        fault = "Chưa công bố: còn chốt chặn chưa được cho qua. Xin xem lý do và đánh dấu từng ô, hoặc bỏ lần cập nhật này."
        return _page(found, fault, note, allowed, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not note:
        return _page(found, "Xin ghi lý do cập nhật, để sau này xem lại lịch sử còn hiểu.", note, allowed, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        start_publishing(found, staff().settings, account().name, note, allowed)
    except JobsBusy as error:
        return _page(found, str(error), note, allowed, HTTPStatus.CONFLICT)
    audit("publish asked", job=name, note=note, allowed=list(allowed))
    return _back(found)


@blueprint.post("/cap-nhat/<string:name>/bo")
def drop_job(name: str) -> BaseResponse:
    """Give it up: its files are removed."""
    found = _find(name)
    if found.state().phase in (READY, FAILED, CUT_OFF):
        found.write_state(State(DROPPED))
        found.remove_sources()
        audit("dropped", job=name)
        flash("Đã bỏ lần cập nhật này. Danh mục đang công bố không đổi.", "ok")
    return _back(found)


@blueprint.post("/cap-nhat/<string:name>/doc-lai")
def read_job_again(name: str) -> BaseResponse:
    """Start over with the files sent, where the process was cut off or failed."""
    found = _find(name)
    if found.state().phase in (FAILED, CUT_OFF) and found.uploads.exists():
        try:
            start_reading(found, staff().settings)
        except JobsBusy as error:
            flash(str(error), "error")
        else:
            audit("read again", job=name)
    return _back(found)


def _find(name: str) -> Job:
    return jobs().find(name) or abort(HTTPStatus.NOT_FOUND)


def _back(found: Job) -> BaseResponse:
    return redirect(url_for("staff.job", name=found.id), HTTPStatus.SEE_OTHER)


def _record(found: Job) -> dict[str, Any] | None:
    if not found.record.exists():
        return None
    record: dict[str, Any] = json.loads(found.record.read_text(encoding="utf-8"))
    return record


def _page(found: Job, fault: str = "", note: str = "", allowed: tuple[str, ...] = (), status: HTTPStatus = HTTPStatus.OK) -> Response:
    state = found.state()
    page = render_template(
        "staff/job.html",
        job=found,
        asked=found.request(),
        state=state,
        under_way=state.phase in UNDER_WAY,
        record=None if state.phase in UNDER_WAY else _record(found),
        fault=fault,
        note=note or state.note,
        allowed=allowed,
        part_link=lambda part: url_for("staff.job_part", name=found.id, part=part),
    )
    return Response(page, status)
