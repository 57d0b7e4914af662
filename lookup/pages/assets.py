"""What a page brings along: files under addresses that change with their content, the manifest, the service worker."""

from __future__ import annotations

from hashlib import blake2b
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import brotli
from flask import Flask, Response, abort, current_app, json, render_template, request

STATIC = Path(__file__).parents[1] / "static"
TEMPLATES = Path(__file__).parents[1] / "templates"
YEAR = 365 * 24 * 3600  # seconds: what stands under a versioned address never changes
_DIGITS = 10
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


class Asset(NamedTuple):
    """A static file in memory, and as Brotli where that is shorter by much."""

    content: bytes
    brotli: bytes | None
    mimetype: str
    etag: str


def register(app: Flask) -> None:
    """Serve the files of `static/`, under versioned addresses too (`asset_url`), and what makes the page installable."""
    app.extensions["assets"] = {path.name: _read(path) for path in STATIC.iterdir()}
    app.extensions["assets_version"] = digest_files()
    app.jinja_env.globals["asset"] = asset_url
    app.add_url_rule("/static/<filename>", "static", _send_asset)
    app.add_url_rule(f"/static/<string(length={_DIGITS}):version>/<filename>", "asset", _send_asset)
    app.add_url_rule("/sw.js", "service_worker", _service_worker)
    app.add_url_rule("/manifest.webmanifest", "manifest", _manifest)


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    packed = None if path.suffix == ".png" else brotli.compress(content, brotli.MODE_TEXT)
    return Asset(content, packed, _TYPES[path.suffix], blake2b(content, digest_size=12).hexdigest())


def asset_url(name: str) -> str:
    """Where a static file lies as long as it stays as it is."""
    return f"/static/{current_app.extensions['assets_version']}/{name}"


def digest_files() -> str:
    """Changes whenever a static file or a template does."""
    digest = blake2b(digest_size=_DIGITS // 2)
    for path in sorted(path for folder in (STATIC, TEMPLATES) for path in folder.rglob("*") if path.is_file()):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _send_asset(filename: str, version: str | None = None) -> Response:
    """A file as it is now; a page of an older release still finds its files, but does not keep them."""
    asset: Asset | None = current_app.extensions["assets"].get(filename)
    if asset is None:
        abort(HTTPStatus.NOT_FOUND)
    takes_brotli = asset.brotli is not None and request.accept_encodings.quality("br") > 0
    response = Response(asset.brotli if takes_brotli else asset.content, mimetype=asset.mimetype)
    if takes_brotli:
        response.content_encoding = "br"
    if asset.brotli is not None:
        response.vary.add("Accept-Encoding")
    response.set_etag(asset.etag, weak=True)
    response.cache_control.public = True
    if version == current_app.extensions["assets_version"]:
        response.cache_control.max_age = YEAR
        response.cache_control.immutable = True
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _service_worker() -> Response:
    """Served from the root, so that it may answer for every page; it carries the page to show without a network."""
    script = render_template("service_worker.js", offline=render_template("offline.html"))
    return _short_lived(Response(script, mimetype="text/javascript"))


def _manifest() -> Response:
    """What an installed page is called and looks like."""
    name = current_app.extensions["settings"].portal_name
    icons = [
        {"src": asset_url("icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": asset_url("icon-192.png"), "sizes": "192x192", "type": "image/png"},
        {"src": asset_url("icon-512.png"), "sizes": "512x512", "type": "image/png"},
        {"src": asset_url("icon-maskable.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
    ]
    manifest = {
        "id": "/",
        "name": name,
        "short_name": "Tra cứu thủ tục",
        "description": "Tìm thủ tục hành chính: cần mang gì, nộp ở đâu, bao lâu, bao nhiêu tiền.",
        "lang": "vi",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf8f3",
        "theme_color": "#8a1f17",
        "icons": icons,
    }
    return _short_lived(Response(json.dumps(manifest), mimetype="application/manifest+json"))


def _short_lived(response: Response) -> Response:
    response.cache_control.public = True
    response.cache_control.max_age = 60
    response.add_etag()
    return response
