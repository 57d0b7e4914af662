"""What stops a publish unless somebody says by name that it is meant: signs of a cut file, a shifted or sorted column, old news."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from index.catalogue.procedure import Catalogue, Procedure, Source
from index.refresh.comparison import Comparison
from index.text.folding import fold

SMALLEST_SHARE = 0.8  # of the live procedures that a whole refresh must keep in number
MOST_RENAMED = 0.3  # of the names that may change at once
MOST_MOVED = 3  # codes that may take over the name of another code
MOSTLY = 0.5  # a column that this share of the live procedures fill is expected to be filled


class Stop(NamedTuple):
    """A guard that stops a publish: its name for `--allow`, and a sentence with the reason and the remedy."""

    name: str
    reason: str


class _Case(NamedTuple):
    live: Sequence[Procedure]
    live_sources: Sequence[Source]
    given_sources: Sequence[Source]
    new: Catalogue
    comparison: Comparison


def find_stops(
    live: Sequence[Procedure], live_sources: Sequence[Source], given_sources: Sequence[Source], new: Catalogue, comparison: Comparison
) -> list[Stop]:
    """Every guard that stops this catalogue from replacing the live one; none while nothing is live but contradictions."""
    case = _Case(live, live_sources, given_sources, new, comparison)
    return [Stop(name, reason) for name, guard in GUARDS.items() if (reason := guard(case))]


def _shrink(case: _Case) -> str | None:
    old, new = len(case.live), len(case.new.procedures)
    if new >= SMALLEST_SHARE * old:
        return None
    return f"Danh mục mới chỉ có {new} thủ tục, đang công bố {old}. Tệp có thể bị cắt hoặc thiếu; xin kiểm tra, hoặc chọn chỉ thay một phần (--update)."


def _rename(case: _Case) -> str | None:
    common = len(case.live) - len(case.comparison.withdrawn)
    renamed = sum(change.part == "name" for change in case.comparison.changed)
    if renamed <= MOST_RENAMED * common or not common:
        return None
    return f"{renamed} trong {common} thủ tục đổi tên. Cột tên có thể bị lệch dòng hoặc nhầm cột; xin kiểm tra lại tệp."


def _move(case: _Case) -> str | None:
    owner = {fold(procedure.name): procedure.code for procedure in case.live}
    names = [change for change in case.comparison.changed if change.part == "name"]
    moved = [change for change in names if owner.get(fold(change.new), change.code) != change.code]
    if len(moved) <= MOST_MOVED:
        return None
    return f"{len(moved)} mã mang tên của mã khác (ví dụ {moved[0].code}: “{moved[0].new[:60]}”). Có thể một cột đã bị sắp xếp riêng; xin xuất lại tệp."


def _column(case: _Case) -> str | None:
    if len(case.new.procedures) < 2:
        return None
    for column, label in (("field", "lĩnh vực"), ("agencies", "cơ quan thực hiện"), ("promulgating_agency", "cơ quan ban hành"), ("name", "tên")):
        before = [getattr(procedure, column) for procedure in case.live]
        after = [getattr(procedure, column) for procedure in case.new.procedures]
        if sum(map(bool, before)) > MOSTLY * len(before) and not any(after):
            return f"Cột {label} để trống hết, trong khi danh mục đang công bố có. Xin kiểm tra tiêu đề và nội dung cột này."
        if len(set(before)) > 1 and len(set(after)) == 1:
            return f"Cột {label} chỉ có một giá trị cho mọi thủ tục. Xin kiểm tra nội dung cột này."
    return None


def _stale(case: _Case) -> str | None:
    newest = max((source.modified for source in case.live_sources if source.modified), default="")
    given = max((source.modified for source in case.given_sources if source.modified), default="")
    if not given or given >= newest:
        return None
    return f"Tệp mới nhất đưa lên được sửa lúc {given}, cũ hơn tệp đang công bố ({newest}). Xin dùng tệp mới hơn."


def _contradict(case: _Case) -> str | None:
    if not case.new.contradictions:
        return None
    first = case.new.contradictions[0]
    return (
        f"{len(case.new.contradictions)} mã có hai tên khác nhau ở hai tệp (ví dụ {first.code}: “{first.name[:60]}” ở {first.file}, "
        f"“{first.other_name[:60]}” ở {first.other_file}). Xin bỏ tệp cũ hơn."
    )


GUARDS: dict[str, Callable[[_Case], str | None]] = {
    "shrink": _shrink,
    "rename": _rename,
    "move": _move,
    "column": _column,
    "stale": _stale,
    "contradict": _contradict,
}
