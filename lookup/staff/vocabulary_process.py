"""What an edit's own process does, to show it and to keep it.

Showing ends with the results before and after, for an editor to look at; keeping saves the edit and puts the vocabulary online.
"""

from __future__ import annotations

import json
import os
import signal
import time
import traceback
from pathlib import Path
from typing import Any

from index import (
    EDITS_FOLDER,
    CatalogueIndexError,
    Edit,
    Preview,
    RefreshLocked,
    Results,
    load_vocabulary,
    noting_outcome,
    preview,
    read_judgements,
    republish,
    save_edit,
    undo_edit,
)
from lookup.settings import Settings
from lookup.staff.audit import append_event
from lookup.staff.entries import CHANGES, SHIPPED
from lookup.staff.jobs import FAILED, PUBLISHED, PUBLISHING, READING, READY, REFUSED, Job, Jobs, State
from lookup.staff.refresh_process import tell_failure

_SMOKE = Path(__file__).parents[2] / "data/judgements/sample.jsonl"
_LONGEST = 300  # seconds; then the kernel ends the process, and the page says that it was cut off
_PATIENCE = 180.0  # seconds to wait for another refresh before telling so
_SHOWN = 5  # results before and after


def main(name: str, action: str, lock: str, who: str) -> None:
    """Do one step of an edit and write down how it ended, whatever happens."""
    signal.alarm(_LONGEST)
    os.register_at_fork(after_in_child=lambda: os.close(int(lock)))  # a child that outlives us must not hold our lock
    settings = Settings.from_environment()
    job = Jobs(settings.state_dir, CHANGES).find(name)
    assert job is not None
    try:
        keep(job, settings, who) if action == "keep" else show(job, settings)
    except CatalogueIndexError as error:
        append_event(settings.state_dir, job.request()["who"], "edit refused", job=job.id, reason=str(error))
        job.write_state(State(REFUSED, str(error)))
    except BaseException as error:
        traceback.print_exc()
        job.write_state(State(FAILED, tell_failure(error)))
        raise


def show(job: Job, settings: Settings) -> None:
    """Search with the vocabulary as it is and as it would be."""
    job.write_state(State(READING, "Đang dựng thử và tìm thử"))
    asked = job.request()
    vocabulary = load_vocabulary(SHIPPED, settings.state_dir / EDITS_FOLDER, [Edit(**asked["edit"])])
    shown = preview(settings.index_dir, vocabulary, asked["queries"], settings.state_dir / "previews")
    job.record.write_text(json.dumps([_describe(one) for one in shown], ensure_ascii=False), encoding="utf-8")
    job.write_state(State(READY))


def keep(job: Job, settings: Settings, who: str) -> None:
    """Save the edit, then put the vocabulary online; an edit that cannot go online is not kept either."""
    asked, folder = job.request(), settings.state_dir / EDITS_FOLDER
    saved = None
    if asked["edit"] and not job.prepared.exists():
        saved = save_edit(SHIPPED, folder, Edit(**asked["edit"]))
        job.prepared.touch()  # saved: should we be cut off now, going on needs only to put it online
    try:
        version = _put_online(job, settings, who, asked["note"])
    except RefreshLocked as error:
        return job.write_state(State(REFUSED, f"Thay đổi đã lưu nhưng chưa lên trang. {error}"))
    except CatalogueIndexError:
        if saved and undo_edit(folder, saved):
            job.prepared.unlink()
        raise
    append_event(settings.state_dir, who, "vocabulary published", job=job.id, version=version, note=asked["note"])
    return job.write_state(State(PUBLISHED, version=version, note=asked["note"]))


def _put_online(job: Job, settings: Settings, who: str, note: str) -> str:
    """Publish; while another refresh runs, wait for its end."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            job.write_state(State(PUBLISHING, "Đang đưa lên trang"))
            with noting_outcome(settings.index_dir):
                return republish(
                    settings.index_dir,
                    lambda: load_vocabulary(SHIPPED, settings.state_dir / EDITS_FOLDER),
                    smoke=read_judgements(_SMOKE),
                    who=who,
                    note=note,
                ).version
        except RefreshLocked:
            if time.monotonic() > end:
                raise
            job.write_state(State(PUBLISHING, "Đã lưu. Đang đợi một lần cập nhật danh mục khác xong"))
            time.sleep(0.5)


def _describe(shown: Preview) -> dict[str, Any]:
    """For the page: of each result its place before, None where it had none among those shown."""
    places = {hit.card["code"]: place for place, hit in enumerate(shown.before.hits, 1)}
    after = [{**item, "was": places.get(item["code"])} for item in _items(shown.after)]
    return {
        "query": shown.query,
        "same": [{name: value for name, value in item.items() if name != "was"} for item in after],
        "before": {"total": shown.before.total, "items": _items(shown.before), "signposts": _signposts(shown.before)},
        "after": {"total": shown.after.total, "items": after, "signposts": _signposts(shown.after)},
    }


def _items(results: Results) -> list[dict[str, Any]]:
    return [{"code": hit.card["code"], "name": hit.card["name"], "pinned": hit.pinned} for hit in results.hits[:_SHOWN]]


def _signposts(results: Results) -> list[str]:
    return [signpost.text for signpost in results.plan.signposts]
