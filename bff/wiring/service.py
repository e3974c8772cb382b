"""One service: the sources that the settings describe, the catalog over them, the web on top."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from fastapi import FastAPI

from bff.catalog.read_through import ReadThrough
from bff.demo import EXAMPLE, DemoUpstreams
from bff.domain.commerce import CountryCode
from bff.operations.check import Probe
from bff.ports import CommerceSource
from bff.settings import Settings, UrlSettings
from bff.sources import medusa, sanity
from bff.sources.medusa.probe import MedusaProbe
from bff.stores.memory import MemoryStore
from bff.stores.nothing import NoStore
from bff.web.app import create_app
from bff.web.context import Shop
from bff.web.preview import Preview, PreviewTokens
from bff.wiring import clients as http
from bff.wiring.catalog import catalog_of, locales_of
from bff.wiring.commerce import store_of
from bff.wiring.content import ContentSystem, ContentWiring

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

    `probes` tell whether all is well with the sources, Medusa's first. `close` ends the flights
    and the connections.
    """

    shop: Shop
    app: FastAPI
    probes: tuple[Probe, ...]
    close: Callable[[], Awaitable[None]]


def wire(settings: Settings, *, example: str | None, clients: http.OpenClient) -> Service:
    """Return the service that these settings describe; nothing is asked yet.

    `example` is what GraphiQL opens with; `None` leaves GraphiQL and introspection out.
    """
    clock = time.monotonic
    connections = http.Connections(clients, clock)
    store = store_of(settings.medusa, connections, clock)
    locales = locales_of(settings)
    content = ContentWiring(
        connections, store, locales.supported, clock, preview=settings.operators_secret is not None
    )
    systems = [content.system(chosen) for chosen in settings.content]
    published = [system.source for system in systems]
    memory = MemoryStore(int(settings.cache.memory_megabytes * 1_000_000), time.time)
    cache = ReadThrough(memory, clock, time.time, settings.flight_seconds)
    # Drafts go through a cache of their own, and it keeps nothing.
    no_cache = ReadThrough(NoStore(), clock, time.time, settings.flight_seconds)
    shop = Shop(
        catalog=catalog_of(settings, store, published, cache),
        locales=locales,
        default_country=CountryCode(settings.default_country),
        low_stock=settings.low_stock,
        clock=clock,
        deadline_seconds=settings.deadline_seconds,
        marks=memory.marks,
        now=time.time,
        answers_bytes=int(settings.cache.answers_megabytes * 1_000_000),
        browser_seconds=settings.cache.browser_seconds,
        preview=_preview(settings, store, systems, no_cache),
    )

    async def close() -> None:
        await cache.close()
        await no_cache.close()
        await connections.close()

    app = create_app(shop, example=example, version=version("bff"), close=close)
    own_probe = MedusaProbe(store, settings.medusa, shop.default_country)
    return Service(shop, app, (own_probe, *(system.probe for system in systems)), close)


def _preview(
    settings: Settings,
    commerce: CommerceSource,
    systems: Sequence[ContentSystem],
    no_cache: ReadThrough,
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
        PreviewTokens(secret.get_secret_value(), time.time, settings.preview_seconds),
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
    )
