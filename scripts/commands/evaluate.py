"""Score the ranking on judged queries, class by class."""

from __future__ import annotations

from pathlib import Path

import click

from index import CatalogueIndexError, Scores, Search, SearchEngine, judge_by_class, read_judgements

COLUMNS = ("lớp", "câu", "đúng@1", "đúng@3", "đúng@10", "nDCG@10", "trống")


@click.command(help="Chấm điểm tìm kiếm bằng các câu hỏi đã có đáp án, theo từng lớp câu hỏi.")
@click.option(
    "--queries",
    type=click.Path(exists=True, path_type=Path),
    default=Path(__file__).parents[2] / "data/judgements",
    help="Tệp hoặc thư mục câu hỏi (JSON Lines).",
)
@click.option(
    "--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục chỉ mục."
)
def evaluate(queries: Path, index_dir: Path) -> None:
    """Print the table."""
    engine = SearchEngine(index_dir)
    try:
        table = judge_by_class(read_judgements(queries), lambda query: [hit.card["code"] for hit in engine.search(Search(query)).hits])
    except CatalogueIndexError as error:
        raise click.ClickException(str(error)) from error
    click.echo("".join(f"{column:>10}" for column in COLUMNS))
    for kind, scores in table.items():
        click.echo(_row(kind, scores))


def _row(kind: str, scores: Scores) -> str:
    figures = (scores.success_1, scores.success_3, scores.success_10, scores.ndcg, scores.empty)
    return f"{kind:>10}{scores.queries:>10}" + "".join(f"{figure:>10.3f}" for figure in figures)


if __name__ == "__main__":
    evaluate()
