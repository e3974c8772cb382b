"""What the shop's own list says has changed, for webhooks that never came."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import respx

from bff.domain.changes import Change, ProductChanged, ProductPart
from bff.domain.commerce import ProductId
from bff.errors import UpstreamMalformed, UpstreamUnavailable
from bff.ports import Call, ChangeFeed
from bff.sources.medusa import MedusaChanges, MedusaSettings, reason_of
from bff.upstream import Upstream

HOST = "https://shop.test"
CALL = Call(deadline=5.0)
NOON = 1_793_534_400_000


def written(instant: int) -> str:
    return (
        datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds")[:-6] + "Z"
    )


class Shop:
    """A shop that filters and pages as Medusa does; the instants are in milliseconds."""

    def __init__(self) -> None:
        self.products: dict[str, tuple[int, list[int]]] = {}
        self.asked: list[dict[str, str]] = []
        self.odd: object = None
        self.knows_variants = True
        self.is_down = False

    def edit(self, product: str, at: int, *variants: int) -> None:
        self.products[product] = (at, [*variants])

    def answer(self, request: httpx.Request) -> httpx.Response:
        params = dict(parse_qsl(urlsplit(str(request.url)).query))
        self.asked.append(params)
        if self.is_down:
            return httpx.Response(503)
        if self.odd is not None:
            return httpx.Response(200, json=self.odd)
        of_variants = "$or[1][variants][updated_at][$gte]"
        if of_variants in params and not self.knows_variants:
            return httpx.Response(400, json={"type": "invalid_data", "message": "Unrecognized"})
        own = params.get("$or[0][updated_at][$gte]", params.get("updated_at[$gte]"))
        theirs = params.get(of_variants, "~")
        found = [
            name
            for name, (at, variants) in sorted(self.products.items())
            if own is None or written(at) >= own or any(written(one) >= theirs for one in variants)
        ]
        if params.get("order") == "-updated_at":
            found.sort(key=lambda name: -self.products[name][0])
        offset, limit = int(params.get("offset", 0)), int(params["limit"])
        shown = [self.shown(name, params["fields"]) for name in found[offset : offset + limit]]
        return httpx.Response(200, json={"products": shown, "count": len(found)})

    def shown(self, name: str, fields: str) -> dict[str, Any]:
        at, variants = self.products[name]
        shown: dict[str, Any] = {"id": name}
        if "updated_at" in fields.split(","):
            shown["updated_at"] = written(at)
        if "variants.updated_at" in fields.split(","):
            shown["variants"] = [{"id": "v", "updated_at": written(one)} for one in variants]
        return shown


@pytest.fixture
def shop() -> Shop:
    shop = Shop()
    shop.edit("prod_a", NOON, NOON + 5)
    shop.edit("prod_b", NOON + 10)
    return shop


@pytest.fixture
async def feed(shop: Shop) -> AsyncIterator[MedusaChanges]:
    settings = MedusaSettings.model_validate(
        {"url": HOST, "publishable_key": "pk_test", "sales_channel_id": "sc_1"}
    )
    with respx.mock(base_url=HOST) as medusa:
        medusa.get("/store/products").mock(side_effect=shop.answer)
        async with httpx.AsyncClient(base_url=HOST) as client:
            upstream = Upstream("medusa", client, lambda: 0.0, reason_of)
            checked: ChangeFeed = MedusaChanges(upstream, settings)
            assert isinstance(checked, MedusaChanges)
            yield checked


def parts(changes: Sequence[Change]) -> Mapping[str, ProductPart]:
    return {one.product: one.part for one in changes if isinstance(one, ProductChanged)}


async def test_nothing_has_changed_when_it_begins(feed: MedusaChanges, shop: Shop) -> None:
    """However much there is; and nothing after it, if nobody edits."""
    changes, cursor = await feed.since(None, CALL)
    assert changes == ()
    changes, _ = await feed.since(cursor, CALL)
    assert changes == ()
    assert all(params["sales_channel_id"] == "sc_1" for params in shop.asked)
    assert len(shop.asked) == 3 + 1 + 2  # when it begins: the newest, and all ids


async def test_an_edited_product_is_told_once(feed: MedusaChanges, shop: Shop) -> None:
    """With the instant of the edit, from which its way to shoppers is measured."""
    _, cursor = await feed.since(None, CALL)
    shop.edit("prod_a", NOON + 20_000, NOON + 5)
    changes, cursor = await feed.since(cursor, CALL)
    [change] = changes
    assert change == ProductChanged(ProductId("prod_a"), changed_at=(NOON + 20_000) / 1000)
    assert await feed.since(cursor, CALL) == ((), cursor)


async def test_an_edited_variant_changes_no_list(feed: MedusaChanges, shop: Shop) -> None:
    """A price does not move the product's own instant, but its variant's."""
    _, cursor = await feed.since(None, CALL)
    shop.edit("prod_b", NOON + 10, NOON + 20_000)
    changes, cursor = await feed.since(cursor, CALL)
    assert parts(changes) == {"prod_b": ProductPart.DETAILS}
    shop.edit("prod_b", NOON + 30_000, NOON + 30_001)
    changes, _ = await feed.since(cursor, CALL)
    assert parts(changes) == {"prod_b": ProductPart.ALL}


async def test_a_shop_that_cannot_be_asked_for_variants_tells_of_products(
    feed: MedusaChanges, shop: Shop
) -> None:
    """Another version of Medusa may not know the question; it is not asked again and again."""
    shop.knows_variants = False
    _, cursor = await feed.since(None, CALL)
    shop.edit("prod_b", NOON + 20_000, NOON + 20_000)
    changes, _ = await feed.since(cursor, CALL)
    assert parts(changes) == {"prod_b": ProductPart.ALL}
    assert sum("$or[0][updated_at][$gte]" in params for params in shop.asked) == 1


async def test_what_is_taken_out_of_the_shop_is_missed(feed: MedusaChanges, shop: Shop) -> None:
    """Deleted, hidden or in another channel: nobody tells of it."""
    _, cursor = await feed.since(None, CALL)
    del shop.products["prod_a"]
    changes, cursor = await feed.since(cursor, CALL)
    assert parts(changes) == {"prod_a": ProductPart.GONE}
    shop.edit("prod_a", NOON)  # back in the channel, which moves no instant
    changes, cursor = await feed.since(cursor, CALL)
    assert parts(changes) == {"prod_a": ProductPart.ALL}
    assert (await feed.since(cursor, CALL))[0] == ()


async def test_a_large_import_is_read_page_by_page(feed: MedusaChanges, shop: Shop) -> None:
    """All of one instant, which is no order to page by."""
    _, cursor = await feed.since(None, CALL)
    for number in range(450):
        shop.edit(f"prod_{number:03d}", NOON + 40_000, NOON + 40_000)
    changes, cursor = await feed.since(cursor, CALL)
    assert len(parts(changes)) == 450
    assert set(parts(changes).values()) == {ProductPart.ALL}
    assert (await feed.since(cursor, CALL))[0] == ()


async def test_another_replica_goes_on_from_the_cursor(feed: MedusaChanges, shop: Shop) -> None:
    """It does not know which products there were, and tells of no missing ones."""
    _, cursor = await feed.since(None, CALL)
    shop.edit("prod_b", NOON + 20_000)
    settings = MedusaSettings.model_validate({"url": HOST, "publishable_key": "pk_test"})
    async with httpx.AsyncClient(base_url=HOST) as client:
        upstream = Upstream("medusa", client, lambda: 0.0, reason_of)
        changes, _ = await MedusaChanges(upstream, settings).since(cursor, CALL)
    assert parts(changes) == {"prod_b": ProductPart.ALL}


@pytest.mark.parametrize("junk", ["", "soon", "[1]", json.dumps({"at": 5})])
async def test_a_cursor_that_is_none_begins_now(feed: MedusaChanges, junk: str) -> None:
    """Nothing is told, and nothing fails."""
    changes, cursor = await feed.since(junk, CALL)
    assert changes == ()
    assert (await feed.since(cursor, CALL))[0] == ()


async def test_an_empty_shop_has_a_beginning(feed: MedusaChanges, shop: Shop) -> None:
    """Its first product is told of."""
    shop.products.clear()
    _, cursor = await feed.since(None, CALL)
    shop.edit("prod_a", NOON)
    assert parts((await feed.since(cursor, CALL))[0]) == {"prod_a": ProductPart.ALL}


async def test_a_shop_that_fails_is_no_change(feed: MedusaChanges, shop: Shop) -> None:
    """What is edited meanwhile is found from the same cursor later."""
    _, cursor = await feed.since(None, CALL)
    shop.edit("prod_a", NOON + 20_000)
    shop.is_down = True
    with pytest.raises(UpstreamUnavailable):
        await feed.since(cursor, CALL)
    shop.is_down, shop.odd = False, {"products": [{"id": 5}], "count": "many"}
    with pytest.raises(UpstreamMalformed):
        await feed.since(cursor, CALL)
    shop.odd = None
    assert parts((await feed.since(cursor, CALL))[0]) == {"prod_a": ProductPart.ALL}
