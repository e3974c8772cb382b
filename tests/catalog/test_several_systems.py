"""Several content systems at once: who is asked, who is waited for, and what a failure costs."""

import asyncio
from collections.abc import Mapping

import pytest

from bff.catalog.product_page import Wants
from bff.domain.commerce import Handle
from bff.domain.content import ContentFields, ProductContent
from bff.domain.merge_policy import Field, MergePolicy, SourceRule
from bff.domain.storefront import Degraded
from bff.errors import UpstreamUnavailable
from tests.catalog.fakes import (
    A_MOMENT,
    EN,
    NO_ADDONS,
    Cms,
    Storefront,
    addons_of,
    document,
    pid,
    shop_selling,
    titles,
    turns,
)
from tests.catalog.writing import handle_cms, handle_document, named


def policy(
    usual: tuple[str, ...], fields: Mapping[Field, tuple[str, ...]] | None = None
) -> MergePolicy:
    """Return who may speak: `usual` for every field but those in `fields`, then Medusa."""
    orders = {**dict.fromkeys(Field, usual), **(fields or {})}
    return MergePolicy(
        {name: (*map(SourceRule, order), SourceRule("medusa")) for name, order in orders.items()},
        base_language=EN,
    )


def seo_document(name: str, seo_title: str) -> ProductContent:
    """Return a document that has words for search engines only."""
    found = document(name)
    return ProductContent(
        found.product, found.document_id, {EN: ContentFields(seo_title=seo_title)}
    )


def split_shop() -> tuple[Storefront, Cms, Cms, Cms]:
    """Return a shop with copy in Sanity, SEO in Contentful and pages in Strapi."""
    sanity = named("sanity", document("tee", addons=["jeans"]), document("jeans"))
    contentful = named("contentful", seo_document("tee", "Buy a tee"))
    strapi = named("strapi", document("tee", by="Strapi"))
    seo = dict.fromkeys((Field.SEO_TITLE, Field.SEO_DESCRIPTION), ("contentful",))
    front = Storefront(
        shop_selling("tee", "jeans"),
        *(sanity, contentful, strapi),
        policy=policy(("sanity",), seo),
        pages=("strapi",),
        menus=("strapi",),
    )
    return front, sanity, contentful, strapi


async def test_each_speaks_for_its_own_fields() -> None:
    """Copy comes from one system and SEO from another; one without a say is not asked."""
    front, _, _, strapi = split_shop()

    answer = await front.by_handles("tee")

    tee = answer.products[Handle("tee")]
    assert tee.seo_title is not None
    assert (tee.title.source, tee.seo_title.source) == ("sanity", "contentful")
    assert strapi.calls == []
    assert answer.degraded == ()


@pytest.mark.parametrize("failing", ["sanity", "contentful"])
async def test_a_failing_one_costs_only_its_own_fields(failing: str) -> None:
    """What the other one speaks for is as ever, and the answer says who failed."""
    front, sanity, contentful, _ = split_shop()
    down = sanity if failing == "sanity" else contentful
    down.traffic.fail(UpstreamUnavailable(failing, "contents"))

    answer = await front.by_handles("tee", wants=NO_ADDONS)

    tee = answer.products[Handle("tee")]
    assert tee.seo_title is not None
    sources = {"sanity": tee.title.source, "contentful": tee.seo_title.source}
    assert sources.pop(failing) == "medusa"
    assert all(name == source for name, source in sources.items())
    assert answer.degraded == (Degraded(failing, "UPSTREAM_UNAVAILABLE", "medusa"),)


async def test_a_late_one_costs_only_its_own_fields() -> None:
    """A slow system does not take the other's words with it."""
    front, _, contentful, _ = split_shop()
    late = Storefront(
        front.shop,
        *front.systems,
        policy=policy(("sanity", "contentful")),
        content_budget=A_MOMENT,
    )
    contentful.traffic.hold()

    answer = await late.by_handles("tee", wants=NO_ADDONS)

    assert titles(answer) == {"tee": "Sanity tee"}
    assert answer.degraded == (Degraded("contentful", "UPSTREAM_TIMEOUT", "medusa"),)


async def test_one_that_has_no_say_in_addons_does_not_hold_them_up() -> None:
    """Addons are priced while the system for SEO has not answered yet."""
    front, _, contentful, _ = split_shop()
    only_sanity = {Field.ADDONS: ("sanity",), Field.SEO_TITLE: ("contentful",)}
    front = Storefront(front.shop, *front.systems, policy=policy(("sanity",), only_sanity))
    slow = contentful.traffic.hold(pid("tee"))

    page = asyncio.create_task(front.by_handles("tee"))
    await front.shop.traffic.arrived(2)

    assert front.shop.calls[1].keys == (pid("jeans"),)
    assert not page.done()
    slow.set()
    assert (await page).degraded == ()


async def test_a_later_one_in_the_order_does_not_hold_up_addons() -> None:
    """The first in order has listed the addons: whatever the second has does not matter."""
    sanity = named("sanity", document("tee", addons=["jeans"]), document("jeans"))
    strapi = named("strapi", document("tee", addons=["cap"], by="Strapi"))
    front = Storefront(shop_selling("tee", "jeans", "cap"), sanity, strapi)
    slow = strapi.traffic.hold(pid("tee"))

    page = asyncio.create_task(front.by_ids("tee"))
    await front.shop.traffic.arrived(2)

    assert {asked.keys for asked in front.shop.calls} == {(pid("tee"),), (pid("jeans"),)}
    slow.set()
    assert [one.product_id for one in addons_of((await page).products[pid("tee")])] == [
        pid("jeans")
    ]
    assert len(front.shop.calls) == 2


async def test_a_first_one_in_the_order_is_waited_for() -> None:
    """Addons of the second in order are not priced as long as the first may name others."""
    sanity = named("sanity", document("tee", addons=["jeans"]), document("jeans"))
    strapi = named("strapi", document("tee", addons=["cap"], by="Strapi"))
    front = Storefront(shop_selling("tee", "jeans", "cap"), sanity, strapi)
    slow = sanity.traffic.hold(pid("tee"))

    page = asyncio.create_task(front.by_ids("tee"))
    await front.shop.traffic.arrived(1)
    await strapi.traffic.arrived(1)
    await turns()
    assert len(front.shop.calls) == 1

    slow.set()
    assert [one.product_id for one in addons_of((await page).products[pid("tee")])] == [
        pid("jeans")
    ]
    assert [asked.keys for asked in front.shop.calls] == [(pid("tee"),), (pid("jeans"),)]


async def test_the_second_decides_where_the_first_has_none() -> None:
    """Of two products, only the one that the first system says nothing about waits for both."""
    sanity = named("sanity", document("tee", addons=["jeans"]), document("mug"))
    strapi = named("strapi", document("mug", addons=["cap"], by="Strapi"))
    front = Storefront(shop_selling("tee", "mug", "jeans", "cap"), sanity, strapi)
    slow = strapi.traffic.hold(pid("mug"))

    page = asyncio.create_task(front.by_ids("tee", "mug"))
    await strapi.traffic.arrived(1)
    await turns()
    assert len(front.shop.calls) == 1

    slow.set()
    answer = await page
    assert [asked.keys for asked in front.shop.calls[1:]] == [(pid("jeans"), pid("cap"))]
    assert [one.product_id for one in addons_of(answer.products[pid("mug")])] == [pid("cap")]


@pytest.mark.parametrize("late", [True, False])
async def test_the_second_decides_where_the_first_fails(*, late: bool) -> None:
    """Without the first system its addons are unknown; those of the second are shown."""
    sanity = named("sanity", document("tee", addons=["jeans"]))
    strapi = named("strapi", document("tee", addons=["cap"], by="Strapi"))
    front = Storefront(
        shop_selling("tee", "jeans", "cap"),
        sanity,
        strapi,
        content_budget=A_MOMENT if late else 60,
    )
    if late:
        sanity.traffic.hold(pid("tee"))
    else:
        sanity.traffic.fail(UpstreamUnavailable("sanity", "contents"))

    answer = await front.by_ids("tee")

    assert [one.product_id for one in addons_of(answer.products[pid("tee")])] == [pid("cap")]
    assert [one.source for one in answer.degraded] == ["sanity"]


async def test_one_by_id_decides_before_one_by_handle_could_be_asked() -> None:
    """By id, addons of a system that knows ids are priced while Medusa still works."""
    sanity = named("sanity", document("tee", addons=["jeans"]), document("jeans"))
    strapi = handle_cms(handle_document("tee", addons=["cap"]))
    front = Storefront(shop_selling("tee", "jeans", "cap"), sanity, strapi)
    main = front.shop.traffic.hold(pid("tee"))

    page = asyncio.create_task(front.by_ids("tee"))
    await front.shop.traffic.arrived(2)
    assert not page.done()

    main.set()
    assert len(addons_of((await page).products[pid("tee")])) == 1
    assert len(front.shop.calls) == 2


async def test_addons_alone_need_no_one_else() -> None:
    """A request that looks at addons only asks those that may name them about the product."""
    front, sanity, contentful, _ = split_shop()
    seo = {Field.SEO_TITLE: ("contentful",), Field.ADDONS: ("sanity",)}
    front = Storefront(front.shop, *front.systems, policy=policy(("sanity",), seo))

    answer = await front.by_ids("tee", wants=Wants(content=False))

    assert len(addons_of(answer.products[pid("tee")])) == 1
    assert [asked.keys for asked in sanity.calls] == [(pid("tee"),)]
    assert [asked.keys for asked in contentful.calls] == [(pid("jeans"),)]


async def test_two_products_in_three_systems() -> None:
    """During a migration all three have everything: two calls to Medusa and one to each."""
    tees = [document(name, addons=["jeans"]) for name in ("tee", "mug")]
    systems = [
        named(name, *tees, document("jeans")) for name in ("sanity", "strapi", "contentful")
    ]
    front = Storefront(shop_selling("tee", "mug", "jeans"), *systems)

    answer = await front.by_handles("tee", "mug")

    assert front.upstream_calls() == (2, 1, 1, 1)
    assert all(len(addons_of(product)) == 1 for product in answer.products.values())


async def test_addons_that_one_system_does_not_name() -> None:
    """A system that names no addons is asked for their documents once they are known."""
    sanity = named("sanity", document("tee", addons=["jeans"]), document("jeans"))
    strapi = named("strapi", document("tee", by="Strapi"), document("jeans", by="Strapi"))
    front = Storefront(shop_selling("tee", "jeans"), sanity, strapi)

    await front.by_handles("tee")

    assert front.upstream_calls() == (2, 1, 2)


async def test_a_migration_field_by_field() -> None:
    """What the new system lacks is still taken from the old one."""
    new = named("strapi", handle_document("tee"))
    new.documents[pid("tee")] = ProductContent(
        document("tee").product, "new_tee", {EN: ContentFields(subtitle="New subtitle")}
    )
    old = named("sanity", document("tee"))
    front = Storefront(shop_selling("tee"), new, old)

    tee = (await front.by_handles("tee", wants=NO_ADDONS)).products[Handle("tee")]

    assert tee.subtitle is not None
    assert (tee.subtitle.source, tee.title.source) == ("strapi", "sanity")
