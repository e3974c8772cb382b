"""The Medusa shop that the settings describe."""

from bff.domain.commerce import MEDUSA
from bff.ports import Clock
from bff.sources import medusa
from bff.upstream import Upstream
from bff.wiring.clients import Connections


def upstream_of(settings: medusa.MedusaSettings, connections: Connections) -> Upstream:
    """Return the shop's HTTP service, as shoppers see it; nothing is asked yet."""
    return connections.upstream(
        MEDUSA,
        _address(settings),
        medusa.headers(settings),
        medusa.reason_of,
        connections=settings.connections,
        requests_per_second=settings.requests_per_second,
    )


def store_of(
    settings: medusa.MedusaSettings, upstream: Upstream, clock: Clock
) -> medusa.MedusaStore:
    """Return what reads the shop."""
    return medusa.MedusaStore(
        upstream,
        clock=clock,
        sales_channel_id=settings.sales_channel_id,
        amounts=settings.amounts,
    )


def admin_of(
    settings: medusa.MedusaSettings, connections: Connections
) -> medusa.MedusaAdmin | None:
    """Return what also knows the products that are not sold; `None` without a secret key.

    It has a client of its own, so that the key is sent with nothing else.
    """
    if settings.admin_token is None:
        return None
    return medusa.MedusaAdmin(
        connections.upstream(
            medusa.ADMIN,
            _address(settings),
            medusa.admin_headers(settings.admin_token),
            medusa.admin_reason_of,
            connections=1,
        )
    )


def _address(settings: medusa.MedusaSettings) -> str:
    return str(settings.url).rstrip("/")
