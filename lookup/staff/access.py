"""Who may do what: every request to the staff page passes here first. Nothing is open unless it is marked open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_wtf import CSRFProtect  # type: ignore[import-untyped]
from werkzeug.wrappers import Response as BaseResponse

from lookup.settings import Settings
from lookup.staff.accounts import Account, Accounts
from lookup.staff.audit import append_event
from lookup.staff.secret import make_secret
from lookup.staff.sessions import Sessions
from lookup.staff.throttling import Throttle

PREFIX = "/quan-tri"
TOKEN = "token"  # where the cookie keeps the session token
NAVIGATION = {
    "staff.overview": "Tổng quan",
    "staff.uploads": "Cập nhật",
    "staff.versions": "Phiên bản",
    "staff.vocabulary": "Từ vựng",
    "staff.pins": "Ghim kết quả",
    "staff.log": "Nhật ký",
}

View = TypeVar("View", bound=Callable[..., Any])

blueprint = Blueprint("staff", __name__, url_prefix=PREFIX)
csrf = CSRFProtect()


@dataclass
class Staff:
    """What the staff page works with."""

    settings: Settings
    accounts: Accounts = field(init=False)
    sessions: Sessions = field(init=False)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.settings.state_dir)
        self.sessions = Sessions(self.settings.state_dir, idle=60.0 * self.settings.staff_session_minutes)

    @cached_property
    def throttle(self) -> Throttle:
        """Made when first needed: while the page is off there is no key."""
        return Throttle(self.settings.state_dir, make_secret(self.settings.state_dir))


def staff() -> Staff:
    """What the staff page of this application works with."""
    found: Staff = current_app.extensions["staff"]
    return found


def account() -> Account:
    """Who is signed in. Only views open to everybody may be asked by nobody."""
    found: Account = g.account
    return found


def audit(action: str, **details: Any) -> None:
    """Write down what the person signed in does."""
    append_event(staff().settings.state_dir, account().name, action, **details)


def open_to_all(view: View) -> View:
    """Mark a view that asks for no account."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


def open_to_viewers(view: View) -> View:
    """Mark a view that changes nothing though it answers POST."""
    view.open_to_viewers = True  # type: ignore[attr-defined]
    return view


def editor_required(view: View) -> View:
    """Mark a page that is for editors alone. Whatever answers POST is anyway."""
    view.editor_required = True  # type: ignore[attr-defined]
    return view


def accepts_bytes(most: int) -> Callable[[View], View]:
    """Mark a view that takes bodies larger than the few kilobytes that all others take."""

    def mark(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]
        return view

    return mark


@blueprint.before_request
def guard() -> BaseResponse | None:
    """Switched on? Signed in? Allowed? Sent from our own form? In this order: nobody unknown makes us read a body of any size."""
    if not staff().accounts.exist():
        return Response(render_template("staff/off.html"), HTTPStatus.NOT_FOUND)
    view = current_app.view_functions[request.endpoint or ""]
    token = session.get(TOKEN)
    g.account = staff().sessions.find(token) if isinstance(token, str) else None
    if not hasattr(view, "open_to_all"):
        if g.account is None:
            return _ask_to_sign_in(bool(token))
        changes = request.method == "POST" and not hasattr(view, "open_to_viewers")
        if (changes or hasattr(view, "editor_required")) and not g.account.may_edit:
            abort(HTTPStatus.FORBIDDEN)
        request.max_content_length = getattr(view, "most_bytes", current_app.config["MAX_CONTENT_LENGTH"])
    if request.method == "POST":
        csrf.protect()
    return None


def _ask_to_sign_in(was_signed_in: bool) -> BaseResponse:
    if was_signed_in:
        session.pop(TOKEN)
        flash("Phiên làm việc đã hết hạn. Xin đăng nhập lại.", "error")
    following = request.full_path.rstrip("?") if request.method == "GET" else url_for("staff.overview")
    return redirect(f"{url_for('staff.sign_in')}?tiep={quote(following)}", HTTPStatus.SEE_OTHER)


@blueprint.after_request
def keep_private(response: BaseResponse) -> BaseResponse:
    """Nothing of the staff page is kept by browsers or proxies, listed by search engines or told to other sites."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@blueprint.context_processor
def _person() -> dict[str, Any]:
    return {"account": g.get("account"), "navigation": _navigation}


def _navigation() -> list[dict[str, Any]]:
    """The pages that there are; the one that this request belongs to is marked."""
    here = request.path
    links = [(url_for(endpoint), label) for endpoint, label in NAVIGATION.items() if endpoint in current_app.view_functions]
    current = max((url for url, _ in links if here.startswith(url)), key=len, default="")
    return [{"url": url, "label": label, "here": url == current} for url, label in links]
