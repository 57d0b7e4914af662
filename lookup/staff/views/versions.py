"""Versions that are kept, the history of publishes, and the way back."""

from __future__ import annotations

import time
from http import HTTPStatus

from flask import Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from index import Manifest, VersionStore, read_history, read_report, roll_back
from lookup.staff.access import account, audit, blueprint, editor_required, staff
from lookup.staff.paging import Paged
from lookup.staff.views.reports import LISTED, render_part

ACTIONS = {"publish": "công bố", "rollback": "quay lại"}
_LONGEST_NOTE = 500


def _store() -> VersionStore:
    return VersionStore(staff().settings.index_dir)


@blueprint.get("/phien-ban")
def versions() -> str:
    """What is kept, newest first, and everything that was ever published."""
    store = _store()
    kept = [(Manifest.read(store.folder(name)), read_report(store.root, name) or {}) for name in reversed(store.versions())]
    history = Paged(read_history(store.root)[::-1], request.args.get("trang"))
    return render_template(
        "staff/versions.html", kept=kept, live=store.live(), history=history, actions=ACTIONS, link=lambda number: url_for("staff.versions", trang=number)
    )


@blueprint.get("/phien-ban/<string:name>")
def version(name: str) -> str:
    """What a version was built from, by whom, why, and what it changed."""
    _require(name)
    store = _store()
    return render_template(
        "staff/version.html",
        manifest=Manifest.read(store.folder(name)),
        record=read_report(store.root, name),
        live=store.live(),
        part_link=lambda part: url_for("staff.version_part", name=name, part=part),
    )


@blueprint.get("/phien-ban/<string:name>/<any(" + ", ".join(LISTED) + "):part>")
def version_part(name: str, part: str) -> str:
    """One long list of its report."""
    _require(name)
    record = read_report(_store().root, name)
    if not record or part not in record:
        abort(HTTPStatus.NOT_FOUND)
    return render_part(record, part, url_for("staff.version", name=name))


@blueprint.get("/phien-ban/<string:name>/quay-lai")
@editor_required
def confirm_roll_back(name: str) -> Response:
    """Are you sure, and why."""
    _require(name)
    return _confirm(name)


@blueprint.post("/phien-ban/<string:name>/quay-lai")
def roll_back_version(name: str) -> BaseResponse:
    """Make an older version live again, at once."""
    _require(name)
    note = request.form.get("note", "").strip()[:_LONGEST_NOTE]
    if not note:
        return _confirm(name, "Xin ghi lý do quay lại, để sau này xem lại lịch sử còn hiểu.", HTTPStatus.UNPROCESSABLE_ENTITY)
    if _store().live() != name:
        started = time.perf_counter()
        roll_back(staff().settings.index_dir, name, who=account().name, note=note)
        audit("rolled back", version=name, note=note, seconds=round(time.perf_counter() - started, 2))
    flash("Đã quay lại. Người dân đang thấy phiên bản này.", "ok")
    return redirect(url_for("staff.versions"), HTTPStatus.SEE_OTHER)


def _confirm(name: str, fault: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    store = _store()
    live = store.live()
    page = render_template(
        "staff/roll-back.html",
        manifest=Manifest.read(store.folder(name)),
        live=Manifest.read(store.folder(live)) if live else None,
        fault=fault,
    )
    return Response(page, status)


def _require(name: str) -> None:
    """A version that is kept; anything else is no page, and never becomes a path."""
    if name not in _store().versions():
        abort(HTTPStatus.NOT_FOUND)
