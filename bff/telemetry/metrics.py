"""The figures at `/metrics`, in Prometheus' words. A name is declared here and nowhere else.

Labels hold names of ours (sources, levels, verdicts), never what a client sent. Each process
counts for itself; whoever runs several adds them up.
"""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from bff.telemetry.tally import Tally

# A second series for each one, which nobody reads.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library left it so
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

CACHE_READS = Tally(
    "bff_cache_reads",
    "Values asked of the cache, by where they were found and what they were good for.",
    ("level", "verdict"),
    registry=REGISTRY,
)
CACHE_EVICTIONS = Counter(
    "bff_cache_evictions",
    "Entries dropped to make room, before anybody had to.",
    ("level",),
    registry=REGISTRY,
)
CACHE_REFUSALS = Counter(
    "bff_cache_refusals",
    "Entries not kept: `too_large` for the room there is, or `unwritable`, which is a mistake.",
    ("level", "reason"),
    registry=REGISTRY,
)
CACHE_BYTES = Gauge(
    "bff_cache_bytes", "Bytes kept in this process.", ("level",), registry=REGISTRY
)
FETCHES = Counter(
    "bff_fetches",
    "Flights to sources, by how they ended.",
    ("source", "outcome"),
    registry=REGISTRY,
)
STORE_FAULTS = Counter(
    "bff_shared_cache_faults",
    "What the shared cache did not do, by what was asked of it.",
    ("operation",),
    registry=REGISTRY,
)
STORE_UP = Gauge(
    "bff_shared_cache_up",
    "1 while the shared cache works for this process; 0 if there is none, or it stores nothing.",
    registry=REGISTRY,
)
STORE_REFUSES = Gauge(
    "bff_shared_cache_refuses",
    "1 while the shared cache answers and refuses to store, by why: it is full, a replica, its "
    "disk cannot be written, rights are lacking, or something other.",
    ("why",),
    registry=REGISTRY,
)
ANSWERS = Tally(
    "bff_answers",
    "Answers, by how they came about: kept or executed.",
    ("verdict",),
    registry=REGISTRY,
)
WEBHOOKS = Counter(
    "bff_webhooks",
    "Webhooks received, by what became of them.",
    ("source", "outcome"),
    registry=REGISTRY,
)
MARKS = Counter("bff_marks", "Tags marked as changed.", ("by",), registry=REGISTRY)
EDIT_TO_VISIBLE = Histogram(
    "bff_edit_to_visible_seconds",
    "From an edit until its result was fetched and could be served.",
    ("source",),
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60, 300, 1800),
    registry=REGISTRY,
)
NOTIFICATIONS = Counter(
    "bff_notifications",
    "Calls to revalidation targets, by how they ended.",
    ("target", "outcome"),
    registry=REGISTRY,
)
HEALED = Counter(
    "bff_reconciled_changes",
    "Changes found by asking that no webhook is known to have told.",
    ("source",),
    registry=REGISTRY,
)
