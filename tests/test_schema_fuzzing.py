"""Every operation of the OpenAPI document answers what it declares, whatever is asked: schemathesis with all its checks, the same cases every time.

The long run is its command, against gunicorn as it is shipped, in two shells:
`LOOKUP_RATE_LIMIT= scripts/serve` and
`PYTHONPATH=. st --config-file tests/schemathesis.toml run http://localhost:8000/openapi.json --checks all --max-time 1200 -n 100000 --seed 1`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

import tests.schema_hooks  # noqa: F401 (registers itself)
from lookup import Settings, create_app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

OPERATIONS = ["/api/v1/search", "/api/v1/suggest", "/api/v1/procedures/{code}", "/api/v1/facets", "/api/v1/catalogue", "/healthz", "/readyz"]
CASES = 40  # drawn for each operation and way of drawing, beside those that cover every bound


@pytest.mark.filterwarnings("default")  # of schemathesis itself
def test_every_answer_is_as_declared(sample_index: Path, tmp_path: Path) -> None:
    application = create_app(Settings(index_dir=sample_index, state_dir=tmp_path, rate_limit="", request_log=False))

    def ask_uncompressed(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # schemathesis asks for compressed answers, and does not unpack them where it calls an application itself
        return application(environ, start)

    described = schemathesis.openapi.from_wsgi("/openapi.json", ask_uncompressed, config=SchemathesisConfig(seed=1))
    described.config.continue_on_failure = True
    described.config.generation.update(max_examples=CASES, deterministic=True, database="none", no_shrink=True)
    cases: Counter[str] = Counter()
    faults = []
    for event in from_schema(described).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            faults.append(str(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        cases[event.recorder.label] += len(event.recorder.cases)
        for case, checks in event.recorder.checks.items():
            failed = [f"{check.name}: {check.failure_info.failure.message}" for check in checks if check.failure_info]
            if failed:
                faults.append(f"{event.recorder.cases[case].value.as_curl_command()}\n{failed}"[:3_000])
    assert not faults, f"{len(faults)} faults, among them:\n" + "\n".join(faults[:3])
    assert {label.partition(" ")[2] for label in cases} == set(OPERATIONS)
    assert cases["GET /api/v1/search"] > CASES and cases["GET /api/v1/suggest"] > CASES
