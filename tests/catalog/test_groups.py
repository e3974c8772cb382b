"""Collections and categories: Medusa's own, with what editors write about them."""

import asyncio

import pytest

from bff.catalog.product_page import Wants
from bff.domain.commerce import Category, Handle
from bff.domain.storefront import Degraded, StorefrontProduct
from bff.errors import UpstreamUnavailable
from bff.ports import GroupKind, MatchBy
from tests.catalog.fakes import (
    A_MOMENT,
    DE,
    Cms,
    Shop,
    Storefront,
    addons_of,
    document,
    pid,
    shop_selling,
    shopper,
)
from tests.catalog.writing import APPAREL, SHIRTS, SUMMER, group_content, named

GROUPS = Wants(addons=False)


def shop_with_groups() -> Shop:
    """Return a shop whose tee is in a collection and two categories."""
    shop = shop_selling("tee", "mug", "jeans")
    shop.all_categories = (APPAREL, SHIRTS)
    shop.all_collections = (SUMMER,)
    shop.grouped = {pid("tee"): (SUMMER, (APPAREL, SHIRTS)), pid("mug"): (SUMMER, ())}
    return shop


def writing_groups(*, matches_by: MatchBy = MatchBy.ID) -> Cms:
    """Return a content system with words about the collection and one category."""
    cms = named("sanity", document("tee"), document("mug"))
    cms.matches_by = matches_by
    keys = ("pcol_summer", "pcat_shirts") if matches_by is MatchBy.ID else ("summer", "shirts")
    written = (group_content("Hot days"), group_content("Shirts and more"))
    cms.group_documents = dict(zip(keys, written, strict=True))
    return cms


def words(product: StorefrontProduct) -> tuple[str | None, list[str]]:
    """Return the titles of a product's collection and categories."""
    collection = product.collection.title.value if product.collection else None
    return collection, [one.title.value for one in product.categories]


@pytest.mark.parametrize("matches_by", list(MatchBy))
async def test_the_tree_of_categories(matches_by: MatchBy) -> None:
    """The navigation shows Medusa's tree with the editors' words: one call to each."""
    cms = writing_groups(matches_by=matches_by)
    front = Storefront(shop_with_groups(), cms, groups=("sanity",))

    roots, degraded = await front.catalog.categories(shopper(), front.call())

    (apparel,) = roots
    (shirts,) = apparel.children
    assert (apparel.title.value, apparel.title.source) == ("Apparel", "medusa")
    assert apparel.description is not None
    assert (shirts.title.value, shirts.title.source) == ("Shirts and more", "sanity")
    assert degraded == ()
    assert front.upstream_calls() == (1, 1)
    assert front.systems[0].calls[0].operation == "category"


async def test_collections() -> None:
    """The list of collections has the editors' words, too."""
    front = Storefront(shop_with_groups(), writing_groups(), groups=("sanity",))

    collections, degraded = await front.catalog.collections(shopper(), front.call())

    assert [(one.handle, one.title.value) for one in collections] == [("summer", "Hot days")]
    assert degraded == ()
    assert front.upstream_calls() == (1, 1)


async def test_lists_of_groups_are_kept_per_language() -> None:
    """A second look costs nothing; another language costs Medusa's words where it translates."""
    front = Storefront(
        shop_with_groups(), writing_groups(), groups=("sanity",), translations={DE: "de-DE"}
    )
    for context in (shopper(), shopper(), shopper(country="JP")):
        await front.catalog.categories(context, front.call())
        await front.catalog.collections(context, front.call())
    assert front.upstream_calls() == (2, 2)

    (apparel,), _ = await front.catalog.categories(shopper("de"), front.call())

    assert apparel.title.value == "Apparel in de-DE"
    assert front.upstream_calls() == (3, 2)


async def test_without_a_system_that_writes_about_groups() -> None:
    """Nobody is asked about groups who does not serve them."""
    front = Storefront(shop_with_groups(), writing_groups())

    (apparel,), degraded = await front.catalog.categories(shopper(), front.call())
    await front.by_handles("tee", wants=GROUPS)

    assert apparel.children[0].title.value == "Shirts"
    assert [asked.operation for asked in front.systems[0].calls] == ["contents"]
    assert degraded == ()


async def test_groups_need_medusa() -> None:
    """Without Medusa there is no tree, and the answer says so instead of showing an empty one."""
    front = Storefront(shop_with_groups(), writing_groups(), groups=("sanity",))
    front.shop.traffic.fail(UpstreamUnavailable("medusa", "categories"))

    with pytest.raises(UpstreamUnavailable):
        await front.catalog.categories(shopper(), front.call())
    with pytest.raises(UpstreamUnavailable):
        await front.catalog.collections(shopper(), front.call())


@pytest.mark.parametrize("late", [True, False])
async def test_groups_without_their_words(*, late: bool) -> None:
    """When the content system is late or down the tree is there in Medusa's words."""
    cms = writing_groups()
    front = Storefront(
        shop_with_groups(), cms, groups=("sanity",), content_budget=A_MOMENT if late else 60
    )
    if late:
        cms.traffic.hold()
    else:
        cms.traffic.fail(UpstreamUnavailable("sanity", "groups"))

    (apparel,), degraded = await front.catalog.categories(shopper(), front.call())

    assert apparel.children[0].title.value == "Shirts"
    code = "UPSTREAM_TIMEOUT" if late else "UPSTREAM_UNAVAILABLE"
    assert degraded == (Degraded("sanity", code, "medusa"),)


async def test_groups_of_a_product() -> None:
    """A product's groups have the editors' words, for one more call per kind."""
    front = Storefront(shop_with_groups(), writing_groups(), groups=("sanity",))

    answer = await front.by_handles("tee", wants=GROUPS)

    tee = answer.products[Handle("tee")]
    assert words(tee) == ("Hot days", ["Apparel", "Shirts and more"])
    assert front.upstream_calls() == (1, 3)


async def test_groups_of_many_products() -> None:
    """However many products share groups, it is one call per kind for all of them."""
    front = Storefront(shop_with_groups(), writing_groups(), groups=("sanity",))

    answer = await front.by_handles("tee", "mug", "jeans", wants=GROUPS)

    assert words(answer.products[Handle("mug")]) == ("Hot days", [])
    assert words(answer.products[Handle("jeans")]) == (None, [])
    asked = {one.operation: one.keys for one in front.systems[0].calls[1:]}
    assert asked == {"collection": ("pcol_summer",), "category": ("pcat_apparel", "pcat_shirts")}
    assert front.upstream_calls() == (1, 3)


async def test_products_whose_groups_nobody_looks_at() -> None:
    """A list of cards asks nobody about groups."""
    front = Storefront(shop_with_groups(), writing_groups(), groups=("sanity",))

    answer = await front.by_handles("tee", wants=Wants(addons=False, groups=False))

    assert front.upstream_calls() == (1, 1)
    assert words(answer.products[Handle("tee")]) == (None, [])


async def test_groups_in_medusas_words() -> None:
    """Without content about groups a product's groups are Medusa's, at no cost."""
    front = Storefront(shop_with_groups(), writing_groups())

    answer = await front.by_handles("tee", wants=GROUPS)

    assert words(answer.products[Handle("tee")]) == ("Summer", ["Apparel", "Shirts"])
    assert front.upstream_calls() == (1, 1)


async def test_groups_of_addons() -> None:
    """Addons show the same words about a group as its own page does, where anybody looks."""
    shop = shop_with_groups()
    shop.grouped[pid("jeans")] = (SUMMER, (APPAREL, Category("pcat_sale", "sale", "Sale")))
    cms = writing_groups()
    cms.documents[pid("tee")] = document("tee", addons=["jeans"])
    front = Storefront(shop, cms, groups=("sanity",))

    answer = await front.by_handles("tee", wants=Wants(addon_groups=True))

    (jeans,) = addons_of(answer.products[Handle("tee")])
    assert jeans.product is not None
    assert words(jeans.product) == ("Hot days", ["Apparel", "Sale"])
    asked = [one.keys for one in cms.calls if one.operation == "category"]
    assert sorted(key for keys in asked for key in keys) == [
        *("pcat_apparel", "pcat_sale", "pcat_shirts")
    ]


async def test_groups_of_addons_that_nobody_looks_at() -> None:
    """Nobody is asked about groups that only addons are in."""
    shop = shop_with_groups()
    shop.grouped = {pid("jeans"): (SUMMER, (APPAREL,))}
    cms = named("sanity", document("tee", addons=["jeans"]))
    front = Storefront(shop, cms, groups=("sanity",))

    await front.by_handles("tee")

    assert [asked.operation for asked in cms.calls] == ["contents"]


async def test_group_content_does_not_hold_up_prices() -> None:
    """Words about groups and products are asked for side by side."""
    front = Storefront(shop_with_groups(), writing_groups(), groups=("sanity",))
    gate = front.systems[0].traffic.hold()

    page = asyncio.create_task(front.by_handles("tee", wants=GROUPS))
    await front.systems[0].traffic.arrived(3)

    gate.set()
    assert words((await page).products[Handle("tee")])[0] == "Hot days"


async def test_a_product_without_words_about_its_groups() -> None:
    """When only the words about groups fail, the product has its own all the same."""
    cms = writing_groups()
    front = Storefront(shop_with_groups(), cms, groups=("sanity",))
    cms.traffic.fail(UpstreamUnavailable("sanity", "groups"), "pcol_summer")

    answer = await front.by_handles("tee", wants=GROUPS)

    tee = answer.products[Handle("tee")]
    assert tee.title.value == "Sanity tee"
    assert words(tee) == ("Summer", ["Apparel", "Shirts and more"])
    assert answer.degraded == (Degraded("sanity", "UPSTREAM_UNAVAILABLE", "medusa"),)


async def test_words_of_a_collection_are_not_those_of_a_category() -> None:
    """A collection and a category of one handle are two things, in the cache as well."""
    shop = shop_selling("tee")
    shop.all_categories = (Category("pcat_summer", "summer", "Summer category"),)
    shop.all_collections = (SUMMER,)
    cms = writing_groups(matches_by=MatchBy.HANDLE)
    front = Storefront(shop, cms, groups=("sanity",))

    await front.catalog.collections(shopper(), front.call())
    await front.catalog.categories(shopper(), front.call())

    kinds = [kind.value for kind in GroupKind]
    assert [asked.operation for asked in cms.calls] == kinds
