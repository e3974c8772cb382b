"""Spans for OpenTelemetry, sent by OTLP over HTTP: the only module that needs the extra `otel`.

Sending is a thread's work, and what cannot be sent is dropped: neither a request nor a stop ever
waits for whoever collects.
"""

import asyncio
from collections.abc import Mapping, Sequence
from threading import Thread
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    format_span_id,
    format_trace_id,
    set_span_in_context,
)

from bff.telemetry.spans import Kind, Words

SENDING_SECONDS: Final = 3
"""How long one try to send may take, and so how long a stop may be held up by it."""
_KINDS: Final = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.CLIENT: SpanKind.CLIENT,
    Kind.INTERNAL: SpanKind.INTERNAL,
}


class OtelSpan:
    """A span of OpenTelemetry's."""

    __slots__ = ("_span", "traceparent")

    def __init__(self, span: Span) -> None:
        self._span = span
        of = span.get_span_context()
        self.traceparent = (
            f"00-{format_trace_id(of.trace_id)}-{format_span_id(of.span_id)}-{of.trace_flags:02x}"
        )

    def note(self, words: Words) -> None:
        """Say more of it."""
        self._span.set_attributes(dict(words))

    def fail(self, code: str) -> None:
        """Say that it did not come to what was wanted, and why."""
        self._span.set_attribute("error.type", code)
        self._span.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        """Say that it is over."""
        self._span.end()


class OtelTracer:
    """Takes spans down with OpenTelemetry.

    Of the traces that begin here a share is taken down, `ratio`; of others those of which whoever
    began them says so.
    """

    def __init__(self, processor: SpanProcessor, *, ratio: float, version: str) -> None:
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            # What operators say in OTEL_RESOURCE_ATTRIBUTES is added.
            resource=Resource.create({"service.name": "bff", "service.version": version}),
            shutdown_on_exit=False,  # it would wait for half a minute
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("bff", version)

    def begin(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[str], words: Words
    ) -> OtelSpan:
        """Begin a span: below `parent`, or at the root of a new trace."""
        above = Context()
        if parent is not None:
            of = _context_of(parent, is_remote=kind is Kind.SERVER)
            above = set_span_in_context(NonRecordingSpan(of), above)
        span = self._tracer.start_span(
            name,
            context=above,
            kind=_KINDS[kind],
            attributes=dict(words),
            links=[Link(_context_of(one, is_remote=False)) for one in links],
        )
        return OtelSpan(span)

    async def close(self, seconds: float = SENDING_SECONDS) -> None:
        """Send what is left, for so long at most; the rest is dropped."""
        loop, done = asyncio.get_running_loop(), asyncio.Event()

        def shut_down() -> None:
            self._provider.shutdown()
            if not loop.is_closed():
                loop.call_soon_threadsafe(done.set)

        # A thread of the loop's own would be waited for when the process ends.
        Thread(target=shut_down, name="bff-last-spans", daemon=True).start()
        try:
            async with asyncio.timeout(seconds):
                await done.wait()
        except TimeoutError:
            return


def sending_to(url: str, headers: Mapping[str, str], *, ratio: float, version: str) -> OtelTracer:
    """Return a tracer that sends spans to an address; nothing is sent yet."""
    exporter = OTLPSpanExporter(endpoint=url, headers=dict(headers), timeout=SENDING_SECONDS)
    return OtelTracer(BatchSpanProcessor(exporter), ratio=ratio, version=version)


def _context_of(traceparent: str, *, is_remote: bool) -> SpanContext:
    _, trace, span, flags = traceparent.split("-")
    return SpanContext(int(trace, 16), int(span, 16), is_remote, TraceFlags(int(flags, 16)))
