"""Lists of vocabulary and pinned results, and the form for one entry; what a form asks is first shown, by a job of `changes`."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from index import EDITS_FOLDER, Edit, Entry, digest_edits, find_idle_pins, fold, read_entries
from lookup.api.endpoints import engine
from lookup.staff.access import account, audit, blueprint, editor_required, staff
from lookup.staff.entries import KINDS, SHIPPED, FormRefused, Kind, choose_queries, read_form
from lookup.staff.jobs import JobsBusy
from lookup.staff.paging import Paged
from lookup.staff.starting import start_showing
from lookup.staff.views.changes import changes, find_change

ORIGINS = {"own": "của đơn vị", "shipped": "có sẵn", "off": "đã tắt"}
_DEEDS = {"save": "sửa", "take_out": "bỏ", "switch_on": "bật lại"}


def edits_folder() -> Path:
    """Where the edits of this application lie."""
    return staff().settings.state_dir / EDITS_FOLDER


@blueprint.get("/tu-vung")
@blueprint.get("/tu-vung/<string:slug>")
def vocabulary(slug: str = "dong-nghia") -> str:
    """Synonyms, aliases or signposts."""
    return _list(_kind(slug))


@blueprint.get("/tu-vung/ghim")
def pins() -> str:
    """Pinned results."""
    return _list(KINDS["ghim"])


def _kind(slug: str) -> Kind:
    return KINDS.get(slug) or abort(HTTPStatus.NOT_FOUND)


def _list(kind: Kind) -> str:
    asked = request.args.get("tim", "")[:200]
    wanted = fold(asked)
    found = [entry for entry, text in _entries(kind.file) if wanted in text]
    snapshot = engine().snapshot()
    return render_template(
        "staff/vocabulary.html",
        kind=kind,
        kinds=[other for other in KINDS.values() if other.slug != "ghim"],
        entries=Paged(found, request.args.get("trang")),
        asked=asked,
        origins=ORIGINS,
        behind=digest_edits(edits_folder()) != snapshot.vocabulary.edits,
        idle=find_idle_pins(snapshot.vocabulary, snapshot.titles()) if kind.slug == "ghim" and snapshot.vocabulary.pins else [],
        link=lambda number: url_for(request.endpoint or "", slug=kind.slug if kind.slug != "ghim" else None, tim=asked or None, trang=number),
        entry_link=lambda entry: url_for("staff.entry", slug=kind.slug, dong=entry.key),
    )


def _entries(file: str) -> list[tuple[Entry, str]]:
    """Every entry of a file with its folded text."""
    paths = (SHIPPED / file, edits_folder() / file, edits_folder() / "off.csv")
    return _read_entries(file, edits_folder(), tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths))


@lru_cache(maxsize=8)
def _read_entries(file: str, folder: Path, stamps: tuple[int, ...]) -> list[tuple[Entry, str]]:
    return [(entry, fold(" ".join(entry.cells.values()))) for entry in read_entries(SHIPPED, folder, file)]


@blueprint.get("/tu-vung/<string:slug>/sua")
@editor_required
def entry(slug: str) -> Response:
    """The form: empty, filled with an entry, or as it was sent before."""
    kind = _kind(slug)
    if name := request.args.get("tu"):
        asked = find_change(name).request()
        return _form(kind, asked["key"], asked["form"], asked["typed"])
    key = request.args.get("dong", "")
    return _form(kind, key, _find(kind, key).cells if key else {}, "")


def _find(kind: Kind, key: str) -> Entry:
    return next((entry for entry, _ in _entries(kind.file) if entry.key == key), None) or abort(HTTPStatus.NOT_FOUND)


@blueprint.post("/tu-vung/<string:slug>/sua")
def show_edit(slug: str) -> BaseResponse:
    """Start a preview of what the form asks."""
    kind, key, action = _kind(slug), request.form.get("dong", ""), request.form.get("action", "save")
    typed = request.form.get("queries", "")[:2_000]
    form = {field.name: request.form.get(field.name, "") for field in kind.fields}
    try:
        edit, cells = _make_edit(kind, key, action)
    except FormRefused as error:
        return _form(kind, key, form, typed, str(error), HTTPStatus.UNPROCESSABLE_ENTITY)
    deed = _DEEDS[action] if key else "thêm"
    note = f"{kind.title}: {deed} “{cells[kind.tried][:200]}”"
    job = changes().make()
    job.write_request(account().name, slug=slug, key=key, form=form, typed=typed, note=note, edit=edit._asdict(), queries=choose_queries(kind, cells, typed))
    try:
        start_showing(job, staff().settings)
    except JobsBusy as error:
        return _form(kind, key, form, typed, str(error), HTTPStatus.CONFLICT)
    audit("edit asked", job=job.id, note=note)
    return redirect(url_for("staff.change", name=job.id), HTTPStatus.SEE_OTHER)


def _make_edit(kind: Kind, key: str, action: str) -> tuple[Edit, dict[str, str]]:
    """The edit that a form asks, and the cells it is about. Raises FormRefused."""
    known = _find(kind, key) if key else None
    if known and action == "take_out" and known.origin != "off":
        return Edit(kind.file, take_out=key), known.cells
    if known and action == "switch_on" and known.origin == "off":
        return Edit(kind.file, switch_on=key), known.cells
    if action != "save" or (known and known.origin == "off"):
        raise FormRefused("Dòng này vừa được người khác sửa. Xin mở lại danh sách.")
    cells = read_form(kind, request.form, engine())
    if known and all(known.cells.get(name) == value for name, value in cells.items() if name != "procedure"):
        raise FormRefused("Chưa có gì thay đổi so với dòng đang có.")
    return Edit(kind.file, take_out=key, put_in=cells), cells


def _form(kind: Kind, key: str, cells: dict[str, Any], typed: str, fault: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    known = next((entry for entry, _ in _entries(kind.file) if entry.key == key), None) if key else None
    page = render_template("staff/entry.html", kind=kind, key=key, known=known, cells=cells, typed=typed, fault=fault, origins=ORIGINS)
    return Response(page, status)
