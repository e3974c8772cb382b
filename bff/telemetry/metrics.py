"""The figures at `/metrics`, in Prometheus' words. A name is declared here and nowhere else.

Labels hold names of ours (sources, levels, verdicts), and nothing that a client sent but the
names of operations that it has executed, of which there are few: see `Requests`. Each process
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

from bff.telemetry.requests import Requests
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
REQUESTS = Requests(REGISTRY)
ERRORS = Tally(
    "bff_errors",
    "Requests that a client was told an error of, by its code; GraphQL tells most of them with "
    "status 200.",
    ("surface", "code"),
    registry=REGISTRY,
)
DEGRADED = Tally(
    "bff_degraded_answers",
    "Answers that a healthy system would have given better, by the source that failed, why, and "
    "what stood in its place: `copy`, `others` or `nothing`.",
    ("source", "reason", "served"),
    registry=REGISTRY,
)
FALLBACKS = Tally(
    "bff_fallback_fields",
    "Fields of products that were merged into an answer in another language than was asked for, "
    "by that language.",
    ("field", "locale"),
    registry=REGISTRY,
)
DEGRADED_FIELDS = Tally(
    "bff_degraded_fields",
    "Fields of products that were merged without a source that speaks first for them, because it "
    "had failed or was late.",
    ("source", "field", "locale"),
    registry=REGISTRY,
)
WITHHELD = Tally(
    "bff_withheld_prices",
    "Variants that were shown without a price although they may have one, by why: `STALE` or "
    "`UNAVAILABLE`.",
    ("status",),
    registry=REGISTRY,
)
DRAFTS = Tally(
    "bff_drafts",
    "Answers that showed drafts.",
    (),
    registry=REGISTRY,
)
LOOP_LAG = Histogram(
    "bff_event_loop_lag_seconds",
    "How much later than due the event loop came to something, looked at several times a second.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    registry=REGISTRY,
)
TASKS = Gauge(
    "bff_tasks",
    "Tasks that the process has begun and not ended: requests, fetches, what runs all the time.",
    registry=REGISTRY,
)
BUILD = Gauge(
    "bff_build_info",
    "1, with the version of this service.",
    ("version",),
    registry=REGISTRY,
)
ANSWERS = Tally(
    "bff_answers",
    "Answers of GraphQL and REST, by how they came about: `kept`, `joined` another request, or "
    "`executed`, be it because the kept one was `outdated`, to be ahead of that (`early`), or "
    "because it is of a kind that is not kept (`bypassed`).",
    ("verdict",),
    registry=REGISTRY,
)
WEBHOOKS = Counter(
    "bff_webhooks",
    "Webhooks received, by what became of them.",
    ("source", "outcome"),
    registry=REGISTRY,
)
WEBHOOK_LAG = Histogram(
    "bff_webhook_lag_seconds",
    "From a change, as the webhook's sender dates it, until it was marked here.",
    ("source",),
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 15, 60, 300, 1800),
    registry=REGISTRY,
)
MARKS = Counter("bff_marks", "Tags marked as changed, by who told.", ("by",), registry=REGISTRY)
EDIT_TO_VISIBLE = Histogram(
    "bff_edit_to_visible_seconds",
    "From an edit until its result was fetched: at once where many look, else when somebody asks.",
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
UPSTREAM_CALLS = Tally(
    "bff_upstream_calls",
    "Reads of sources, each retry for itself, by how they ended; also those that were not sent "
    "because the source was `resting`, or took no more calls in the time there was (`no_turn`).",
    ("source", "outcome"),
    registry=REGISTRY,
)
UPSTREAM_SECONDS = Histogram(
    "bff_upstream_seconds",
    "How long sources took to answer, or not to.",
    ("source",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10),
    registry=REGISTRY,
)
UPSTREAM_RETRIES = Counter(
    "bff_upstream_retries",
    "Reads of sources that were sent again.",
    ("source",),
    registry=REGISTRY,
)
UPSTREAM_BREAKER = Gauge(
    "bff_upstream_breaker",
    "Whether a source is asked: 0 it is, 1 one call is to find out if it is back, 2 it rests.",
    ("source",),
    registry=REGISTRY,
)
UPSTREAM_TURN_SECONDS = Histogram(
    "bff_upstream_turn_seconds",
    "How long reads waited that did not have their turn at once.",
    ("source",),
    buckets=(0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 1.5, 5),
    registry=REGISTRY,
)
UPSTREAM_IN_FLIGHT = Gauge(
    "bff_upstream_in_flight", "Reads of sources that go on now.", ("source",), registry=REGISTRY
)
