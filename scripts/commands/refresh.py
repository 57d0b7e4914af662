"""Read lists and details, show what would change, publish."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from index import Catalogue, CatalogueIndexError, Comparison, load_vocabulary, prepare, publish_catalogue, read_published

VOCABULARY = Path(__file__).parents[2] / "data/vocabulary"
SHOWN = 20  # problems and changes printed of each kind
REFUSED = 2

File = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(help="Cập nhật danh mục từ các tệp danh sách (xlsx, csv) và chi tiết (jsonl). Danh mục mới là đúng những gì có trong các tệp này.")
@click.argument("lists", metavar="TỆP...", nargs=-1, type=File)
@click.option("--details", metavar="TỆP", multiple=True, type=File, help="Tệp chi tiết thủ tục (JSON Lines); ghi nhiều lần được.")
@click.option("--republish", is_flag=True, help="Dựng lại từ danh mục đang công bố, chỉ thay từ vựng; không cần tệp nào.")
@click.option("--vocabulary", type=click.Path(exists=True, file_okay=False, path_type=Path), default=VOCABULARY, help="Thư mục từ vựng.")
@click.option("--dry-run", is_flag=True, help="Chỉ xem sẽ thay đổi gì, không công bố.")
@click.option(
    "--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=click.Path(file_okay=False, path_type=Path), help="Thư mục chỉ mục."
)
def refresh(lists: tuple[Path, ...], details: tuple[Path, ...], republish: bool, vocabulary: Path, dry_run: bool, index_dir: Path) -> None:
    """The command line of a refresh."""
    if republish == bool(lists or details):
        raise click.UsageError("Cần ít nhất một tệp, hoặc --republish và không tệp nào.")
    try:
        words = load_vocabulary(vocabulary)
        if republish:
            catalogue = read_published(index_dir)
        else:
            catalogue, comparison = prepare(lists, details, index_dir, lambda file: click.echo(f"Đang đọc {file}…"))
            _print_report(catalogue, comparison)
        if dry_run:
            click.echo("Mới xem thử, chưa công bố gì.")
            return
        with _progress(len(catalogue.procedures)) as advance:
            current = publish_catalogue(catalogue, index_dir, words, advance)
        click.echo(f"Đã công bố {len(catalogue.procedures)} thủ tục, phiên bản {current.version}.")
    except CatalogueIndexError as error:
        click.echo(f"Không công bố: {error}", err=True)
        sys.exit(REFUSED)


def _print_report(catalogue: Catalogue, comparison: Comparison) -> None:
    for source in catalogue.sources:
        click.echo(f"{source.name}: {source.rows} dòng")
    _print_some("dòng bị bỏ ra", [str(problem) for problem in catalogue.problems])
    click.echo(
        f"So với danh mục đang công bố: thêm {len(comparison.added)}, rút {len(comparison.withdrawn)}, "
        f"đổi {len({change.code for change in comparison.changed})}, giữ nguyên {comparison.unchanged}."
    )
    _print_some("thủ tục rút ra", list(comparison.withdrawn))
    _print_some("chỗ đổi", [f"{change.code}, {change.part}: {change.old[:60]} → {change.new[:60]}" for change in comparison.changed])


def _print_some(what: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"{len(lines)} {what}:")
        for line in lines[:SHOWN]:
            click.echo(f"  {line}")
        if len(lines) > SHOWN:
            click.echo(f"  … và {len(lines) - SHOWN} nữa")


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, one plain line elsewhere."""
    with click.progressbar(length=total, label="Đang dựng chỉ mục", show_pos=True) as bar:
        yield bar.update


if __name__ == "__main__":
    refresh()
