"""What a new version must show before it goes live: it opens, is whole, and finds what it holds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from index.catalogue.procedure import Procedure
from index.errors import RefreshRefused
from index.judging import RELEVANT, JudgedQuery, first_relevant
from index.search.engine import SearchEngine
from index.search.results import Search

SEARCHED_FOR = 10  # procedures drawn at random, to be found by their names
DEEP_ENOUGH = 10  # results among which a procedure must be found
FEWEST_JUDGED = 5  # judged queries that must count before their share says anything
SMALLEST_SHARE = 0.6  # of the judged queries that must be answered


def check_version(root: Path, version: str, procedures: Sequence[Procedure], smoke: Sequence[JudgedQuery] = ()) -> None:
    """Raise RefreshRefused where a version lost procedures, cannot find some of them by their names, or answers too few of the judged queries."""
    engine = SearchEngine(root, version)
    if len(engine.snapshot()) != len(procedures):
        raise RefreshRefused(f"Chỉ mục vừa dựng có {len(engine.snapshot())} thủ tục thay vì {len(procedures)}. Chưa có gì thay đổi; xin chạy lại.")
    for procedure in random.sample(procedures, min(SEARCHED_FOR, len(procedures))):
        if procedure != engine.procedure(procedure.code):
            raise RefreshRefused(f"Chỉ mục vừa dựng ghi sai thủ tục {procedure.code}. Chưa có gì thay đổi; xin chạy lại.")
        if procedure.code not in _find(engine, procedure.name[:200]):
            raise RefreshRefused(f"Chỉ mục vừa dựng không tìm thấy “{procedure.name}”. Chưa có gì thay đổi; xin chạy lại.")
    _check_judged(engine, smoke)


def _find(engine: SearchEngine, text: str) -> list[str]:
    return [code for hit in engine.search(Search(text, per_page=DEEP_ENOUGH)).hits for code in hit.codes]


def _check_judged(engine: SearchEngine, smoke: Sequence[JudgedQuery]) -> None:
    """Only queries whose procedure the catalogue holds count, and their share decides: one alone may be lost to an honest change."""
    codes = {code.decode() for code in engine.snapshot().codes}
    counted = [query for query in smoke if any(grade >= RELEVANT and code in codes for code, grade in query.grades.items())]
    lost = [query.query for query in counted if not first_relevant([(code,) for code in _find(engine, query.query)], query.grades)]
    if len(counted) >= FEWEST_JUDGED and len(counted) - len(lost) < SMALLEST_SHARE * len(counted):
        raise RefreshRefused(
            f"Chỉ mục vừa dựng chỉ trả lời được {len(counted) - len(lost)} trong {len(counted)} câu hỏi mẫu (ví dụ không tìm thấy thủ tục cho “{lost[0]}”). "
            "Tên hoặc mã thủ tục có thể bị lệch, hoặc từ vựng thiếu; chưa có gì thay đổi. Xin kiểm tra lại tệp và từ vựng."
        )
