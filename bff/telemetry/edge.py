"""What was refused before any request came of it."""

from prometheus_client import Counter

from bff.telemetry.metrics import REGISTRY

REFUSED_CONNECTIONS = Counter(
    "bff_refused_connections",
    "Connections that were closed for what came on them, or for want of room, by why.",
    ("reason",),
    registry=REGISTRY,
)
