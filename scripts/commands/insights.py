"""Print or export what citizens searched for in a month, what they did not find, and which procedures they opened."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import click
from openpyxl import Workbook

from index import CatalogueIndexError, Search, SearchEngine, UnknownProcedure, harmless, save_workbook
from lookup.insights import QueryCount, Report, read_report, today

SHOWN = 20
Folder = click.Path(file_okay=False, path_type=Path)
Row = tuple[str | int, ...]


class Table(NamedTuple):
    """A list of the report. Its rows are made as they are taken: each is a search, and of thousands only the first are printed."""

    header: Row
    size: int
    rows: Iterator[Row]


def _check_month(context: click.Context, parameter: click.Parameter, value: str | None) -> str:
    try:
        return f"{datetime.strptime(value, '%Y-%m') if value else today():%Y-%m}"
    except ValueError as error:
        raise click.BadParameter("xin ghi năm và tháng, ví dụ 2026-11.") from error


@click.command(help="Xem trong tháng người dân tìm gì, tìm gì không thấy, mở thủ tục nào. Không có thông tin của ai: chỉ có số đếm theo ngày.")
@click.option("--month", metavar="NĂM-THÁNG", callback=_check_month, help="Tháng cần xem, ví dụ 2026-11. Không ghi: tháng này.")
@click.option("--export", type=click.Path(dir_okay=False, path_type=Path), help="Ghi đầy đủ ra tệp .csv hoặc .xlsx.")
@click.option("--state-dir", envvar="LOOKUP_STATE_DIR", default="var/state", show_default=True, type=Folder, help="Thư mục dữ liệu của dịch vụ.")
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục, để kể tên thủ tục.")
def insights(month: str, export: Path | None, state_dir: Path, index_dir: Path) -> None:
    """Print the report, or write it to a file."""
    if export and export.suffix.lower() not in (".csv", ".xlsx"):
        raise click.BadParameter("chỉ ghi được tệp .csv hoặc .xlsx.", param_hint="--export")
    report = read_report(state_dir, month)
    tables = _make_tables(report, SearchEngine(index_dir))
    if export is None:
        _print(report, tables)
        return
    (_write_csv if export.suffix.lower() == ".csv" else _write_workbook)(export, tables)
    click.echo(f"Đã ghi {export}.")


def _make_tables(report: Report, engine: SearchEngine) -> dict[str, Table]:
    totals = report.totals
    sums: list[Row] = [
        ("Lượt tìm", totals.searches),
        ("Lượt tìm không thấy gì", totals.empty),
        ("Lượt không nhận gợi ý sửa", totals.refused),
        ("Lượt không ghi chữ vì có thể có tên người", totals.withheld),
        ("Lượt mở thủ tục", totals.opened),
    ]
    return {
        "Tổng số": Table(("Tháng", report.month), len(sums), iter(sums)),
        "Tìm không thấy": Table(
            ("Điều tìm", "Lượt không thấy", "Nay đứng đầu"),
            len(report.empty),
            ((query.text, query.empty, _find_first(engine, query)) for query in report.empty),
        ),
        "Không nhận gợi ý sửa": Table(("Điều tìm", "Lượt"), len(report.refused), ((query.text, query.refused) for query in report.refused)),
        "Tìm nhiều": Table(
            ("Điều tìm", "Lượt", "Nay đứng đầu"), len(report.queries), ((query.text, query.seen, _find_first(engine, query)) for query in report.queries)
        ),
        "Thủ tục được mở": Table(("Mã", "Lượt", "Tên"), len(report.opened), ((code, times, _find_name(engine, code)) for code, times in report.opened)),
    }


def _find_first(engine: SearchEngine, query: QueryCount) -> str:
    """The procedure that stands first for this text today: what was not found last week may be found now."""
    try:
        hits = engine.search(Search(query.text, per_page=1)).hits
    except CatalogueIndexError:
        return ""
    return str(hits[0].card["name"]) if hits else "(không có)"


def _find_name(engine: SearchEngine, code: str) -> str:
    try:
        return engine.procedure(code).name
    except UnknownProcedure:
        return "(đã rút)"
    except CatalogueIndexError:
        return ""


def _print(report: Report, tables: dict[str, Table]) -> None:
    for title, table in tables.items():
        click.echo(f"\n{title}")
        for row in (table.header, *islice(table.rows, SHOWN)):
            click.echo("  " + "  ".join(str(value) for value in row))
        if table.size > SHOWN:
            click.echo(f"  … còn {table.size - SHOWN} dòng; xin dùng --export.")
    if not report.totals.searches:
        click.echo("\nTháng này chưa có lượt tìm nào được đếm.")


def _write_csv(path: Path, tables: dict[str, Table]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets a spreadsheet read it as UTF-8
        writer = csv.writer(file)
        for title, table in tables.items():
            writer.writerows((title, *map(_safe, row)) for row in (table.header, *table.rows))


def _write_workbook(path: Path, tables: dict[str, Table]) -> None:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, table in tables.items():
        sheet = workbook.create_sheet(title)
        for row in (table.header, *table.rows):
            sheet.append([_safe(value) for value in row])
    save_workbook(workbook, path)


def _safe(value: Any) -> Any:
    return harmless(value) if isinstance(value, str) else value


if __name__ == "__main__":
    insights()
