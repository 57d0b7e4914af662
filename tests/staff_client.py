"""A browser of the staff, without a screen: keeps its cookie, sends the hidden token of forms, waits for refreshes."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from index import Catalogue, Procedure, publish_catalogue
from lookup import Settings, create_app
from lookup.staff import Accounts

PASSWORD = "cây bàng xanh 7 con mèo"
LIVE = tuple(Procedure(f"1.00000{number}", f"Thủ tục {word}") for number, word in enumerate(("một", "hai", "ba", "bốn", "năm"), start=1))
LIST = """Mã số,Tên
1.000001,Thủ tục một
1.000002,Thủ tục hai đổi tên
1.000004,Thủ tục bốn
1.000005,Thủ tục năm
1.000006,Thủ tục sáu
không mã,Thủ tục bảy
"""  # one renamed, one withdrawn, one new, one left out
WAIT = 60  # seconds for a process on a busy machine


class Staff:
    """One person at the staff page of an application."""

    def __init__(self, application: Flask, address: str = "192.0.2.1") -> None:
        self.client = application.test_client()
        self._environ = {"REMOTE_ADDR": address}

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, environ_base=self._environ)

    def token(self) -> str:
        """The hidden token of any form; the sign-in form has one where nobody is signed in."""
        page = self.get("/quan-tri/").text
        found = re.search(r'name="csrf_token" value="([^"]+)"', page) or re.search(r'name="csrf_token" value="([^"]+)"', self.get("/quan-tri/dang-nhap").text)
        return found[1] if found else ""

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token(), **fields}, environ_base=self._environ)

    def sign_in(self, name: str, password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.post("/quan-tri/dang-nhap", name=name, password=password, **fields)

    def upload(self, *files: tuple[str, str | bytes], **fields: str) -> TestResponse:
        """Send files, given by name and content."""
        sent = [(io.BytesIO(content.encode() if isinstance(content, str) else content), name) for name, content in files]
        return self.post("/quan-tri/cap-nhat", files=sent, **fields)

    def wait(self, job: str, *phrases: str) -> str:
        """The page of a job, once it shows one of the phrases."""
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            page = self.get(job).text
            if any(phrase in page for phrase in phrases):
                return page
            time.sleep(0.1)
        raise AssertionError(f"none of {phrases} came: {page}")


def make_staff_app(folder: Path, procedures: Sequence[Procedure] = LIVE, **settings: Any) -> Flask:
    """An application with these procedures published and two accounts: `hoa` may edit, `lan` may look."""
    if procedures:
        publish_catalogue(Catalogue(tuple(procedures)), folder / "index")
    accounts = Accounts(folder / "state")
    accounts.add("hoa", PASSWORD, "editor")
    accounts.add("lan", PASSWORD, "viewer")
    return create_app(Settings(index_dir=folder / "index", state_dir=folder / "state", request_log=False, **settings))


def signed_in(application: Flask, name: str) -> Staff:
    """Somebody who has signed in."""
    person = Staff(application)
    assert person.sign_in(name).status_code == 303
    return person
