"""One edit of the vocabulary: what it would do to some searches, and the decision to keep it."""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from lookup.staff.access import account, audit, blueprint, staff
from lookup.staff.entries import CHANGES, KINDS, tell_fault
from lookup.staff.jobs import CUT_OFF, DROPPED, FAILED, PUBLISHED, READY, REFUSED, UNDER_WAY, Job, Jobs, JobsBusy, State
from lookup.staff.starting import start_keeping


def changes() -> Jobs:
    """The edits of this application."""
    return Jobs(staff().settings.state_dir, CHANGES)


def find_change(name: str) -> Job:
    """The edit of this id, or no such page."""
    return changes().find(name) or abort(HTTPStatus.NOT_FOUND)


@blueprint.get("/tu-vung/thay-doi/<string:name>")
def change(name: str) -> Response:
    """How far it is; once tried, the results before and after."""
    return _page(find_change(name))


@blueprint.post("/tu-vung/thay-doi/<string:name>/dua-len")
def keep_change(name: str) -> BaseResponse:
    """Save it and put it online."""
    found = find_change(name)
    if found.state().phase in (READY, FAILED, CUT_OFF):
        try:
            start_keeping(found, staff().settings, account().name)
        except JobsBusy as error:
            return _page(found, str(error), HTTPStatus.CONFLICT)
        audit("edit keep asked", job=name, note=found.request()["note"])
    return _to(found)


@blueprint.post("/tu-vung/thay-doi/<string:name>/bo")
def drop_change(name: str) -> BaseResponse:
    """Give it up; nothing was saved."""
    found = find_change(name)
    if found.state().phase in (READY, REFUSED, FAILED, CUT_OFF):
        found.write_state(State(DROPPED))
        audit("edit dropped", job=name)
        flash("Đã bỏ. Từ vựng không đổi.", "ok")
    return _to(found)


@blueprint.post("/tu-vung/dua-len")
def put_edits_online() -> BaseResponse:
    """Put online what was saved and is not online yet."""
    job = changes().make()
    job.write_request(account().name, slug="", key="", form={}, typed="", note="Từ vựng: đưa lên các thay đổi đã lưu", edit=None, queries=[])
    try:
        start_keeping(job, staff().settings, account().name)
    except JobsBusy as error:
        flash(str(error), "error")
        return redirect(url_for("staff.vocabulary"), HTTPStatus.SEE_OTHER)
    audit("edit keep asked", job=job.id, note=job.request()["note"])
    return _to(job)


def _to(found: Job) -> BaseResponse:
    return redirect(url_for("staff.change", name=found.id), HTTPStatus.SEE_OTHER)


def _page(found: Job, fault: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    state, asked = found.state(), found.request()
    kind = KINDS.get(asked["slug"])
    page = render_template(
        "staff/change.html",
        job=found,
        asked=asked,
        kind=kind,
        state=state,
        text=tell_fault(kind, state.text) if kind else state.text,
        under_way=state.phase in UNDER_WAY,
        published=state.phase == PUBLISHED,
        shown=json.loads(found.record.read_text(encoding="utf-8")) if found.record.exists() and state.phase not in UNDER_WAY else [],
        fault=fault,
    )
    return Response(page, status)
