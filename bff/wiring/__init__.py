"""The composition root: the only place that knows which class stands behind which port."""

from bff.wiring.clients import OpenClient, demo_client, production_client
from bff.wiring.service import Service, demo, production, wire

__all__ = [
    "OpenClient",
    "Service",
    "demo",
    "demo_client",
    "production",
    "production_client",
    "wire",
]
