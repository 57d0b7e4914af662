"""A refresh on the staff page: real uploads, real processes, real publishes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from index import Catalogue, Procedure, SearchEngine, VersionStore, publish_catalogue, read_history, read_report
from lookup.staff.jobs import CUT_OFF, PUBLISHED, READING, READY, Job, Jobs, JobsBusy, State
from tests.staff_client import LIST, LIVE, PASSWORD, WAIT, Staff, make_staff_app, signed_in

REPORTED = ("Nếu công bố thì sẽ thay đổi", "Tệp không dùng được", "Bị lỗi", "Bị dừng")
ENDED = ("Đã công bố. Người dân", "Chờ xem và công bố", "Bị lỗi", "Bị dừng")

BEFORE = [procedure.code for procedure in LIVE]
AFTER = ["1.000001", "1.000002", "1.000004", "1.000005", "1.000006"]


@pytest.fixture
def application(tmp_path: Path) -> Flask:
    return make_staff_app(tmp_path)


@pytest.fixture
def editor(application: Flask) -> Staff:
    return signed_in(application, "hoa")


def report(editor: Staff, *files: tuple[str, str | bytes], **fields: str) -> tuple[str, str]:
    """Send files; the address of the refresh and its page once it was read."""
    response = editor.upload(*files, **fields)
    assert response.status_code == 303, response.text
    return response.headers["Location"], editor.wait(response.headers["Location"], *REPORTED)


def codes(folder: Path) -> list[str]:
    return sorted(procedure.code for procedure in SearchEngine(folder / "index").snapshot().procedures())


def events(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "state/audit.jsonl").read_text(encoding="utf-8").splitlines()]


def test_from_upload_to_search_and_back(application: Flask, editor: Staff, tmp_path: Path) -> None:
    job, page = report(editor, ("Danh sách tháng 11.csv", LIST))
    assert "Danh sách tháng 11.csv" in page and "tai-len-1" not in page
    assert all(text in page for text in ("dòng 7, cột “Mã số”", "không mã", "Thủ tục hai đổi tên", "1.000003", "1.000006"))
    assert codes(tmp_path) == BEFORE  # seen, not published

    assert "Xin ghi lý do cập nhật" in editor.post(f"{job}/cong-bo").text
    assert editor.post(f"{job}/cong-bo", note="Quyết định 12").headers["Location"] == job
    assert "Lý do: Quyết định 12" in editor.wait(job, *ENDED)
    assert codes(tmp_path) == AFTER
    assert "Thủ tục <mark>sáu</mark>" in editor.get("/?q=sáu").text

    kept = read_report(tmp_path / "index", VersionStore(tmp_path / "index").current().version) or {}
    assert (kept["who"], kept["note"], kept["files"][0]["name"]) == ("hoa", "Quyết định 12", "Danh sách tháng 11.csv")
    assert not list((tmp_path / "state/jobs").glob("*/uploads")) and not list((tmp_path / "state/jobs").glob("*/*.pickle"))

    first = VersionStore(tmp_path / "index").versions()[0]
    assert "Xin ghi lý do quay lại" in editor.post(f"/quan-tri/phien-ban/{first}/quay-lai").text
    editor.post(f"/quan-tri/phien-ban/{first}/quay-lai", note="Tệp nhầm")
    assert codes(tmp_path) == BEFORE
    history = editor.get("/quan-tri/phien-ban").text
    assert "Quyết định 12" in history and "Tệp nhầm" in history
    assert [(event.action, event.who, event.note) for event in read_history(tmp_path / "index")[1:]] == [
        ("publish", "hoa", "Quyết định 12"),
        ("rollback", "hoa", "Tệp nhầm"),
    ]
    written = [(event["who"], event["action"]) for event in events(tmp_path)]
    assert written == [("hoa", "sign-in"), ("hoa", "upload"), ("hoa", "publish asked"), ("hoa", "published"), ("hoa", "rolled back")]
    sent = events(tmp_path)[1]["files"][0]
    assert (sent["name"], sent["size"], len(sent["sha256"])) == ("Danh sách tháng 11.csv", len(LIST.encode()), 64)


def test_rows_may_replace_and_join_and_codes_be_withdrawn(editor: Staff, tmp_path: Path) -> None:
    job, page = report(editor, ("thêm.csv", "Mã số,Tên\n1.000009,Thủ tục chín\n"), mode="update", codes="\n 1.000003\n")
    assert "Chỉ thay một phần." in page and "các mã gõ trên trang" in page
    assert ">1</strong> thêm mới" in page and ">1</strong> rút ra" in page
    editor.post(f"{job}/cong-bo", note="Bãi bỏ")
    editor.wait(job, *ENDED)
    assert codes(tmp_path) == ["1.000001", "1.000002", "1.000004", "1.000005", "1.000009"]


def test_a_stop_holds_until_it_is_allowed_by_name(editor: Staff, tmp_path: Path) -> None:
    job, page = report(editor, ("cắt.csv", "Mã số,Tên\n1.000001,Thủ tục một\n"))
    assert "Danh mục bị hụt" in page and 'name="allow" value="shrink"' in page
    for given in ({}, {"allow": "rename"}, {"allow": "../shrink"}):
        response = editor.post(f"{job}/cong-bo", note="Chắc chắn", **given)
        assert response.status_code == 422 and "còn chốt chặn chưa được cho qua" in response.text
        assert 'value="Chắc chắn"' in response.text
    editor.post(f"{job}/cong-bo", note="Chắc chắn", allow="shrink")
    assert "Đã công bố. Người dân" in editor.wait(job, *ENDED)
    assert codes(tmp_path) == ["1.000001"]
    assert "Đã cho qua: Danh mục bị hụt." in editor.get(f"/quan-tri/phien-ban/{VersionStore(tmp_path / 'index').current().version}").text


@pytest.mark.parametrize(
    ("files", "fields", "told"),
    [
        ([], {}, "Chưa có tệp nào."),
        ([("ảnh.png", b"x")], {}, "ảnh.png: không nhận loại tệp này."),
        ([("không đuôi", LIST)], {}, "không đuôi: không nhận loại tệp này."),
        ([("~$danh-sach.xlsx", b"x")], {}, "~$danh-sach.xlsx: đây là tệp khóa tạm"),
        ([("a.csv", LIST)], {"codes": "1.000001"}, "Muốn rút mã, xin chọn “Chỉ thay một phần”."),
        ([(f"{number}.csv", LIST) for number in range(21)], {}, "Mỗi lần chỉ nhận 20 tệp."),
    ],
)
def test_what_can_be_no_refresh_is_refused_at_once(
    files: list[tuple[str, str | bytes]], fields: dict[str, str], told: str, editor: Staff, tmp_path: Path
) -> None:
    response = editor.upload(*files, **fields)
    assert response.status_code == 422 and told in response.text
    assert not (tmp_path / "state/jobs").exists()


@pytest.mark.parametrize(
    ("files", "fields", "told"),
    [
        ([("bảng kê.xlsx", b"x")], {}, "bảng kê.xlsx: không mở được như một bảng tính"),
        ([("thơ.csv", "Trăm năm trong cõi người ta\n")], {}, "thơ.csv: không thấy dòng tiêu đề"),
        ([("chi tiết.jsonl", "{}\n")], {}, "chi tiết.jsonl"),
        ([("a.csv", LIST)], {"mode": "update", "codes": "9.999999"}, "Không rút được mã 9.999999"),
    ],
)
def test_a_file_that_is_no_list_is_refused_by_its_own_name(
    files: list[tuple[str, str | bytes]], fields: dict[str, str], told: str, editor: Staff, tmp_path: Path
) -> None:
    _, page = report(editor, *files, **fields)
    assert "Tệp không dùng được" in page and told in page and "Danh mục đang công bố không đổi." in page
    assert events(tmp_path)[-1]["action"] == "refused"
    assert codes(tmp_path) == BEFORE


@pytest.mark.parametrize(
    "name",
    [
        "../../../index/CURRENT.csv",
        "/etc/passwd.csv",
        "..\\..\\a.csv",
        "C:\\fakepath\\Danh sách.csv",
        "<script>alert(1)</script>.csv",
        "a\tb\u202e.csv",
        ".csv.csv",
    ],
)
def test_names_from_browsers_never_become_paths_nor_markup(name: str, editor: Staff, tmp_path: Path) -> None:
    before = VersionStore(tmp_path / "index").stamp()
    _, page = report(editor, (name, LIST))
    assert "Nếu công bố thì sẽ thay đổi" in page and "<script" not in page
    assert [path.name for path in (tmp_path / "state/jobs").glob("*/uploads/*")] == ["tai-len-1.csv"]
    assert VersionStore(tmp_path / "index").stamp() == before


def test_cells_are_shown_as_text_and_written_harmlessly(editor: Staff) -> None:
    attack = "<script>alert(1)</script>"
    listed = LIST + f'1.000007,{attack}\n1.000008,"=HYPERLINK(""http://x"")"\n{attack},=1+1\n'
    job, page = report(editor, ("a.csv", listed))
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in editor.get(f"{job}/added").text and "<script" not in editor.get(f"{job}/left_out").text
    response = editor.get(f"{job}/bao-cao.xlsx")
    assert response.headers["Cache-Control"] == "no-store"
    book = openpyxl.load_workbook(io.BytesIO(response.data))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert any(cell.startswith("'=") for cell in cells) and not any(cell.startswith("=") for cell in cells)


def test_long_lists_are_cut_counted_and_paged(editor: Staff) -> None:
    rows = "".join(f"2.{number:06d},Thủ tục số {number}\n" for number in range(250))
    job, page = report(editor, ("dài.csv", f"Mã số,Tên\n{rows}"))
    assert "Thủ tục thêm mới: 250" in page and "và 240 nữa" in page
    last = editor.get(f"{job}/added?trang=3").text
    assert "Trang 3 / 3" in last and "2.000249" in last and "2.000199" not in last
    for odd in ("0", "-1", "99", "x", "9" * 5000, "²"):
        assert editor.get(f"{job}/added?trang={odd}").status_code == 200


@pytest.mark.parametrize("path", ["khong-co", "20260101T000000-00000000", "..%2f..%2findex", "20260101T000000-00000000/added"])
def test_a_refresh_that_is_not_there_is_no_page(path: str, editor: Staff) -> None:
    response = editor.get(f"/quan-tri/cap-nhat/{path}")
    assert response.status_code == 404 and "Không có trang này" in response.text


def test_what_was_published_meanwhile_is_compared_again(editor: Staff, tmp_path: Path) -> None:
    job, _ = report(editor, ("a.csv", LIST))
    publish_catalogue(Catalogue((*LIVE, Procedure("1.000006", "Thủ tục sáu"))), tmp_path / "index")
    editor.post(f"{job}/cong-bo", note="Cập nhật")
    page = editor.wait(job, "đã so sánh lại")
    assert "Chờ xem và công bố" in page and ">0</strong> thêm mới" in page
    editor.post(f"{job}/cong-bo", note="Cập nhật")
    assert "Đã công bố. Người dân" in editor.wait(job, *ENDED)


def test_a_publish_under_way_elsewhere_is_told_and_nothing_is_lost(editor: Staff, tmp_path: Path) -> None:
    job, _ = report(editor, ("a.csv", LIST))
    with VersionStore(tmp_path / "index").lock():
        editor.post(f"{job}/cong-bo", note="Cập nhật")
        page = editor.wait(job, "Một lần cập nhật khác đang chạy")
    assert "Chờ xem và công bố" in page
    editor.post(f"{job}/cong-bo", note="Cập nhật")
    assert "Đã công bố. Người dân" in editor.wait(job, *ENDED)


def test_a_second_refresh_is_told_who_is_at_it(application: Flask, editor: Staff, tmp_path: Path) -> None:
    job, _ = report(editor, ("a.csv", LIST))
    jobs = Jobs(tmp_path / "state")
    found = jobs.find(job.rsplit("/", 1)[1])
    assert found
    with jobs.hold(found):
        response = editor.upload(("b.csv", LIST))
        assert response.status_code == 409 and "Một lần cập nhật khác của hoa đang chạy." in response.text
        assert editor.post(f"{job}/cong-bo", note="Cập nhật").status_code == 409
        with pytest.raises(JobsBusy):
            jobs.hold(found).__enter__()
    assert [listed.id for listed in jobs.list_all()] == [found.id]


def test_a_process_that_was_killed_is_recognised_and_its_work_can_be_done_again(editor: Staff, tmp_path: Path) -> None:
    rows = "".join(f"2.{number:06d},Thủ tục số {number} về việc đăng ký\n" for number in range(3000))
    job, _ = report(editor, ("lớn.csv", f"Mã số,Tên\n{rows}"))
    editor.post(f"{job}/cong-bo", note="Lớn", allow=["shrink", "column"])
    name = job.rsplit("/", 1)[1]
    kill_process(name)
    page = editor.wait(job, "Tiến trình dừng giữa chừng", "Đã công bố. Người dân")
    assert "Bị dừng giữa chừng" in page and "Làm lại" in page
    assert codes(tmp_path) == BEFORE
    editor.post(f"{job}/doc-lai")
    editor.wait(job, "Nếu công bố thì sẽ thay đổi")
    editor.post(f"{job}/cong-bo", note="Lớn", allow=["shrink", "column"])
    assert "Đã công bố. Người dân" in editor.wait(job, *ENDED)
    assert len(codes(tmp_path)) == 3000


def kill_process(name: str) -> None:
    """Kill the process that publishes a job, as soon as there is one."""
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        for folder in Path("/proc").iterdir():
            if not folder.name.isdecimal():
                continue
            try:
                arguments = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if {name.encode(), b"publish"} <= set(arguments) and arguments[0] != b"/bin/sh":
                return os.kill(int(folder.name), signal.SIGKILL)
        time.sleep(0.01)
    raise AssertionError("no process came")


def test_an_unexpected_end_is_told_and_leaves_its_trace_in_a_file(editor: Staff, tmp_path: Path) -> None:
    job, _ = report(editor, ("a.csv", LIST))
    (tmp_path / "index/versions").rename(tmp_path / "elsewhere")
    (tmp_path / "index/versions").touch()
    editor.post(f"{job}/cong-bo", note="Cập nhật")
    page = editor.wait(job, "Bị lỗi", "Chờ xem và công bố")
    assert "Làm lại" in page or "Chờ xem và công bố" in page
    editor.post(f"{job}/bo")
    assert "Lần cập nhật này đã bỏ." in editor.get(job).text


def test_dropping_removes_what_was_sent(editor: Staff, tmp_path: Path) -> None:
    job, _ = report(editor, ("a.csv", LIST))
    assert "Đã bỏ lần cập nhật này." in editor.get(editor.post(f"{job}/bo").headers["Location"]).text
    assert not list((tmp_path / "state/jobs").glob("*/uploads"))
    assert editor.post(f"{job}/cong-bo", note="x").headers["Location"] == job
    assert codes(tmp_path) == BEFORE


@pytest.mark.parametrize(
    ("phase", "days", "stays"),
    [(READY, 2, True), (READY, 4, False), (PUBLISHED, 29, True), (PUBLISHED, 31, False), (READING, 4, False), (None, 2, True), (None, 4, False)],
)
def test_old_refreshes_and_broken_uploads_are_removed_after_days(phase: str | None, days: float, stays: bool, tmp_path: Path) -> None:
    jobs = Jobs(tmp_path)
    job = jobs.make()
    (job.uploads / "tai-len-1.csv").write_text("x")
    if phase:
        job.write_state(State(phase))
    touched = time.time() - 86_400 * days
    for path in (job.folder / "state.json", job.folder):
        if path.exists():
            os.utime(path, (touched, touched))
    jobs.remove_old()
    assert job.folder.exists() is stays


def test_the_process_outlives_its_worker(tmp_path: Path) -> None:
    """The worker that took the upload is killed with its whole group; the reading goes on."""
    make_staff_app(tmp_path)
    script = (
        "import os, signal\nfrom pathlib import Path\nfrom lookup import Settings, create_app\nfrom tests.staff_client import LIST, signed_in\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "editor = signed_in(create_app(Settings(index_dir=folder / 'index', state_dir=folder / 'state', request_log=False)), 'hoa')\n"
        "print(editor.upload(('a.csv', LIST)).headers['Location'], flush=True)\nos.killpg(0, signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, start_new_session=True, timeout=WAIT)
    assert done.returncode == -signal.SIGKILL, done.stderr
    job = Jobs(tmp_path / "state").find(done.stdout.strip().rsplit("/", 1)[1])
    assert isinstance(job, Job)
    end = time.monotonic() + WAIT
    while (state := job.state()).phase != READY and time.monotonic() < end:
        assert state.phase != CUT_OFF
        time.sleep(0.1)
    assert state.phase == READY
    assert PASSWORD not in (job.folder / "request.json").read_text(encoding="utf-8")
