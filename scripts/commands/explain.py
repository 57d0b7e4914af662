"""Say in plain lines how a query was understood and why procedures rank where they do."""

from __future__ import annotations

from pathlib import Path

import click

from index import CatalogueIndexError, Plan, Search, SearchEngine

SHOWN = 12  # clauses told per procedure

Index = click.Path(file_okay=False, path_type=Path)


@click.command(help="Giải thích một câu tìm kiếm: hiểu thế nào, vì sao thủ tục đứng ở chỗ đó. Không ghi mã thì giải thích kết quả đầu.")
@click.argument("query", metavar="CÂU")
@click.argument("code", metavar="[MÃ]", required=False)
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Index, help="Thư mục chỉ mục.")
def explain(query: str, code: str | None, index_dir: Path) -> None:
    """Print the explanation."""
    engine = SearchEngine(index_dir)
    try:
        plan = engine.understand(Search(query))
        _print_plan(plan)
        for place, hit in enumerate(engine.search(Search(query)).hits, 1):
            click.echo(f"{place:>4}. {hit.card['code']:14}{hit.score:>9.2f}  {hit.card['name'][:100]}")
            code = code or hit.card["code"]
        if code:
            _print_matches(engine, query, code)
    except CatalogueIndexError as error:
        raise click.ClickException(str(error)) from error


def _print_plan(plan: Plan) -> None:
    for change in plan.interpretations:
        click.echo(f"{change.kind}: “{change.typed}” → “{change.to}”")
    if plan.correction:
        click.echo(f"sửa lỗi gõ ({'đã dùng' if plan.correction.applied else 'chỉ hỏi lại'}): “{plan.correction.text}”")
    for signpost in plan.signposts:
        click.echo(f"chỉ dẫn: {signpost.text}")


def _print_matches(engine: SearchEngine, query: str, code: str) -> None:
    matches = engine.explain(Search(query), code)
    click.echo(f"\n{code} được {matches.score:.2f} điểm = {matches.sum:.2f} × {matches.boost:.3f} (thủ tục thường gặp và gần dân được cộng thêm)")
    if matches.pinned:
        click.echo(f"  được ghim ở chỗ thứ {matches.pinned} cho câu này, không theo điểm")
    for match in matches.matches[:SHOWN]:
        click.echo(f"  {match.points:>8.2f}  {match.blend}: {match.term.replace('_', ' ')} (hệ số {match.weight:.2f})")


if __name__ == "__main__":
    explain()
