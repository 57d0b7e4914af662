"""Time the search, its peers and the service, and print the tables of the README."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from index import CatalogueIndexError, JudgedQuery, Search, SearchEngine, read_judgements
from scripts.commands.bench.growth import GROWTH, Stage, grow
from scripts.commands.bench.hostile import cost
from scripts.commands.bench.loads import make_loads
from scripts.commands.bench.peers import make_peers
from scripts.commands.bench.racing import race
from scripts.commands.bench.serving import ask_in_turn, find_wrk, serve
from scripts.commands.bench.tables import tell_machine, tell_race, tell_served, tell_table, tell_worst

OURS, RANKING, PEER = "engine.search: cả bộ đếm, sửa lỗi, đánh dấu", "chỉ xếp hạng", "tantivy"
Folder = click.Path(file_okay=False, path_type=Path)


@click.command(help="Đo thời gian tìm kiếm bên cạnh các máy tìm khác, rồi đo cả dịch vụ qua HTTP (cần wrk).")
@click.option(
    "--queries", type=click.Path(exists=True, path_type=Path), default=Path(__file__).parents[3] / "data/judgements", help="Tệp hoặc thư mục câu hỏi."
)
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục.")
@click.option("--rounds", default=5, show_default=True, help="Số lượt của mỗi bên.")
@click.option("--seconds", default=3, show_default=True, help="Số giây mỗi lượt hỏi qua HTTP.")
@click.option("--only", type=click.Choice(["race", "worst", "http"]), help="Chỉ đo trong tiến trình (race), câu hỏi đắt nhất (worst) hoặc qua HTTP (http).")
@click.option("--growth", is_flag=True, help="Đo khi danh mục lớn lên: một nghìn, cả nước, rồi 57 và 114 nghìn chia cho 34 tỉnh. Mất nhiều phút.")
@click.option("--stage", type=click.Choice(list(GROWTH)), multiple=True, help="Chỉ đo cỡ này khi dùng --growth.")
def bench(queries: Path, index_dir: Path, rounds: int, seconds: int, only: str | None, growth: bool, stage: tuple[str, ...]) -> None:
    """Print the tables."""
    judged = read_judgements(queries)
    engine = SearchEngine(index_dir)
    try:
        tell_machine(len(engine.snapshot()), len(judged))
        if growth:
            tell_table(Stage.header(), (grow(name, engine, [query.query for query in judged], rounds).row() for name in stage or GROWTH))
            return
        if only in (None, "race"):
            _race(engine, judged, rounds)
        if only in (None, "worst"):
            tell_worst(cost(engine))
        if only in (None, "http"):
            _serve(engine, judged, index_dir, rounds, seconds)
    except CatalogueIndexError as error:
        raise click.ClickException(str(error)) from error


def _race(engine: SearchEngine, judged: list[JudgedQuery], rounds: int) -> None:
    texts = [query.query for query in judged]
    plans = {text: engine.understand(Search(text)) for text in texts}
    contestants: dict[str, Callable[[str], object]] = {OURS: lambda text: engine.search(Search(text)), RANKING: lambda text: engine.rank(plans[text])}
    with TemporaryDirectory() as folder:
        contestants |= dict(make_peers(engine.snapshot().procedures(), Path(folder)))
        gc.freeze()  # what the peers keep is none of the search's: the collector shall not walk through it for either
        tell_race(race(contestants, texts, rounds), OURS, PEER)


def _serve(engine: SearchEngine, judged: list[JudgedQuery], index_dir: Path, rounds: int, seconds: int) -> None:
    if not find_wrk():
        raise click.ClickException("Cần wrk để đo qua HTTP. Xin cài rồi chạy lại (Debian, Ubuntu: apt install wrk), hoặc dùng --only race.")
    codes = [procedure.code for procedure in engine.snapshot().procedures()[::5]]
    with serve(index_dir.resolve()) as ports:
        tell_served(ask_in_turn(make_loads(judged, codes, ports), rounds, seconds))


if __name__ == "__main__":
    bench()
