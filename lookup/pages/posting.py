"""The public posting list: every procedure by field and level, on pages to read and print, and as files to keep."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from flask import Blueprint, Response, abort, render_template, request, send_file

from index import VersionUnavailable, fold, list_fields, list_procedures
from lookup.api.answers import mark_reusable, not_modified, procedure_url
from lookup.api.endpoints import engine
from lookup.pages.views import page_etag

UNKNOWN = "chua-ro"  # in addresses: the field or level that is not known
FORMATS = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}

blueprint = Blueprint("posting", __name__)


def slug(name: str | None) -> str:
    """A name as it stands in addresses."""
    return UNKNOWN if name is None else fold(name).replace(" ", "-")


def field_path(name: str | None) -> str:
    """Where the list of a field lies."""
    return f"/niem-yet/{slug(name)}"


@blueprint.get("/niem-yet")
def overview() -> Response:
    """Every field with how many procedures each level handles."""
    snapshot = engine().snapshot()
    etag = page_etag(snapshot.current, "posting")
    if found := not_modified(etag):
        return found
    fields = list_fields(snapshot)
    totals = {level: sum(field.levels.get(level, 0) for field in fields) for level in _sort_levels({level for field in fields for level in field.levels})}
    page = render_template("posting.html", fields=fields, totals=totals, total=len(snapshot), current=snapshot.current, field_path=field_path, slug=slug)
    return mark_reusable(Response(page), etag)


@blueprint.get("/niem-yet/<string:field_slug>")
def field(field_slug: str) -> Response:
    """The procedures of one field, or of one of its levels (`?cap=`). Fields that differ by marks or commas alone stand together."""
    snapshot = engine().snapshot()
    etag = page_etag(snapshot.current, ("posting", field_slug, request.args.get("cap")))
    if found := not_modified(etag):
        return found
    listed = [found for found in list_fields(snapshot) if slug(found.name) == field_slug]
    if not listed:
        abort(HTTPStatus.NOT_FOUND)
    levels = {slug(level): level for found in listed for level in _sort_levels(set(found.levels))}
    chosen = request.args.get("cap")
    if chosen is not None and chosen not in levels:
        abort(HTTPStatus.NOT_FOUND)
    rows = [row for found in listed for row in list_procedures(snapshot, found.name, levels.get(chosen or ""), any_level=chosen is None)]
    page = render_template(
        "posting_field.html",
        names=[found.name for found in listed],
        rows=rows,
        levels=levels,
        chosen=chosen,
        current=snapshot.current,
        procedure_url=procedure_url,
    )
    return mark_reusable(Response(page), etag)


def _sort_levels(levels: set[str | None]) -> list[str | None]:
    """Near offices first, what is unknown last."""
    order = ("Cấp xã", "Cấp tỉnh", "Cấp Bộ")
    return sorted(levels, key=lambda level: (level is None, order.index(level) if level in order else len(order), level or ""))


@blueprint.get("/niem-yet.<any(csv, xlsx):kind>")
def download(kind: str) -> Response:
    """The whole list as a file, made when the version was."""
    snapshot = engine().snapshot()
    path: Path = getattr(snapshot.public_list, kind)
    name = f"niem-yet-thu-tuc-{snapshot.current.version[:8]}.{kind}"
    try:
        response = send_file(path.absolute(), FORMATS[kind], as_attachment=True, download_name=name, etag=False)
    except OSError as error:  # what else is served lies in memory by now, even where the folder is gone
        raise VersionUnavailable(f"Không đọc được tệp {path} ({error}). Xin cập nhật lại bằng scripts/refresh.") from error
    response.headers["X-Robots-Tag"] = "noindex"
    mark_reusable(response, page_etag(snapshot.current, ("posting", kind))).make_conditional(request.environ)
    return response
