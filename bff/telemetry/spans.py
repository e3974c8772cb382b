"""Spans: what a request, a flight and a call took, and which of them belong together.

A span is found by its `traceparent` (W3C Trace Context), which is handed on in `Call`: nothing
looks for one in a context variable. While nobody traces, a span is its parent: what came along
is passed on as it came, and nothing is written down.

Words of a span name and count things. Addresses, parameters and payloads are never among them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Final, Protocol, TypeAlias

Word: TypeAlias = str | int | float | bool
Words: TypeAlias = Mapping[str, Word]
"""What is said of a span, by OpenTelemetry's names where it has one."""


class Kind(Enum):
    """On which side of an exchange a span is."""

    SERVER = "server"
    CLIENT = "client"
    INTERNAL = "internal"


class Span(Protocol):
    """Something that takes time."""

    @property
    def traceparent(self) -> str | None:
        """What is below it names this as its parent; `None` while nobody traces."""
        ...

    def note(self, words: Words) -> None:
        """Say more of it."""
        ...

    def fail(self, code: str) -> None:
        """Say that it did not come to what was wanted, and why: a code of ours."""
        ...

    def end(self) -> None:
        """Say that it is over."""
        ...


class Tracer(Protocol):
    """Takes spans down."""

    def begin(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[str], words: Words
    ) -> Span:
        """Begin a span: below `parent`, or at the root of a new trace."""
        ...


class _Untraced:
    """The span of somebody who does not trace."""

    __slots__ = ("traceparent",)

    def __init__(self, parent: str | None) -> None:
        self.traceparent = parent

    def note(self, words: Words) -> None:
        """Say nothing."""

    def fail(self, code: str) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


_NOTHING: Final[Words] = {}


class Tracing:
    """Where this process's spans go: nowhere, until somebody is told to take them down."""

    def __init__(self) -> None:
        self._tracer: Tracer | None = None
        self.is_on = False
        """Whether anybody takes spans down. Every request asks: so it is no property."""

    def use(self, tracer: Tracer | None) -> None:
        """Give spans to `tracer` from now on; to nobody with `None`."""
        self._tracer = tracer
        self.is_on = tracer is not None

    def begin(
        self,
        name: str,
        *,
        parent: str | None,
        kind: Kind = Kind.INTERNAL,
        links: Sequence[str | None] = (),
        words: Words = _NOTHING,
    ) -> Span:
        """Begin a span; whoever begins it ends it.

        Args:
            name: what is done, in words of ours: there are few of them.
            parent: the traceparent of what it is a part of; `None` makes it a root.
            kind: on which side of an exchange it is.
            links: traceparents of what it has to do with and is no part of.
            words: what is known of it already.
        """
        if self._tracer is None:
            return _Untraced(parent)
        return self._tracer.begin(name, kind, parent, [one for one in links if one], words)

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: str | None,
        kind: Kind = Kind.INTERNAL,
        links: Sequence[str | None] = (),
        words: Words = _NOTHING,
    ) -> Iterator[Span]:
        """Begin a span, and end it with the block; a failure is told by its `code` or its kind."""
        span = self.begin(name, parent=parent, kind=kind, links=links, words=words)
        try:
            yield span
        except BaseException as failure:
            span.fail(str(getattr(failure, "code", type(failure).__name__)))
            raise
        finally:
            span.end()


TRACING: Final = Tracing()
"""The spans of this process."""


def trace_id_of(traceparent: str | None) -> str | None:
    """Return the id of the trace for the log, `None` when nobody traces."""
    return traceparent[3:35] if traceparent else None
