"""Every figure that there is, for whoever sets up a dashboard: its name, its labels, its words."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from bff.telemetry import edge  # noqa: F401 - what it declares is there once it is imported
from bff.telemetry.metrics import REGISTRY
from bff.telemetry.requests import Requests
from bff.telemetry.tally import Tally


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `name` is what is asked for: a counter's ends with `_total`."""

    name: str
    kind: str
    labels: tuple[str, ...]
    words: str

    @property
    def series(self) -> tuple[str, ...]:
        """The names of its series; those of a histogram have its name before them."""
        if self.kind != "histogram":
            return (self.name,)
        return tuple(f"{self.name}_{part}" for part in ("bucket", "count", "sum"))


def figures(registry: CollectorRegistry = REGISTRY) -> tuple[Figure, ...]:
    """Return our own figures, in the order in which they were declared."""
    return tuple(_figures(registry))


def figures_table() -> str:
    """Return the README's table of them."""
    rows = ["| figure | by | what it is |", "|---|---|---|"]
    for figure in figures():
        by = ", ".join(f"`{label}`" for label in figure.labels)
        words = figure.words.replace("|", "&#124;")
        rows.append(f"| `{figure.name}` | {by} | {words} |")
    return "\n".join(rows)


def _figures(registry: CollectorRegistry) -> Iterator[Figure]:
    for collector in registry._collector_to_names:  # noqa: SLF001 - the library has no public name
        if isinstance(collector, Tally | Requests):
            labels = collector.labelled()
        elif isinstance(collector, MetricWrapperBase):
            labels = {collector._name: collector._labelnames}  # noqa: SLF001 - as above
        else:  # the process's own, which are not ours
            continue
        for family in collector.describe():
            name = f"{family.name}_total" if family.type == "counter" else family.name
            yield Figure(name, family.type, tuple(labels[family.name]), family.documentation)
