"""The embedded Medusa behaves as the real one does, as far as an adapter can see."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bff.demo import demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id

RECORDED = json.loads((Path(__file__).parent / "medusa_2_21.json").read_text())
CATALOGUE = load_catalogue()
SHIRT = product_id(CATALOGUE, "organic-cotton-tshirt")
CAP = product_id(CATALOGUE, "baseball-cap")
OFFER = "id,handle,variants.id,variants.calculated_price,variants.inventory_quantity"
Client = httpx.AsyncClient
Parameter = tuple[str, str | int | float | bool | None]


@pytest.fixture
async def medusa() -> AsyncIterator[Client]:
    upstreams = demo_upstreams()
    key = {"x-publishable-api-key": upstreams.publishable_key}
    transport = httpx.ASGITransport(upstreams.medusa)
    async with Client(transport=transport, base_url="http://medusa.demo", headers=key) as client:
        yield client


async def region(medusa: Client, currency: str) -> str:
    regions = (await medusa.get("/store/regions")).json()["regions"]
    return next(str(one["id"]) for one in regions if one["currency_code"] == currency)


async def product(medusa: Client, handle: str, currency: str, country: str) -> dict[str, Any]:
    params = {
        "handle": handle,
        "fields": OFFER,
        "region_id": await region(medusa, currency),
        "country_code": country,
    }
    found: dict[str, Any] = (await medusa.get("/store/products", params=params)).json()
    return dict(found["products"][0])


def keys(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield path + name
            yield from keys(member, f"{path}{name}.")
    elif isinstance(value, list):
        for member in value:
            yield from keys(member, path)


@pytest.mark.parametrize("recorded", RECORDED["answers"], ids=lambda one: str(one["params"]))
async def test_answers_have_the_keys_of_the_real_ones(
    medusa: Client, recorded: dict[str, Any]
) -> None:
    """An adapter that reads the demo finds on a real server what it found here, and no less."""
    values = {"A PRODUCT": "merino-sweater", "EUROPE": await region(medusa, "eur")}
    params = {name: values.get(value, value) for name, value in recorded["params"].items()}

    answer = await medusa.get(recorded["path"], params=params)

    assert sorted(set(keys(answer.json()))) == recorded["keys"]


@pytest.mark.parametrize("recorded", RECORDED["refusals"], ids=lambda one: str(one["params"]))
async def test_refusals_are_those_of_the_real_server(
    medusa: Client, recorded: dict[str, Any]
) -> None:
    """What the real server refuses does not work here either."""
    answer = await medusa.get(recorded["path"], params=recorded["params"])

    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["body"])


@pytest.mark.parametrize(
    ("key", "begins"),
    [("", "Publishable API key required"), ("pk_wrong", "A valid publishable key")],
)
async def test_a_bad_key_is_a_bad_request(medusa: Client, key: str, begins: str) -> None:
    """Medusa says 400 where others say 401."""
    answer = await medusa.get("/store/products", headers={"x-publishable-api-key": key})

    assert answer.status_code == 400
    assert answer.json()["type"] == "not_allowed"
    assert answer.json()["message"].startswith(begins)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/store/nothing"), ("POST", "/store/products")]
)
async def test_what_is_no_route_is_html(medusa: Client, method: str, path: str) -> None:
    """Whoever expects JSON on every error is told otherwise."""
    answer = await medusa.request(method, path)

    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


async def test_health_needs_no_key(medusa: Client) -> None:
    """A monitor can look without credentials."""
    answer = await medusa.get("/health", headers={"x-publishable-api-key": ""})

    assert answer.text == "OK"


@pytest.mark.parametrize(
    "spelling",
    [
        [("id[]", SHIRT), ("id[]", CAP)],
        [("id", SHIRT), ("id", CAP)],
        [("id[]", f"{SHIRT},{CAP}")],
        [("handle[]", "organic-cotton-tshirt"), ("handle[]", "baseball-cap")],
    ],
)
async def test_many_products_at_once_come_in_an_order_of_their_own(
    medusa: Client, spelling: list[Parameter]
) -> None:
    """All spellings of a list work, unknown ones are absent, and no order is kept."""
    more: list[Parameter] = [(spelling[0][0], "unknown"), ("fields", "id")]

    answer = await medusa.get("/store/products", params=spelling + more)

    assert answer.json()["products"] == [{"id": CAP}, {"id": SHIRT}]
    assert answer.json()["count"] == 2


async def test_ids_joined_by_commas_without_brackets_are_one_strange_id(medusa: Client) -> None:
    """The spelling that looks right finds nothing."""
    answer = await medusa.get("/store/products", params={"id": f"{SHIRT},{CAP}"})

    assert answer.json() == {"products": [], "count": 0, "offset": 0, "limit": 50}


async def test_limit_cuts_lists_of_ids_too(medusa: Client) -> None:
    """Whoever forgets `limit` loses products."""
    params: list[Parameter] = [("id[]", SHIRT), ("id[]", CAP), ("limit", 1), ("fields", "id")]

    answer = (await medusa.get("/store/products", params=params)).json()

    assert (len(answer["products"]), answer["count"], answer["limit"]) == (1, 2, 1)


@pytest.mark.parametrize("order", ["-id", "-created_at"])
async def test_the_newest_come_first_page_by_page(medusa: Client, order: str) -> None:
    """Both ways to say "newest first" agree, and pages neither overlap nor leave a gap."""
    pages = [
        await medusa.get(
            "/store/products",
            params={"order": order, "limit": 12, "offset": offset, "fields": "handle"},
        )
        for offset in (0, 12, 24, 36)
    ]

    found = [row["handle"] for page in pages for row in page.json()["products"]]
    assert found == [p["handle"] for p in CATALOGUE["products"] if p.get("sold", True)]


async def test_what_is_not_sold_is_not_there(medusa: Client) -> None:
    """A product taken off sale is an empty list, not an error."""
    answer = await medusa.get("/store/products", params={"handle": "corduroy-cap"})

    assert answer.json()["products"] == []


@pytest.mark.parametrize(
    ("currency", "country", "amounts"),
    [
        ("usd", "us", (29.99, 32.3892, 29.99)),
        ("eur", "de", (32.9, 32.9, 27.6470588)),
        ("eur", "AT", (32.9, 32.9, 27.4166667)),
        ("jpy", "jp", (4400, 4400, 4000)),
        ("usd", "zz", (29.99, 29.99, 29.99)),
    ],
)
async def test_prices_and_taxes_follow_region_and_country(
    medusa: Client, currency: str, country: str, amounts: tuple[float, float, float]
) -> None:
    """Tax comes on top in dollars and is included elsewhere; an unknown country pays none."""
    shirt = await product(medusa, "organic-cotton-tshirt", currency, country)

    price = shirt["variants"][0]["calculated_price"]
    names = ("calculated_amount", "calculated_amount_with_tax", "calculated_amount_without_tax")
    assert tuple(price[name] for name in names) == pytest.approx(amounts)
    assert price["original_amount"] == amounts[0]
    assert price["raw_calculated_amount"]["value"] == str(amounts[0])
    assert price["currency_code"] == currency
    assert price["is_calculated_price_tax_inclusive"] is (currency != "usd")


async def test_a_sale_tells_the_price_before(medusa: Client) -> None:
    """Sandals are reduced in euros, and not in yen."""
    reduced = (await product(medusa, "summer-sandals", "eur", "fr"))["variants"][0]
    full = (await product(medusa, "summer-sandals", "jpy", "jp"))["variants"][0]

    price = reduced["calculated_price"]
    assert (price["calculated_amount"], price["original_amount"]) == (41, 62)
    assert price["calculated_price"]["price_list_type"] == "sale"
    assert price["original_price"]["price_list_type"] is None
    assert full["calculated_price"]["calculated_price"]["price_list_type"] is None


async def test_no_price_is_null_and_free_is_zero(medusa: Client) -> None:
    """The mug has no euro price; the swatches have one, of nothing."""
    mug = await product(medusa, "stoneware-mug", "eur", "de")
    swatches = await product(medusa, "fabric-swatches", "eur", "de")

    assert mug["variants"][0]["calculated_price"] is None
    assert swatches["variants"][0]["calculated_price"]["calculated_amount"] == 0


async def test_what_is_not_tracked_has_no_quantity_at_all(medusa: Client) -> None:
    """The key is absent, which is not the same as null."""
    card = await product(medusa, "gift-card", "usd", "us")
    hoodie = await product(medusa, "zip-hoodie", "usd", "us")

    assert "inventory_quantity" not in card["variants"][0]
    assert card["variants"][0]["manage_inventory"] is False
    assert [variant["inventory_quantity"] for variant in hoodie["variants"]] == [0, 0, 0]


async def test_translations_are_off(medusa: Client) -> None:
    """A locale is accepted and ignored, as on a server without the feature."""
    params = {"handle": "baseball-cap", "locale": "de-DE", "fields": "title"}

    answer = await medusa.get("/store/products", params=params)

    assert answer.json()["products"] == [{"id": CAP, "title": "Baseball Cap"}]
