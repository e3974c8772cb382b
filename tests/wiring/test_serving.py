"""A content system is asked for what it serves, and for nothing else."""

from collections.abc import Mapping

import httpx

from bff import wiring
from bff.catalog.wants import Wants
from bff.demo import DemoUpstreams, demo_upstreams
from bff.domain.commerce import CountryCode, Handle
from bff.domain.locale import language_for
from bff.domain.storefront import ShopperContext
from bff.ports import Call
from bff.settings import Settings

TEE = Handle("premium-cotton-t-shirt")


def recording(upstreams: DemoUpstreams, asked: list[str]) -> wiring.OpenClient:
    """Return what opens clients that write down which source they ask."""
    open_embedded = wiring.demo_client(upstreams)

    def open_one(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        client = open_embedded(source, base_url, headers, connections=connections)

        async def remember(_: httpx.Request) -> None:
            asked.append(source)

        client.event_hooks = {"request": [remember], "response": []}
        return client

    return open_one


async def test_products_of_one_and_collections_of_another() -> None:
    """Neither is asked about what only the other serves; pages are asked of nobody else."""
    upstreams, asked = demo_upstreams(), list[str]()
    sanity = {"kind": "sanity", "project_id": upstreams.project_id}
    settings = Settings.model_validate(
        {
            "medusa": {"url": "http://medusa.test", "publishable_key": upstreams.publishable_key},
            "content": [
                sanity | {"name": "copy", "serves": ["products"]},
                sanity | {"name": "shelves", "serves": ["collections"]},
                sanity | {"name": "pages", "serves": ["pages"]},
            ],
            "default_country": upstreams.default_country,
        }
    )
    service = wiring.wire(settings, example=None, clients=recording(upstreams, asked))
    shop = service.shop
    call = Call(shop.clock() + 60)
    pricing = await shop.catalog.pricing(CountryCode("US"), call)
    context = ShopperContext(language_for(None, shop.locales), pricing)

    async def sources_of(read: str) -> set[str]:
        asked.clear()
        match read:
            case "product":
                await shop.catalog.by_handles([TEE], context, Wants(groups=False), call)
            case "collections":
                await shop.catalog.collections(context, call)
            case _:
                await shop.catalog.page("about", context, Wants(), call)
        return {*asked} - {"medusa"}

    assert await sources_of("product") == {"copy"}
    assert await sources_of("collections") == {"shelves"}
    assert "shelves" not in await sources_of("page")
    assert "pages" in asked
    await service.close()
