"""Handles are remembered, and found out when they are wrong."""

import asyncio

from bff.domain.commerce import Handle
from tests.catalog.fakes import (
    BOTH,
    LIFETIMES,
    NO_ADDONS,
    Storefront,
    cms_with,
    document,
    pid,
    shop_selling,
    titles,
    turns,
)


def two_products() -> Storefront:
    """Return a storefront with two documented products and nothing cached."""
    return Storefront(shop_selling("tee", "hat"), cms_with(document("tee"), document("hat")))


async def later(front: Storefront) -> None:
    """Let products be forgotten, but neither handles nor content."""
    front.clock.advance(LIFETIMES.commerce.fresh)
    front.shop.calls.clear()
    front.systems[0].calls.clear()


async def test_a_renamed_product() -> None:
    """After a product has got another handle, the old one finds nothing and the new one it."""
    front = two_products()
    await front.by_handles("tee")
    await later(front)
    front.shop.rename("tee", "shirt")

    old = await front.by_handles("tee")
    assert old.products == {}
    assert front.shop.operations() == ["products", "by_handle"]

    new = await front.by_handles("shirt")
    assert titles(new) == {"shirt": "Sanity tee"}
    assert front.shop.operations() == ["products", "by_handle"]  # learnt from the first answer
    assert front.systems[0].calls == []


async def test_a_handle_that_moved_to_another_product() -> None:
    """A handle that another product has taken over shows that product, with its content."""
    front = two_products()
    await front.by_handles("tee")
    await later(front)
    front.shop.rename("tee", "old-tee")
    front.shop.rename("hat", "tee")

    answer = await front.by_handles("tee")
    assert titles(answer) == {"tee": "Sanity hat"}
    assert front.shop.operations() == ["products", "by_handle"]
    assert [asked.keys for asked in front.systems[0].calls] == [(pid("hat"),)]

    front.shop.calls.clear()
    assert titles(await front.by_handles("tee", "old-tee")) == {
        "tee": "Sanity hat",
        "old-tee": "Sanity tee",
    }
    assert front.shop.calls == []


async def test_two_products_that_swapped_their_handles() -> None:
    """Both pages are right after a swap."""
    front = two_products()
    await front.by_handles("tee", "hat")
    await later(front)
    front.shop.handles = {Handle("tee"): pid("hat"), Handle("hat"): pid("tee")}

    answer = await front.by_handles("tee", "hat")

    assert titles(answer) == {"tee": "Sanity hat", "hat": "Sanity tee"}
    assert front.shop.operations() == ["products"]  # each told the other's handle


async def test_a_deleted_product() -> None:
    """A product that is gone is not found, and after that nobody is asked for a while."""
    front = two_products()
    await front.by_handles("tee")
    await later(front)
    del front.shop.handles[Handle("tee")]

    assert (await front.by_handles("tee")).products == {}
    assert (await front.by_handles("tee")).products == {}
    assert front.shop.operations() == ["products", "by_handle"]


async def test_a_wrong_handle_is_corrected_once_for_a_crowd() -> None:
    """200 shoppers on a page whose handle has moved cost one correction."""
    front = two_products()
    await front.by_handles("tee", "hat")
    await later(front)
    front.shop.rename("tee", "old-tee")
    front.shop.rename("hat", "tee")
    medusa = front.shop.traffic.hold()

    crowd = [asyncio.create_task(front.by_handles("tee")) for _ in range(200)]
    await turns()
    medusa.set()
    answers = await asyncio.gather(*crowd)

    assert all(titles(answer) == {"tee": "Sanity hat"} for answer in answers)
    assert front.shop.operations() == ["products", "by_handle"]


async def test_addons_of_a_handle_that_moved() -> None:
    """The addons shown are those of the product that has the handle now."""
    shop = shop_selling("tee", "hat", "jeans", "scarf")
    cms = cms_with(document("tee", addons=["jeans"]), document("hat", addons=["scarf"]))
    front = Storefront(shop, cms)
    await front.by_handles("tee", wants=NO_ADDONS)
    await later(front)
    shop.rename("tee", "old-tee")
    shop.rename("hat", "tee")

    answer = await front.by_handles("tee", wants=BOTH)

    (group,) = answer.products[Handle("tee")].addons
    assert [addon.product_id for addon in group.items] == [pid("scarf")]
    assert group.items[0].product is not None


async def test_an_unknown_handle_is_remembered_briefly() -> None:
    """A handle that nothing has costs one call in a while, and is asked for again after it."""
    front = two_products()

    for _ in range(3):
        assert (await front.by_handles("gown")).products == {}
    assert front.upstream_calls() == (1, 0)

    front.clock.advance(LIFETIMES.absent.fresh)
    front.shop.handles[Handle("gown")] = pid("gown")
    assert titles(await front.by_handles("gown")) == {"gown": f"Medusa {pid('gown')}"}
    assert front.shop.operations() == ["by_handle", "by_handle"]


async def test_an_unknown_id_is_remembered_briefly() -> None:
    """An id that nothing has is asked for again after a while, too."""
    front = two_products()

    for _ in range(3):
        assert (await front.by_ids("gown")).products == {}
    assert len(front.shop.calls) == 1

    front.clock.advance(LIFETIMES.absent.fresh)
    front.shop.handles[Handle("gown")] = pid("gown")
    assert list((await front.by_ids("gown")).products) == [pid("gown")]


async def test_a_crowd_for_an_unknown_handle() -> None:
    """200 requests for a page that does not exist cost one call."""
    front = two_products()
    medusa = front.shop.traffic.hold()
    crowd = [asyncio.create_task(front.by_handles("gown")) for _ in range(200)]
    await turns()
    medusa.set()

    answers = await asyncio.gather(*crowd)

    assert all(answer.products == {} for answer in answers)
    assert front.upstream_calls() == (1, 0)


async def test_known_and_unknown_handles_together() -> None:
    """A list of remembered, new and unknown handles shows all that exist."""
    front = two_products()
    await front.by_handles("tee", "gown")

    answer = await front.by_handles("tee", "hat", "gown")

    assert titles(answer) == {"tee": "Sanity tee", "hat": "Sanity hat"}
    assert front.shop.calls[-1].keys == ("hat",)


async def test_a_new_handle_among_known_ones() -> None:
    """One card never seen before does not make the others wait: both are asked at once."""
    front = two_products()
    await front.remember("tee")
    medusa = front.shop.traffic.hold()
    cards = asyncio.create_task(front.by_handles("tee", "hat", wants=NO_ADDONS))

    await asyncio.wait_for(front.shop.traffic.arrived(2), timeout=10)
    medusa.set()

    assert titles(await cards) == {"tee": "Sanity tee", "hat": "Sanity hat"}
    assert sorted(front.shop.operations()) == ["by_handle", "products"]


async def test_the_addons_of_the_product_that_lost_a_handle() -> None:
    """When a handle has moved, only the addons of the product that has it now are shown."""
    shop = shop_selling("tee", "hat", "cap", "jeans")
    documents = (document("tee", addons=["jeans"]), document("hat", addons=["cap"]))
    front = Storefront(shop, cms_with(*documents, document("cap"), document("jeans")))
    await front.by_handles("tee")
    await later(front)
    shop.rename("tee", "old-tee")
    shop.rename("hat", "tee")

    answer = await front.by_handles("tee", wants=BOTH)

    (group,) = answer.products[Handle("tee")].addons
    assert [addon.product_id for addon in group.items] == [pid("cap")]
