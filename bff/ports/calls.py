"""What every question to the outside takes along: how long it may take, and for whom it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bff.ports.journal import Journal
from bff.ports.trail import Trail

Clock = Callable[[], float]
"""Seconds on a clock that only moves forward (`time.monotonic` in production)."""
WallClock = Callable[[], float]
"""Seconds since 1970, the same on all replicas (`time.time`): how old copies are."""


@dataclass(frozen=True, slots=True)
class Call:
    """What one request allows its upstream calls. `deadline` is an instant of the `Clock`.

    `traceparent` is passed on to the sources (W3C Trace Context), `None` when nobody traces.
    `trail` is where the cache writes down what it gave out for the request. `after_edit` says
    that the source is known to have something newer: it is asked past its own CDN. `request_id`
    is that of the request for which it is made, for the log; `None` where no request waits.
    `journal` is where each exchange with a source is written down. `tracestate` goes with
    `traceparent`. What no shopper waits for (`is_awaited`) lets others go first where a source
    takes only so many calls; whoever asks again by himself (`is_retried`) wants one try of each.
    `given_up` are the content systems that were too late for the request: nothing in it waits for
    them again.
    """

    deadline: float
    traceparent: str | None = None
    trail: Trail | None = None
    after_edit: bool = False
    request_id: str | None = None
    journal: Journal | None = None
    tracestate: str | None = None
    is_awaited: bool = True
    is_retried: bool = False
    given_up: set[str] = field(default_factory=set, compare=False)
