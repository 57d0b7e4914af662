"""Time the search against stock Whoosh on the same index and queries, in one run, taking turns query by query."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import click
from whoosh import scoring
from whoosh.qparser import MultifieldParser, OrGroup

from index import CatalogueIndexError, Search, SearchEngine, fold, read_judgements


@click.command(help="Đo thời gian tìm kiếm, so với Whoosh nguyên bản trên cùng chỉ mục và câu hỏi.")
@click.option(
    "--queries", type=click.Path(exists=True, path_type=Path), default=Path(__file__).parents[2] / "data/judgements", help="Tệp hoặc thư mục câu hỏi."
)
@click.option(
    "--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục chỉ mục."
)
def bench(queries: Path, index_dir: Path) -> None:
    """Print medians, 95th percentiles and the ratio of the medians."""
    engine = SearchEngine(index_dir)
    try:
        reader = engine.snapshot().reader
    except CatalogueIndexError as error:
        raise click.ClickException(str(error)) from error
    from whoosh.searching import Searcher

    searcher = Searcher(reader, weighting=scoring.BM25F())
    parser = MultifieldParser(["folded", "body"], reader.schema, group=OrGroup, fieldboosts={"folded": 3.0})
    contestants: dict[str, Callable[[str], object]] = {
        "engine.search, cả bộ đếm": lambda query: engine.search(Search(query)),
        "Whoosh BM25F nguyên bản": lambda query: searcher.search(parser.parse(fold(query)), limit=10),
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for query in [judged.query for judged in read_judgements(queries)]:
        for name, find in contestants.items():
            start = time.perf_counter()
            find(query)
            times[name].append(1000 * (time.perf_counter() - start))
    ours = statistics.median(times["engine.search, cả bộ đếm"])
    click.echo(f"{'':30}{'trung vị ms':>14}{'p95 ms':>10}{'gấp':>10}")
    for name, spent in times.items():
        click.echo(f"{name:30}{statistics.median(spent):>14.3f}{statistics.quantiles(spent, n=20)[-1]:>10.3f}{statistics.median(spent) / ours:>10.1f}")


if __name__ == "__main__":
    bench()
