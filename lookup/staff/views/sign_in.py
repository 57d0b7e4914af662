"""Sign in and out."""

from __future__ import annotations

import math
from http import HTTPStatus

from flask import Response, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from lookup.staff.access import PREFIX, TOKEN, audit, blueprint, open_to_all, open_to_viewers, staff
from lookup.staff.audit import append_event

_LONGEST_NAME = 64


@blueprint.get("/dang-nhap")
@open_to_all
def sign_in() -> BaseResponse:
    """The form; whoever is signed in already goes on."""
    return redirect(_following()) if g.account else _form()


@blueprint.post("/dang-nhap")
@open_to_all
def check_sign_in() -> BaseResponse:
    """One attempt. Whether the name or the password was wrong is not told."""
    name, password = request.form.get("name", "").strip().lower()[:_LONGEST_NAME], request.form.get("password", "")
    address = request.remote_addr or ""
    if wait := staff().throttle.admit(name, address):
        response = _form(name, f"Sai quá nhiều lần. Xin đợi {math.ceil(wait / 60)} phút rồi thử lại.", HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(math.ceil(wait))
        return response
    found = staff().accounts.check(name, password)
    if found is None:
        known = name in {account.name for account in staff().accounts.list_all()}  # anything else may be a password typed into the wrong box
        append_event(staff().settings.state_dir, name if known else "", "sign-in failed")
        return _form(name, "Tên hoặc mật khẩu chưa đúng. Xin kiểm tra phím Caps Lock và bộ gõ tiếng Việt.", HTTPStatus.UNPROCESSABLE_ENTITY)
    staff().throttle.forgive(name, address)
    session.clear()
    session[TOKEN] = staff().sessions.start(found)
    append_event(staff().settings.state_dir, found.name, "sign-in")
    return redirect(_following(), HTTPStatus.SEE_OTHER)


@blueprint.post("/dang-xuat")
@open_to_viewers
def sign_out() -> BaseResponse:
    """End the session here, not only in the browser."""
    staff().sessions.end(session[TOKEN])
    audit("sign-out")
    session.clear()
    flash("Đã đăng xuất.", "ok")
    return redirect(url_for("staff.sign_in"), HTTPStatus.SEE_OTHER)


def _form(name: str = "", fault: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(render_template("staff/sign-in.html", name=name, fault=fault, following=_following()), status)


def _following() -> str:
    """Where to go on: a page of the staff page, whatever a link to the form asks for."""
    asked = request.values.get("tiep", "")
    ours = asked.startswith(f"{PREFIX}/") and "//" not in asked and "\\" not in asked and asked.isprintable()
    return asked if ours else url_for("staff.overview")
