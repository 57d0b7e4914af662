"""How templates of the staff page write times and numbers."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from lookup.staff.access import blueprint

_VIETNAM = timezone(timedelta(hours=7))


@blueprint.app_template_filter("local_time")
def local_time(moment: str) -> str:
    """``14:05 23/11/2026`` in Vietnam, of an ISO 8601 time; what is none stays as it is."""
    try:
        return datetime.fromisoformat(moment).astimezone(_VIETNAM).strftime("%H:%M %d/%m/%Y")
    except ValueError:
        return moment


@blueprint.app_template_filter("grouped")
def grouped(number: int) -> str:
    """``5.715``."""
    return f"{number:,}".replace(",", ".")
