"""The contract's operations on real upstreams, against what those say when asked directly.

For every product in five languages (one of which the shop does not speak) and three markets.
Needs a lab: see `tests/live/lab.py` for the variables. Run with `-s` to see the figures.
"""

from datetime import datetime
from itertools import pairwise
from itertools import product as each_with_each
from typing import Any

import pytest

from tests.live import lab
from tests.live.comparing import Comparison
from tests.live.expectations import differences
from tests.live.lab import Truth, fetch_truth, needs_catalogue, needs_lab
from tests.live.oracle import Oracle
from tests.live.service import PATIENT, running
from tests.live.systems import (
    LOCALES,
    TOGETHER,
    content_settings,
    read_systems,
    sanity_documents,
)

Json = Any
pytestmark = needs_lab

ASKED_LOCALES = (*LOCALES, "it")
COUNTRIES = ("US", "DE", "JP")
VIEWS = tuple(each_with_each(ASKED_LOCALES, COUNTRIES))


@pytest.fixture(scope="module")
def truth() -> Truth:
    return fetch_truth((*COUNTRIES, "FR"))


@pytest.fixture(scope="module")
def oracle(truth: Truth) -> Oracle:
    return Oracle(truth, LOCALES, read_systems(("sanity",)))


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
async def test_every_product_page_is_what_the_upstreams_say(
    truth: Truth, names: tuple[str, ...]
) -> None:
    """Each product's page shows what Medusa and the content systems hold, in each language."""
    content = content_settings(names)
    oracle = Oracle(truth, LOCALES, read_systems(names))
    comparison = Comparison(f"ProductPage with {'+'.join(names)}")
    async with running(**PATIENT, content=content) as service:
        for product_id, wire in oracle.truth.products["US"].items():
            for locale, country in VIEWS:
                data = await service.whole(
                    "ProductPage", handle=wire["handle"], locale=locale, country=country
                )
                expected = oracle.product(product_id, locale, country)
                path = f"{wire['handle']} {locale} {country}"
                comparison.add(expected, data["product"], path)

    comparison.close()
    assert comparison.answers == len(oracle.truth.products["US"]) * len(VIEWS)


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
async def test_every_product_is_found_by_its_id(truth: Truth, names: tuple[str, ...]) -> None:
    """The id leads to the same title, description and prices as the handle."""
    content = content_settings(names)
    oracle = Oracle(truth, LOCALES, read_systems(names))
    comparison = Comparison(f"ProductById with {'+'.join(names)}")
    async with running(**PATIENT, content=content) as service:
        for product_id in oracle.truth.products["US"]:
            for locale, country in VIEWS:
                data = await service.whole(
                    "ProductById", id=product_id, locale=locale, country=country
                )
                expected = oracle.product(product_id, locale, country)
                comparison.add(expected, data["productById"], f"{product_id} {locale} {country}")

    comparison.close()


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
@pytest.mark.parametrize("first", [24, 5, 100])
async def test_cards_show_the_newest_products_with_their_addons(
    truth: Truth, names: tuple[str, ...], first: int
) -> None:
    """A page of cards of any size shows the newest products, all with their own addons."""
    content = content_settings(names)
    oracle = Oracle(truth, LOCALES, read_systems(names))
    comparison = Comparison(f"ProductCardsWithAddons, first {first}, with {'+'.join(names)}")
    orders = set()
    async with running(**PATIENT, content=content) as service:
        for locale, country in VIEWS:
            data = await service.whole(
                "ProductCardsWithAddons", first=first, locale=locale, country=country
            )
            nodes = [edge["node"] for edge in data["products"]["edges"]]
            for node in nodes:
                expected = oracle.product(node["id"], locale, country)
                comparison.add(expected, node, f"{node['id']} {locale} {country}")
            orders.add(tuple(node["id"] for node in nodes))

    comparison.close()
    (ids,) = orders
    products = oracle.truth.products["US"]
    # Ids grow with time; of those made within a moment either may be the newer one.
    assert list(ids) == sorted(products, reverse=True)[:first]
    made = [datetime.fromisoformat(products[each]["created_at"]).timestamp() for each in ids]
    assert all(later - earlier > -1 for later, earlier in pairwise(made))


async def test_paging_through_the_newest_meets_every_product_once(oracle: Oracle) -> None:
    """A shopper who goes on to the last page has seen everything, and nothing twice."""
    query = (
        "query($after: String) { products(first: 7, after: $after) {"
        " totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } }"
    )
    seen: list[str] = []
    after = None
    async with running(**PATIENT) as service:
        while True:
            answer, _ = await service.graphql(query, after=after)
            page = answer["data"]["products"]
            seen += [edge["node"]["id"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break

    assert sorted(seen) == sorted(oracle.truth.products["US"])
    assert page["totalCount"] == len(seen)


async def test_other_languages_are_read_from_the_same_documents(truth: Truth) -> None:
    """A shop that speaks other languages finds them, however the editors spelt their tags."""
    locales = ("en", "en-GB", "pt-BR", "ar", "it")
    oracle = Oracle(truth, locales, read_systems(("sanity",), locales))
    comparison = Comparison("ProductPage, other languages")
    async with running(**PATIENT, locales=locales) as service:
        for product_id, wire in truth.products["US"].items():
            for locale in (*locales[1:], "pt", "pt-PT", "de"):
                data = await service.whole("ProductPage", handle=wire["handle"], locale=locale)
                expected = oracle.product(product_id, locale, "US")
                comparison.add(expected, data["product"], f"{wire['handle']} {locale}")

    comparison.close()


async def test_the_last_pieces_are_low_stock(truth: Truth) -> None:
    """A quantity at the shop's own limit is low, the next one is not."""
    variants = [variant for wire in truth.products["US"].values() for variant in wire["variants"]]
    quantities = sorted({each.get("inventory_quantity") or 0 for each in variants})
    low_stock = quantities[len(quantities) // 2]
    oracle = Oracle(truth, LOCALES, read_systems(("sanity",)), low_stock)
    comparison = Comparison(f"ProductCardsWithAddons, low stock {low_stock}")
    async with running(**PATIENT, low_stock=low_stock) as service:
        data = await service.whole("ProductCardsWithAddons", first=100)

    for edge in data["products"]["edges"]:
        node = edge["node"]
        comparison.add(oracle.product(node["id"], "en", "US"), node, node["id"])
    comparison.close()


@needs_catalogue
async def test_what_medusa_does_not_sell_does_not_exist(oracle: Oracle) -> None:
    """Drafts, products of other channels and content without a product are null or 404."""
    sold = oracle.truth.products["US"]
    unsold = [each for each in lab.catalogue() if each["medusa_id"] not in sold]
    orphans = {one for system in oracle.systems for one in system.products} - sold.keys()
    assert unsold
    assert orphans - {each["medusa_id"] for each in unsold}
    async with running(**PATIENT) as service:
        for locale, country in VIEWS:
            view = {"locale": locale, "country": country}
            for each in unsold:
                page = await service.whole("ProductPage", handle=each["handle"], **view)
                assert page == {"product": None}, each
            for product_id in orphans | {each["medusa_id"] for each in unsold}:
                found = await service.whole("ProductById", id=product_id, **view)
                assert found == {"productById": None}, product_id
        for each in unsold:
            problem, response = await service.rest(f"/v1/products/{each['handle']}")
            assert (response.status_code, problem["code"]) == (404, "NOT_FOUND")


@needs_catalogue
def test_the_catalogue_is_the_whole_shop(truth: Truth) -> None:
    """Medusa sells nothing that the catalogue does not list, so nothing was overlooked above."""
    listed = {each["handle"] for each in lab.catalogue()}
    assert {each["handle"] for each in truth.products["US"].values()} <= listed


@pytest.mark.skipif(not lab.SANITY_TOKEN, reason="without BFF_LIVE_SANITY_TOKEN no draft shows")
def test_there_is_unpublished_text_to_leak() -> None:
    """With its token Sanity would show drafts and releases: their absence above says something."""
    raw = sanity_documents()[1]
    assert "DRAFT: " in raw
    assert "RELEASE: " in raw


@pytest.mark.parametrize("names", TOGETHER, ids="+".join)
async def test_rest_shows_the_same_objects(truth: Truth, names: tuple[str, ...]) -> None:
    """Pages rendered on a server read the same product as GraphQL clients."""
    content = content_settings(names)
    oracle = Oracle(truth, LOCALES, read_systems(names))
    comparison = Comparison(f"REST with {'+'.join(names)}")
    sample = list(oracle.truth.products["US"].items())[::5]
    views = (*VIEWS, ("fr", "FR"))  # Germany's region and prices, other taxes
    async with running(**PATIENT, content=content) as service:
        for (product_id, wire), (locale, country) in each_with_each(sample, views):
            shown, response = await service.rest(
                f"/v1/products/{wire['handle']}", locale=locale, country=country.lower()
            )
            expected = oracle.product(product_id, locale, country)
            assert response.status_code == 200
            assert expected is not None
            assert expected.keys() <= shown.keys()
            assert "degraded" not in shown
            assert response.headers["content-language"] == expected["context"]["locale"]
            assert "vary" not in response.headers
            comparison.add(expected, shown, f"{wire['handle']} {locale} {country}")
        handles = ",".join([*(wire["handle"] for _, wire in sample), "no-such-product"])
        batch, _ = await service.rest("/v1/products", handles=handles, locale="es", country="DE")

    comparison.close()
    assert [each["id"] for each in batch["products"]] == [each for each, _ in sample]
    assert batch["missing"] == ["no-such-product"]
    for product_id, shown in zip((each for each, _ in sample), batch["products"], strict=True):
        expected = oracle.product(product_id, "es", "DE")
        assert list(differences(expected, shown, product_id)) == []
