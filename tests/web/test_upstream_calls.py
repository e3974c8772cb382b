"""How many upstream calls an answer over HTTP costs, with the markets known and nothing else."""

import pytest

from bff.demo import DemoUpstreams, Faults
from tests.web.storefront import PREMIUM, TEE, Storefront, operation, upstream_calls

PAGE = {"handle": PREMIUM, "locale": "es", "country": "DE"}
CARDS = {"first": 24, "locale": "fr", "country": "FR"}


@pytest.fixture
async def warm(live_shop: Storefront) -> Storefront:
    """A client of a service that knows the markets and nothing else."""
    await live_shop.ask("{ markets { name } }")
    return live_shop


async def test_a_product_page(warm: Storefront, upstreams: DemoUpstreams) -> None:
    """The product, its addons and all their content: two calls to Medusa and one to Sanity."""
    await warm.ask(operation("ProductPage"), PAGE)

    assert upstream_calls(upstreams) == (2, 1)
    assert upstreams.medusa.calls["/store/regions"] == 1


async def test_24_cards_with_addons(warm: Storefront, upstreams: DemoUpstreams) -> None:
    """A page of 24 products with all their addons costs the same two and one."""
    data = await warm.ask(operation("ProductCardsWithAddons"), CARDS)

    assert len(data["products"]["edges"]) == 24
    assert upstream_calls(upstreams) == (2, 1)


async def test_a_product_by_id(warm: Storefront, upstreams: DemoUpstreams) -> None:
    """Without addons a product costs one call to each."""
    product = (await warm.ask(f'{{ product(handle: "{TEE}") {{ id }} }}'))["product"]
    assert upstream_calls(upstreams) == (1, 0)

    variables = {"id": product["id"], "locale": "en", "country": "US"}
    await warm.ask(operation("ProductById"), variables)

    assert upstream_calls(upstreams) == (2, 1)


async def test_a_warm_page_costs_nothing(warm: Storefront, upstreams: DemoUpstreams) -> None:
    """What is fresh in the cache is not asked for again, whoever asks and however."""
    await warm.ask(operation("ProductPage"), PAGE)
    await warm.ask(operation("ProductCardsWithAddons"), CARDS)
    before = upstream_calls(upstreams)

    await warm.ask(operation("ProductPage"), PAGE)
    await warm.ask(operation("ProductCardsWithAddons"), CARDS)
    page = await warm.get(f"/v1/products/{PREMIUM}?locale=es&country=DE")

    assert page.status_code == 200
    assert upstream_calls(upstreams) == before


async def test_another_language_costs_nothing(warm: Storefront, upstreams: DemoUpstreams) -> None:
    """All languages of a text come together, so a language switch asks nobody."""
    await warm.ask(operation("ProductPage"), PAGE)
    await warm.ask(operation("ProductPage"), {**PAGE, "locale": "de"})

    assert upstream_calls(upstreams) == (2, 1)


async def test_another_market_costs_prices_only(
    warm: Storefront, upstreams: DemoUpstreams
) -> None:
    """Another market asks Medusa for its prices; Sanity's text is the same everywhere."""
    await warm.ask(operation("ProductPage"), PAGE)
    await warm.ask(operation("ProductPage"), {**PAGE, "country": "JP"})

    assert upstream_calls(upstreams) == (4, 1)


async def test_a_crowd_at_one_page(warm: Storefront, upstreams: DemoUpstreams) -> None:
    """Two hundred shoppers at the same moment cost what one costs, and see the same page."""
    upstreams.medusa.faults = Faults(delay=0.05)  # long enough for all of them to be waiting
    upstreams.sanity.faults = Faults(delay=0.05)

    answers = await warm.together(200, operation("ProductPage"), PAGE)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json().keys() == {"data"}
    assert upstream_calls(upstreams) == (2, 1)


async def test_a_list_without_content_asks_no_cms(
    warm: Storefront, upstreams: DemoUpstreams
) -> None:
    """What only Medusa knows is asked of Medusa only."""
    await warm.ask("{ products(first: 24) { totalCount edges { node { id handle } } } }")
    assert upstream_calls(upstreams) == (1, 0)

    await warm.ask("{ products(first: 24) { edges { node { variants { sku } } } } }")
    assert upstream_calls(upstreams)[1] == 0


async def test_asking_by_fragment_costs_the_same(
    warm: Storefront, upstreams: DemoUpstreams
) -> None:
    """What a page looks at is recognised through fragments too."""
    await warm.ask(
        """query ($handle: String!) { product(handle: $handle) { ...Page } }
        fragment Page on Product { ... { handle ...Offer } }
        fragment Offer on Product { priceRange { min { amount } } }""",
        {"handle": PREMIUM},
    )
    assert upstream_calls(upstreams) == (1, 0)

    await warm.ask(
        """query ($handle: String!) { product(handle: $handle) { ...Page } }
        fragment Page on Product { ... on Product { ...Addons } }
        fragment Addons on Product { addons { items { product { title } } } }""",
        {"handle": PREMIUM},
    )
    assert upstream_calls(upstreams) == (2, 1)


async def test_an_unknown_product_is_remembered(
    warm: Storefront, upstreams: DemoUpstreams
) -> None:
    """A handle that leads nowhere is asked for once, not each time somebody follows the link."""
    for _ in range(3):
        assert (await warm.get("/v1/products/no-such-thing")).status_code == 404

    medusa, sanity = upstream_calls(upstreams)
    assert (medusa, sanity) == (1, 0)
