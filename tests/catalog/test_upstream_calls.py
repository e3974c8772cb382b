"""How many calls one answer costs."""

from bff.catalog.product_page import Wants
from bff.domain.commerce import Handle
from tests.catalog.fakes import (
    BOTH,
    DE,
    NO_ADDONS,
    Storefront,
    addons_of,
    cms_with,
    document,
    pid,
    prices,
    shop_selling,
    shopper,
    titles,
)

CARDS = tuple(f"card{number}" for number in range(24))


def one_page() -> Storefront:
    """Return a storefront with one tee, its two addons, and nothing cached."""
    shop = shop_selling("tee", "jeans", "cap")
    cms = cms_with(document("tee", addons=["jeans", "cap"]), document("jeans"), document("cap"))
    return Storefront(shop, cms)


def many_cards() -> Storefront:
    """Return 24 products, of which some are addons of others and some have addons outside."""
    documents = {name: document(name) for name in (*CARDS, "jeans", "cap")}
    documents["card0"] = document("card0", addons=["card1", "jeans"])
    documents["card5"] = document("card5", addons=["card0", "cap", "jeans"])
    shop = shop_selling(*CARDS, "jeans", "cap")
    return Storefront(shop, cms_with(*documents.values()))


async def test_unknown_handle_without_addons() -> None:
    """A page without addons costs one call to each upstream."""
    front = one_page()

    await front.by_handles("tee", wants=NO_ADDONS)

    assert front.upstream_calls() == (1, 1)


async def test_unknown_handle_with_addons() -> None:
    """The addons of a page cost one more call to Medusa and none to the CMS."""
    front = one_page()

    answer = await front.by_handles("tee")

    assert front.upstream_calls() == (2, 1)
    assert front.shop.operations() == ["by_handle", "products"]
    assert front.shop.calls[1].keys == (pid("jeans"), pid("cap"))
    assert len(addons_of(answer.products[Handle("tee")])) == 2


async def test_known_handle_without_addons() -> None:
    """A handle that is remembered is asked for by id."""
    front = one_page()
    await front.remember("tee")

    await front.by_handles("tee", wants=NO_ADDONS)

    assert front.upstream_calls() == (1, 1)
    assert front.shop.operations() == ["products"]


async def test_known_handle_with_addons() -> None:
    """With a remembered handle it is two calls to Medusa and one to the CMS, too."""
    front = one_page()
    await front.remember("tee")

    await front.by_handles("tee")

    assert front.upstream_calls() == (2, 1)
    assert front.shop.operations() == ["products", "products"]


async def test_by_id() -> None:
    """A product asked for by id costs what it costs by handle."""
    front = one_page()

    await front.by_ids("tee")

    assert front.upstream_calls() == (2, 1)


async def test_24_unknown_products_with_addons() -> None:
    """A page of 24 cards costs two calls and one; an addon that is on the page costs nothing."""
    front = many_cards()

    answer = await front.by_handles(*CARDS)

    assert len(answer.products) == 24
    assert front.upstream_calls() == (2, 1)
    assert front.shop.calls[1].keys == (pid("jeans"), pid("cap"))
    addons = addons_of(answer.products[Handle("card5")])
    assert [addon.product_id for addon in addons] == [pid("card0"), pid("cap"), pid("jeans")]
    assert all(addon.product for addon in addons)


async def test_24_known_products_with_addons() -> None:
    """An addon that is on the page itself is not asked for twice while the page is fetched."""
    front = many_cards()
    await front.remember(*CARDS)

    answer = await front.by_handles(*CARDS)

    assert len(answer.products) == 24
    assert front.upstream_calls() == (2, 1)
    assert front.shop.calls[1].keys == (pid("jeans"), pid("cap"))


async def test_addons_that_are_all_on_the_page() -> None:
    """When all addons are on the page anyway there is no addon call."""
    shop = shop_selling("tee", "jeans")
    cms = cms_with(document("tee", addons=["jeans"]), document("jeans", addons=["tee"]))
    front = Storefront(shop, cms)

    answer = await front.by_ids("tee", "jeans")

    assert front.upstream_calls() == (1, 1)
    assert all(addons_of(product)[0].product for product in answer.products.values())


async def test_nothing_is_asked_twice() -> None:
    """A second visit is answered from the cache, by handle and by id."""
    front = one_page()
    first = await front.by_handles("tee")
    before = front.upstream_calls()

    again = await front.by_handles("tee")
    await front.by_ids("tee", "jeans")

    assert again == first
    assert front.upstream_calls() == before


async def test_only_what_is_missing_is_asked_for() -> None:
    """A card that was shown a moment ago is not fetched with its new neighbours."""
    front = many_cards()
    await front.by_ids("card2", "card3")

    await front.by_ids("card2", "card3", "card4")

    assert front.shop.calls[-1].keys == (pid("card4"),)
    assert front.systems[0].calls[-1].keys == (pid("card4"),)


async def test_another_language() -> None:
    """Another language of a page costs nothing: documents are kept in all their languages."""
    front = one_page()
    await front.by_handles("tee")
    before = front.upstream_calls()

    answer = await front.by_handles("tee", context=shopper("de"))

    assert front.upstream_calls() == before
    assert titles(answer) == {"tee": "Sanity tee deutsch"}
    (jeans, _) = addons_of(answer.products[Handle("tee")])
    assert jeans.product is not None
    assert jeans.product.title.value == "Sanity jeans deutsch"


async def test_another_language_where_medusa_translates() -> None:
    """Where Medusa translates, another language costs Medusa's text, but no prices."""
    shop = shop_selling("tee", "jeans")
    cms = cms_with(document("tee", addons=["jeans"]))
    front = Storefront(shop, cms, translations={DE: "de-DE"})
    await front.by_handles("tee")
    before = front.upstream_calls()

    answer = await front.by_handles("tee", context=shopper("de"))

    assert front.upstream_calls() == (before[0] + 2, before[1])
    for asked in shop.calls[2:]:
        assert asked.wish is not None
        assert (asked.wish.language, asked.wish.pricing, asked.wish.text) == ("de-DE", None, True)
    (jeans,) = addons_of(answer.products[Handle("tee")])
    assert jeans.product is not None
    assert jeans.product.title.value == f"Medusa {pid('jeans')} in de-DE"


async def test_another_market() -> None:
    """Another market costs the offers of the page and of its addons, and nothing else."""
    front = one_page()
    await front.by_handles("tee")
    before = front.upstream_calls()

    answer = await front.by_handles("tee", context=shopper(country="JP"))

    assert front.upstream_calls() == (before[0] + 2, before[1])
    for asked in front.shop.calls[2:]:
        assert asked.wish is not None
        assert asked.wish.pricing == shopper(country="JP").pricing
        assert not asked.wish.text
    assert [money.currency for money in prices(answer).values()] == ["JPY"]


async def test_two_countries_of_one_region() -> None:
    """Two countries may be taxed differently, so they share no offer even in one region."""
    front = one_page()
    await front.by_handles("tee", context=shopper(country="DE"), wants=NO_ADDONS)

    await front.by_handles("tee", context=shopper(country="AT"), wants=NO_ADDONS)

    wish = front.shop.calls[-1].wish
    assert wish is not None
    assert wish.pricing == shopper(country="AT").pricing


async def test_no_offer_is_asked_for_without_need() -> None:
    """A request that looks at no price makes Medusa compute none."""
    front = one_page()

    answer = await front.by_handles("tee", wants=Wants(offer=False, addons=False))

    wish = front.shop.calls[0].wish
    assert wish is not None
    assert wish.pricing is None
    assert answer.products[Handle("tee")].commerce.offer is None


async def test_no_content_is_asked_for_without_need() -> None:
    """A request that looks at Medusa's fields only leaves the CMS alone."""
    front = one_page()

    answer = await front.by_handles("tee", wants=Wants(content=False, addons=False))

    assert front.upstream_calls() == (1, 0)
    assert answer.degraded == ()


def test_wants_add_up() -> None:
    """Fields of one request that want different things are served by one fetch."""
    only_content = Wants(offer=False, content=True, addons=False)

    assert only_content | NO_ADDONS == NO_ADDONS
    assert only_content | BOTH == BOTH


async def test_the_same_handle_twice() -> None:
    """A handle or an id that is written twice is asked for once."""
    front = one_page()

    by_handle = await front.by_handles("tee", "tee", "nope", "nope")
    by_id = await front.by_ids("cap", "cap")

    assert front.shop.calls[0].keys == ("tee", "nope")
    assert list(by_handle.products) == ["tee"]
    assert list(by_id.products) == [pid("cap")]
    assert all(len(asked.keys) == len(set(asked.keys)) for asked in front.shop.calls)


async def test_nothing_asked_for() -> None:
    """No handles, no products, no calls."""
    front = one_page()

    assert (await front.by_handles()).products == {}
    assert (await front.by_ids()).products == {}
    assert front.upstream_calls() == (0, 0)


async def test_no_addons_no_call() -> None:
    """A document that names no addons, or only its own product, costs no addon call."""
    front = Storefront(shop_selling("tee"), cms_with(document("tee", addons=["tee"])))

    answer = await front.by_handles("tee")

    assert front.upstream_calls() == (1, 1)
    assert answer.products[Handle("tee")].addons == ()
