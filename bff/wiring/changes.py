"""Who tells this service of changes, and whom it tells."""

from collections.abc import Iterator, Sequence
from typing import assert_never

from bff.catalog.invalidate import Invalidator
from bff.catalog.product_page import Catalog
from bff.domain.changes import Change
from bff.ports import Call, Clock, Store, Target, WallClock, WebhookReader
from bff.settings import Settings
from bff.sources import medusa
from bff.stores.redis.channels import Channels
from bff.targets import (
    PurgeSettings,
    PurgeTarget,
    StorefrontSettings,
    StorefrontTarget,
    TargetSettings,
    base_url,
    no_reason,
)
from bff.wiring.clients import Connections
from bff.wiring.content import ContentSystem

_TARGET_CONNECTIONS = 4


def readers_of(settings: Settings, systems: Sequence[ContentSystem]) -> Iterator[WebhookReader]:
    """Return what reads the webhooks of each source that has a secret for them."""
    if settings.medusa.webhook_secret is not None:
        yield medusa.MedusaWebhooks(settings.medusa.webhook_secret.get_secret_value())
    yield from (system.webhooks for system in systems if system.webhooks is not None)


def targets_of(settings: Settings, connections: Connections, now: WallClock) -> tuple[Target, ...]:
    """Return who is told of changes; nothing is sent yet."""
    return tuple(_target(chosen, connections, now) for chosen in settings.revalidate)


def invalidator_of(
    settings: Settings,
    store: Store,
    catalog: Catalog,
    targets: Sequence[Target],
    *,
    clock: Clock,
    now: WallClock,
) -> Invalidator:
    """Return what marks changes, and sees to what follows."""

    async def refetch(keys: Sequence[str]) -> None:
        call = Call(clock() + settings.flight_seconds, after_edit=True)
        await catalog.refetch(keys, call)

    return Invalidator(store, clock=clock, now=now, refetch=refetch, targets=targets)


def channels_of(settings: Settings, invalidator: Invalidator) -> Channels | None:
    """Return what listens where the shop itself publishes; `None` unless it is wished for."""
    if settings.redis_url is None or not settings.redis.channels:
        return None

    async def accept(changes: Sequence[Change]) -> None:
        await invalidator.accept(changes, "channels")

    return Channels(
        settings.redis_url.get_secret_value(),
        accept,
        timeout_seconds=settings.redis.timeout_seconds,
    )


def _target(chosen: TargetSettings, connections: Connections, now: WallClock) -> Target:
    upstream = connections.target(
        chosen.name, base_url(chosen), no_reason, connections=_TARGET_CONNECTIONS
    )
    match chosen:
        case StorefrontSettings():
            return StorefrontTarget(upstream, chosen, now)
        case PurgeSettings():
            return PurgeTarget(upstream, chosen)
        case _:
            assert_never(chosen)
