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
    GUARDS,
    CatalogueIndexError,
    Manifest,
    SourceRefused,
    VersionStore,
    describe,
    load_vocabulary,
    prepare,
    publish_proposal,
    read_judgements,
    republish,
    write_report,
)

DATA = Path(__file__).parents[2] / "data"
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
@click.option("--vocabulary", type=click.Path(exists=True, file_okay=False, path_type=Path), default=DATA / "vocabulary", help="Thư mục từ vựng.")
@click.option("--allow", metavar="TÊN", multiple=True, help=f"Cho qua một chốt chặn ({', '.join(GUARDS)}).")
@click.option("--note", default="", help="Lý do cập nhật, ghi vào lịch sử.")
@click.option("--dry-run", is_flag=True, help="Chỉ xem sẽ thay đổi gì, không công bố.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON cho máy đọc.")
@click.option("--report", metavar="TỆP.xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Ghi báo cáo ra bảng tính cho đồng nghiệp.")
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục.")
def refresh(lists: tuple[Path, ...], details: tuple[Path, ...], index_dir: Path, **options: Any) -> None:
    """The command line of a refresh."""
    withdraw = options["withdraw"]
    if options["republish"] == bool(lists or details or withdraw):
        raise click.UsageError("Cần ít nhất một tệp, hoặc --republish và không tệp nào.")
    if withdraw and not options["update"]:
        raise click.UsageError("--withdraw chỉ dùng cùng --update.")
    say = (lambda line: None) if options["as_json"] else click.echo
    smoke = read_judgements(DATA / "judgements/sample.jsonl")
    try:
        words = load_vocabulary(options["vocabulary"])
        if options["republish"]:
            current = republish(index_dir, words, smoke=smoke, who=getpass.getuser(), note=options["note"])
        else:
            proposal = prepare(lists, details, index_dir, update=options["update"], withdraw=withdraw, announce=lambda file: say(f"Đang đọc {file}…"))
            catalogue = proposal.catalogue
            record = describe(proposal, most=None)
            if options["report"]:
                write_report(record, options["report"])
            if options["as_json"]:
                click.echo(json.dumps(record, ensure_ascii=False))
            else:
                print_record(record)
            if options["dry_run"]:
                say("Mới xem thử, chưa công bố gì.")
                return
            with _progress(len(catalogue.procedures), options["as_json"]) as advance:
                current = publish_proposal(
                    proposal, index_dir, words, advance, allowed=options["allow"], smoke=smoke, who=getpass.getuser(), note=options["note"]
                )
        published = Manifest.read(VersionStore(index_dir).folder(current.version))
        say(f"Đã công bố {published.procedures} thủ tục, phiên bản {current.version}.")
    except CatalogueIndexError as error:
        click.echo(f"{'Tệp bị từ chối' if isinstance(error, SourceRefused) else 'Không công bố'}: {error}", err=True)
        sys.exit(REFUSED)


def print_record(record: dict[str, Any]) -> None:
    """A described proposal as lines for people."""
    for file in record["files"]:
        click.echo(f"{file['name']}: {file['rows']} dòng, kiểu {file['layout']}, bảng mã {file['encoding'] or 'không rõ'}")
    _print_some("dòng bị bỏ ra", record["left_out"], _tell_row)
    click.echo(
        f"So với danh mục đang công bố: thêm {record['added']['count']}, rút {record['withdrawn']['count']}, "
        f"đổi {record['changed']['procedures']}, giữ nguyên {record['unchanged']}."
    )
    _print_some("thủ tục thêm vào", record["added"], lambda item: f"{item['code']} {item['name']}")
    _print_some("thủ tục rút ra", record["withdrawn"], lambda item: f"{item['code']} {item['name']}")
    _print_some("chỗ đổi", record["changed"], lambda item: f"{item['code']}, {item['label']}: {item['old'][:80]} → {item['new'][:80]}")
    for what, part in (("lĩnh vực", "fields"), ("cấp", "levels")):
        tallies = {"count": len(record[part]), "items": record[part]}
        _print_some(f"{what} đổi số thủ tục", tallies, lambda item: f"{item['value']}: {item['old']} → {item['new']}")
    _print_some("chốt chặn", {"count": len(record["stops"]), "items": record["stops"]}, lambda item: f"[{item['name']}] {item['reason']}")


def _tell_row(item: dict[str, Any]) -> str:
    place = f"{item['file']}, trang “{item['sheet']}”" if item["sheet"] else item["file"]
    return f"{place}, dòng {item['row']}, cột “{item['column']}”: {item['reason']} (giá trị: “{item['value'][:80]}”). {item['remedy']}"


def _print_some(what: str, listed: dict[str, Any], tell: Callable[[dict[str, Any]], str]) -> None:
    if listed["count"]:
        click.echo(f"{listed['count']} {what}:")
        for item in listed["items"][:SHOWN]:
            click.echo(f"  {tell(item)}")
        if listed["count"] > SHOWN:
            click.echo(f"  … và {listed['count'] - SHOWN} nữa")


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
