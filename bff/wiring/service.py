"""One service: the sources that the settings describe, the catalog over them, the web on top.

What is opened here is closed in order: first what takes in work by itself, then what follows
changes, then the flights, then the shared cache, and the clients of the sources last.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import FastAPI
from starlette.applications import Starlette

from bff.catalog.read_through import ReadThrough
from bff.demo import EXAMPLE, DemoUpstreams
from bff.domain.commerce import CountryCode
from bff.operations.check import Probe
from bff.operations.clock_watch import ClockWatch
from bff.operations.loop_watch import LoopWatch
from bff.operations.reconcile import Reconciler
from bff.ports import Clock, CommerceSource, Target, WallClock
from bff.settings import Settings, UrlSettings
from bff.sources import medusa, sanity
from bff.sources.medusa.probe import MedusaProbe
from bff.stores.alone import NoLeases
from bff.stores.nothing import NoStore
from bff.telemetry.metrics import BUILD
from bff.web.app import create_app
from bff.web.client_rate import Clients
from bff.web.context import Shop
from bff.web.ending import Ending
from bff.web.health import health_routes
from bff.web.preview import Preview, PreviewTokens
from bff.web.watching import Lines
from bff.web.webhooks import Webhooks
from bff.wiring import clients as http
from bff.wiring.background import StandingWork
from bff.wiring.catalog import catalog_of, locales_of
from bff.wiring.changes import channels_of, invalidator_of, readers_of, targets_of
from bff.wiring.commerce import store_of, upstream_of
from bff.wiring.content import ContentSystem, ContentWiring
from bff.wiring.health import checks_of, operations_app
from bff.wiring.storage import Storage, megabytes, storage_of
from bff.wiring.surface import surface_of
from bff.wiring.tracing import Tracers
from bff.wiring.warming import FirstMarkets, WarmStart

_FIRST_STEPS = """\
# The languages and the markets of this shop. Add a product by its handle below.
{
  locales { code name isDefault }
  markets { name currencyCode countries { code name } }
}
"""


@dataclass(frozen=True, slots=True)
class Service:
    """A wired service.

    `probes` tell whether all is well with the sources, Medusa's first. `operations` answers
    `/readyz` and `/metrics` where they have a port of their own, and is `None` where `app` does.
    `storage` is where its cache keeps values, and `targets` are told of changes.
    `ending` is told first that the service is about to stop, while it goes on answering.
    `start` is called before requests are taken, `close` ends everything; both are the
    application's own to call where it has a lifespan.
    """

    shop: Shop
    app: FastAPI
    operations: Starlette | None
    storage: Storage
    targets: tuple[Target, ...]
    probes: tuple[Probe, ...]
    ending: Ending
    start: Callable[[], Awaitable[None]]
    close: Callable[[], Awaitable[None]]


def wire(
    settings: Settings,
    *,
    example: str | None,
    clients: http.OpenClient,
    clock: Clock = time.monotonic,
    now: WallClock = time.time,
) -> Service:
    """Return the service that these settings describe; nothing is asked yet.

    `example` is what GraphiQL opens with; `None` leaves GraphiQL and introspection out. `now` is
    what lifetimes go by, `clock` what deadlines do.

    Raises:
        SettingsProblem: the trusted documents cannot be executed here.
    """
    surface = surface_of(settings)  # before anything is opened that would have to be closed
    connections = http.Connections(clients, clock, slow_after=slow_after(settings))
    medusa_api = upstream_of(settings.medusa, connections)
    store = store_of(settings.medusa, medusa_api, clock)
    locales = locales_of(settings)
    content = ContentWiring(
        connections, store, locales.supported, clock, preview=settings.operators_secret is not None
    )
    systems = [content.system(chosen) for chosen in settings.content]
    storage = storage_of(settings, now, clock)
    cache = ReadThrough(
        storage.store,
        storage.leases,
        clock,
        now,
        settings.flight_seconds,
        standings=connections,
    )
    # Drafts go through a cache of their own, and it keeps nothing.
    no_cache = ReadThrough(NoStore(), NoLeases(), clock, now, settings.flight_seconds)
    catalog = catalog_of(settings, store, [system.source for system in systems], cache)
    shop = Shop(
        catalog=catalog,
        locales=locales,
        default_country=CountryCode(settings.default_country),
        low_stock=settings.low_stock,
        clock=clock,
        deadline_seconds=settings.deadline_seconds,
        marks=storage.store.marks,
        foresight=storage.foresight,
        now=now,
        answers_bytes=megabytes(settings.cache.answers_megabytes),
        browser_seconds=settings.cache.browser_seconds,
        preview=_preview(settings, store, systems, no_cache, now),
    )

    targets = targets_of(settings, connections, now)
    invalidator = invalidator_of(settings, storage.store, catalog, targets, clock=clock, now=now)
    channels = channels_of(settings, invalidator)
    counted = Clients.of(surface.rate, surface.proxies, clock)
    background = StandingWork()
    background.add("loop", LoopWatch(clock).run)
    background.add("clock", ClockWatch(invalidator.purge, clock=clock, now=now).run)
    warm = WarmStart(shop, settings.warm_top) if settings.warm_top else None
    if channels is not None:
        background.add("channels", channels.run)
    if warm is not None:
        background.add("warm-up", warm.run)
    else:  # a warm-up begins with them
        background.add("markets", FirstMarkets(shop, settings.flight_seconds).run)
    if settings.reconcile_seconds:
        feeds = [
            medusa.MedusaChanges(medusa_api, settings.medusa),
            *(system.changes for system in systems),
        ]
        reconciler = Reconciler(
            feeds,
            invalidator.accept,
            storage.cursors,
            clock=clock,
            interval=settings.reconcile_seconds,
            leases=storage.leases,
            untold=invalidator.untold,
        )
        background.add("reconciler", reconciler.run)
    ending = Ending()
    checks = checks_of(storage, warm.lacking if warm else None, ending, connections.guards)
    has_own_port = settings.operations_port is not None

    tracers = Tracers(settings)
    BUILD.labels(version("bff")).set(1)

    async def start() -> None:
        tracers.start()
        await storage.start()
        await background.start()

    async def close() -> None:
        await background.close()
        await invalidator.close()
        await cache.close()
        await no_cache.close()
        await storage.close()
        await connections.close()
        await tracers.close()

    app = create_app(
        shop,
        example=example,
        version=version("bff"),
        start=start,
        close=close,
        surface=surface,
        clients=counted,
        lines=Lines(settings.log.requests),
        routes=[
            *Webhooks(readers_of(settings, systems), invalidator, now, counted.signatures).routes,
            *(() if has_own_port else health_routes(checks)),
        ],
    )
    own_probe = MedusaProbe(store, settings.medusa, shop.default_country)
    return Service(
        shop=shop,
        app=app,
        operations=operations_app(checks) if has_own_port else None,
        storage=storage,
        targets=targets,
        probes=(own_probe, *(system.probe for system in systems)),
        ending=ending,
        start=start,
        close=close,
    )


def slow_after(settings: Settings) -> float:
    """Return after how many seconds without an answer a call to a source counts as failed.

    When no shopper waits for it any more; but early enough that calls in the background, whose
    own time ends, are seen to hang.
    """
    return min(settings.deadline_seconds, settings.flight_seconds / 2)


def _preview(
    settings: Settings,
    commerce: CommerceSource,
    systems: Sequence[ContentSystem],
    no_cache: ReadThrough,
    now: WallClock,
) -> Preview | None:
    """Return what shows drafts, to those who may see them; `None` where there are none to show.

    A content system without credentials for drafts is read as it is published.
    """
    secret = settings.operators_secret
    if secret is None or not any(system.drafts for system in systems):
        return None
    sources = [system.drafts or system.source for system in systems]
    return Preview(
        catalog_of(settings, commerce, sources, no_cache),
        PreviewTokens(secret.get_secret_value(), now, settings.preview_seconds),
        secret.get_secret_value(),
    )


def production(settings: Settings) -> Service:
    """Wire the service with real clients."""
    example = _FIRST_STEPS if settings.development else None
    return wire(settings, example=example, clients=http.production_client)


def demo(upstreams: DemoUpstreams) -> Service:
    """Wire the service with the embedded shop."""
    settings = demo_settings(upstreams)
    return wire(settings, example=EXAMPLE, clients=http.demo_client(upstreams))


def demo_settings(upstreams: DemoUpstreams) -> Settings:
    """Return what an operator of the embedded shop would set."""
    return Settings(
        medusa=medusa.MedusaSettings.model_validate(
            {"url": "http://medusa.demo", "publishable_key": upstreams.publishable_key}
        ),
        content=(
            sanity.SanitySettings(project_id=upstreams.project_id, dataset=upstreams.dataset),
        ),
        locales=tuple(upstreams.locales),
        default_locale=upstreams.default_locale,
        locale_names=dict(upstreams.locales),
        default_country=upstreams.default_country,
        urls=UrlSettings.model_validate(
            {
                "product": "https://shop.example/{locale}/products/{handle}",
                "page": "https://shop.example/{locale}/{slug}",
            }
        ),
        # Nothing here is far away, but the machine may be slow, and it does it all by itself.
        deadline_seconds=5.0,
        content_budget_seconds=2.0,
        development=True,
        # Its shop never changes.
        reconcile_seconds=0,
    )
