"""``GET /metrics``: the state of the installation in the text format of Prometheus. Holds no address and no secret."""

import time
from collections.abc import Iterable

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from prellbock import __version__
from prellbock.api.auth.scopes import NEEDS
from prellbock.api.installation import Here, Installation
from prellbock.doors.state import Shown
from prellbock.scheduled import late_since

_METHODS = ("GET", "POST", "HEAD", "OPTIONS")
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The registry of one server."""

    def __init__(self, installation: Installation) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.durations = Histogram(
            "prellbock_http_request_duration_seconds",
            "Time from a request to the end of its answer.",
            ("method", "route", "code"),
            registry=self.registry,
            buckets=_BUCKETS,
        )
        self.registry.register(_Stored(installation))
        ProcessCollector(registry=self.registry)

    def measured(self, app: ASGIApp) -> ASGIApp:
        """Wraps the application so that every request is timed under its route, never under its path."""

        async def timed(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != ScopeType.HTTP:
                await app(scope, receive, send)
                return
            begin = time.perf_counter()
            code = "none"

            async def noting(message: Message) -> None:
                nonlocal code
                if message["type"] == "http.response.start":
                    code = str(message["status"])
                await send(message)

            try:
                await app(scope, receive, noting)
            finally:
                route = str(scope.get("path_template") or "none")
                method = scope["method"] if scope["method"] in _METHODS else "other"
                self.durations.labels(method, route, code).observe(time.perf_counter() - begin)

        return timed


class _Stored(Collector):
    """What the store counts: exact, and the same after a restart."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def collect(self) -> Iterable[Metric]:
        totals = self._installation.lists.totals()
        events = CounterMetricFamily("prellbock_events", "Events in the store by outcome.", labels=["outcome"])
        withheld = GaugeMetricFamily(
            "prellbock_withheld", "Recipients that mail is withheld from, by status.", labels=["status"]
        )
        for name, count in sorted(totals.items()):
            kind, _, label = name.partition("_")
            if kind == "events":
                events.add_metric([label], count)
            elif kind == "withheld":
                withheld.add_metric([label], count)
        yield events
        yield withheld
        yield CounterMetricFamily("prellbock_batches", "Batches recorded as done.", value=totals["batches"])
        yield GaugeMetricFamily("prellbock_cursor", "Newest sequence number of the ledger.", value=totals["cursor"])
        yield from _destinations(self._installation, totals["cursor"])
        yield from _exports(self._installation)
        yield from _syncs(self._installation)
        yield from _of_doors(self._installation.doors)
        bad = self._installation.bad_lines
        yield CounterMetricFamily("prellbock_bad_lines", "Bad lines refused since the start.", value=bad)
        info = GaugeMetricFamily("prellbock_info", "The version that runs.", labels=["version", "rules", "policy"])
        info.add_metric([__version__, self._installation.classifier.version, self._installation.policy.version], 1)
        yield info


def _destinations(installation: Installation, newest: int) -> Iterable[Metric]:
    """How far behind each destination is."""
    if not installation.publishes:
        return
    backlog = GaugeMetricFamily(
        "prellbock_destination_backlog", "Decisions that a destination has not got, wanted or not.", labels=["name"]
    )
    messages = GaugeMetricFamily(
        "prellbock_destination_messages", "Messages that wait for another attempt or were given up.",
        labels=["name", "state"],
    )  # fmt: skip
    failing = GaugeMetricFamily(
        "prellbock_destination_failing", "1 where a destination takes nothing, or is disabled.", labels=["name"]
    )
    dropped = CounterMetricFamily(
        "prellbock_destination_dropped", "Decisions that were too old to be sent any more.", labels=["name"]
    )
    age = GaugeMetricFamily(
        "prellbock_destination_oldest_seconds", "Age of the oldest decision that has not been sent.", labels=["name"]
    )
    now = installation.clock()
    for each in installation.outbox.destinations():
        dropped.add_metric([each.name], each.dropped)
        age.add_metric([each.name], 0.0 if each.oldest is None else max(0.0, now - each.oldest))
        backlog.add_metric([each.name], max(0, newest - each.cursor))
        messages.add_metric([each.name, "waiting"], each.waiting)
        messages.add_metric([each.name, "dead"], each.dead)
        failing.add_metric([each.name], int(each.failing is not None or each.state == "disabled"))
    yield from (backlog, messages, failing, dropped, age)


def _exports(installation: Installation) -> Iterable[Metric]:
    """How current the files of each export are."""
    if not installation.writes_files:
        return
    labels = ["name"]
    success = GaugeMetricFamily(
        "prellbock_export_last_success_seconds", "When a run last ended well, Unix seconds; 0 for never.", labels=labels
    )
    age = GaugeMetricFamily(
        "prellbock_export_age_seconds", "Seconds since a run last ended well, or since it was set up.", labels=labels
    )
    failures = CounterMetricFamily("prellbock_export_failures", "Runs that failed.", labels=labels)
    rows = CounterMetricFamily("prellbock_export_rows", "Rows written.", labels=labels)
    late = GaugeMetricFamily("prellbock_export_late", "1 where a run is due for an hour or more.", labels=labels)
    now = installation.clock()
    for each in installation.exports.exports():
        success.add_metric([each.name], each.success or 0)
        age.add_metric([each.name], max(0.0, now - (each.success or each.created)))
        failures.add_metric([each.name], each.failures)
        rows.add_metric([each.name], each.total)
        late.add_metric([each.name], int(late_since(each, now) is not None))
    yield from (success, age, failures, rows, late)


def _syncs(installation: Installation) -> Iterable[Metric]:
    """How current each list is that is kept alike."""
    if not installation.keeps_alike:
        return
    labels = ["name"]
    success = GaugeMetricFamily(
        "prellbock_sync_last_success_seconds", "When a run last ended well, Unix seconds; 0 for never.", labels=labels
    )
    failures = CounterMetricFamily("prellbock_sync_failures", "Runs that failed.", labels=labels)
    moved = CounterMetricFamily("prellbock_sync_moved", "Entries that moved either way.", labels=labels)
    late = GaugeMetricFamily("prellbock_sync_late", "1 where a run is due for an hour or more.", labels=labels)
    now = installation.clock()
    for each in installation.syncs.syncs():
        success.add_metric([each.name], each.success or 0)
        failures.add_metric([each.name], each.failures)
        moved.add_metric([each.name], each.moved)
        late.add_metric([each.name], int(late_since(each, now) is not None))
    yield from (success, failures, moved, late)


def _of_doors(doors: list[Shown]) -> Iterable[Metric]:
    labels = ["door", "kind"]
    is_open = GaugeMetricFamily("prellbock_door_open", "1 where a door works, 0 where it fails.", labels=labels)
    arrivals = CounterMetricFamily("prellbock_door_arrivals", "What came in by a door since its start.", labels=labels)
    apart = CounterMetricFamily("prellbock_door_apart", "What could not be used of it.", labels=labels)
    for each in doors:
        names = [each.name, each.kind]
        is_open.add_metric(names, each.condition == "open")
        arrivals.add_metric(names, each.arrivals)
        apart.add_metric(names, each.counts.get("apart", 0))
    yield is_open
    yield arrivals
    yield apart


@get("/metrics", opt={NEEDS: "read"}, media_type="text/plain")
async def metrics(installation: Here, registry: NamedDependency[SkipValidation[CollectorRegistry]]) -> Response[bytes]:
    """The text format of Prometheus; the token is required."""
    text = await installation.answering(generate_latest, registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)
