"""Staff see what would change before it does, are stopped where a file looks broken, and can take a publish back."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from index import (
    GUARDS,
    JudgedQuery,
    Named,
    Procedure,
    RefreshOutdated,
    RefreshRefused,
    Search,
    SearchEngine,
    VersionStore,
    describe,
    prepare,
    publish_catalogue,
    publish_proposal,
    read_history,
    read_report,
    refuse_stops,
    roll_back,
    write_report,
)
from index.catalogue.procedure import Catalogue
from index.refresh.comparison import Change, Tally

HEADER = ["Mã số", "Tên", "Lĩnh vực", "Cơ quan thực hiện", "Cơ quan ban hành"]
Rows = list[list[str]]


def make_rows(count: int = 60) -> Rows:
    things = ("khai sinh", "kết hôn", "khai tử", "giấy phép", "chứng chỉ", "thẻ", "sổ", "bản sao", "hộ kinh doanh", "tàu cá", "trường học", "nhà thuốc")
    verbs = ("Đăng ký", "Cấp lại", "Gia hạn", "Thu hồi", "Đổi")
    names = [f"{verb} {thing}" for verb in verbs for thing in things][:count]
    return [[f"1.{number:06}", name, f"Lĩnh vực {number % 5}", f"Sở {number % 3}", "Bộ A" if number % 2 else "Bộ B"] for number, name in enumerate(names, 1)]


def write_list(path: Path, rows: Rows) -> Path:
    path.write_text("\n".join(";".join(row) for row in [HEADER, *rows]), encoding="utf-8")
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An index folder with sixty procedures published."""
    publish_catalogue(prepare([write_list(tmp_path / "live.csv", make_rows())], [], tmp_path / "index").catalogue, tmp_path / "index")
    return tmp_path / "index"


def propose(root: Path, rows: Rows, **options: object) -> list[str]:
    return [stop.name for stop in prepare([write_list(root.parent / "new.csv", rows)], [], root, **options).stops]  # type: ignore[arg-type]


def write_codes(root: Path, *codes: str) -> Path:
    path = root.parent / "rut.txt"
    path.write_text("\n".join(codes), encoding="utf-8")
    return path


def test_the_comparison_tells_what_is_added_withdrawn_and_changed(root: Path) -> None:
    rows = make_rows()[1:]
    rows[0][1] = "Đăng ký kết hôn mới"
    rows.append(["1.999999", "Thủ tục mới", "Lĩnh vực 9", "Sở 1", "Bộ A"])
    comparison = prepare([write_list(root.parent / "new.csv", rows)], [], root).comparison
    assert (comparison.added, comparison.withdrawn, comparison.unchanged) == (
        (Named("1.999999", "Thủ tục mới"),),
        (Named("1.000001", "Đăng ký khai sinh"),),
        58,
    )
    assert comparison.changed == (Change("1.000002", "Đăng ký kết hôn mới", "name", "Đăng ký kết hôn", "Đăng ký kết hôn mới"),)
    assert comparison.fields == (Tally("Lĩnh vực 1", 12, 11), Tally("Lĩnh vực 9", 0, 1))


def test_an_update_replaces_and_joins_what_is_live_and_a_withdrawal_takes_out(root: Path) -> None:
    rows = [["1.000001", "Tên mới", "", "", ""], ["1.999999", "Thủ tục mới", "", "", ""]]
    proposal = prepare([write_list(root.parent / "new.csv", rows)], [], root, update=True, withdraw=[write_codes(root, "1.000002")])
    procedures = {procedure.code: procedure for procedure in proposal.catalogue.procedures}
    assert len(procedures) == 60 and "1.000002" not in procedures
    assert procedures["1.000001"] == Procedure("1.000001", "Tên mới", "Lĩnh vực 1", agencies=("Sở 1",), promulgating_agency="Bộ A")
    assert proposal.stops == ()


def test_a_code_that_is_not_live_cannot_be_withdrawn(root: Path) -> None:
    with pytest.raises(RefreshRefused, match=r"1\.777777"):
        prepare([], [], root, update=True, withdraw=[write_codes(root, "1.777777")])


def cut(rows: Rows) -> Rows:
    return rows[:42]


def shift_names_down(rows: Rows) -> Rows:
    names = [rows[-1][1], *(row[1] for row in rows[:-1])]
    return [[row[0], name, *row[2:]] for row, name in zip(rows, names, strict=True)]


def sort_names_alone(rows: Rows) -> Rows:
    return [[row[0], name, *row[2:]] for row, name in zip(rows, sorted(row[1] for row in rows), strict=True)]


def empty_fields(rows: Rows) -> Rows:
    return [[*row[:2], "", *row[3:]] for row in rows]


def one_agency(rows: Rows) -> Rows:
    return [[*row[:3], "Sở 1", row[4]] for row in rows]


def swap_name_and_field(rows: Rows) -> Rows:
    return [[row[0], row[2], row[1], *row[3:]] for row in rows]


@pytest.mark.parametrize(
    ("corrupt", "guard"),
    [
        (cut, "shrink"),
        (shift_names_down, "rename"),
        (shift_names_down, "move"),
        (sort_names_alone, "move"),
        (empty_fields, "column"),
        (one_agency, "column"),
        (swap_name_and_field, "rename"),
    ],
)
def test_a_corrupted_list_is_stopped_by_name(root: Path, corrupt: Callable[[Rows], Rows], guard: str) -> None:
    assert guard in propose(root, corrupt(make_rows()))


def test_an_honest_new_list_is_not_stopped(root: Path) -> None:
    rows = make_rows()
    random.Random(1).shuffle(rows)
    rows[5][1] += " (sửa đổi)"
    assert propose(root, [*rows[:57], ["1.999999", "Thủ tục mới", "Lĩnh vực 1", "Sở 2", "Bộ A"]]) == []


def test_two_files_that_name_one_code_differently_are_stopped(root: Path) -> None:
    rows = make_rows()
    other = write_list(root.parent / "other.csv", [[rows[0][0], "Tên khác hẳn", "", "", ""]])
    proposal = prepare([write_list(root.parent / "new.csv", rows), other], [], root)
    assert [stop.name for stop in proposal.stops] == ["contradict"]
    assert "“Tên khác hẳn” ở other.csv" in proposal.stops[0].reason


def test_a_stop_is_passed_only_by_its_own_name(root: Path) -> None:
    proposal = prepare([write_list(root.parent / "new.csv", cut(make_rows()))], [], root)
    with pytest.raises(RefreshRefused, match=r"\[shrink\] Danh mục mới chỉ giữ 42 trong 60 thủ tục"):
        refuse_stops(proposal, ["move"])
    with pytest.raises(RefreshRefused, match="Không có chốt chặn tên shrnk"):
        refuse_stops(proposal, ["shrnk"])
    refuse_stops(proposal, ["shrink"])


def test_every_publish_and_roll_back_is_written_down(root: Path) -> None:
    first = VersionStore(root).current().version
    second = publish_catalogue(Catalogue((Procedure("1.000001", "Một"),)), root, who="an", note="thử")
    engine = SearchEngine(root)
    assert engine.search(Search()).total == 1
    back = roll_back(root, who="bình", note="nhầm tệp")
    assert back.version == first and engine.search(Search()).total == 60
    assert [(event.action, event.version, event.who, event.note, event.procedures) for event in read_history(root)][1:] == [
        ("publish", second.version, "an", "thử", 1),
        ("rollback", first, "bình", "nhầm tệp", 60),
    ]


def test_a_broken_live_version_at_start_falls_back_and_says_so(root: Path) -> None:
    live = publish_catalogue(Catalogue((Procedure("1.000001", "Một"),)), root)
    (root / "versions" / live.version / "documents.npy").write_bytes(b"")
    engine = SearchEngine(root)
    assert engine.search(Search()).total == 60
    assert engine.is_degraded()


def test_the_report_is_a_workbook_in_which_nothing_runs(root: Path) -> None:
    rows = [*make_rows(), ["1.999998", '=HYPERLINK("http://x")', "", "", ""], ["sai", "+cmd", "", "", ""]]
    path = root.parent / "report.xlsx"
    write_report(describe(prepare([write_list(root.parent / "new.csv", rows)], [], root)), path)
    cells = [cell.value for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert '\'=HYPERLINK("http://x")' in cells or any(value.startswith("'=") for value in cells)
    assert not [value for value in cells if value.startswith(("=", "+", "-", "@"))]


def test_the_record_tells_all_that_a_report_shows(root: Path) -> None:
    rows = make_rows()[1:]
    rows[0] = ["1.000002", "Đăng ký kết hôn mới", *rows[0][2:]]
    rows += [["1.999999", "Thủ tục mới", "Lĩnh vực 1", "Sở 1", "Bộ A"], ["", "Không có mã", "", "", ""]]
    proposal = prepare([write_list(root.parent / "new.csv", rows)], [], root)
    source = proposal.catalogue.sources[0]
    assert json.loads(json.dumps(describe(proposal))) == {
        "live": VersionStore(root).current().version,
        "update": False,
        "procedures": 60,
        "files": [
            {
                "name": "new.csv",
                "size": (root.parent / "new.csv").stat().st_size,
                "sha256": hashlib.sha256((root.parent / "new.csv").read_bytes()).hexdigest(),
                "layout": "Cổng Dịch vụ công quốc gia",
                "rows": 61,
                "modified": source.modified,
                "encoding": "utf-8",
            }
        ],
        "stops": [],
        "left_out": {
            "count": 1,
            "items": [
                {
                    "file": "new.csv",
                    "sheet": None,
                    "row": 62,
                    "column": "Mã số",
                    "value": "",
                    "reason": "ô này để trống",
                    "remedy": "Xin ghi đúng mã vào ô này rồi đưa lại tệp.",
                }
            ],
        },
        "added": {"count": 1, "items": [{"code": "1.999999", "name": "Thủ tục mới"}]},
        "withdrawn": {"count": 1, "items": [{"code": "1.000001", "name": "Đăng ký khai sinh"}]},
        "changed": {
            "procedures": 1,
            "count": 1,
            "items": [
                {
                    "code": "1.000002",
                    "name": "Đăng ký kết hôn mới",
                    "part": "name",
                    "label": "Tên",
                    "old": "Đăng ký kết hôn",
                    "new": "Đăng ký kết hôn mới",
                }
            ],
        },
        "unchanged": 58,
        "fields": [],
        "levels": [],
    }


def test_a_record_is_bounded_and_says_how_many_it_leaves_out(root: Path) -> None:
    added = describe(prepare([write_list(root.parent / "new.csv", [[f"2.{row[0][2:]}", *row[1:]] for row in make_rows()])], [], root), most=3)["added"]
    assert (added["count"], len(added["items"])) == (60, 3)


def test_a_version_keeps_the_report_of_its_publish(root: Path) -> None:
    proposal = prepare([write_list(root.parent / "new.csv", cut(make_rows()))], [], root)
    current = publish_proposal(proposal, root, allowed=["shrink"], who="an", note="thử")
    assert read_report(root, current.version) == {"who": "an", "note": "thử", "allowed": ["shrink"], **describe(proposal)}


def test_a_proposal_that_a_guard_stops_is_not_published(root: Path) -> None:
    live = VersionStore(root).current()
    with pytest.raises(RefreshRefused, match="shrink"):
        publish_proposal(prepare([write_list(root.parent / "new.csv", cut(make_rows()))], [], root), root)
    assert VersionStore(root).current() == live


def test_a_proposal_is_refused_where_another_version_went_live_since(root: Path) -> None:
    proposal = prepare([write_list(root.parent / "new.csv", make_rows()[1:])], [], root)
    other = publish_catalogue(Catalogue((Procedure("1.000001", "Một"),)), root)
    with pytest.raises(RefreshOutdated, match="đã thay đổi từ lúc so sánh"):
        publish_proposal(proposal, root)
    assert VersionStore(root).current() == other


def rot(root: Path, version: str) -> None:
    for path in (root / "versions" / version).rglob("records.bin"):
        path.write_bytes(path.read_bytes()[:-1] + b"?")


def test_a_refresh_is_compared_with_what_is_served_where_the_live_version_is_broken(root: Path) -> None:
    served = VersionStore(root).current().version
    rot(root, publish_catalogue(Catalogue((Procedure("1.000001", "Một"),)), root).version)
    proposal = prepare([write_list(root.parent / "new.csv", cut(make_rows()))], [], root)
    assert (proposal.live, [stop.name for stop in proposal.stops]) == (served, ["shrink"])
    publish_proposal(proposal, root, allowed=["shrink"])
    assert len(SearchEngine(root).snapshot()) == 42


def test_nothing_is_updated_in_part_where_nothing_can_be_opened(root: Path) -> None:
    rot(root, VersionStore(root).current().version)
    with pytest.raises(RefreshRefused, match="Xin đưa lên danh sách đầy đủ"):
        prepare([write_list(root.parent / "new.csv", make_rows()[:3])], [], root, update=True)


def test_a_version_that_answers_too_few_judged_queries_is_not_published(root: Path) -> None:
    live = VersionStore(root).current()
    proposal = prepare([write_list(root.parent / "new.csv", make_rows())], [], root)
    lost = [JudgedQuery(f"không đâu vào đâu {number}", "khác", {"1.000001": 3}) for number in range(6)]
    with pytest.raises(RefreshRefused, match=r"chỉ trả lời được \d trong 6 câu hỏi mẫu"):
        publish_proposal(proposal, root, smoke=lost)
    assert VersionStore(root).current() == live
    elsewhere = [query._replace(grades={"9.999999": 3}) for query in lost]
    found = [JudgedQuery(row[1], "khác", {row[0]: 3}) for row in make_rows()[:10]]
    publish_proposal(proposal, root, smoke=[*elsewhere, *found, *lost])


def test_every_guard_has_a_test_or_a_reason() -> None:
    assert set(GUARDS) == {"shrink", "rename", "move", "column", "change", "shift", "unread", "stale", "contradict"}
