"""What shoppers see after a webhook was answered: never what was there before.

The whole service runs, over embedded upstreams whose catalogue is edited meanwhile.
"""

import time
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from bff import wiring
from bff.demo import EmbeddedUpstream, demo_upstreams
from bff.demo.catalogue import Catalogue, ProductEntry, load_catalogue
from bff.demo.medusa import medusa_app
from bff.demo.sanity import sanity_app
from bff.ports import Delivery
from tests.sources.webhook_deliveries import SECRET, by_medusa, by_sanity
from tests.web.settings import shop_settings
from tests.web.storefront import TEE, Storefront

Json = dict[str, Any]
ASKED = """query Shirt($handle: String!) {
  product(handle: $handle, country: "DE") {
    id description { text } variants { price { amount } priceStatus }
  }
}"""


class Edited:
    """An upstream whose data are exchanged in one moment."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@dataclass
class World:
    """The storefront, and what editors can change behind it."""

    storefront: Storefront
    catalogue: Catalogue
    medusa: Edited
    sanity: Edited
    key: str
    dataset: str
    upstreams: tuple[EmbeddedUpstream, EmbeddedUpstream]

    @property
    def shirt(self) -> ProductEntry:
        return next(one for one in self.catalogue["products"] if one["handle"] == TEE)

    def save(self) -> None:
        """Let the upstreams answer what is in the catalogue now."""
        self.medusa.app = medusa_app(deepcopy(self.catalogue), self.key)
        self.sanity.app = sanity_app(deepcopy(self.catalogue), self.dataset)

    async def deliver(self, source: str, delivery: Delivery) -> int:
        answer = await self.storefront.http.post(
            f"/webhooks/{source}", content=delivery.body, headers=dict(delivery.headers)
        )
        return answer.status_code

    async def seen(self) -> Json:
        found: Json = (await self.storefront.ask(ASKED, {"handle": TEE}))["product"]
        return found

    async def prices(self) -> set[str]:
        return {variant["price"]["amount"] for variant in (await self.seen())["variants"]}


@pytest.fixture
async def world() -> AsyncIterator[World]:
    plain, catalogue = demo_upstreams(), load_catalogue()
    medusa, sanity = Edited(plain.medusa), Edited(plain.sanity)
    upstreams = replace(plain, medusa=EmbeddedUpstream(medusa), sanity=EmbeddedUpstream(sanity))
    told = {"webhook_secret": SecretStr(SECRET)}
    settings = shop_settings(upstreams)
    settings = settings.model_copy(
        update={
            "medusa": settings.medusa.model_copy(update=told),
            "content": tuple(each.model_copy(update=told) for each in settings.content),
        }
    )
    service = wiring.wire(settings, example=None, clients=wiring.demo_client(upstreams))
    async with Storefront(service) as storefront:
        key, dataset = upstreams.publishable_key, upstreams.dataset
        both = (upstreams.medusa, upstreams.sanity)
        yield World(storefront, catalogue, medusa, sanity, key, dataset, both)


async def test_a_new_price_is_seen_once_its_webhook_was_answered(world: World) -> None:
    """Until then the old one is kept: that it changes at all is the webhook's doing."""
    before, product = await world.prices(), (await world.seen())["id"]
    for variant in (world.shirt, *world.shirt["variants"]):
        if "prices" in variant:
            variant["prices"]["eur"] = "77.70"
    world.save()
    assert await world.prices() == before

    event = {"name": "pricing.price.updated", "data": {"id": "price_1"}}
    assert (
        await world.deliver("medusa", by_medusa({**event, "products": [{"id": product}]})) == 204
    )
    assert await world.prices() == {"77.70"}


async def test_a_price_of_nobody_knows_what_is_seen_all_the_same(world: World) -> None:
    await world.prices()
    for variant in (world.shirt, *world.shirt["variants"]):
        if "prices" in variant:
            variant["prices"]["eur"] = "77.70"
    world.save()

    event = {"name": "pricing.price.updated", "data": {"id": "price_1"}, "products": []}
    assert await world.deliver("medusa", by_medusa(event)) == 204
    assert await world.prices() == {"77.70"}


async def test_a_new_text_is_seen_once_its_webhook_was_answered(world: World) -> None:
    before = await world.seen()
    assert world.shirt["content"] is not None
    english = next(spec for spec in world.shirt["content"]["specs"] if spec["lang"] == "en")
    english["content"] = [{"p": "Spun anew"}]
    world.save()
    assert await world.seen() == before

    document = {"_id": before["id"], "_type": "product"}
    assert await world.deliver("sanity", by_sanity(document, time.time())) == 204
    assert (await world.seen())["description"]["text"] == "Spun anew"


async def test_a_marked_price_is_withheld_while_medusa_is_away(world: World) -> None:
    """Better none than a wrong one."""
    await world.prices()
    product = (await world.seen())["id"]
    world.upstreams[0].faults = replace(world.upstreams[0].faults, status=503)

    event = {"name": "pricing.price.updated", "data": {"id": "x"}, "products": [{"id": product}]}
    assert await world.deliver("medusa", by_medusa(event)) == 204
    answer = (await world.storefront.send(ASKED, {"handle": TEE})).json()

    variants = answer["data"]["product"]["variants"]
    assert {variant["priceStatus"] for variant in variants} == {"STALE"}
    assert {variant["price"] for variant in variants} == {None}


async def test_a_forged_price_edit_changes_nothing(world: World) -> None:
    before, product = await world.prices(), (await world.seen())["id"]
    calls = sum(world.upstreams[0].calls.values())
    forged = by_medusa({"name": "product.updated", "data": {"id": product}}, "another-secret-yet")

    assert await world.deliver("medusa", forged) == 401
    assert await world.prices() == before
    assert sum(world.upstreams[0].calls.values()) == calls


async def test_only_post_is_taken_by_the_service_itself(world: World) -> None:
    answer = await world.storefront.http.get("/webhooks/medusa")

    assert (answer.status_code, answer.json()["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert (await world.storefront.http.post("/webhooks/strapi")).status_code == 404
