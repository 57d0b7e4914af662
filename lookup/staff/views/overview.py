"""The first page: what is live, what is under way, what was done last."""

from __future__ import annotations

from flask import render_template

from index import CatalogueIndexError, read_history
from lookup.api.endpoints import engine
from lookup.staff.access import blueprint, staff
from lookup.staff.jobs import READY, UNDER_WAY, Jobs
from lookup.staff.views.versions import ACTIONS

_LAST = 5


@blueprint.get("/")
def overview() -> str:
    """The live catalogue, refreshes that are under way or wait for somebody, the last publishes."""
    try:
        live = engine().overview()
    except CatalogueIndexError:
        live = None
    jobs = [(job, job.request(), job.state()) for job in Jobs(staff().settings.state_dir).list_all()]
    running = [entry for entry in jobs if entry[2].phase in UNDER_WAY]
    waiting = running or [entry for entry in jobs if entry[2].phase == READY]
    history = read_history(staff().settings.index_dir)[-_LAST:][::-1]
    return render_template("staff/overview.html", live=live, running=running, waiting=waiting, history=history, actions=ACTIONS)
