"""What requests cost and how they ended, counted with every one of them.

A kept answer takes a tenth of a millisecond in all: so its figures are found once, with the
answer, and counting it is adding up plain integers. One thread per process counts here.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

BOUNDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds. Kept answers take less than the first, a page that nobody has cached a tenth."""
MOST_NAMES: Final = 100
"""Names that clients have given to operations, and that have figures of their own."""
_LONGEST_NAME: Final = 64
NONE: Final = "none"
"""The operation of a request of which none was executed."""
UNNAMED: Final = "unnamed"
"""That of a document that gives it no name."""
OTHER: Final = "other"
"""That of all others, once `MOST_NAMES` are known."""

_LABELS: Final = ("surface", "operation")


class RequestFigures:
    """The requests for one operation on one surface."""

    __slots__ = ("_buckets", "_seconds", "_statuses")

    def __init__(self) -> None:
        self._statuses = [0] * 6
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0

    def count(self, status: int, seconds: float) -> None:
        """Count a request that was answered with an HTTP status, after so many seconds."""
        self._statuses[status // 100] += 1
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    @property
    def statuses(self) -> Iterable[tuple[str, int]]:
        """How many ended with each class of status."""
        return ((f"{kind}xx", count) for kind, count in enumerate(self._statuses) if count)

    @property
    def seconds(self) -> tuple[list[tuple[str, float]], float]:
        """How many took up to each bound, and the seconds of all together."""
        below, buckets = 0, []
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), self._buckets, strict=True):
            below += count
            buckets.append((bound, float(below)))
        return buckets, self._seconds


class Requests:
    """The figures of all requests.

    A client names its operations as it likes: of names that were never executed nothing is
    counted apart, and of the others no more than `MOST_NAMES`.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._figures: dict[tuple[str, str], RequestFigures] = {}
        self._names: set[str] = set()
        registry.register(self)

    def of(self, surface: str, operation: str) -> RequestFigures:
        """Return the figures of an operation that we have named; the same ones each time."""
        key = (surface, operation)
        figures = self._figures.get(key)
        if figures is None:
            figures = self._figures[key] = RequestFigures()
        return figures

    def name_of(self, sent: str) -> str:
        """Return under which name an operation counts that a client has named, and executed."""
        if sent not in self._names:
            if len(self._names) >= MOST_NAMES or len(sent) > _LONGEST_NAME:
                return OTHER
            self._names.add(sent)
        return sent

    def labelled(self) -> Mapping[str, Sequence[str]]:
        """Return the names of both figures, each with its labels."""
        return {"bff_requests": (*_LABELS, "status"), "bff_request_seconds": _LABELS}

    def describe(self) -> Iterable[Metric]:
        """Return both figures without a count."""
        return _families()

    def collect(self) -> Iterable[Metric]:
        """Return both figures as they are now."""
        answered, took = families = _families()
        for labels, figures in self._figures.copy().items():
            for status, count in figures.statuses:
                answered.add_metric([*labels, status], count)
            buckets, seconds = figures.seconds
            took.add_metric([*labels], buckets, seconds)
        return families


def _families() -> tuple[CounterMetricFamily, HistogramMetricFamily]:
    return (
        CounterMetricFamily(
            "bff_requests",
            "Requests, by what was asked for and the class of the HTTP status.",
            labels=(*_LABELS, "status"),
        ),
        HistogramMetricFamily(
            "bff_request_seconds",
            "How long requests took, from their first line until there was an answer.",
            labels=_LABELS,
        ),
    )
