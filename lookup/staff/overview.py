"""The first page: what is live, what is under way, what was done last."""

from __future__ import annotations

from flask import render_template

from index import CatalogueIndexError, read_history
from lookup.api import engine
from lookup.staff.access import blueprint, staff

_LAST = 5


@blueprint.get("/")
def overview() -> str:
    """The live catalogue and the last publishes."""
    try:
        live = engine().overview()
    except CatalogueIndexError:
        live = None
    history = read_history(staff().settings.index_dir)[-_LAST:]
    return render_template("staff/overview.html", live=live, history=history[::-1])
