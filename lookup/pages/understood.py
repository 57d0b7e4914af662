"""How a query was understood, told in a few words that a citizen can check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index import Plan

ASKED_NAMES = {
    "fee": "lệ phí",
    "time": "thời hạn",
    "documents": "giấy tờ cần mang",
    "where": "nơi nộp",
    "steps": "cách làm",
    "conditions": "điều kiện",
    "result": "kết quả nhận được",
}
_READ_AS = ("keystrokes", "spacing", "repair", "synonym")
_STEERED = {
    "level": "ưu tiên {}",
    "field": "ưu tiên lĩnh vực {}",
    "agency": "ưu tiên {}",
    "applicant": "ưu tiên {}",
    "channel": "ưu tiên nộp {}",
    "title": "ưu tiên thủ tục {}",
}
_MOST = 5


def tell(plan: Plan) -> list[str]:
    """At most five phrases, each once; what the correction says already is not said again."""
    return list(dict.fromkeys(_phrases(plan)))[:_MOST]


def _phrases(plan: Plan) -> Iterator[str]:
    for kind, typed, to in plan.interpretations:
        if kind == "repair" and plan.correction and plan.correction.applied:
            continue
        if kind in _READ_AS:
            yield f"“{typed}” là “{'” hoặc “'.join(to.split('; ')[:2])}”"
        elif kind in _STEERED:
            values = to.replace("; ", " hoặc ")
            yield _STEERED[kind].format(values if kind == "field" else values[:1].lower() + values[1:])
        elif kind == "asks" and to in ASKED_NAMES:
            yield f"bạn hỏi {ASKED_NAMES[to]}"
        elif kind == "denied":
            yield f"không tìm “{typed}”"


def find_asked(plan: Plan) -> str | None:
    """The part of a procedure that a query asks for, or None."""
    return next((to for kind, _, to in plan.interpretations if kind == "asks" and to in ASKED_NAMES), None)


def join_channels(channels: Iterable[str]) -> str:
    """Ways to submit, as people say them, the counter first."""
    said = [_CHANNELS.get(channel, channel) for channel in sorted(channels, key=_order)]
    return ", ".join([*said[:1], *(way[:1].lower() + way[1:] for way in said[1:])])


_CHANNELS = {"Trực tiếp": "Đến nộp trực tiếp", "Dịch vụ bưu chính": "Gửi qua bưu điện", "Trực tuyến": "Nộp trực tuyến"}


def _order(channel: str) -> int:
    return list(_CHANNELS).index(channel) if channel in _CHANNELS else len(_CHANNELS)
