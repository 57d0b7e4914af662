"""How templates of the staff page write times, numbers and phases."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from lookup.staff import jobs
from lookup.staff.access import blueprint

_VIETNAM = timezone(timedelta(hours=7))
_PHASES = {
    jobs.STARTED: "đang bắt đầu",
    jobs.READING: "đang đọc và so sánh",
    jobs.READY: "chờ xem và công bố",
    jobs.PUBLISHING: "đang công bố",
    jobs.PUBLISHED: "đã công bố",
    jobs.REFUSED: "tệp không dùng được",
    jobs.DROPPED: "đã bỏ",
    jobs.FAILED: "bị lỗi",
    jobs.CUT_OFF: "bị dừng giữa chừng",
}


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


@blueprint.app_template_filter("bytes")
def tell_bytes(size: int) -> str:
    """``1,9 MB``."""
    return f"{size / 2**20:.1f} MB".replace(".", ",") if size >= 2**20 else f"{-(-size // 2**10)} KB"


@blueprint.app_template_filter("phase_label")
def tell_phase(phase: str) -> str:
    """How far a refresh is, in a few words."""
    return _PHASES.get(phase, phase)


@blueprint.app_template_filter("without_switches")
def without_switches(text: str) -> str:
    """A reason without the options in brackets that only the command line has."""
    return re.sub(r" \(--[a-z]+\)", "", text)
