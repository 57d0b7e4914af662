"""The report of a soak."""

from __future__ import annotations

from collections.abc import Callable

import click

from scripts.commands.soak.clients import Asked, Clients
from scripts.commands.soak.memory import Memory
from scripts.commands.soak.publishing import Publisher

BEFORE, AFTER = 0.5, 2.0  # seconds around a switch that count as during it
MOMENTS = ("sau một phần mười", "giữa chừng", "cuối")


def tell_soak(asking: Clients, publisher: Publisher, memory: list[Memory]) -> None:
    """Print what was asked, how long answers took in calm, while a version was built and around switches, and what the workers held."""
    asked = len(asking.asked)
    kinds = ", ".join(f"{name} {count}" for name, count in asking.kinds.most_common())
    click.echo(f"{asked} câu trả lời trong {asking.seconds:.0f} giây ({asked / asking.seconds:.0f} mỗi giây): {kinds}")
    click.echo(f"mã trả lời: {', '.join(f'{status}: {count}' for status, count in sorted(asking.statuses.items()))}; lỗi: {len(asking.faults)}")
    click.echo(f"công bố: {len(publisher.switched)} lần, lỗi: {len(publisher.faults)}\n")
    switching = _within([(at - BEFORE, at + AFTER) for at in publisher.switched])
    building = _within(publisher.building)
    rows = {
        "tất cả": asking.asked,
        "lúc yên": [one for one in asking.asked if not building(one) and not switching(one)],
        "lúc đang dựng": [one for one in asking.asked if building(one) and not switching(one)],
        "quanh lúc đổi phiên bản": [one for one in asking.asked if switching(one)],
    }
    click.echo(f"{'':26}{'câu':>10}{'p50 ms':>10}{'p95 ms':>10}{'p99 ms':>10}{'lâu nhất':>10}")
    for name, part in rows.items():
        took = sorted(1000 * one.took for one in part)
        if took:
            click.echo(f"{name:26}{len(took):>10}" + "".join(f"{took[int(share * (len(took) - 1))]:>10.1f}" for share in (0.5, 0.95, 0.99, 1.0)))
    click.echo(f"\n{'bộ nhớ mỗi tiến trình, MB':26}{'có mặt':>24}{'riêng':>24}")
    for moment, held in zip(MOMENTS, memory, strict=True):
        click.echo(f"{moment:26}{_list(held.resident):>24}{_list(held.private):>24}")
    for fault in (*asking.faults, *publisher.faults):
        click.echo(fault, err=True)


def _within(spans: list[tuple[float, float]]) -> Callable[[Asked], bool]:
    return lambda one: any(begin <= one.at + one.took and one.at <= end for begin, end in spans)


def _list(figures: list[float]) -> str:
    return " + ".join(f"{figure:.0f}" for figure in figures)
