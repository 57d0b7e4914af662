"""What a job's own process does, to read and to publish.

Reading ends with a report that waits for an editor; what was read is kept, so that publishing need not read again.
"""

from __future__ import annotations

import errno
import json
import os
import pickle
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from index import (
    EDITS_FOLDER,
    CatalogueIndexError,
    Proposal,
    RefreshOutdated,
    describe,
    load_vocabulary,
    noting_outcome,
    prepare,
    publish_proposal,
    read_judgements,
    write_report,
)
from lookup.settings import Settings
from lookup.staff.audit import append_event
from lookup.staff.jobs import DETAILS, FAILED, LISTS, PUBLISHED, PUBLISHING, READING, READY, REFUSED, WITHDRAW, Job, Jobs, State

_DATA = Path(__file__).parents[2] / "data"
_NICER = 10  # searches come first
_BETWEEN = 0.5  # seconds between two notes of progress
_COMPARED_AGAIN = "Danh mục đang công bố đã thay đổi từ lúc so sánh, nên đã so sánh lại. Xin xem lại rồi công bố."


def main(name: str, action: str, lock: str, who: str) -> None:
    """Do one step of a job and write down how it ended, whatever happens."""
    os.nice(_NICER)
    os.register_at_fork(after_in_child=lambda: os.close(int(lock)))  # a child that outlives us must not hold our lock
    settings = Settings.from_environment()
    job = Jobs(settings.state_dir).find(name)
    assert job is not None
    try:
        if action == "publish":
            publish(job, settings, who)
        else:
            with noting_outcome(settings.index_dir):
                read(job, settings)
    except CatalogueIndexError as error:
        text = _with_names(str(error), _names(job))
        append_event(settings.state_dir, job.request()["who"], "refused", job=job.id, reason=text)
        job.write_state(State(REFUSED, text))
        job.remove_sources()
    except BaseException as error:
        traceback.print_exc()
        job.write_state(State(FAILED, tell_failure(error)))
        raise
    finally:
        os.close(int(lock))  # the next step need not wait until a large process is gone


def read(job: Job, settings: Settings, notice: str = "") -> None:
    """Read the files, compare with what is live, keep proposal and report for whoever decides."""
    names = _names(job)
    parts = {part: job.files(part) for part in (LISTS, DETAILS, WITHDRAW)}
    order = [path.name for part in (LISTS, DETAILS) for path in parts[part]]
    proposal = prepare(
        parts[LISTS],
        parts[DETAILS],
        settings.index_dir,
        update=job.request()["update"],
        withdraw=parts[WITHDRAW],
        announce=lambda file: job.write_state(State(READING, f"Đang đọc {names[file]}", order.index(file), len(order))),
    )
    job.write_state(State(READING, "Đang viết báo cáo", len(order), len(order)))
    proposal = _name_files(proposal, names)
    job.record.write_text(json.dumps(describe(proposal), ensure_ascii=False), encoding="utf-8", errors="replace")
    write_report(describe(proposal, most=None), job.report)
    job.prepared.write_bytes(pickle.dumps(proposal))
    job.write_state(State(READY, notice))


def publish(job: Job, settings: Settings, who: str) -> None:
    """Publish what was prepared; where another version went live meanwhile, compare again and let people look again."""
    asked = job.state()
    try:
        proposal: Proposal = pickle.loads(job.prepared.read_bytes())  # written by us, in a folder that is ours alone
    except (pickle.UnpicklingError, AttributeError, TypeError, ImportError, EOFError):  # by an older release of ours
        return read(job, settings, _COMPARED_AGAIN)
    total, done, noted = len(proposal.catalogue.procedures), 0, 0.0

    def advance(count: int) -> None:
        nonlocal done, noted
        done += count
        if time.monotonic() - noted > _BETWEEN or done == total:
            noted = time.monotonic()
            text = "Đang dựng chỉ mục mới" if done < total else "Đang kiểm tra chỉ mục mới"
            job.write_state(State(PUBLISHING, text, done, total, note=asked.note, allowed=asked.allowed))

    try:
        with noting_outcome(settings.index_dir):
            current = publish_proposal(
                proposal,
                settings.index_dir,
                load_vocabulary(_DATA / "vocabulary", settings.state_dir / EDITS_FOLDER),
                advance,
                allowed=asked.allowed,
                smoke=read_judgements(_DATA / "judgements/sample.jsonl"),
                who=who,
                note=asked.note,
            )
    except RefreshOutdated:
        return read(job, settings, _COMPARED_AGAIN)
    except CatalogueIndexError as error:
        append_event(settings.state_dir, who, "refused", job=job.id, reason=str(error))
        return job.write_state(State(READY, str(error), note=asked.note))
    append_event(settings.state_dir, who, "published", job=job.id, version=current.version, note=asked.note, allowed=list(asked.allowed))
    job.write_state(State(PUBLISHED, version=current.version, note=asked.note, allowed=asked.allowed))
    return job.remove_sources()


def _names(job: Job) -> dict[str, str]:
    """Our names of the files to those of their senders."""
    return {file["file"]: file["name"] for file in job.request()["files"]}


def _name_files(proposal: Proposal, names: dict[str, str]) -> Proposal:
    """The same proposal, its files called as their senders call them."""

    def renamed(sources: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(source, name=names.get(source.name, source.name)) for source in sources)

    catalogue = replace(
        proposal.catalogue,
        sources=renamed(proposal.catalogue.sources),
        problems=tuple(replace(problem, file=names.get(problem.file, problem.file)) for problem in proposal.catalogue.problems),
    )
    stops = tuple(stop._replace(reason=_with_names(stop.reason, names)) for stop in proposal.stops)
    return replace(proposal, catalogue=catalogue, files=renamed(proposal.files), stops=stops)


def _with_names(text: str, names: dict[str, str]) -> str:
    for ours, theirs in names.items():
        text = text.replace(ours, theirs)
    return text


def tell_failure(error: BaseException) -> str:
    """What went wrong with the machine, for people who cannot mend it."""
    if isinstance(error, MemoryError):
        return "Máy chủ hết bộ nhớ. Xin báo người quản trị."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "Ổ đĩa của máy chủ đã đầy. Xin báo người quản trị dọn bớt rồi làm lại."
    if isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "Máy chủ không cho ghi vào thư mục danh mục. Xin báo người quản trị kiểm tra quyền ghi."
    return "Lỗi ngoài dự kiến. Xin làm lại; nếu vẫn lỗi, xin báo người quản trị xem tệp errors.txt của lần cập nhật này."
