"""Traces with OpenTelemetry: a span for each request, each body that is judged, each of its batches. Off unless
configured, and then nothing of OpenTelemetry is imported.

Spans hold routes, status codes and counts; never a path, an address or a secret.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Protocol

from prellbock.api.configuration.model import Traces

if TYPE_CHECKING:
    from opentelemetry.trace import Span as OtelSpan
    from opentelemetry.trace import Tracer

    from prellbock.api.otlp import Exporting

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


class Span(Protocol):
    """Something that takes its time."""

    def note(self, name: str, value: str | int) -> None:
        """A fact about it."""
        ...

    def end_request(self, route: str, status: int) -> None:
        """The route that a request took, and its answer."""
        ...


class Tracing(Protocol):
    """Makes spans. ``parent`` is a ``traceparent`` header (W3C Trace Context)."""

    def request(self, method: str, parent: bytes | None) -> AbstractContextManager[Span]:
        """A request, until its answer is sent."""
        ...

    def work(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        """A piece of work, part of what runs now unless it names a parent."""
        ...

    def parent(self) -> str | None:
        """What runs now, as ``traceparent`` for another process; None where nothing is traced."""
        ...

    def close(self) -> None:
        """Sends what is left, within five seconds."""
        ...


class _Nothing:
    def note(self, name: str, value: str | int) -> None:
        pass

    def end_request(self, route: str, status: int) -> None:
        pass


class Off:
    """No traces."""

    _nothing = nullcontext(_Nothing())

    def request(self, method: str, parent: bytes | None) -> AbstractContextManager[Span]:
        return self._nothing

    def work(self, name: str, parent: str | None = None) -> AbstractContextManager[Span]:
        return self._nothing

    def parent(self) -> str | None:
        return None

    def close(self) -> None:
        pass


class _Spanned:
    def __init__(self, span: "OtelSpan", method: str = "") -> None:
        self._span, self._method = span, method

    def note(self, name: str, value: str | int) -> None:
        self._span.set_attribute(name, value)

    def end_request(self, route: str, status: int) -> None:
        self._span.update_name(f"{self._method} {route}")
        self._span.set_attribute("http.route", route)
        self._span.set_attribute("http.response.status_code", status)
        if status >= 500 or not status:
            from opentelemetry.trace import Status, StatusCode

            self._span.set_status(Status(StatusCode.ERROR))


class On:
    """Traces that are sent somewhere."""

    def __init__(self, tracer: "Tracer", exporting: "Exporting") -> None:
        self._tracer, self._exporting = tracer, exporting

    @contextmanager
    def request(self, method: str, parent: bytes | None) -> Iterator[Span]:
        from opentelemetry.trace import SpanKind

        method = method if method in _METHODS else "_OTHER"
        context = self._exporting.context(parent.decode("latin-1") if parent else None)
        with self._tracer.start_as_current_span(
            method,
            context,
            SpanKind.SERVER,
            {"http.request.method": method},
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            yield _Spanned(span, method)

    @contextmanager
    def work(self, name: str, parent: str | None = None) -> Iterator[Span]:
        context = self._exporting.context(parent) if parent else None
        with self._tracer.start_as_current_span(
            name, context, record_exception=False, set_status_on_exception=False
        ) as span:
            yield _Spanned(span)

    def parent(self) -> str | None:
        return self._exporting.parent()

    def close(self) -> None:
        self._exporting.close()


def tracing(wanted: Traces, process: str) -> Tracing:
    """As it is configured; ``process`` names the part of the server, ``server`` or ``worker``."""
    if wanted.endpoint is None:
        return Off()
    from prellbock.api.otlp import Exporting

    exporting = Exporting(wanted, process)
    return On(exporting.tracer, exporting)
