"""The tables of the README, with machine and date."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

import click

from scripts.commands.bench.hostile import Cost
from scripts.commands.bench.racing import Lap
from scripts.commands.bench.serving import Served


def tell_machine(procedures: int, queries: int) -> None:
    """What the figures hold for."""
    cpuinfo = Path("/proc/cpuinfo")
    models = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")] if cpuinfo.exists() else []
    machine = f"{os.cpu_count()} nhân {models[0] if models else platform.machine()}, Python {platform.python_version()}"
    click.echo(f"{procedures} thủ tục, {queries} câu hỏi; {machine}; {datetime.now():%d/%m/%Y}.\n")


def tell_race(laps: Mapping[str, Lap], ours: str, peer: str) -> None:
    """Milliseconds a query, and how many times as long as ours and as the peer's."""
    others = [("gấp ta", laps[ours].median)] + ([(f"gấp {peer}", laps[peer].median)] if peer in laps else [])
    rows = [[name, f"{lap.median:.2f} ms", f"{lap.high:.2f} ms", *(f"{lap.median / median:.2f}" for _, median in others)] for name, lap in laps.items()]
    tell_table(["trong tiến trình, không giữ gì", "trung vị", "95 %", *(title for title, _ in others)], rows)


def tell_worst(costs: Mapping[str, Cost]) -> None:
    """Milliseconds of the dearest queries, the dearest kind first."""
    rows = [[kind, f"{each.search:.1f} ms", f"{each.suggestion:.1f} ms"] for kind, each in sorted(costs.items(), key=lambda pair: -max(pair[1]))]
    tell_table(["câu hỏi đắt nhất mỗi loại", "tìm", "gợi ý"], rows)


def tell_served(served: Mapping[str, Served]) -> None:
    """Requests a second, and the share of the first load's, in the same turn: the machine is not as fast in every minute."""
    rows = [[name, f"{each.rate:.0f}", f"{each.share:.0%}", f"{each.median:.1f} ms", f"{each.high:.1f} ms", str(each.failed)] for name, each in served.items()]
    tell_table(["qua HTTP, gunicorn như đóng gói", "yêu cầu/giây", "so với cố định", "trung vị", "95 %", "lỗi"], rows)


def tell_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A Markdown table, each row as soon as it is there."""
    for row in chain([header, ["---"] * len(header)], rows):
        click.echo(f"| {' | '.join(row)} |")
    click.echo()
