"""Score the ranking on judged queries: class by class, variant by variant, and against another version."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from index import VARIANTS, CatalogueIndexError, JudgedQuery, Scores, Search, SearchEngine, first_relevant, judge, judge_by_class, read_judgements, rewrite

COLUMNS = ("lớp", "câu", "đúng@1", "đúng@3", "đúng@10", "nDCG@10", "trống", "ngờ")
TYPED = (3, 5, 7, 9, 12, 15, 18, 25)  # letters after which suggestions are judged
Index = click.Path(file_okay=False, path_type=Path)
Queries = click.Path(exists=True, path_type=Path)


@click.command(help="Chấm điểm tìm kiếm bằng các câu hỏi đã có đáp án, theo từng lớp câu hỏi.")
@click.option("--queries", type=Queries, default=Path(__file__).parents[2] / "data/judgements", help="Tệp hoặc thư mục câu hỏi (JSON Lines).")
@click.option("--variants", is_flag=True, help="Chấm thêm mọi kiểu gõ: không dấu, Telex, VNI, gõ nhầm, dính chữ…")
@click.option("--suggestions", is_flag=True, help="Chấm thêm gợi ý khi mới gõ được vài chữ cái.")
@click.option("--seed", default=0, help="Hạt giống cho các kiểu gõ ngẫu nhiên.")
@click.option("--misses", is_flag=True, help="Kể những câu không có đáp án đúng trong mười kết quả đầu.")
@click.option("--compare", metavar="PHIÊN BẢN", help="Một phiên bản khác trong thư mục chỉ mục, để so điểm từng lớp.")
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Index, help="Thư mục chỉ mục.")
def evaluate(queries: Path, variants: bool, suggestions: bool, seed: int, misses: bool, compare: str | None, index_dir: Path) -> None:
    """Print the tables."""
    judged = read_judgements(queries)
    engine = SearchEngine(index_dir)
    try:
        table = judge_by_class(judged, _finder(engine))
        _print_table(table)
        if compare:
            _print_comparison(table, judge_by_class(judged, _finder(SearchEngine(index_dir, compare))))
        if variants:
            _print_variants(engine, judged, seed)
        if suggestions:
            _print_suggestions(engine, judged)
        if misses:
            _print_misses(engine, judged)
    except CatalogueIndexError as error:
        raise click.ClickException(str(error)) from error


def _finder(engine: SearchEngine) -> Callable[[str], tuple[list[tuple[str, ...]], bool]]:
    def find(query: str) -> tuple[list[tuple[str, ...]], bool]:
        results = engine.search(Search(query))
        return [hit.codes for hit in results.hits], results.unsure or bool(results.plan.signposts)

    return find


def _print_table(table: dict[str, Scores]) -> None:
    click.echo("".join(f"{column:>10}" for column in COLUMNS))
    for kind, scores in table.items():
        click.echo(f"{kind:>10}{scores.queries:>10}" + "".join(f"{figure:>10.3f}" for figure in scores[1:]))


def _print_comparison(ours: dict[str, Scores], theirs: dict[str, Scores]) -> None:
    click.echo("\nHơn (+) hay kém (-) phiên bản kia:")
    for kind, scores in ours.items():
        click.echo(f"{kind:>10}{'':>10}" + "".join(f"{own - other:>+10.3f}" for own, other in zip(scores[1:], theirs[kind][1:], strict=True)))


def _print_variants(engine: SearchEngine, judged: list[JudgedQuery], seed: int) -> None:
    click.echo("\nTheo kiểu gõ:")
    for variant in VARIANTS:
        typed = [query._replace(query=rewrite(query.query, variant, seed)) for query in judged]
        scores = judge(typed, _finder(engine))
        click.echo(f"{variant:>16}" + "".join(f"{figure:>10.3f}" for figure in scores[1:5]))


def _print_suggestions(engine: SearchEngine, judged: list[JudgedQuery]) -> None:
    """Scores of what is suggested after the first letters, of queries that are longer."""
    click.echo("\nGợi ý, theo số chữ cái đã gõ:")
    for letters in TYPED:
        started = [query._replace(query=query.query[:letters]) for query in judged if len(query.query) > letters]
        scores = judge(started, lambda text: ([(suggestion.code,) for suggestion in engine.suggest(text).suggestions], False))
        click.echo(f"{letters:>16}" + "".join(f"{figure:>10.3f}" for figure in scores[1:5]))


def _print_misses(engine: SearchEngine, judged: list[JudgedQuery]) -> None:
    click.echo("\nCâu chưa có đáp án đúng:")
    for query in judged:
        entries, _ = _finder(engine)(query.query)
        if query.grades and first_relevant(entries, query.grades) is None:
            click.echo(f"{query.kind:>10}  {query.query}")


if __name__ == "__main__":
    evaluate()
