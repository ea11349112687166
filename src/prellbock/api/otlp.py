"""The way of spans out of the process: OTLP over HTTP, in batches, from a thread of its own."""

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from prellbock import __version__
from prellbock.api.configuration.model import Traces

_EVERY_MS = 2000
"""How long a span waits for others at most."""


class Exporting:
    """A tracer of our own, beside whatever else in the process may use OpenTelemetry's global one.

    A collector that does not answer costs spans, never requests: at most 2,048 wait, further ones are dropped.
    """

    def __init__(self, wanted: Traces, process: str) -> None:
        resource = Resource({
            "service.name": wanted.service_name,
            "service.version": __version__,
            "prellbock.process": process,
        })  # fmt: skip
        self._provider = TracerProvider(
            resource=resource, sampler=ParentBased(TraceIdRatioBased(wanted.ratio)), shutdown_on_exit=False
        )
        exporter = OTLPSpanExporter(endpoint=wanted.endpoint, headers=wanted.headers, timeout=5)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_EVERY_MS))
        self.tracer = self._provider.get_tracer("prellbock", __version__)
        self._propagator = TraceContextTextMapPropagator()

    def context(self, parent: str | None) -> Context:
        """The context that a ``traceparent`` names; an empty one where it is missing or wrong."""
        return self._propagator.extract({"traceparent": parent} if parent else {}, Context())

    def parent(self) -> str | None:
        """The span that runs now, as ``traceparent``."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get("traceparent")

    def close(self) -> None:
        """Sends what is left."""
        self._provider.force_flush(5000)
        self._provider.shutdown()
