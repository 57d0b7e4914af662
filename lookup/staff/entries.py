"""The kinds of vocabulary that staff edit: what each asks of a clerk, in the clerk's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from index import SearchEngine, UnknownProcedure, compose

SHIPPED = Path(__file__).parents[2] / "data/vocabulary"
CHANGES = "changes"  # the kind of job that an edit is
_LONGEST = {"text": 1_000}
_LONGEST_OTHERWISE = 300
_OWN_PLACE = re.compile(r"^\w+\.csv của đơn vị, dòng \d+: ", re.MULTILINE)  # the line that the clerk is writing says nothing to the clerk
MOST_QUERIES = 8
LONGEST_QUERY = 200


class Field(NamedTuple):
    """One box of a form; `choices` are values and their labels."""

    name: str
    label: str
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()


class Kind(NamedTuple):
    """One kind of entry: the address of its page, its file, its words, its boxes, and which of its cells are searched for in a preview."""

    slug: str
    file: str
    title: str
    lead: str
    fields: tuple[Field, ...]
    tried: str


SPEECH = (
    ("colloquial", "cách nói thường ngày"),
    ("abbreviation", "chữ viết tắt"),
    ("renamed", "tên cũ"),
    ("dialect", "tiếng địa phương"),
    ("misspelling", "viết sai hay gặp"),
)
WAYS = (("one-way", "Một chiều: gõ từ này thì tìm theo từ chính thức"), ("two-way", "Hai chiều: gõ từ nào cũng tìm theo từ kia"))
KINDS = {
    kind.slug: kind
    for kind in (
        Kind(
            "dong-nghia",
            "synonyms.csv",
            "Từ đồng nghĩa",
            "Từ người dân nói và từ trong văn bản. Dùng cho mọi thủ tục có từ đó.",
            (
                Field("term", "Từ người dân nói", "Ví dụ: bằng lái"),
                Field("official", "Từ trong văn bản", "Ví dụ: giấy phép lái xe. Nhiều từ thì cách nhau bằng dấu chấm phẩy ( ; ), từ đúng nhất viết trước."),
                Field("kind", "Loại", choices=SPEECH),
                Field("direction", "Chiều", choices=WAYS),
                Field("since", "Dùng từ ngày", "Để trống nếu dùng ngay.", required=False),
                Field("until", "Dùng đến hết ngày", "Để trống nếu dùng mãi.", required=False),
                Field("note", "Ghi chú", required=False),
            ),
            "term",
        ),
        Kind(
            "cach-goi",
            "aliases.csv",
            "Cách gọi thủ tục",
            "Người dân gọi một thủ tục bằng những câu nào. Mỗi cách gọi là của một thủ tục.",
            (
                Field("code", "Mã thủ tục", "Ví dụ: 1.001193"),
                Field("aliases", "Cách gọi", "Ví dụ: làm giấy khai sinh cho con. Thêm nhiều cách gọi một lần thì cách nhau bằng dấu chấm phẩy ( ; )."),
            ),
            "aliases",
        ),
        Kind(
            "chi-dan",
            "signposts.csv",
            "Chỉ dẫn nơi khác",
            "Việc không phải thủ tục hành chính ở đây. Trang tra cứu sẽ chỉ người dân đến đúng nơi.",
            (
                Field("patterns", "Câu người dân gõ", "Nhiều câu thì cách nhau bằng dấu chấm phẩy ( ; ). Dấu = đứng trước: chỉ tính khi gõ đúng y câu đó."),
                Field("text", "Lời chỉ dẫn", "Ví dụ: Việc ly hôn do Tòa án giải quyết."),
                Field("responsible", "Nơi giải quyết", "Ví dụ: Tòa án nhân dân khu vực"),
                Field("phone", "Điện thoại", required=False),
                Field("url", "Địa chỉ trang web", "Bắt đầu bằng https://", required=False),
            ),
            "patterns",
        ),
        Kind(
            "ghim",
            "pins.csv",
            "Ghim kết quả",
            "Với một câu tìm, những thủ tục này luôn đứng đầu. Gõ có dấu, không dấu, chữ hoa hay thường đều tính. Chỉ dùng khi xếp tự nhiên chưa đúng.",
            (
                Field("query", "Câu tìm", "Ví dụ: làm căn cước"),
                Field("codes", "Mã thủ tục đứng đầu", "Nhiều nhất 5 mã, theo thứ tự, cách nhau bằng dấu chấm phẩy ( ; )."),
                Field("note", "Ghi chú", "Vì sao ghim, để đồng nghiệp hiểu.", required=False),
            ),
            "query",
        ),
    )
}


class FormRefused(Exception):
    """A form that cannot be taken as it is; the text says which box, why, and what to do."""


def read_form(kind: Kind, form: Mapping[str, str], engine: SearchEngine) -> dict[str, str]:
    """The cells of a form, composed, codes as the catalogue writes them. Raises FormRefused."""
    cells = {field.name: compose(form.get(field.name, "")) for field in kind.fields}
    for field in kind.fields:
        longest = _LONGEST.get(field.name, _LONGEST_OTHERWISE)
        if field.required and not cells[field.name]:
            raise FormRefused(f"Ô “{field.label}” để trống. Xin điền vào.")
        if len(cells[field.name]) > longest:
            raise FormRefused(f"Ô “{field.label}” quá dài. Xin viết ngắn hơn {longest} chữ cái.")
    if "code" in cells:
        card = _known(cells["code"], engine)
        cells |= {"code": card["code"], "procedure": card["name"]}
    if "codes" in cells:
        cells["codes"] = "; ".join(_known(code, engine)["code"] for code in _parts(cells["codes"]))
    return cells


def _known(code: str, engine: SearchEngine) -> dict[str, str]:
    try:
        return engine.snapshot().card(code)
    except UnknownProcedure as error:
        raise FormRefused(str(error)) from error


def choose_queries(kind: Kind, cells: Mapping[str, str], typed: str) -> list[str]:
    """What to search for in a preview: the wording of the entry itself, then what was typed, one a line."""
    own = [part.lstrip("= ") for part in _parts(cells.get(kind.tried, ""))]
    queries = [compose(line)[:LONGEST_QUERY] for line in (*own[: MOST_QUERIES // 2], *typed.splitlines())]
    return list(dict.fromkeys(filter(None, queries)))[:MOST_QUERIES]


def _parts(text: str) -> list[str]:
    return list(filter(None, map(str.strip, text.split(";"))))


def tell_fault(kind: Kind, text: str) -> str:
    """A refusal in the clerk's words: boxes by their labels, files by what they hold."""
    text = _OWN_PLACE.sub("", text.replace("Từ vựng có lỗi, chưa dùng được:\n", ""))
    for field in kind.fields:
        text = text.replace(f"ô “{field.name}”", f"ô “{field.label}”").replace(f"ô {field.name}", f"ô “{field.label}”")
    for other in KINDS.values():
        held = f"danh sách {other.title.lower()}"
        text = text.replace(f"{other.file} của đơn vị", f"{held} của đơn vị").replace(other.file, f"{held} có sẵn")
    return text[:1].upper() + text[1:]
