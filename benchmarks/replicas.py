"""Replicas of the service as production wires them, each a process of its own."""

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from benchmarks.processes import run_app
from bff import wiring
from bff.demo import demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id
from bff.settings import Settings

_SIGNS_WEBHOOKS = "known-to-the-benchmarks-alone"


@dataclass(frozen=True, slots=True)
class ReplicaSettings:
    """What differs between benchmarks. Without `redis_url` memory alone serves."""

    ports: Sequence[int]
    redis_url: str | None = None
    more: Mapping[str, object] | None = None

    def settings(self) -> Settings:
        """Return all settings."""
        shop = demo_upstreams()
        medusa, sanity = (f"http://127.0.0.1:{port}" for port in self.ports)
        return Settings.model_validate(
            {
                "medusa": {
                    "url": medusa,
                    "publishable_key": shop.publishable_key,
                    "webhook_secret": _SIGNS_WEBHOOKS,
                },
                "content": (
                    {
                        "kind": "sanity",
                        "url": sanity,
                        "project_id": shop.project_id,
                        "dataset": shop.dataset,
                    },
                ),
                "locales": tuple(shop.locales),
                "default_locale": shop.default_locale,
                "default_country": shop.default_country,
                "redis_url": self.redis_url,
                "reconcile_seconds": 0,  # what is asked by the clock cannot be counted exactly
                **(self.more or {}),
            }
        )


def serve_replica(parent: Connection, chosen: ReplicaSettings) -> None:
    """Serve the demo's shop over stubs; tell the parent our port.

    What is logged of outages that are made on purpose is left out.
    """
    logging.disable(logging.WARNING)
    run_app(parent, wiring.production(chosen.settings()).app)


def price_webhook(handle: str) -> bytes:
    """Return the request with which Medusa's forwarder tells of a product's new price."""
    product = product_id(load_catalogue(), handle)
    body = json.dumps(
        {
            "name": "pricing.price.updated",
            "data": {"id": "price_1"},
            "products": [{"id": product, "handle": handle}],
        }
    ).encode()
    signature = hmac.digest(_SIGNS_WEBHOOKS.encode(), body, hashlib.sha256).hex()
    head = (
        "POST /webhooks/medusa HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
        f"content-length: {len(body)}\r\nx-medusa-signature: sha256={signature}\r\n\r\n"
    )
    return head.encode() + body
