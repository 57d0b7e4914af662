"""What search engines and previews read: robots.txt, the sitemap, and a procedure as schema.org's GovernmentService."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from markupsafe import Markup

from index import Procedure, list_fields
from lookup.api.answers import make_etag, mark_reusable, not_modified, procedure_url
from lookup.api.endpoints import engine
from lookup.pages.addresses import asked_address, keep_private, public_address
from lookup.pages.posting import field_path
from lookup.pages.sheet import shorten
from lookup.settings import Settings

DESCRIPTION = 155  # characters that results of search engines show
HIDDEN = ("/api/", "/quan-tri")  # result pages say `noindex` themselves: a page that may not be read cannot say so
_UNSAFE = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}  # a script element ends at "</script", wherever it stands

blueprint = Blueprint("crawling", __name__)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Procedures may be indexed, searches need not be."""
    sitemap = public_address("/sitemap.xml")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in HIDDEN), *([f"Sitemap: {sitemap}"] if sitemap else [])]
    response = Response("\n".join(lines) + "\n", mimetype="text/plain")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every page worth finding; the protocol allows ten times as many as there are procedures."""
    snapshot = engine().snapshot()
    root = asked_address("")
    etag = make_etag(snapshot.current, ("sitemap", root))
    if found := not_modified(etag):
        return keep_private(found)
    codes = (code.decode() for code in snapshot.codes)
    events = (f"/viec/{event.key}" for event in current_app.extensions["page_data"].events)
    fields = (field_path(field.name) for field in list_fields(snapshot))
    paths = dict.fromkeys(("/", "/niem-yet", *events, *fields, *map(procedure_url, codes)))
    page = render_template("sitemap.xml", root=root, paths=paths, day=snapshot.manifest.built_at[:10])
    return keep_private(mark_reusable(Response(page, mimetype="application/xml"), etag))


blueprint.add_app_template_global(public_address)
blueprint.add_app_template_global(procedure_url)


@blueprint.app_template_global()
def describe(procedure: Procedure) -> str:
    """One sentence for results and previews: what the catalogue says the procedure is for, or else its plain facts."""
    if procedure.description:
        return shorten(procedure.description, DESCRIPTION)
    papers = sum(not document.is_note for document in procedure.documents)
    facts = (
        f"Mã {procedure.code}",
        f"lĩnh vực {procedure.field}" if procedure.field else "",
        f"thực hiện tại {', '.join(procedure.agencies[:2])}" if procedure.agencies else "",
        f"hồ sơ có {papers} giấy tờ" if papers else "",
    )
    return shorten("; ".join(filter(None, facts)) + ".", DESCRIPTION)


@blueprint.app_template_global()
def structured_data(procedure: Procedure) -> Markup:
    """The JSON-LD of a procedure, safe inside a script element."""
    settings: Settings = current_app.extensions["settings"]
    text = json.dumps(dict(_describe_service(procedure, settings)), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_UNSAFE))


def _describe_service(procedure: Procedure, settings: Settings) -> Iterator[tuple[str, Any]]:
    """The properties of schema.org/GovernmentService that are known."""
    yield "@context", "https://schema.org"
    yield "@type", "GovernmentService"
    yield "name", procedure.name
    yield "identifier", procedure.code
    yield "inLanguage", "vi"
    if procedure.description:
        yield "description", procedure.description
    if procedure.field:
        yield "serviceType", procedure.field
    if address := public_address(procedure_url(procedure.code)):
        yield "url", address
    if procedure.agencies:
        yield "provider", [{"@type": "GovernmentOrganization", "name": name} for name in procedure.agencies]
    if settings.province:
        yield "areaServed", {"@type": "AdministrativeArea", "name": settings.province}
    if procedure.applicants:
        yield "audience", [{"@type": "Audience", "audienceType": applicant} for applicant in procedure.applicants]
    if procedure.result:
        yield "serviceOutput", [{"@type": "Thing", "name": result} for result in procedure.result]
    if channels := [_describe_channel(channel, procedure, settings) for channel in procedure.channels]:
        yield "availableChannel", channels
    if procedure.source_url and procedure.source_url.startswith("https://"):
        yield "sameAs", procedure.source_url


def _describe_channel(channel: str, procedure: Procedure, settings: Settings) -> dict[str, Any]:
    described: dict[str, Any] = {"@type": "ServiceChannel", "name": channel}
    if channel == "Trực tuyến" and procedure.source_url and procedure.source_url.startswith("https://"):
        described["serviceUrl"] = procedure.source_url
    if channel == "Trực tiếp" and procedure.receiving_address:
        described["serviceLocation"] = {"@type": "Place", "name": procedure.receiving_address}
    if settings.hotline:
        described["servicePhone"] = {"@type": "ContactPoint", "telephone": settings.hotline}
    return described
