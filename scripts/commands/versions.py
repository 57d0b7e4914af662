"""List, show, compare and roll back the versions of the catalogue."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from index import (
    CatalogueIndexError,
    Manifest,
    StorageFailed,
    VersionStore,
    adopt,
    compare,
    comparison_lines,
    describe_comparison,
    read_history,
    read_published,
    read_report,
    report_lines,
    roll_back,
)

SHOWN = 20
ACTIONS = {"publish": "công bố", "rollback": "quay lại"}
FAILED, REFUSED = 1, 2  # exit codes: the machine fails; there is no such version
Folder = click.Path(file_okay=False, path_type=Path)
by_whom = click.option("--who", metavar="TÊN", default=lambda: os.environ.get("SUDO_USER") or getpass.getuser(), help="Người làm, ghi vào lịch sử.")


@click.group(help="Xem các phiên bản danh mục còn giữ trong thư mục chỉ mục, so sánh và quay lại.", invoke_without_command=True)
@click.option("--index-dir", envvar="LOOKUP_INDEX_DIR", default="var/index", show_default=True, type=Folder, help="Thư mục chỉ mục.")
@click.pass_context
def versions(context: click.Context, index_dir: Path) -> None:
    """The group; without a command it lists."""
    context.obj = index_dir
    if context.invoked_subcommand is None:
        context.invoke(list_versions)


def _told(command: Callable[..., None]) -> Callable[..., None]:
    """Tell a refusal in one line and with its exit code."""

    def run(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except CatalogueIndexError as error:
            click.echo(str(error), err=True)
            sys.exit(FAILED if isinstance(error, StorageFailed) else REFUSED)

    return run


@versions.command("list", help="Kể các phiên bản còn giữ và lịch sử công bố.")
@click.pass_obj
def list_versions(index_dir: Path) -> None:
    """Versions, then history."""
    _told(_list)(index_dir)


def _list(index_dir: Path) -> None:
    store = VersionStore(index_dir)
    store.clean_up()
    live = store.current().version
    for name in reversed(store.versions()):
        click.echo(f"{'*' if name == live else ' '} {name}  {_summarise(store.folder(name))}")
    click.echo("Lịch sử:")
    for event in read_history(index_dir)[-SHOWN:]:
        click.echo(f"  {event.at}  {ACTIONS[event.action]}  {event.version}  {event.procedures} thủ tục  {event.who}  {event.note}")


def _summarise(folder: Path) -> str:
    """A broken version is told as such, and the others all the same."""
    try:
        manifest = Manifest.read(folder)
        manifest.verify(folder)
    except CatalogueIndexError as error:
        return str(error)
    return f"{manifest.procedures} thủ tục, dựng lúc {manifest.built_at}"


@versions.command(help="Xem một phiên bản được dựng từ những tệp nào.")
@click.argument("version", metavar="PHIÊN_BẢN")
@click.pass_obj
def show(index_dir: Path, version: str) -> None:
    """What a version was built from, and the report of its publish."""
    _told(_show)(index_dir, version)


def _show(index_dir: Path, version: str) -> None:
    manifest = Manifest.read(VersionStore(index_dir).folder(version))
    click.echo(f"{manifest.version}: {manifest.procedures} thủ tục, {manifest.left_out} dòng bị bỏ ra, dựng lúc {manifest.built_at}")
    for source in manifest.sources:
        click.echo(f"  {source.name}  {source.size} byte  {source.rows} dòng  kiểu {source.layout}  SHA-256 {source.sha256}")
    for event in read_history(index_dir):
        if event.version == version:
            click.echo(f"{event.at}  {ACTIONS[event.action]}  {event.who}  {event.note}")
    report = read_report(index_dir, version)
    for line in report_lines(report) if report and "files" in report else ("Phiên bản này không có báo cáo so sánh.",):
        click.echo(line)


@versions.command("compare", help="So hai phiên bản: thêm, rút, đổi.")
@click.argument("old", metavar="CŨ")
@click.argument("new", metavar="MỚI")
@click.pass_obj
def compare_versions(index_dir: Path, old: str, new: str) -> None:
    """What changed between two versions."""
    _told(_compare)(index_dir, old, new)


def _compare(index_dir: Path, old: str, new: str) -> None:
    comparison = compare(*(read_published(index_dir, version).procedures for version in (old, new)))
    for line in comparison_lines(describe_comparison(comparison), f"phiên bản {old}"):
        click.echo(line)


@versions.command(help="Quay lại phiên bản trước, hoặc phiên bản được ghi.")
@click.argument("version", metavar="[PHIÊN_BẢN]", required=False)
@by_whom
@click.option("--note", default="", help="Lý do, ghi vào lịch sử.")
@click.pass_obj
def rollback(index_dir: Path, version: str | None, who: str, note: str) -> None:
    """Make an older version live again."""
    _told(_roll_back)(index_dir, version, who, note)


def _roll_back(index_dir: Path, version: str | None, who: str, note: str) -> None:
    current = roll_back(index_dir, version, who=who, note=note)
    click.echo(f"Đã quay lại phiên bản {current.version}.")


@versions.command("adopt", help="Công bố ở máy này một phiên bản đã dựng ở máy khác, từ bản sao của thư mục phiên bản đó.")
@click.argument("folder", metavar="THƯ_MỤC", type=click.Path(exists=True, file_okay=False, path_type=Path))
@by_whom
@click.option("--note", default="", help="Lý do, ghi vào lịch sử.")
@click.pass_obj
def adopt_version(index_dir: Path, folder: Path, who: str, note: str) -> None:
    """Make a copied version live."""
    _told(_adopt)(index_dir, folder, who, note)


def _adopt(index_dir: Path, folder: Path, who: str, note: str) -> None:
    current = adopt(index_dir, folder, who=who, note=note)
    click.echo(f"Đã công bố phiên bản {current.version}.")


if __name__ == "__main__":
    versions()
