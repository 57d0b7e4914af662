"""Passwords: what is too weak, how they are hashed (argon2id) and checked."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from index import fold

SHORTEST, LONGEST = 12, 200  # characters
_FEWEST_LETTERS = 6  # different characters
# What is left of a guessable password once digits and signs are taken away.
_GUESSED = frozenset(
    "matkhau password passwd admin administrator quantri quantrivien qwerty qwertyuiop asdfghjkl iloveyou anhyeuem emyeuanh vietnam hanoi saigon "
    "thutuc thutuchanhchinh dichvucong tracuu motcua canbo congchuc letmein welcome abc abcdef test".split()
)
_hasher = PasswordHasher()
_one_at_a_time = threading.Lock()  # a hash takes 64 MB: a crowd at the door must not take them all at once


def find_weakness(password: str, name: str) -> str | None:
    """Why a password must not be used for this account, as a Vietnamese sentence; None where it may be used."""
    letters = re.sub(r"[^a-z]", "", fold(password))
    if len(password) < SHORTEST:
        return f"Mật khẩu phải có ít nhất {SHORTEST} ký tự. Nên ghép bốn từ bất kỳ, ví dụ tên cây, con vật, màu sắc."
    if len(password) > LONGEST:
        return f"Mật khẩu dài quá {LONGEST} ký tự."
    if len(set(password)) < _FEWEST_LETTERS:
        return "Mật khẩu lặp lại quá ít ký tự. Xin chọn mật khẩu khác."
    if not letters:
        return "Mật khẩu chỉ có số hoặc dấu. Xin thêm chữ."
    if letters in _GUESSED or re.sub(r"[^a-z]", "", name) in (letters, letters[::-1]):
        return "Mật khẩu này dễ đoán (từ quá quen hoặc tên tài khoản, thêm số và dấu). Xin chọn mật khẩu khác."
    return None


def hash_password(password: str) -> str:
    """The text to keep instead of the password."""
    with _one_at_a_time:
        return _hasher.hash(_normalise(password))


def check_password(kept: str | None, password: str) -> bool:
    """Whether this is the password; takes the same time where there is no account to check (`kept` is None)."""
    with _one_at_a_time:
        try:
            _hasher.verify(kept or _hash_of_nobody(), _normalise(password))
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None


def _normalise(password: str) -> str:
    """Keyboards write Vietnamese letters in one or in two characters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hash_of_nobody() -> str:
    return _hasher.hash("")
