"""Searches are counted without persons: no rare text on the disk, nothing that names anybody, right across workers."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openpyxl import load_workbook

from lookup import Settings, create_app
from lookup.insights import Recorder, read_report
from lookup.insights.day_key import DayKey
from lookup.insights.recorder import MOST_UNWRITTEN, today
from lookup.insights.store import KEPT_DAYS, Batch, Count, write
from lookup.sightings import Opened, Searched
from scripts.commands.insights import insights

MONTH = f"{today():%Y-%m}"


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def seen(recorder: Recorder, text: str, times: int, total: int = 3) -> None:
    for _ in range(times):
        recorder.record(Searched(text, total, "none"))
    recorder.flush()


def test_a_text_reaches_the_disk_only_when_it_was_seen_five_times_that_day(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    for _ in range(4):
        seen(recorder, "Đăng ký khai sinh", 1)
    assert b"khai sinh" not in on_disk(tmp_path)
    assert read_report(tmp_path, MONTH).totals.searches == 4
    seen(recorder, "dang ky  khai sinh", 1, total=0)
    (query,) = read_report(tmp_path, MONTH).queries
    assert query == ("dang ki khai sinh", 5, 1, 0)
    seen(recorder, "đăng ký khai sinh", 1)
    assert read_report(tmp_path, MONTH).queries[0].seen == 6


def test_workers_of_one_service_count_together_and_another_start_begins_anew(tmp_path: Path) -> None:
    """What stands for a rare text cannot be matched without the key, and the key is gone with the processes that held it."""
    key = DayKey(today())
    add = Batch({"hộ chiếu": Count(2)})
    write(tmp_path, today(), add, lambda text: key.digest(text, today()))
    write(tmp_path, today(), add, lambda text: DayKey(today()).digest(text, today()))
    assert read_report(tmp_path, MONTH).queries == []
    write(tmp_path, today(), Batch({"hộ chiếu": Count(3)}), lambda text: key.digest(text, today()))
    assert read_report(tmp_path, MONTH).queries == [("hộ chiếu", 5, 0, 0)]


def test_the_key_of_a_day_is_the_same_in_every_worker_and_never_comes_back() -> None:
    monday = date(2026, 11, 23)
    one, other = DayKey(monday), DayKey(monday)
    other.__dict__.update(one.__dict__)  # as a fork does
    first = one.digest("x", monday)
    tuesday = [key.digest("x", monday + timedelta(days=1)) for key in (one, other)]
    assert tuesday[0] == tuesday[1] != first
    assert one.digest("x", monday) != first, "the key of the day before is forgotten"


def test_rare_texts_do_not_wait_for_the_next_day(tmp_path: Path) -> None:
    add = Batch({"hộ chiếu": Count(4)})
    for day in (date(2026, 11, 1), date(2026, 11, 2)):
        write(tmp_path, day, add, lambda text: b"same")
    assert read_report(tmp_path, "2026-11").queries == []
    assert read_report(tmp_path, "2026-11").totals.searches == 8


def test_counts_are_kept_for_a_bounded_number_of_days(tmp_path: Path) -> None:
    first = date(2025, 1, 31)
    add = Batch({"hộ chiếu": Count(5)}, opened={"1.001193": 2})
    for passed in range(KEPT_DAYS):
        write(tmp_path, first + timedelta(days=passed), add, lambda text: b"")
    assert read_report(tmp_path, "2025-01").queries == [("hộ chiếu", 5, 0, 0)]
    write(tmp_path, first + timedelta(days=KEPT_DAYS), Batch(), lambda text: b"")
    assert read_report(tmp_path, "2025-01") == ("2025-01", (0, 0, 0, 0, 0), [], [], [], [])
    assert read_report(tmp_path, "2025-02").queries == [("hộ chiếu", 140, 0, 0)]


@pytest.mark.parametrize("jump", [500, 100_000, -500, -20_000])
def test_a_clock_that_jumps_takes_nothing_of_what_was_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jump: int) -> None:
    day = date(2026, 11, 23)
    recorder = Recorder(tmp_path)
    for now in (day, day + timedelta(days=jump), day + timedelta(days=1)):
        monkeypatch.setattr("lookup.insights.recorder.today", lambda now=now: now)
        seen(recorder, "hộ chiếu", 5)
    assert read_report(tmp_path, "2026-11").queries == [("ho chieu", 10, 0, 0)]
    assert read_report(tmp_path, "2026-11").totals.searches == 10


def test_nothing_withheld_reaches_the_disk_however_often_it_is_asked(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    seen(recorder, "hồ sơ của Nguyễn Văn An 0912345678", 50)
    assert read_report(tmp_path, MONTH).totals == (50, 0, 0, 50, 0)
    assert not any(part in on_disk(tmp_path).lower() for part in ("nguyễn".encode(), b"nguyen", b"0912345678"))


def test_memory_is_bounded_between_two_writings(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    for number in range(MOST_UNWRITTEN + 10):
        recorder.record(Searched(f"x {number}", 1, "none"))
    recorder.flush()
    assert read_report(tmp_path, MONTH).totals.searches == MOST_UNWRITTEN


def test_a_state_folder_that_cannot_be_written_loses_nothing_and_stops_nobody(tmp_path: Path) -> None:
    blocked = tmp_path / "state"
    blocked.write_text("a file stands where the folder should", encoding="utf-8")
    recorder = Recorder(blocked)
    seen(recorder, "hộ chiếu", 5)
    blocked.unlink()
    recorder.flush()
    assert read_report(blocked, MONTH).queries == [("ho chieu", 5, 0, 0)]


@pytest.fixture
def state(sample_index: Path, tmp_path: Path) -> tuple[FlaskClient, Recorder, Path]:
    app = create_app(Settings(index_dir=sample_index, state_dir=tmp_path))
    return app.test_client(), app.extensions["insights"], tmp_path


def test_views_tell_what_was_searched_and_opened(state: tuple[FlaskClient, Recorder, Path]) -> None:
    client, recorder, folder = state
    for _ in range(5):
        client.get("/api/v1/search?q=xyzzy")
        client.get("/?q=khai+sinh")
        client.get("/api/v1/procedures/1.001193")
        client.get("/thu-tuc/1.001193")
    for other in ("/api/v1/search?q=xyzzy&page=2", "/api/v1/search", "/api/v1/suggest?q=xyzzy", "/thu-tuc/9.999999", "/?field=Hộ+tịch"):
        client.get(other)
    recorder.flush()
    report = read_report(folder, MONTH)
    assert report.totals == (10, 5, 0, 0, 10)
    assert report.empty == [("xyzzy", 5, 5, 0)] and report.opened == [("1.001193", 10)]


def test_switched_off_nothing_is_kept(sample_index: Path, tmp_path: Path) -> None:
    app = create_app(Settings(index_dir=sample_index, state_dir=tmp_path, insights=False))
    assert app.test_client().get("/api/v1/search?q=khai+sinh").status_code == 200
    assert app.extensions["insights"] is None and list(tmp_path.iterdir()) == []


def test_the_report_is_printed_and_exported(sample_index: Path, tmp_path: Path) -> None:
    recorder = Recorder(tmp_path)
    seen(recorder, "xyzzy", 7, total=0)
    seen(recorder, "=cmd khai sinh", 5)
    for _ in range(3):
        recorder.record(Opened("1.001193"))
    recorder.flush()
    options = ["--month", MONTH, "--state-dir", str(tmp_path), "--index-dir", str(sample_index)]
    shown = CliRunner().invoke(insights, options)
    assert shown.exit_code == 0, shown.output
    assert "Lượt tìm không thấy gì  7" in shown.output and "xyzzy  7  (không có)" in shown.output and "1.001193  3  Thủ tục đăng ký khai sinh" in shown.output
    for name in ("bao-cao.csv", "bao-cao.xlsx"):
        assert CliRunner().invoke(insights, [*options, "--export", str(tmp_path / name)]).exit_code == 0
    assert "Tìm không thấy,xyzzy,7,(không có)" in (tmp_path / "bao-cao.csv").read_text(encoding="utf-8-sig")
    sheet = load_workbook(tmp_path / "bao-cao.xlsx")["Tìm không thấy"]
    assert [cell.value for cell in sheet[2]] == ["xyzzy", 7, "(không có)"]


def test_all_of_a_month_is_exported(sample_index: Path, tmp_path: Path) -> None:
    texts = {f"khai sinh {number}": Count(5, 5, 1) for number in range(300)}
    write(tmp_path, today(), Batch(texts, opened={f"1.{number:06}": 1 for number in range(300)}), lambda text: text.encode())
    options = ["--month", MONTH, "--state-dir", str(tmp_path), "--index-dir", str(sample_index)]
    assert CliRunner().invoke(insights, options).output.count("… còn 280 dòng") == 4
    assert CliRunner().invoke(insights, [*options, "--export", str(tmp_path / "x.csv")]).exit_code == 0
    lines = (tmp_path / "x.csv").read_text(encoding="utf-8-sig").splitlines()
    titles = ("Tìm không thấy", "Không nhận gợi ý sửa", "Tìm nhiều", "Thủ tục được mở")
    assert [sum(line.startswith(title + ",") for line in lines) for title in titles] == [301] * 4, "with the line of headers"


def test_without_a_month_it_is_the_one_in_vietnam(sample_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 18 o'clock on the last of the month in Greenwich the next has begun in Vietnam."""
    evening = datetime(2026, 11, 30, 18, tzinfo=timezone.utc)
    monkeypatch.setattr("lookup.insights.recorder.datetime", SimpleNamespace(now=evening.astimezone))
    done = CliRunner().invoke(insights, ["--state-dir", str(tmp_path), "--index-dir", str(sample_index)])
    assert "Tháng  2026-12" in done.output


@pytest.mark.parametrize(("options", "told"), [(["--month", "2026"], "ví dụ 2026-11"), (["--export", "x.pdf"], ".csv hoặc .xlsx")])
def test_a_wrong_option_is_told(options: list[str], told: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(insights, [*options, "--state-dir", str(tmp_path)])
    assert done.exit_code == 2 and told in done.output


def test_a_month_without_counts_says_so(sample_index: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(insights, ["--month", "2020-01", "--state-dir", str(tmp_path), "--index-dir", str(sample_index)])
    assert done.exit_code == 0 and "chưa có lượt tìm nào" in done.output
    assert not list(tmp_path.iterdir()), "looking writes nothing"


def test_a_correction_refused_is_counted_with_what_was_typed(state: tuple[FlaskClient, Recorder, Path]) -> None:
    client, recorder, folder = state
    path = "/api/v1/search?q=dang+ky+khai+sihn"
    assert client.get(path).get_json()["correction"] == {"text": "đăng ký khai sinh", "applied": True}
    plain = client.get(f"{path}&as_typed=true").get_json()
    assert plain["correction"] is None and plain["query"] == "dang ky khai sihn"
    for _ in range(4):
        client.get(path)
    recorder.flush()
    assert read_report(folder, MONTH).refused == [("dang ki khai sihn", 5, 0, 1)]
    assert 'lookup_searches_total{correction="refused"} 1.0' in client.get("/metrics").text
