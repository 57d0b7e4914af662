"""Time the search against stock Whoosh on the same text and queries, in one run, taking turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from whoosh import scoring
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.fields import TEXT, Schema
from whoosh.index import create_in
from whoosh.qparser import MultifieldParser, OrGroup

from index import CatalogueIndexError, Procedure, Search, SearchEngine, body_text, fold, read_judgements

TURN = 20  # queries a contestant runs before the next one does
OURS = "engine.search, cả bộ đếm"


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
        procedures = engine.snapshot().procedures()
    except CatalogueIndexError as error:
        raise click.ClickException(str(error)) from error
    with TemporaryDirectory() as folder:
        contestants: dict[str, Callable[[str], object]] = {
            OURS: lambda query: engine.search(Search(query)),
            "Whoosh BM25F nguyên bản": _stock_whoosh(procedures, Path(folder)),
        }
        _race(contestants, [judged.query for judged in read_judgements(queries)])


def _stock_whoosh(procedures: list[Procedure], folder: Path) -> Callable[[str], object]:
    """Whoosh as its documentation has it, over the same folded text: name and body, the name three times as heavy."""
    index = create_in(str(folder), Schema(name=TEXT(analyzer=SpaceSeparatedTokenizer()), body=TEXT(analyzer=SpaceSeparatedTokenizer())))
    writer = index.writer(limitmb=512)
    for procedure in procedures:
        writer.add_document(name=fold(procedure.name), body=fold(body_text(procedure)))
    writer.commit()
    searcher = index.searcher(weighting=scoring.BM25F())
    parser = MultifieldParser(["name", "body"], index.schema, group=OrGroup, fieldboosts={"name": 3.0})
    return lambda query: searcher.search(parser.parse(fold(query)), limit=10)


def _race(contestants: dict[str, Callable[[str], object]], queries: list[str]) -> None:
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for start in range(0, len(queries), TURN):
        for name, find in contestants.items():
            for query in queries[start : start + TURN]:
                begun = time.perf_counter()
                find(query)
                times[name].append(1000 * (time.perf_counter() - begun))
    ours = statistics.median(times[OURS])
    click.echo(f"{'':30}{'trung vị ms':>14}{'p95 ms':>10}{'gấp':>10}")
    for name, spent in times.items():
        click.echo(f"{name:30}{statistics.median(spent):>14.3f}{statistics.quantiles(spent, n=20)[-1]:>10.3f}{statistics.median(spent) / ours:>10.1f}")


if __name__ == "__main__":
    bench()
