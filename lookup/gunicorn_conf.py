"""How gunicorn serves the application: a worker a core, forked from a process that has the catalogue open already."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from unidecode import unidecode

from index import CatalogueIndexError
from lookup.operations import logs, metrics, shares
from lookup.operations.cores import count_cores, take_core
from lookup.operations.heap import share_heap

memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # files that are written all the time and needed by nobody afterwards

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY") or count_cores())
os.environ["WEB_CONCURRENCY"] = str(workers)  # the limit of an address is divided by it
shares.share(2 * workers)  # while a reload ends the old ones
worker_class = "lookup.operations.gunicorn_worker.Worker"
threads = 4  # a request has arrived whole before it gets one; more take the interpreter from each other: 1,010 searches a second with 4, 804 with 8
worker_tmp_dir = memory
preload_app = True
keepalive = 5
timeout = 30
graceful_timeout = 20
limit_request_line = 8190  # filters are long when Vietnamese is escaped
limit_request_fields = 60
limit_request_field_size = 8190
forwarded_allow_ips = ""  # proxies are believed by LOOKUP_TRUSTED_PROXIES alone
control_socket_disable = True
logconfig_dict = logs.CONFIGURATION

share_heap()
figures = Path(tempfile.mkdtemp(prefix="lookup-metrics-", dir=memory))
metrics.share(figures)


@atexit.register
def _remove_figures(owner: int = os.getpid()) -> None:
    if os.getpid() == owner:
        shutil.rmtree(figures, ignore_errors=True)


def when_ready(server: Any) -> None:
    """Open the catalogue, the templates and unidecode's tables before the fork: workers share them, for the collector leaves them alone."""
    app = server.app.wsgi()
    try:
        app.extensions["engine"].snapshot()
    except CatalogueIndexError as error:  # `/readyz` says so too; it serves as soon as something is published
        server.log.warning("%s", error)
    for template in app.jinja_env.list_templates():
        app.jinja_env.get_template(template)
    unidecode("".join(map(chr, (*range(0, 0xD800, 0x100), *range(0xE000, 0x20000, 0x100)))))  # a table for each; who first typed them all would wait 90 ms
    gc.collect()
    gc.freeze()


def pre_fork(server: Any, worker: Any) -> None:
    """Give a worker the lowest number that no living one has."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in count() if number not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Count under that number, on a core of one's own."""
    metrics.take_slot(worker.slot)
    take_core(worker.slot)


def post_worker_init(worker: Any) -> None:
    """Open the figures and take a share; tell the gate how many requests wait: connections, without those whose phone has not asked and those in a thread."""
    parts = worker.app.wsgi().extensions
    shares.note_held(worker.slot, 0)
    parts["metrics"].open_files()
    parts["engine"].open_aside()
    if current := parts["engine"].open_current:
        parts["metrics"].note_opened(current)
    if hasattr(worker, "keepalived_conns"):  # other classes of workers hold one request at a time
        parts["gate"].waiting = lambda: worker.nr_conns - len(worker.keepalived_conns) - len(worker.pending_conns) - threads


def child_exit(server: Any, worker: Any) -> None:
    """A worker is gone."""
    metrics.leave_slot(worker.slot)
    shares.leave_share(worker.slot)
