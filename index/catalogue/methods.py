"""The ways to submit a procedure, and what two sources that each know a part of them say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Method:
    """One way to submit: a channel (at the counter, by post, online) with its time limit and fee, where known.

    Without a channel it holds for whatever channels there are.
    """

    channel: str | None = None
    time_limit: str | None = None
    fee: str | None = None
    description: str | None = None


_PARTS = tuple(part.name for part in fields(Method) if part.name != "channel")


def join_methods(first: Sequence[Method], second: Sequence[Method]) -> tuple[Method, ...]:
    """What `first` says, which counts, with all that `second` knows besides.

    A part is filled from the same channel, or from the only way there is. A time limit or a fee without a channel is never spread over several
    channels: it stands by itself, and takes the place of one that `second` gave to all of its channels alike.
    """
    rest = list(second)
    joined: list[Method] = []
    for method in first:
        alone = sum(other.channel == method.channel for other in first) == 1
        match = _match(method, rest, only_way=len(first) == 1) if alone else None
        if match:
            rest.remove(match)
            joined.append(_fill(method, match))
        elif not _is_said(method, rest):
            rest = [_without(other, method, rest) for other in rest] if alone else rest
            joined.append(method)
    return tuple(dict.fromkeys((*joined, *(method for method in rest if method != Method()))))


def _match(method: Method, others: Sequence[Method], only_way: bool) -> Method | None:
    """The one other way that is the same: of the same channel, or where there is but one on either side and one of them names no channel."""
    same = [other for other in others if other.channel == method.channel]
    if not same and only_way and len(others) == 1 and None in (method.channel, others[0].channel):
        same = list(others)
    return same[0] if len(same) == 1 else None


def _fill(method: Method, other: Method) -> Method:
    return Method(*(getattr(method, part.name) or getattr(other, part.name) for part in fields(Method)))


def _is_said(method: Method, others: Sequence[Method]) -> bool:
    """Whether another way tells all that this one does, and none of its channel tells otherwise."""
    reached = [other for other in others if method.channel in (None, other.channel)]
    known = [part for part in _PARTS if getattr(method, part)]
    told = [[getattr(other, part) in (None, getattr(method, part)) for part in known] for other in reached]
    return all(map(all, told)) and any(all(getattr(other, part) for part in known) for other in reached)


def _without(other: Method, method: Method, others: Sequence[Method]) -> Method:
    """The other without what the method says anew for it: the parts that all ways of the method's channel told alike."""
    if method.channel not in (None, other.channel):
        return other
    told = {part: {getattr(way, part) for way in others if method.channel in (None, way.channel)} - {None} for part in _PARTS}
    return replace(other, **{part: None for part in ("time_limit", "fee") if getattr(method, part) and len(told[part]) == 1})
