"""What stops a publish unless somebody says by name that it is meant: signs of a cut file, a shifted or sorted column, old news.

Shares are taken of the procedures that the files name, so that a small update of a large catalogue is looked at as closely as a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from index.catalogue.lists.entries import BLANK, ORPHAN
from index.catalogue.procedure import Catalogue, Procedure, Source
from index.refresh.comparison import Comparison
from index.refresh.wording import PARTS
from index.text.folding import fold

SMALLEST_SHARE = 0.8  # of the live procedures that a whole refresh must keep
MOST_RENAMED = 0.3  # of the names that may change at once
MOST_MOVED = 3  # codes that may take over the name of another code
MOST_CHANGED = 0.3  # of the values of one column that may change at once, or get lost
MOST_UNREAD = 0.05  # of the rows that may be left out
FEW = 3  # that much may always happen: a share of a handful says nothing
COLUMNS = ("field", "agencies", "promulgating_agency", "levels")  # what every list says, and nothing changes for a third of it at once


class Stop(NamedTuple):
    """A guard that stops a publish: its name for `--allow`, and a sentence with the reason, the place and the remedy."""

    name: str
    reason: str


class Case:
    """What the guards look at: `given` is what the files say by themselves, `new` the catalogue that it would make."""

    def __init__(self, live: Sequence[Procedure], live_sources: Sequence[Source], given: Catalogue, new: Catalogue, comparison: Comparison) -> None:
        self.live_sources, self.given, self.new, self.comparison = live_sources, given, new, comparison
        self.live: Mapping[str, Procedure] = {procedure.code: procedure for procedure in live}
        listed = given.places or {procedure.code for procedure in given.procedures}
        self.both = [(self.live[procedure.code], procedure) for procedure in new.procedures if procedure.code in self.live and procedure.code in listed]

    @cached_property
    def renamed(self) -> list[Procedure]:
        return [now for before, now in self.both if now.name != before.name]

    def last_row_without(self) -> str | None:
        """What the last row alone lacks of a column that every row had and has."""
        last = {(place.file, place.sheet): code for code, place in sorted(self.given.places.items(), key=lambda item: item[1].row)}.values()
        listed = [procedure for procedure in self.given.procedures if procedure.code in self.given.places]
        for part in COLUMNS:
            lacking = [now.code for now in listed if not getattr(now, part) and now.code in self.live and getattr(self.live[now.code], part)]
            if len(lacking) == 1 < len(listed) and lacking[0] in last:
                return f"Chỉ dòng cuối{self.place(lacking[0])} trống cột {PARTS[part].lower()}, dấu hiệu cột này bị đẩy lên một dòng. Xin kiểm tra cột này."
        return None

    def place(self, code: str) -> str:
        """Where the files name a code, in brackets; nothing where it comes from details."""
        return f" ({self.given.places[code]})" if code in self.given.places else ""


def find_stops(live: Sequence[Procedure], live_sources: Sequence[Source], given: Catalogue, new: Catalogue, comparison: Comparison) -> list[Stop]:
    """Every guard that stops this catalogue from replacing the live one."""
    case = Case(live, live_sources, given, new, comparison)
    return [Stop(name, reason) for name, guard in GUARDS.items() if (reason := guard(case))]


def _shrink(case: Case) -> str | None:
    old, kept = len(case.live), len(case.live) - len(case.comparison.withdrawn)
    if kept >= SMALLEST_SHARE * old:
        return None
    last = max(case.given.places.values(), key=lambda place: place.row, default=None)
    read_to = f" Dòng cuối đọc được: {last}." if last else ""
    return (
        f"Danh mục mới chỉ giữ {kept} trong {old} thủ tục đang công bố (có {len(case.new.procedures)} thủ tục).{read_to} "
        "Tệp có thể bị cắt, thiếu hoặc nhầm tệp; xin kiểm tra, hoặc chọn chỉ thay một phần (--update)."
    )


def _rename(case: Case) -> str | None:
    if len(case.renamed) <= MOST_RENAMED * len(case.both) or (len(case.renamed) <= FEW and len(case.both) < len(case.live)):
        return None
    first = case.renamed[0]
    return (
        f"{len(case.renamed)} trong {len(case.both)} thủ tục đổi tên, ví dụ {first.code}{case.place(first.code)}, cột tên: “{case.live[first.code].name[:60]}” "
        f"thành “{first.name[:60]}”. Cột tên có thể bị lệch dòng, nhầm cột hoặc sai bảng mã; xin kiểm tra lại tệp."
    )


def _move(case: Case) -> str | None:
    owners: dict[str, set[str]] = {}
    for procedure in case.live.values():
        owners.setdefault(fold(procedure.name), set()).add(procedure.code)
    moved = [procedure for procedure in case.renamed if procedure.code not in owners.get(fold(procedure.name), {procedure.code})]
    if len(moved) <= MOST_MOVED:
        return None
    first = moved[0]
    return (
        f"{len(moved)} mã mang tên của mã khác, ví dụ {first.code}{case.place(first.code)}, cột tên: “{first.name[:60]}”. "
        "Một cột có thể đã bị đẩy lệch dòng hoặc sắp xếp riêng; xin xuất lại tệp."
    )


def _column(case: Case) -> str | None:
    for part in PARTS:
        had = [now for before, now in case.both if getattr(before, part)]
        lost = [now for now in had if not getattr(now, part)]
        if _are_many(len(lost), len(had)):
            return (
                f"Cột {PARTS[part].lower()} để trống ở {len(lost)} trong {len(had)} thủ tục đang có, ví dụ {lost[0].code}{case.place(lost[0].code)}. "
                "Xin kiểm tra tiêu đề và nội dung cột này, thêm tệp chi tiết còn thiếu, hoặc chọn chỉ thay một phần (--update)."
            )
    for part in ("name", *COLUMNS[:-1]):
        if len({getattr(now, part) for _, now in case.both}) == 1 and len({getattr(before, part) for before, _ in case.both}) > 1:
            first = case.both[0][1].code
            return f"Cột {PARTS[part].lower()} chỉ có một giá trị cho mọi thủ tục, từ {first}{case.place(first)}. Xin kiểm tra nội dung cột này."
    return None


def _change(case: Case) -> str | None:
    for part in COLUMNS:
        known = [(before, now) for before, now in case.both if getattr(before, part) and getattr(now, part)]
        changed = [(before, now) for before, now in known if _key(getattr(before, part)) != _key(getattr(now, part))]
        if _are_many(len(changed), len(known)):
            before, now = changed[0]
            return (
                f"Cột {PARTS[part].lower()} đổi ở {len(changed)} trong {len(known)} thủ tục, ví dụ {now.code}{case.place(now.code)}: "
                f"“{_show(getattr(before, part))}” thành “{_show(getattr(now, part))}”. Cột có thể bị nhầm hoặc lệch dòng; xin kiểm tra lại tệp."
            )
    return None


def _are_many(count: int, total: int) -> bool:
    return count > MOST_CHANGED * total and (count > FEW or count == total >= FEW)


def _key(value: str | tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(fold, (value,) if isinstance(value, str) else value))


def _show(value: str | tuple[str, ...]) -> str:
    return (value if isinstance(value, str) else "; ".join(value))[:60]


def _shift(case: Case) -> str | None:
    """A cell put in or taken out moves the rest of its column: one row lacks the cell, another has nothing but it, or the last row has lost it."""
    if last := case.last_row_without():
        return last
    problems = case.given.problems
    said = {fold(text) for _, now in case.both for part in COLUMNS for text in _key(getattr(now, part) or ())}
    orphans = [problem for problem in problems if problem.reason == ORPHAN and said.intersection(map(fold, problem.value.splitlines()))]
    blanks = [problem for problem in problems if problem.reason == BLANK]
    if not orphans and len({problem.column for problem in blanks}) < 2:
        return None
    first = (orphans or blanks)[0]
    return f"Có dòng thiếu mã hoặc tên mà còn chữ ở cột khác, dấu hiệu một cột bị đẩy lệch: {first}"


def _unread(case: Case) -> str | None:
    problems = case.given.problems
    rows = sum(source.rows for source in case.given.sources)
    if len(problems) <= max(FEW, MOST_UNREAD * rows):
        return None
    return f"{len(problems)} trong {rows} dòng không đọc được, dòng đầu: {problems[0]}"


def _stale(case: Case) -> str | None:
    newest = max((source.modified for source in case.live_sources if source.modified), default="")
    given = max((source.modified for source in case.given.sources if source.modified), default="")
    if not given or given >= newest:
        return None
    return f"Tệp mới nhất đưa lên được sửa lúc {given}, cũ hơn tệp đang công bố ({newest}). Xin dùng tệp mới hơn."


def _contradict(case: Case) -> str | None:
    if not case.new.contradictions:
        return None
    first = case.new.contradictions[0]
    return (
        f"{len(case.new.contradictions)} mã có hai tên khác nhau ở hai tệp (ví dụ {first.code}: “{first.name[:60]}” ở {first.file}, "
        f"“{first.other_name[:60]}” ở {first.other_file}). Xin bỏ tệp cũ hơn."
    )


GUARDS: dict[str, Callable[[Case], str | None]] = {
    "shrink": _shrink,
    "rename": _rename,
    "move": _move,
    "column": _column,
    "change": _change,
    "shift": _shift,
    "unread": _unread,
    "stale": _stale,
    "contradict": _contradict,
}
