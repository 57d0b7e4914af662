"""Ask a copy of the service for minutes while new versions go live, and tell whether anything failed, slowed down or grew."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from index import CatalogueIndexError, SearchEngine, read_judgements
from scripts.commands.bench.serving import start_server
from scripts.commands.soak.clients import Clients, make_questions
from scripts.commands.soak.memory import Memory, measure_workers
from scripts.commands.soak.publishing import Publisher, copy_live_version
from scripts.commands.soak.report import tell_soak

ROOT = Path(__file__).parents[3]
Folder = click.Path(file_okay=False, path_type=Path)


@click.command(help="Chạy thử dài: hỏi liên tục một bản sao của dịch vụ, trong lúc đó công bố phiên bản mới nhiều lần. Danh mục đang công bố không đổi.")
@click.option("--minutes", default=10.0, show_default=True, help="Chạy bao nhiêu phút.")
@click.option("--publish-every", default=20.0, show_default=True, help="Số giây giữa hai lần công bố; 0: không công bố.")
@click.option("--clients", default=16, show_default=True, type=click.IntRange(1, 64), help="Số kết nối hỏi cùng lúc, chỉ trong máy này.")
@click.option("--pause", default=0.0, show_default=True, help="Số mili giây mỗi kết nối nghỉ giữa hai câu hỏi.")
@click.option("--queries", type=click.Path(exists=True, path_type=Path), default=ROOT / "data/judgements", help="Tệp hoặc thư mục câu hỏi.")
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục.")
def soak(minutes: float, publish_every: float, clients: int, pause: float, queries: Path, index_dir: Path) -> None:
    """Print the report; exit code 1 where an answer failed or told another version than was live."""
    with TemporaryDirectory(prefix="lookup-soak-") as folder:
        try:
            copy_live_version(index_dir, Path(folder) / "index")
            procedures = SearchEngine(Path(folder) / "index").snapshot().titles()
        except CatalogueIndexError as error:
            raise click.ClickException(str(error)) from error
        questions = make_questions([judged.query for judged in read_judgements(queries)], [procedure.code for procedure in procedures])
        settings = {"LOOKUP_INDEX_DIR": f"{folder}/index", "LOOKUP_STATE_DIR": f"{folder}/state", "LOOKUP_RATE_LIMIT": ""}
        with start_server("lookup:create_app()", settings) as server:
            asking = Clients(server.port, questions, clients, pause / 1000, Path(folder) / "index")
            publisher = Publisher(Path(folder), publish_every)
            memory = _run(asking, publisher, server.pid, 60 * minutes)
    tell_soak(asking, publisher, memory)
    sys.exit(1 if asking.faults or publisher.faults else 0)


def _run(asking: Clients, publisher: Publisher, pid: int, seconds: float) -> list[Memory]:
    """The memory of the workers after a tenth of the time, at the middle and at the end."""
    begun, memory = time.monotonic(), []
    asking.start()
    publisher.start()
    try:
        for share in (0.1, 0.5, 1.0):
            time.sleep(max(0.0, begun + share * seconds - time.monotonic()))
            memory.append(measure_workers(pid))
    finally:
        publisher.stop()
        asking.stop()
    return memory


if __name__ == "__main__":
    soak()
