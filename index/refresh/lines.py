"""A described proposal as lines for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from index.refresh.description import Record

SHOWN = 20  # entries of each list
_LONGEST = 80  # letters of a value


def report_lines(record: Record) -> Iterator[str]:
    """What `describe` tells, the first SHOWN of each list."""
    for file in record["files"]:
        yield f"{file['name']}: {file['rows']} dòng, kiểu {file['layout']}, bảng mã {file['encoding'] or 'không rõ'}"
    yield from _list("dòng bị bỏ ra", record["left_out"], _row_line)
    yield from comparison_lines(record)
    yield from _list("chốt chặn", _whole(record["stops"]), lambda item: f"[{item['name']}] {item['reason']}")


def comparison_lines(record: Record, against: str = "danh mục đang công bố") -> Iterator[str]:
    """What `describe_comparison` tells."""
    yield (
        f"So với {against}: thêm {record['added']['count']}, rút {record['withdrawn']['count']}, "
        f"đổi {record['changed']['procedures']}, giữ nguyên {record['unchanged']}."
    )
    yield from _list("thủ tục thêm vào", record["added"], lambda item: f"{item['code']} {item['name'][:_LONGEST]}")
    yield from _list("thủ tục rút ra", record["withdrawn"], lambda item: f"{item['code']} {item['name'][:_LONGEST]}")
    yield from _list("chỗ đổi", record["changed"], lambda item: f"{item['code']}, {item['label']}: {_short(item['old'])} → {_short(item['new'])}")
    for what, part in (("lĩnh vực", "fields"), ("cấp", "levels")):
        yield from _list(f"{what} đổi số thủ tục", _whole(record[part]), lambda item: f"{item['value']}: {item['old']} → {item['new']}")


def _whole(items: list[Record]) -> Record:
    return {"count": len(items), "items": items}


def _list(what: str, listed: Record, tell: Callable[[Record], str]) -> Iterator[str]:
    if listed["count"]:
        yield f"{listed['count']} {what}:"
        shown = listed["items"][:SHOWN]
        yield from (f"  {tell(item)}" for item in shown)
        if listed["count"] > len(shown):
            yield f"  … và {listed['count'] - len(shown)} nữa"


def _row_line(item: Record) -> str:
    place = f"{item['file']}, trang “{item['sheet']}”" if item["sheet"] else item["file"]
    return f"{place}, dòng {item['row']}, cột “{item['column']}”: {item['reason']} (giá trị: “{_short(item['value'])}”). {item['remedy']}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
