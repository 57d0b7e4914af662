"""List, show, compare and roll back the versions of the catalogue."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from index import CatalogueIndexError, SearchEngine, VersionStore, compare, read_history, roll_back

SHOWN = 20
Folder = click.Path(file_okay=False, path_type=Path)


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
            sys.exit(2)

    return run


@versions.command("list", help="Kể các phiên bản còn giữ và lịch sử công bố.")
@click.pass_obj
def list_versions(index_dir: Path) -> None:
    """Versions, then history."""
    _told(_list)(index_dir)


def _list(index_dir: Path) -> None:
    store = VersionStore(index_dir)
    live = store.current().version
    for name in reversed(store.versions()):
        manifest = SearchEngine(index_dir, name).snapshot().manifest
        click.echo(f"{'*' if name == live else ' '} {name}  {manifest.procedures} thủ tục, dựng lúc {manifest.built_at}")
    click.echo("Lịch sử:")
    for event in read_history(index_dir)[-SHOWN:]:
        click.echo(f"  {event.at}  {event.action}  {event.version}  {event.procedures} thủ tục  {event.who}  {event.note}")


@versions.command(help="Xem một phiên bản được dựng từ những tệp nào.")
@click.argument("version", metavar="PHIÊN_BẢN")
@click.pass_obj
def show(index_dir: Path, version: str) -> None:
    """The manifest of a version."""
    _told(_show)(index_dir, version)


def _show(index_dir: Path, version: str) -> None:
    manifest = SearchEngine(index_dir, version).snapshot().manifest
    click.echo(f"{manifest.version}: {manifest.procedures} thủ tục, {manifest.left_out} dòng bị bỏ ra, dựng lúc {manifest.built_at}")
    for source in manifest.sources:
        click.echo(f"  {source.name}  {source.size} byte  {source.rows} dòng  kiểu {source.layout}  SHA-256 {source.sha256}")


@versions.command("compare", help="So hai phiên bản: thêm, rút, đổi.")
@click.argument("old", metavar="CŨ")
@click.argument("new", metavar="MỚI")
@click.pass_obj
def compare_versions(index_dir: Path, old: str, new: str) -> None:
    """What changed between two versions."""
    _told(_compare)(index_dir, old, new)


def _compare(index_dir: Path, old: str, new: str) -> None:
    comparison = compare(*(SearchEngine(index_dir, version).snapshot().procedures() for version in (old, new)))
    changed = len({change.code for change in comparison.changed})
    click.echo(f"Thêm {len(comparison.added)}, rút {len(comparison.withdrawn)}, đổi {changed}, giữ nguyên {comparison.unchanged}.")
    for change in comparison.changed[:SHOWN]:
        click.echo(f"  {change.code}, {change.part}: {change.old[:60]} → {change.new[:60]}")


@versions.command(help="Quay lại phiên bản trước, hoặc phiên bản được ghi.")
@click.argument("version", metavar="[PHIÊN_BẢN]", required=False)
@click.option("--note", default="", help="Lý do, ghi vào lịch sử.")
@click.pass_obj
def rollback(index_dir: Path, version: str | None, note: str) -> None:
    """Make an older version live again."""
    _told(_roll_back)(index_dir, version, note)


def _roll_back(index_dir: Path, version: str | None, note: str) -> None:
    current = roll_back(index_dir, version, who=getpass.getuser(), note=note)
    click.echo(f"Đã quay lại phiên bản {current.version}.")


if __name__ == "__main__":
    versions()
