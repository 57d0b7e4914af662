"""Figures of what is published, for Prometheus: read when asked, and the same whichever worker is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from index import CatalogueIndexError, SearchEngine, count_outcomes


class CatalogueFigures:
    """What is published, read when asked."""

    def __init__(self, engine: SearchEngine, root: Path) -> None:
        self._engine = engine
        self._root = root

    def collect(self) -> Iterable[Metric]:
        """The live version, its age and size, and what refreshes came to."""
        try:
            snapshot = self._engine.snapshot()
        except CatalogueIndexError:
            yield GaugeMetricFamily("lookup_catalogue_open", "Whether a catalogue is open", value=0)
        else:
            yield GaugeMetricFamily("lookup_catalogue_open", "Whether a catalogue is open", value=1)
            yield GaugeMetricFamily("lookup_catalogue_degraded", "Whether an older version serves than was published", value=self._engine.is_degraded())
            version = GaugeMetricFamily("lookup_catalogue_version", "The version that serves", labels=["version"])
            version.add_metric([snapshot.current.version], 1)
            yield version
            yield GaugeMetricFamily("lookup_catalogue_procedures", "Procedures published", value=len(snapshot))
            if snapshot.current.published_at:
                published = datetime.fromisoformat(snapshot.current.published_at).timestamp()
                yield GaugeMetricFamily("lookup_catalogue_published_timestamp_seconds", "When it was published", value=published)
        yield from self._refreshes()

    def _refreshes(self) -> Iterator[Metric]:
        outcomes = CounterMetricFamily("lookup_refreshes", "Refreshes by what they came to", labels=["action"])
        for action, count in count_outcomes(self._root).items():
            outcomes.add_metric([action], count)
        yield outcomes
