"""Mounts the staff page on an application."""

from __future__ import annotations

from flask import Flask

from lookup.settings import Settings
from lookup.staff import views
from lookup.staff.access import PREFIX, Staff, blueprint, csrf
from lookup.staff.cookies import StaffCookies


def register(app: Flask, settings: Settings) -> None:
    """Mount the pages. They answer "not switched on" until an account exists, and notice one without a restart."""
    app.extensions["staff"] = Staff(settings)
    app.session_interface = StaffCookies(settings.state_dir, PREFIX)
    app.config |= {
        "WTF_CSRF_CHECK_DEFAULT": False,  # the blueprint checks, once it knows who asks: only then may an upload be read
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as the session it is bound to
        "WTF_CSRF_SSL_STRICT": False,  # it compares Referer with the host, which a proxy may not pass on; SameSite=Strict does the same
    }
    csrf.init_app(app)
    assert views.PARTS
    app.register_blueprint(blueprint)
