"""Read lists and details, show what would change and what stops it, publish."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from index import (
    CatalogueIndexError,
    Proposal,
    SourceRefused,
    load_vocabulary,
    prepare,
    publish_catalogue,
    read_codes,
    read_published,
    refuse_stops,
    write_report,
)

VOCABULARY = Path(__file__).parents[2] / "data/vocabulary"
SHOWN = 20  # lines printed of each kind
REFUSED = 2  # exit code: the files or guards refuse; 1 is a failure of the machine

File = click.Path(exists=True, dir_okay=False, path_type=Path)
Folder = click.Path(file_okay=False, path_type=Path)


@click.command(help="Cập nhật danh mục từ các tệp danh sách (xlsx, csv) và chi tiết (jsonl). Danh mục mới là đúng những gì có trong các tệp này.")
@click.argument("lists", metavar="TỆP...", nargs=-1, type=File)
@click.option("--details", metavar="TỆP", multiple=True, type=File, help="Tệp chi tiết thủ tục (JSON Lines); ghi nhiều lần được.")
@click.option("--update", is_flag=True, help="Chỉ thay hoặc thêm các dòng trong tệp; thủ tục khác giữ nguyên.")
@click.option("--withdraw", metavar="TỆP", multiple=True, type=File, help="Tệp danh sách (hoặc mỗi dòng một mã) các thủ tục rút khỏi danh mục.")
@click.option("--republish", is_flag=True, help="Dựng lại từ danh mục đang công bố, chỉ thay từ vựng; không cần tệp nào.")
@click.option("--vocabulary", type=click.Path(exists=True, file_okay=False, path_type=Path), default=VOCABULARY, help="Thư mục từ vựng.")
@click.option("--allow", metavar="TÊN", multiple=True, help="Cho qua một chốt chặn (shrink, rename, move, column, stale, contradict).")
@click.option("--note", default="", help="Lý do cập nhật, ghi vào lịch sử.")
@click.option("--dry-run", is_flag=True, help="Chỉ xem sẽ thay đổi gì, không công bố.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON cho máy đọc.")
@click.option("--report", metavar="TỆP.xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Ghi báo cáo ra bảng tính cho đồng nghiệp.")
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục.")
def refresh(lists: tuple[Path, ...], details: tuple[Path, ...], index_dir: Path, **options: Any) -> None:
    """The command line of a refresh."""
    withdrawn = options["withdraw"]
    if options["republish"] == bool(lists or details or withdrawn):
        raise click.UsageError("Cần ít nhất một tệp, hoặc --republish và không tệp nào.")
    if withdrawn and not options["update"]:
        raise click.UsageError("--withdraw chỉ dùng cùng --update.")
    say = (lambda line: None) if options["as_json"] else click.echo
    try:
        words = load_vocabulary(options["vocabulary"])
        if options["republish"]:
            catalogue = read_published(index_dir)
        else:
            codes = [code for path in withdrawn for code in read_codes(path)]
            proposal = prepare(lists, details, index_dir, update=options["update"], withdrawn=codes, announce=lambda file: say(f"Đang đọc {file}…"))
            catalogue = proposal.catalogue
            _tell(proposal, options["as_json"], options["report"])
            if options["dry_run"]:
                say("Mới xem thử, chưa công bố gì.")
                return
            refuse_stops(proposal, options["allow"])
        with _progress(len(catalogue.procedures), options["as_json"]) as advance:
            current = publish_catalogue(catalogue, index_dir, words, advance, who=getpass.getuser(), note=options["note"])
        say(f"Đã công bố {len(catalogue.procedures)} thủ tục, phiên bản {current.version}.")
    except CatalogueIndexError as error:
        click.echo(f"{'Tệp bị từ chối' if isinstance(error, SourceRefused) else 'Không công bố'}: {error}", err=True)
        sys.exit(REFUSED)


def _tell(proposal: Proposal, as_json: bool, report: Path | None) -> None:
    if report:
        write_report(proposal, report)
    if as_json:
        click.echo(json.dumps(_as_record(proposal), ensure_ascii=False))
        return
    comparison = proposal.comparison
    for source in proposal.catalogue.sources:
        click.echo(f"{source.name}: {source.rows} dòng, kiểu {source.layout}")
    _print_some("dòng bị bỏ ra", [str(problem) for problem in proposal.catalogue.problems])
    click.echo(
        f"So với danh mục đang công bố: thêm {len(comparison.added)}, rút {len(comparison.withdrawn)}, "
        f"đổi {len({change.code for change in comparison.changed})}, giữ nguyên {comparison.unchanged}."
    )
    _print_some("thủ tục rút ra", list(comparison.withdrawn))
    _print_some("chỗ đổi", [f"{change.code}, {change.part}: {change.old[:60]} → {change.new[:60]}" for change in comparison.changed])
    _print_some("lĩnh vực đổi số thủ tục", [f"{tally.value}: {tally.old} → {tally.new}" for tally in comparison.fields])
    _print_some("cấp đổi số thủ tục", [f"{tally.value}: {tally.old} → {tally.new}" for tally in comparison.levels])
    _print_some("chốt chặn", [f"[{stop.name}] {stop.reason}" for stop in proposal.stops])


def _as_record(proposal: Proposal) -> dict[str, Any]:
    comparison = proposal.comparison
    return {
        "sources": [{"name": source.name, "rows": source.rows, "layout": source.layout, "sha256": source.sha256} for source in proposal.catalogue.sources],
        "problems": [str(problem) for problem in proposal.catalogue.problems],
        "added": comparison.added,
        "withdrawn": comparison.withdrawn,
        "changed": [change._asdict() for change in comparison.changed],
        "unchanged": comparison.unchanged,
        "stops": [stop._asdict() for stop in proposal.stops],
    }


def _print_some(what: str, lines: list[str]) -> None:
    if lines:
        click.echo(f"{len(lines)} {what}:")
        for line in lines[:SHOWN]:
            click.echo(f"  {line}")
        if len(lines) > SHOWN:
            click.echo(f"  … và {len(lines) - SHOWN} nữa")


@contextmanager
def _progress(total: int, silent: bool) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, one plain line elsewhere, nothing for machines."""
    if silent:
        yield lambda done: None
        return
    with click.progressbar(length=total, label="Đang dựng chỉ mục", show_pos=True) as bar:
        yield bar.update


if __name__ == "__main__":
    refresh()
