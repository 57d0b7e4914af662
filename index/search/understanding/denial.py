"""What a query says it does not mean: "chỉ thông báo lễ hội, không phải đăng ký lễ hội". Its words would draw just what is not wanted."""

from __future__ import annotations

import re
from collections.abc import Callable

# Only where a clause begins: within one, "không phải" tells what something is ("người dịch không phải cộng tác viên", "nơi không phải nơi cư trú").
_DENIED = re.compile(
    r"(?:[,;.?!]\s*|\b(?:chứ|chớ|chu)\s+)(?:không|khong|hông|hong|hổng|hok|ko)\s+ph[ảa]i\s+(?:l[àa]\s+)?(?P<what>(?:(?!\bmà\b)[^,;.?!])+)", re.IGNORECASE
)


def part_denied(text: str, says_something: Callable[[str], bool]) -> tuple[str, list[str]]:
    """A composed text -> (what is wanted, what is denied); where nothing is wanted besides, the denial is the need."""
    lower = text.lower()
    if "phải" not in lower and "phai" not in lower:
        return text, []
    wanted = _DENIED.sub(" ", text)
    if wanted == text or not says_something(wanted):
        return text, []
    return wanted, [match["what"].strip() for match in _DENIED.finditer(text)]
