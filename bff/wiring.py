"""The composition root: the only place that knows which class stands behind which port."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Protocol, assert_never

import httpx
from fastapi import FastAPI

from bff.catalog.cached_commerce import CachedCommerce
from bff.catalog.cached_content import CachedContent
from bff.catalog.product_page import Catalog
from bff.catalog.read_through import Lifetimes, ReadThrough
from bff.demo import EXAMPLE, DemoUpstreams
from bff.domain.commerce import MEDUSA, CountryCode
from bff.domain.freshness import Policy
from bff.domain.locale import Locale, Locales
from bff.operations.check import Probe
from bff.ports import CommerceSource, ContentSource
from bff.settings import CacheSettings, ContentSettings, Settings, merge_policy
from bff.sources import medusa, sanity
from bff.sources.medusa.probe import MedusaProbe
from bff.sources.sanity.probe import SanityProbe
from bff.stores.memory import MemoryStore
from bff.upstream import Upstream, open_client
from bff.web.app import create_app
from bff.web.context import Shop

_CONTENT_CONNECTIONS = 32
_FIRST_STEPS = """\
# The languages and the markets of this shop. Add a product by its handle below.
{
  locales { code name isDefault }
  markets { name currencyCode countries { code name } }
}
"""


class OpenClient(Protocol):
    """Opens the HTTP client of one source."""

    def __call__(
        self, source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        """Return a client; the service closes it."""
        ...


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


def production_client(
    source: str,  # noqa: ARG001 - only the demo tells sources apart by name
    base_url: str,
    headers: Mapping[str, str],
    *,
    connections: int,
) -> httpx.AsyncClient:
    """Open a real client."""
    return open_client(
        base_url, headers, connections=connections, idle_seconds=medusa.IDLE_SECONDS
    )


def demo_client(upstreams: DemoUpstreams) -> OpenClient:
    """Return what opens clients to the embedded upstreams."""
    apps = {MEDUSA: upstreams.medusa, "sanity": upstreams.sanity}

    def open_embedded(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(apps[source]),
            base_url=base_url,
            headers=dict(headers),
            limits=httpx.Limits(max_connections=connections),
        )

    return open_embedded


def wire(settings: Settings, *, example: str | None, clients: OpenClient) -> Service:
    """Return the service that these settings describe; nothing is asked yet.

    `example` is what GraphiQL opens with; `None` leaves GraphiQL and introspection out.
    """
    clock = time.monotonic
    opened: list[httpx.AsyncClient] = []

    def upstream(
        source: str,
        base_url: str,
        headers: Mapping[str, str],
        reason_of: Callable[[int, bytes], str],
        connections: int,
    ) -> Upstream:
        client = clients(source, base_url, headers, connections=connections)
        opened.append(client)
        return Upstream(source, client, clock, reason_of)

    shop_settings = settings.medusa
    store = medusa.MedusaStore(
        upstream(
            MEDUSA,
            str(shop_settings.url).rstrip("/"),
            medusa.headers(shop_settings),
            medusa.reason_of,
            shop_settings.connections,
        ),
        clock=clock,
        sales_channel_id=shop_settings.sales_channel_id,
        amounts=shop_settings.amounts,
    )

    def content_source(chosen: ContentSettings) -> tuple[ContentSource, Probe]:
        match chosen:
            case sanity.SanitySettings():
                asked = upstream(
                    chosen.kind,
                    chosen.base_url(),
                    chosen.headers(),
                    sanity.reason_of,
                    _CONTENT_CONNECTIONS,
                )
                content = sanity.SanityContent(asked, chosen)
                return content, SanityProbe(content, chosen, store)
            case _:
                assert_never(chosen)

    contents = [content_source(chosen) for chosen in settings.content]
    cache = ReadThrough(MemoryStore(settings.cache.entries, clock), clock, settings.flight_seconds)
    shop = Shop(
        catalog=_catalog(settings, store, [source for source, _ in contents], cache),
        locales=_locales(settings),
        default_country=CountryCode(settings.default_country),
        low_stock=settings.low_stock,
        clock=clock,
        deadline_seconds=settings.deadline_seconds,
    )

    async def close() -> None:
        await cache.close()
        for client in opened:
            await client.aclose()

    app = create_app(shop, example=example, version=version("bff"), close=close)
    own_probe = MedusaProbe(store, shop_settings, shop.default_country)
    return Service(shop, app, (own_probe, *(probe for _, probe in contents)), close)


def _catalog(
    settings: Settings,
    commerce: CommerceSource,
    content: Sequence[ContentSource],
    cache: ReadThrough,
) -> Catalog:
    lifetimes = _lifetimes(settings.cache)
    return Catalog(
        CachedCommerce(commerce, cache, lifetimes),
        [CachedContent(source, cache, lifetimes) for source in content],
        policy=merge_policy(settings),
        translations={Locale(ours): tag for ours, tag in settings.medusa.languages.items()},
        clock=cache.clock,
        content_budget=settings.content_budget_seconds,
    )


def _lifetimes(cache: CacheSettings) -> Lifetimes:
    return Lifetimes(
        commerce=Policy("COMMERCE", cache.commerce_seconds),
        content=Policy("CONTENT", cache.content_seconds),
        reference=Policy("REFERENCE", cache.reference_seconds),
        absent=Policy("ABSENT", cache.absent_seconds),
    )


def _locales(settings: Settings) -> Locales:
    default = settings.default_locale or settings.locales[0]
    others = [Locale(tag) for tag in settings.locales if tag != default]
    return Locales(
        default=Locale(default),
        supported=(Locale(default), *others),
        parents={Locale(tag): Locale(up) for tag, up in settings.locale_parents.items()},
        names={Locale(tag): name for tag, name in settings.locale_names.items()},
    )


def production(settings: Settings) -> Service:
    """Wire the service with real clients."""
    example = _FIRST_STEPS if settings.development else None
    return wire(settings, example=example, clients=production_client)


def demo(upstreams: DemoUpstreams) -> Service:
    """Wire the service with the embedded shop."""
    settings = Settings(
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
        # Nothing here is far away, but the machine may be slow, and it does it all by itself.
        deadline_seconds=5.0,
        content_budget_seconds=2.0,
        development=True,
    )
    return wire(settings, example=EXAMPLE, clients=demo_client(upstreams))
