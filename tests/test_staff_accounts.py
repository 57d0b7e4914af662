"""Accounts, sessions and sign-in attempts as they are kept."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lookup.staff import Accounts, append_event, make_secret
from lookup.staff.accounts import AccountRefused
from lookup.staff.audit import read_events
from lookup.staff.passwords import find_weakness
from lookup.staff.sessions import LONGEST, Sessions
from lookup.staff.throttling import MOST_OF_ACCOUNT, MOST_OF_ADDRESS, WINDOW, Throttle
from tests.conftest import ROOT
from tests.staff_client import PASSWORD


class Clock:
    """A clock that tests turn."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("ngan", "ít nhất 12 ký tự"),
        ("a" * 201, "quá 200 ký tự"),
        ("abababababababab", "quá ít ký tự"),
        ("123456789012345", "chỉ có số"),
        ("matkhau12345678", "dễ đoán"),
        ("Mật Khẩu 2026!!", "dễ đoán"),
        ("Password123456", "dễ đoán"),
        ("hoa.nguyen12345", "dễ đoán"),
        ("neyugn.aoh12345", "dễ đoán"),
        (PASSWORD, None),
        ("correct horse battery", None),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, reason: str | None) -> None:
    found = find_weakness(password, "hoa.nguyen")
    assert found is None if reason is None else reason in (found or "")


@pytest.mark.parametrize("name", ["", "a", "Hoa", "hòa", "hoa nguyen", "../hoa", "-hoa", "a" * 33])
def test_a_name_that_cannot_be_typed_anywhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(AccountRefused, match="chưa dùng được"):
        Accounts(tmp_path).add(name, PASSWORD, "editor")
    assert not Accounts(tmp_path).exist()


def test_passwords_are_kept_as_argon2_and_open_however_the_keyboard_composes_letters(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.add("hoa", PASSWORD, "editor")
    [(kept,)] = sqlite3.connect(tmp_path / "staff.sqlite3").execute("SELECT password FROM accounts")
    assert kept.startswith("$argon2id$") and PASSWORD not in kept
    assert accounts.check("hoa", unicodedata.normalize("NFD", PASSWORD)) == accounts.list_all()[0]
    assert accounts.check("hoa", PASSWORD + "x") is None and accounts.check("ai", PASSWORD) is None


def test_what_is_kept_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    Accounts(state).add("hoa", PASSWORD, "editor")
    make_secret(state)
    append_event(state, "hoa", "sign-in")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (state, *state.iterdir())}
    assert modes.pop("state") == 0o700 and set(modes.values()) == {0o600}


def test_two_processes_that_make_the_key_at_once_agree_on_one(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: make_secret(tmp_path), range(8)))) == 1


@pytest.mark.parametrize(
    ("steps", "signed_in"),
    [
        ((60.0, 1700.0), True),  # a request within half an hour of the last
        ((1801.0,), False),  # idle
        ((1700.0,) * 21, True),  # 9.9 hours, never idle
        ((1700.0,) * 22, False),  # more than ten hours, never idle
    ],
)
def test_sessions_end_when_idle_and_after_a_working_day(steps: tuple[float, ...], signed_in: bool, tmp_path: Path) -> None:
    account, clock = Accounts(tmp_path).add("hoa", PASSWORD, "editor"), Clock()
    sessions = Sessions(tmp_path, idle=1800.0, clock=clock)
    token = sessions.start(account)
    found = None
    for step in steps:
        clock.now += step
        found = sessions.find(token)
    assert (found == account) is signed_in
    assert LONGEST == 36_000


def test_a_session_ends_with_sign_out_a_new_password_or_the_account(tmp_path: Path) -> None:
    accounts, sessions = Accounts(tmp_path), Sessions(tmp_path, idle=1800.0)
    account = accounts.add("hoa", PASSWORD, "editor")
    for end in (sessions.end, lambda token: accounts.change_password("hoa", PASSWORD + "!"), lambda token: accounts.remove("hoa")):
        token = sessions.start(account)
        assert sessions.find(token) == account
        end(token)
        assert sessions.find(token) is None
    assert sessions.find("made up") is None


def test_tokens_are_kept_as_hashes(tmp_path: Path) -> None:
    token = Sessions(tmp_path, idle=1800.0).start(Accounts(tmp_path).add("hoa", PASSWORD, "editor"))
    assert token.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("attempts", "next_one", "admitted"),
    [
        ([("hoa", "192.0.2.1")] * MOST_OF_ACCOUNT, ("hoa", "192.0.2.9"), False),
        ([("hoa", "192.0.2.1")] * MOST_OF_ACCOUNT, ("lan", "192.0.2.1"), True),
        ([("hoa", "192.0.2.1")] * (MOST_OF_ACCOUNT - 1), ("hoa", "192.0.2.1"), True),
        ([(f"name{n}", "192.0.2.1") for n in range(MOST_OF_ADDRESS)], ("lan", "192.0.2.1"), False),
        ([(f"name{n}", "192.0.2.1") for n in range(MOST_OF_ADDRESS)], ("lan", "192.0.2.2"), True),
        ([(f"name{n}", f"2001:db8::{n:x}") for n in range(MOST_OF_ADDRESS)], ("lan", "2001:db8::ffff"), False),
        ([(f"name{n}", f"2001:db8:0:{n:x}::1") for n in range(MOST_OF_ADDRESS)], ("lan", "2001:db8::1"), True),
    ],
)
def test_attempts_are_throttled_by_account_and_by_address(attempts: list[tuple[str, str]], next_one: tuple[str, str], admitted: bool, tmp_path: Path) -> None:
    clock = Clock()
    throttle = Throttle(tmp_path, b"key", clock)
    assert [throttle.admit(*attempt) for attempt in attempts] == [0] * len(attempts)
    clock.now += 60
    assert throttle.admit(*next_one) == (0 if admitted else WINDOW - 60)
    clock.now += WINDOW
    assert throttle.admit(*next_one) == 0


def test_many_attempts_at_once_are_no_way_around(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path, b"key")
    with ThreadPoolExecutor(16) as pool:
        waits = list(pool.map(lambda _: throttle.admit("hoa", "192.0.2.1"), range(40)))
    assert waits.count(0) == MOST_OF_ACCOUNT


def test_success_forgets_the_failures_of_the_account_and_not_those_of_the_address(tmp_path: Path) -> None:
    throttle = Throttle(tmp_path, b"key")
    for number in range(MOST_OF_ADDRESS - 1):
        throttle.admit(f"name{number}", "192.0.2.1")
    assert throttle.admit("hoa", "192.0.2.1") == 0
    throttle.forgive("hoa", "192.0.2.1")
    assert throttle.admit("hoa", "192.0.2.1") == 0  # the one that succeeded was taken back
    assert throttle.admit("lan", "192.0.2.1") > 0


def test_addresses_are_kept_neither_in_the_clear_nor_for_long(tmp_path: Path) -> None:
    clock = Clock()
    throttle = Throttle(tmp_path, b"key", clock)
    throttle.admit("hoa", "192.0.2.77")
    assert b"192.0.2.77" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    clock.now += WINDOW + 1
    throttle.admit("lan", "192.0.2.78")
    assert sqlite3.connect(tmp_path / "staff.sqlite3").execute("SELECT count(*) FROM attempts").fetchone() == (2,)


def test_a_line_of_the_audit_log_that_a_crash_cut_short_costs_nothing_else(tmp_path: Path) -> None:
    append_event(tmp_path, "hoa", "upload", files=[{"name": "a\nb\ud800.xlsx"}])
    with (tmp_path / "audit.jsonl").open("a") as file:
        file.write('{"at": "2026')
    append_event(tmp_path, "hoa", "sign-out")
    assert [event["action"] for event in read_events(tmp_path)][-1:] == ["upload"]
    assert len((tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()) == 2


def run_staff(state: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/commands/staff.py"), "--state-dir", str(state), *arguments]
    return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=60, env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"})


def test_the_command_adds_lists_changes_and_removes_and_writes_each_down(tmp_path: Path) -> None:
    state = tmp_path / "state"
    assert run_staff(state, "add", "hoa", "--role", "viewer", typed=f"{PASSWORD}\n").stdout == "Đã thêm tài khoản hoa (chỉ xem).\n"
    assert run_staff(state, "list").stdout.startswith("hoa  viewer (chỉ xem)")
    assert run_staff(state, "password", "hoa", typed="mật khẩu hoàn toàn mới 5\n").stdout == "Đã đổi mật khẩu của hoa.\n"
    assert Accounts(state).check("hoa", "mật khẩu hoàn toàn mới 5")
    assert run_staff(state, "remove", "hoa").stdout == "Đã xoá tài khoản hoa.\n"
    lines = [json.loads(line) for line in (state / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(line["action"], line["account"], line["who"][:4]) for line in lines] == [
        ("account added", "hoa", "cmd:"),
        ("password changed", "hoa", "cmd:"),
        ("account removed", "hoa", "cmd:"),
    ]


@pytest.mark.parametrize(
    ("arguments", "typed", "told"),
    [
        (("add", "hoa"), "ngắn\n", "Mật khẩu phải có ít nhất 12 ký tự."),
        (("add", "hoa"), "", "Mật khẩu phải có ít nhất 12 ký tự."),
        (("add", "Hoa Nguyễn"), f"{PASSWORD}\n", "Tên “Hoa Nguyễn” chưa dùng được."),
        (("add", "lan"), f"{PASSWORD}\n", "Đã có tài khoản “lan”."),
        (("remove", "ai"), "", "Không có tài khoản “ai”."),
        (("password", "ai"), f"{PASSWORD}\n", "Không có tài khoản “ai”."),
    ],
)
def test_the_command_says_why_it_refuses(arguments: tuple[str, ...], typed: str, told: str, tmp_path: Path) -> None:
    Accounts(tmp_path).add("lan", PASSWORD, "viewer")
    done = run_staff(tmp_path, *arguments, typed=typed)
    assert done.returncode == 2 and done.stderr.startswith(told) and done.stdout == ""
    assert [account.name for account in Accounts(tmp_path).list_all()] == ["lan"]
