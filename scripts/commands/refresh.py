"""Read lists and details, show what would change and what stops it, publish."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import click

from index import (
    EDITS_FOLDER,
    GUARDS,
    CatalogueIndexError,
    Manifest,
    SourceRefused,
    StorageFailed,
    VersionStore,
    Vocabulary,
    describe,
    load_vocabulary,
    noting_outcome,
    prepare,
    publish_proposal,
    read_judgements,
    report_lines,
    republish,
    write_report,
)

DATA = Path(__file__).parents[2] / "data"
FAILED, REFUSED = 1, 2  # exit codes: the machine fails; the files or guards refuse

File = click.Path(exists=True, dir_okay=False, path_type=Path)
Folder = click.Path(file_okay=False, path_type=Path)


def _login() -> str:
    """Who sits at the machine, also behind sudo."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


@click.command(help="Cập nhật danh mục từ các tệp danh sách (xlsx, csv) và chi tiết (jsonl). Danh mục mới là đúng những gì có trong các tệp này.")
@click.argument("lists", metavar="TỆP...", nargs=-1, type=File)
@click.option("--details", metavar="TỆP", multiple=True, type=File, help="Tệp chi tiết thủ tục (JSON Lines); ghi nhiều lần được.")
@click.option("--update", is_flag=True, help="Chỉ thay hoặc thêm các dòng trong tệp; thủ tục khác giữ nguyên.")
@click.option("--withdraw", metavar="TỆP", multiple=True, type=File, help="Tệp danh sách (hoặc mỗi dòng một mã) các thủ tục rút khỏi danh mục.")
@click.option("--republish", is_flag=True, help="Dựng lại từ danh mục đang công bố, chỉ thay từ vựng; không cần tệp nào.")
@click.option("--vocabulary", type=click.Path(exists=True, file_okay=False, path_type=Path), default=DATA / "vocabulary", help="Thư mục từ vựng.")
@click.option("--allow", metavar="TÊN", multiple=True, help=f"Cho qua một chốt chặn ({', '.join(GUARDS)}).")
@click.option("--who", metavar="TÊN", default=_login, help="Người cập nhật, ghi vào lịch sử; mặc định là tên đăng nhập máy.")
@click.option("--note", default="", help="Lý do cập nhật, ghi vào lịch sử.")
@click.option("--dry-run", is_flag=True, help="Chỉ xem sẽ thay đổi gì, không công bố.")
@click.option("--json", "as_json", is_flag=True, help="In báo cáo dạng JSON cho máy đọc, một dòng; sau khi công bố thêm một dòng.")
@click.option("--report", metavar="TỆP.xlsx", type=click.Path(dir_okay=False, path_type=Path), help="Ghi báo cáo ra bảng tính cho đồng nghiệp.")
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục.")
@click.option("--state-dir", envvar="LOOKUP_STATE_DIR", default="var/state", show_default=True, type=Folder, help="Thư mục có từ vựng sửa ở trang quản trị.")
def refresh(lists: tuple[Path, ...], details: tuple[Path, ...], index_dir: Path, **options: Any) -> None:
    """The command line of a refresh."""
    files = bool(lists or details or options["withdraw"])
    if options["republish"] == files:
        raise click.UsageError("Cần ít nhất một tệp, hoặc --republish và không tệp nào.")
    if options["withdraw"] and not options["update"]:
        raise click.UsageError("--withdraw chỉ dùng cùng --update.")
    try:
        with nullcontext() if options["dry_run"] else noting_outcome(index_dir):
            if options["republish"]:
                _republish(index_dir, options)
            else:
                _refresh(lists, details, index_dir, options)
    except (StorageFailed, OSError) as error:
        click.echo(f"Không làm được: {error}", err=True)
        sys.exit(FAILED)
    except CatalogueIndexError as error:
        click.echo(f"{'Tệp bị từ chối' if isinstance(error, SourceRefused) else 'Không công bố'}: {error}", err=True)
        sys.exit(REFUSED)


def _refresh(lists: tuple[Path, ...], details: tuple[Path, ...], index_dir: Path, options: dict[str, Any]) -> None:
    say = (lambda line: None) if options["as_json"] else click.echo
    words = _load(options)
    proposal = prepare(lists, details, index_dir, update=options["update"], withdraw=options["withdraw"], announce=lambda file: say(f"Đang đọc {file}…"))
    record = describe(proposal, most=None)
    if options["report"]:
        write_report(record, options["report"])
    for line in (json.dumps(record, ensure_ascii=False),) if options["as_json"] else report_lines(record):
        click.echo(line)
    if options["dry_run"]:
        say("Mới xem thử, chưa công bố gì.")
        return
    with _progress(len(proposal.catalogue.procedures), options["as_json"]) as advance:
        current = publish_proposal(proposal, index_dir, words, advance, allowed=options["allow"], **_signed(options))
    _tell_published(len(proposal.catalogue.procedures), current.version, options)


def _republish(index_dir: Path, options: dict[str, Any]) -> None:
    current = republish(index_dir, lambda: _load(options), **_signed(options))
    count = Manifest.read(VersionStore(index_dir).folder(current.version)).procedures
    _tell_published(count, current.version, options)


def _tell_published(count: int, version: str, options: dict[str, Any]) -> None:
    told = json.dumps({"published": version, "procedures": count}) if options["as_json"] else f"Đã công bố {count} thủ tục, phiên bản {version}."
    click.echo(told)


def _load(options: dict[str, Any]) -> Vocabulary:
    return load_vocabulary(options["vocabulary"], options["state_dir"] / EDITS_FOLDER)


def _signed(options: dict[str, Any]) -> dict[str, Any]:
    return {"who": options["who"], "note": options["note"], "smoke": read_judgements(DATA / "judgements/sample.jsonl")}


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
