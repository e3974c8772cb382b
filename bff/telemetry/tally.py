"""Counters for what happens with every request, in plain integers.

Adding one costs a third of what `prometheus_client.Counter` takes, which locks; looking a label up
a tenth. That is right for one thread per process: only the event loop's counts here.
"""

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Metric


class Count:
    """How often one thing happened."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0

    def inc(self, amount: int = 1) -> None:
        """Count it, so many times."""
        self.value += amount


class Tally:
    """Counts by labels, shown at `/metrics` as any counter; `_total` is added to its name."""

    def __init__(
        self, name: str, documentation: str, labels: Sequence[str], *, registry: CollectorRegistry
    ) -> None:
        self._name = name
        self._documentation = documentation
        self._labels = tuple(labels)
        self._counts: dict[tuple[str, ...], Count] = {}
        registry.register(self)

    def labels(self, *values: str) -> Count:
        """Return the count of these labels, in their order; the same one each time.

        Raises:
            ValueError: there are more or fewer labels.
        """
        count = self._counts.get(values)
        if count is None:
            if len(values) != len(self._labels):
                message = f"{self._name} has the labels {', '.join(self._labels)}"
                raise ValueError(message)
            count = self._counts[values] = Count()
        return count

    def labelled(self) -> Mapping[str, Sequence[str]]:
        """Return its name with its labels."""
        return {self._name: self._labels}

    def describe(self) -> Iterable[Metric]:
        """Return the counter without its counts."""
        return (self._family(),)

    def collect(self) -> Iterable[Metric]:
        """Return the counter as it is now."""
        family = self._family()
        for values, count in self._counts.copy().items():
            family.add_metric(values, count.value)
        return (family,)

    def _family(self) -> CounterMetricFamily:
        return CounterMetricFamily(self._name, self._documentation, labels=self._labels)
