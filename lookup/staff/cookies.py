"""The one cookie of the staff page: signed, HttpOnly, SameSite=Strict, Secure over https. Public pages neither read nor set it."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, Request, has_request_context, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from lookup.staff.database import database_exists
from lookup.staff.secret import make_secret


class StaffCookies(SecureCookieSessionInterface):
    """Holds the session token, the form token and the messages to show next, below the path of the staff page alone."""

    def __init__(self, state_dir: Path, prefix: str) -> None:
        self._state_dir = state_dir
        self._prefix = prefix

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """No session outside the staff page, nor while it is off: Flask then makes one that cannot be written."""
        if not f"{request.path}/".startswith(f"{self._prefix}/") or not database_exists(self._state_dir):
            return None
        app.secret_key = app.secret_key or make_secret(self._state_dir)
        return super().open_session(app, request)

    def get_cookie_name(self, app: Flask) -> str:
        return "quan_tri"

    def get_cookie_path(self, app: Flask) -> str:
        return self._prefix

    def get_cookie_httponly(self, app: Flask) -> bool:
        return True

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Strict"

    def get_cookie_secure(self, app: Flask) -> bool:
        return has_request_context() and request.is_secure
