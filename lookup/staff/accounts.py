"""Who may sign in: names, roles, hashed passwords."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from lookup.staff.database import database_exists, reading, writing
from lookup.staff.passwords import check_password, find_weakness, hash_password

ROLES = {"viewer": "chỉ xem", "editor": "được sửa"}
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class AccountRefused(Exception):
    """An account that cannot be added or changed; the text says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person of the staff. `added_at` is ISO 8601 in UTC."""

    name: str
    role: str
    added_at: str

    @property
    def may_edit(self) -> bool:
        return self.role == "editor"


class Accounts:
    """The accounts of a state folder. The staff page is off until there is one."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir

    def exist(self) -> bool:
        """Whether there is any account."""
        return bool(self.list_all())

    def list_all(self) -> list[Account]:
        """Every account, by name."""
        if not database_exists(self._state_dir):
            return []
        with reading(self._state_dir) as database:
            return [make_account(row) for row in database.execute("SELECT name, role, added_at FROM accounts ORDER BY name")]

    def add(self, name: str, password: str, role: str) -> Account:
        """Raises AccountRefused where the name is taken or no name, the role unknown, the password weak."""
        if not _NAME.fullmatch(name):
            raise AccountRefused(f"Tên “{name}” chưa dùng được. Tên gồm 2 đến 32 chữ thường không dấu, số, dấu chấm, gạch nối; bắt đầu bằng chữ hoặc số.")
        if role not in ROLES:
            raise AccountRefused(f"Không có vai trò “{role}”. Các vai trò: {', '.join(ROLES)}.")
        kept = _hash_strong(password, name)
        account = Account(name, role, datetime.now(timezone.utc).isoformat(timespec="seconds"))
        with writing(self._state_dir) as database:
            try:
                database.execute("INSERT INTO accounts VALUES (?, ?, ?, ?)", (account.name, account.role, kept, account.added_at))
            except sqlite3.IntegrityError as error:
                raise AccountRefused(f"Đã có tài khoản “{name}”. Muốn đổi mật khẩu, xin dùng scripts/staff password {name}.") from error
        return account

    def change_password(self, name: str, password: str) -> None:
        """Ends every session of the account too. Raises AccountRefused."""
        self._require(name)
        kept = _hash_strong(password, name)
        with writing(self._state_dir) as database:
            database.execute("UPDATE accounts SET password = ? WHERE name = ?", (kept, name))
            database.execute("DELETE FROM sessions WHERE account = ?", (name,))

    def remove(self, name: str) -> None:
        """Ends every session of the account too. Raises AccountRefused where there is none of this name."""
        self._require(name)
        with writing(self._state_dir) as database:
            database.execute("DELETE FROM accounts WHERE name = ?", (name,))

    def check(self, name: str, password: str) -> Account | None:
        """The account that this name and password open."""
        with reading(self._state_dir) as database:
            row = database.execute("SELECT name, role, added_at, password FROM accounts WHERE name = ?", (name,)).fetchone()
        return make_account(row) if check_password(row and row["password"], password) else None

    def _require(self, name: str) -> None:
        if name not in {account.name for account in self.list_all()}:
            raise AccountRefused(f"Không có tài khoản “{name}”. Xin chạy scripts/staff list để xem các tài khoản.")


def make_account(row: sqlite3.Row) -> Account:
    """The account of a row with its name, role and `added_at`."""
    return Account(row["name"], row["role"], row["added_at"])


def _hash_strong(password: str, name: str) -> str:
    if weakness := find_weakness(password, name):
        raise AccountRefused(weakness)
    return hash_password(password)
