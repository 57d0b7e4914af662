"""Accounts of the staff page: add, list, remove, change a password."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from lookup.staff import ROLES, AccountRefused, Accounts, append_event

REFUSED = 2  # exit code, as of the other commands
Folder = click.Path(file_okay=False, path_type=Path)


@click.group(help="Tài khoản của trang quản trị /quan-tri. Trang này tắt cho đến khi có tài khoản đầu tiên.")
@click.option("--state-dir", envvar="LOOKUP_STATE_DIR", default="var/state", show_default=True, type=Folder, help="Thư mục lưu tài khoản và nhật ký.")
@click.pass_context
def staff(context: click.Context, state_dir: Path) -> None:
    """The group."""
    context.obj = state_dir


@staff.command(help="Thêm tài khoản. Mật khẩu được hỏi hai lần, hoặc đọc từ dòng đầu của đầu vào chuẩn.")
@click.argument("name", metavar="TÊN")
@click.option("--role", type=click.Choice(list(ROLES)), default="editor", show_default=True, help="viewer: chỉ xem; editor: được sửa.")
@click.pass_obj
def add(state_dir: Path, name: str, role: str) -> None:
    """A new account."""
    with _told():
        account = Accounts(state_dir).add(name, _read_password(), role)
        append_event(state_dir, _operator(), "account added", account=name, role=role)
        click.echo(f"Đã thêm tài khoản {account.name} ({ROLES[account.role]}).")


@staff.command("list", help="Kể các tài khoản.")
@click.pass_obj
def list_accounts(state_dir: Path) -> None:
    """Names and roles, never hashes."""
    for account in Accounts(state_dir).list_all():
        click.echo(f"{account.name}  {account.role} ({ROLES[account.role]})  từ {account.added_at}")


@staff.command(help="Xoá tài khoản; mọi phiên đăng nhập của tài khoản này kết thúc ngay.")
@click.argument("name", metavar="TÊN")
@click.pass_obj
def remove(state_dir: Path, name: str) -> None:
    """The account and its sessions go; what it did stays in the audit log."""
    with _told():
        Accounts(state_dir).remove(name)
        append_event(state_dir, _operator(), "account removed", account=name)
        click.echo(f"Đã xoá tài khoản {name}.")


@staff.command(help="Đặt lại mật khẩu; mọi phiên đăng nhập của tài khoản này kết thúc ngay.")
@click.argument("name", metavar="TÊN")
@click.pass_obj
def password(state_dir: Path, name: str) -> None:
    """A new password."""
    with _told():
        Accounts(state_dir).change_password(name, _read_password())
        append_event(state_dir, _operator(), "password changed", account=name)
        click.echo(f"Đã đổi mật khẩu của {name}.")


def _read_password() -> str:
    """Asked twice without echo on a terminal; one line of the standard input otherwise, for automation."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Mật khẩu: ")
    if first != getpass.getpass("Nhập lại mật khẩu: "):
        raise AccountRefused("Hai lần nhập khác nhau. Xin chạy lại lệnh.")
    return first


def _operator() -> str:
    return f"cmd:{getpass.getuser()}"


@contextmanager
def _told() -> Iterator[None]:
    """Tell a refusal in one line and with its exit code."""
    try:
        yield
    except AccountRefused as error:
        click.echo(str(error), err=True)
        sys.exit(REFUSED)


if __name__ == "__main__":
    staff()
