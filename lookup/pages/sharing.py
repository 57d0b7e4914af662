"""Passing a procedure on: a short link, a QR code, a sheet for the wall."""

from __future__ import annotations

import io
from http import HTTPStatus

import segno
from flask import Blueprint, Response, render_template
from markupsafe import Markup

from lookup.api.answers import MAX_AGE, mark_reusable, not_modified, procedure_url
from lookup.api.endpoints import engine
from lookup.pages.addresses import asked_address, keep_private, public_address, short_path, zalo_address
from lookup.pages.sheet import make_sheet
from lookup.pages.views import page_etag

blueprint = Blueprint("sharing", __name__)


@blueprint.get("/t/<string:code>")
def short(code: str) -> Response:
    """The short link. It lasts; where it leads may change (302), as when a code is replaced."""
    response = Response(status=HTTPStatus.FOUND, headers={"Location": procedure_url(engine().snapshot().card(code)["code"])})
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


@blueprint.get("/thu-tuc/<string:code>/qr.svg")
def qr(code: str) -> Response:
    """The short link as a QR code."""
    snapshot = engine().snapshot()
    address = asked_address(short_path(snapshot.card(code)["code"]))
    etag = page_etag(snapshot.current, ("qr", address))
    response = not_modified(etag) or mark_reusable(Response(draw_qr(address, declared=True), mimetype="image/svg+xml"), etag)
    response.headers["X-Robots-Tag"] = "noindex"
    return keep_private(response)


@blueprint.get("/thu-tuc/<string:code>/niem-yet")
def sheet(code: str) -> Response:
    """One A4 sheet to post on a wall."""
    snapshot = engine().snapshot()
    shown = snapshot.procedure(code)
    address = asked_address(short_path(shown.code))
    etag = page_etag(snapshot.current, ("sheet", address))
    if found := not_modified(etag):
        return keep_private(found)
    page = render_template(
        "sheet.html",
        procedure=shown,
        sheet=make_sheet(shown),
        address=address.partition("://")[2],
        qr=Markup(draw_qr(address, declared=False)),
        current=snapshot.current,
    )
    return keep_private(mark_reusable(Response(page), etag))


def draw_qr(text: str, *, declared: bool) -> str:
    """A QR code as SVG on white, with the quiet border that scanners need; `declared` where it is a file of its own."""
    drawing = io.BytesIO()
    segno.make(text, micro=False, error="m").save(drawing, kind="svg", xmldecl=declared, svgns=declared, scale=4, border=4, light="#fff", omitsize=True)
    return drawing.getvalue().decode()


@blueprint.app_template_global()
def share_links(code: str) -> dict[str, str | None]:
    """The ways to pass a procedure on that its page may name; addresses that hold the asker's host are not among them."""
    path = short_path(code)
    return {"short": path, "public": public_address(path), "zalo": zalo_address(code)}
