"""A disk that is full, cannot be written or rots: the last good version goes on serving, people are told what to do, and the next refresh works."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Procedure, Search, SearchEngine, VersionStore, Vocabulary, publish_catalogue, read_history, republish
from index.catalogue.procedure import Catalogue
from lookup import Settings, create_app
from tests.conftest import ROOT
from tests.list_files import write_empty_vocabulary

COUNT = 300
KILOBYTE = 2**10


def write_list(path: Path, title: str) -> Path:
    rows = [f"1.{number:06},Đăng ký khai sinh loại {number} {title}" for number in range(COUNT)]
    path.write_text("\n".join(["Mã số,Tên", *rows]), encoding="utf-8")
    return path


def publish(root: Path, title: str) -> str:
    return publish_catalogue(Catalogue(tuple(Procedure(f"1.{number:06}", f"Đăng ký khai sinh loại {number} {title}") for number in range(COUNT))), root).version


def refresh(root: Path, title: str, largest_file: int = resource.RLIM_INFINITY) -> subprocess.CompletedProcess[str]:
    """Run the command; where asked, in a process that may write no larger file: to the writer that is a full disk."""
    script, words = ROOT / "scripts/commands/refresh.py", write_empty_vocabulary(root.parent / "words")
    path = write_list(root.parent / "list.csv", title)
    return subprocess.run(
        [sys.executable, script, path, "--index-dir", root, "--vocabulary", words, "--allow", "rename"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),
    )


def title_of(root: Path) -> str:
    """The title that every name of the served version ends in."""
    results = SearchEngine(root).search(Search("dang ky khai sinh"))
    titles: set[str] = {hit.card["name"].rpartition(" ")[2] for hit in results.hits}
    assert len(titles) == 1
    return titles.pop()


def assert_failed(done: subprocess.CompletedProcess[str], root: Path, told: str) -> None:
    assert (done.returncode, told in done.stderr, "Traceback" in done.stderr) == (1, True, False), done.stderr
    assert "vẫn như cũ" in done.stderr
    assert title_of(root) == "cũ"
    assert len(list((root / "versions").iterdir())) == 1, "nothing half built is left"
    assert not list(root.glob("CURRENT.*"))


def mount(options: str, place: Path) -> None:
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"may not mount a small disk here: {done.stderr.decode().strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of eight megabytes."""
    if not shutil.which("mount"):
        pytest.skip("no mount command to make a small disk with")
    place = tmp_path / "disk"
    place.mkdir()
    mount("size=8m", place)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.parametrize("room", [0, 8 * KILOBYTE, 64 * KILOBYTE, 200 * KILOBYTE, 400 * KILOBYTE])
def test_a_full_disk_changes_nothing_and_the_next_refresh_works(small_disk: Path, room: int) -> None:
    root = small_disk / "index"
    publish(root, "cũ")
    with (small_disk / "filler").open("wb") as filler:
        filler.write(bytes(shutil.disk_usage(small_disk).free - room))
    assert_failed(refresh_elsewhere(root), root, "đã đầy")
    (small_disk / "filler").unlink()
    assert refresh_elsewhere(root).returncode == 0
    assert title_of(root) == "mới"


def refresh_elsewhere(root: Path) -> subprocess.CompletedProcess[str]:
    """Refresh with the list outside the small disk."""
    link = root.parent.parent / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(root)
    return refresh(link, "mới")


@pytest.mark.parametrize("largest", [0, 100, KILOBYTE, 20 * KILOBYTE, 100 * KILOBYTE])
def test_a_write_that_is_refused_changes_nothing_and_the_next_refresh_works(tmp_path: Path, largest: int) -> None:
    root = tmp_path / "index"
    publish(root, "cũ")
    assert_failed(refresh(root, "mới", largest), root, "Xin")
    assert refresh(root, "mới").returncode == 0
    assert title_of(root) == "mới"


def test_a_folder_that_cannot_be_written_goes_on_serving(small_disk: Path) -> None:
    root = small_disk / "index"
    publish(root, "cũ")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert_failed(refresh_elsewhere(root), root, "Không ghi được vào thư mục chỉ mục")
    assert create_app(Settings(index_dir=root)).test_client().get("/readyz").get_json()["status"] == "ok"
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    assert refresh_elsewhere(root).returncode == 0


def corrupt(path: Path, how: str) -> None:
    content = bytearray(path.read_bytes())
    if how == "cut":
        path.write_bytes(content[: len(content) // 2])
    elif how == "gone":
        path.unlink()
    else:
        content[len(content) // 2] ^= 0x15
        path.write_bytes(content)


def is_behind(path: Path) -> bool:
    """Whether nothing is served from a file: it is there to build the next version from."""
    return path.name == "fields.npy" or path.parent.name == "whoosh"


@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_where_a_file_rots_that_nothing_is_served_from_the_version_serves_on_and_is_republished_whole(tmp_path: Path, how: str) -> None:
    root = tmp_path / "index"
    version = publish(root, "mới")
    for name in ("fields.npy", "whoosh/*.seg", "whoosh/*.toc"):
        (path,) = (VersionStore(root).folder(version) / "catalogue").glob(name)
        assert is_behind(path)
        corrupt(path, how)
        assert create_app(Settings(index_dir=root)).test_client().get("/readyz").get_json()["status"] == "ok"
        version = republish(root, Vocabulary).version
        assert (title_of(root), len(SearchEngine(root).snapshot())) == ("mới", COUNT), name


@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_each_file_of_the_live_version_in_turn_may_rot(tmp_path: Path, how: str, caplog: pytest.LogCaptureFixture) -> None:
    """The version before serves at the next start, and `/readyz` and the log say so."""
    root = tmp_path / "index"
    publish(root, "cũ")
    live = VersionStore(root).folder(publish(root, "mới"))
    files = [path for path in (*live.rglob("*"), root / "CURRENT") if path.is_file() and path.stat().st_size and not is_behind(path)]
    assert len(files) > 25
    for path in files:
        kept = path.read_bytes()
        corrupt(path, how)
        caplog.clear()
        ready = create_app(Settings(index_dir=root)).test_client().get("/readyz").get_json()
        expected = "mới" if path.name == "CURRENT" else "cũ"  # the history tells which version was live
        assert (ready["status"], title_of(root)) == ("degraded", expected), path.name
        assert "cannot be opened" in caplog.text
        path.write_bytes(kept)
    assert title_of(root) == "mới"


def test_a_rotten_version_is_mended_by_the_next_refresh_or_by_rolling_back(tmp_path: Path) -> None:
    root = tmp_path / "index"
    publish(root, "cũ")
    live = VersionStore(root).folder(publish(root, "hỏng"))
    corrupt(live / "impacts.npy", "flipped")
    assert refresh(root, "mới").returncode == 0
    assert title_of(root) == "mới"
    assert [event.procedures for event in read_history(root)] == [COUNT] * 3
