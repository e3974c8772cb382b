"""What `bff check` says about a Medusa shop."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from bff.domain.commerce import CountryCode
from bff.ports import Call
from bff.sources import medusa
from bff.sources.medusa.probe import MedusaProbe
from bff.upstream import Upstream

GOLDEN = Path(__file__).parents[1] / "golden" / "medusa" / "2.21"
URL = "http://shop.example:9000"
CALL = Call(deadline=5.0)
EUROPE = ("reg_eu", "eur", ("de", "fr"))
AMERICA = ("reg_us", "usd", ("us",))
Region = tuple[str, str, tuple[str, ...]]


@pytest.fixture
def shop() -> Any:
    with respx.mock(base_url=URL, assert_all_called=False) as router:
        yield router


class Operator:
    """Asks what is wrong with the shop that certain settings describe."""

    def __init__(self, clients: list[httpx.AsyncClient]) -> None:
        self._clients = clients

    async def problems(self, country: str = "DE", url: str = URL, **more: object) -> Sequence[str]:
        values = {"url": url, "publishable_key": "pk_s3cret", **more}
        settings = medusa.MedusaSettings.model_validate(values)
        client = httpx.AsyncClient(base_url=URL, headers=medusa.headers(settings))
        self._clients.append(client)
        store = medusa.MedusaStore(
            Upstream("medusa", client, lambda: 0.0, medusa.reason_of),
            clock=lambda: 0.0,
            sales_channel_id=settings.sales_channel_id,
            amounts=settings.amounts,
        )
        probe = MedusaProbe(store, settings, CountryCode(country))
        assert probe.name == "medusa"
        return await probe.problems(CALL)


@pytest.fixture
def operator(clients: list[httpx.AsyncClient]) -> Operator:
    return Operator(clients)


def serves(shop: respx.MockRouter, *regions: Region) -> None:
    """Let the shop have these regions."""
    wires = [
        {
            "id": region,
            "name": region,
            "currency_code": currency,
            "countries": [{"iso_2": code, "display_name": code} for code in countries],
        }
        for region, currency, countries in regions
    ]
    shop.get("/store/regions").respond(json={"regions": wires, "count": len(wires)})


def page(*variants: dict[str, object]) -> dict[str, object]:
    """Return Medusa's answer with one product of these variants; without any, an empty one."""
    product: dict[str, object] = {
        "id": "prod_1",
        "handle": "tee",
        "title": "Tee",
        "subtitle": None,
        "description": None,
        "thumbnail": None,
        "variants": variants,
        "options": [],
    }
    return {"products": [product] if variants else [], "count": 1 if variants else 0}


def variant(
    amount: float | None = 29.99, *, quantity: int | None = 3, managed: bool = True
) -> dict[str, object]:
    price = None if amount is None else {"calculated_amount": amount, "currency_code": "eur"}
    stock = {} if quantity is None else {"inventory_quantity": quantity}
    return {
        "id": f"variant_{amount}",
        "title": "M",
        "options": [],
        "manage_inventory": managed,
        "allow_backorder": False,
        "calculated_price": price,
        **stock,
    }


async def test_all_is_well(shop: respx.MockRouter, operator: Operator) -> None:
    """A shop that sells something at a price, with stock, in the default country."""
    serves(shop, EUROPE, AMERICA)
    products = shop.get("/store/products").respond(json=page(variant()))

    assert await operator.problems() == []
    request = products.calls.last.request
    assert request.headers["x-publishable-api-key"] == "pk_s3cret"
    assert request.url.params["country_code"] == "de"
    assert "inventory_quantity" in request.url.params["fields"]


@pytest.mark.parametrize(
    ("recording", "words"),
    [
        ("key_missing.json", "no publishable key arrived"),
        ("key_revoked.json", "unknown or revoked; set BFF_MEDUSA__PUBLISHABLE_KEY"),
        ("key_wrong.json", "unknown or revoked; set BFF_MEDUSA__PUBLISHABLE_KEY"),
        ("key_no_channel.json", "has no sales channel"),
    ],
)
async def test_a_key_that_opens_nothing(
    shop: respx.MockRouter, operator: Operator, recording: str, words: str
) -> None:
    """Each of Medusa's refusals, as recorded, becomes one line that says what to do."""
    shop.get("/store/regions").respond(400, content=(GOLDEN / recording).read_bytes())

    (problem,) = await operator.problems()

    assert words in problem
    assert "s3cret" not in problem


async def test_a_key_of_several_channels(shop: respx.MockRouter, operator: Operator) -> None:
    """Products are shown without their stock; both ways out are named."""
    serves(shop, EUROPE)
    refusal = (GOLDEN / "key_two_channels_inventory.json").read_bytes()
    answers = [
        httpx.Response(400, content=refusal),
        httpx.Response(200, json=page(variant(quantity=None))),
    ]
    shop.get("/store/products").mock(side_effect=answers)

    (problem,) = await operator.problems()

    assert "stock is unknown" in problem
    assert "BFF_MEDUSA__SALES_CHANNEL_ID" in problem


async def test_stock_that_nobody_tracks(shop: respx.MockRouter, operator: Operator) -> None:
    """A shop of vouchers has no quantities, and misses none."""
    serves(shop, EUROPE)
    shop.get("/store/products").respond(json=page(variant(quantity=None, managed=False)))

    assert await operator.problems() == []


async def test_a_channel_of_somebody_else(shop: respx.MockRouter, operator: Operator) -> None:
    """The sales channel that is set is not one of the key's."""
    serves(shop, EUROPE)
    refusal = (GOLDEN / "sales_channel_not_in_key.json").read_bytes()
    products = shop.get("/store/products").respond(400, content=refusal)

    (problem,) = await operator.problems(sales_channel_id="sc_other")

    assert "BFF_MEDUSA__SALES_CHANNEL_ID" in problem
    assert products.calls.last.request.url.params["sales_channel_id"] == "sc_other"


async def test_a_default_country_without_region(
    shop: respx.MockRouter, operator: Operator
) -> None:
    """The countries that there are are listed, and the rest is still looked at."""
    serves(shop, EUROPE, AMERICA)
    refusal = (GOLDEN / "sales_channel_not_in_key.json").read_bytes()
    shop.get("/store/products").respond(400, content=refusal)

    market, channel = await operator.problems(country="CA")

    assert "no region serves CA, the default country; there are DE, FR, US;" in market
    assert "sales channel" in channel


async def test_a_shop_without_regions(shop: respx.MockRouter, operator: Operator) -> None:
    """It is said that there are none at all; prices cannot be asked for then."""
    serves(shop)
    products = shop.get("/store/products").respond(json=page(variant()))

    (problem,) = await operator.problems()

    assert "there are none at all" in problem
    assert "region_id" not in products.calls.last.request.url.params


async def test_a_key_that_sells_nothing(shop: respx.MockRouter, operator: Operator) -> None:
    """An empty sales channel is a problem of its own."""
    serves(shop, EUROPE)
    shop.get("/store/products").respond(json=page())

    (problem,) = await operator.problems()

    assert "sells no products" in problem


async def test_a_market_without_prices(shop: respx.MockRouter, operator: Operator) -> None:
    """Everything is for sale, and nothing has a price where most shoppers are."""
    serves(shop, EUROPE)
    shop.get("/store/products").respond(json=page(variant(None)))

    (problem,) = await operator.problems()

    assert "has a price in EUR, the currency of DE" in problem


@pytest.mark.parametrize(
    ("amounts", "prices", "is_suspicious"),
    [
        ("minor", (29.99, 49.95, 129.0), True),
        ("minor", (0, 29.99), True),
        ("minor", (2999, 4995), False),
        ("minor", (50, 60, 2999), False),
        ("minor", (0,), False),
        ("major", (0.2, 0.3), False),
    ],
)
async def test_amounts_that_are_a_hundredth(
    shop: respx.MockRouter,
    operator: Operator,
    amounts: str,
    prices: tuple[float, ...],
    *,
    is_suspicious: bool,
) -> None:
    """Whoever sets `minor` for a shop that writes 29.99 would sell everything for cents."""
    serves(shop, EUROPE)
    shop.get("/store/products").respond(json=page(*map(variant, prices)))

    problems = await operator.problems(amounts=amounts)

    assert ["BFF_MEDUSA__AMOUNTS" in problem for problem in problems] == [True] * is_suspicious


@pytest.mark.parametrize("body", [b"<html>", b'{"message": "nothing here"}'])
async def test_something_that_is_no_medusa(
    shop: respx.MockRouter, operator: Operator, body: bytes
) -> None:
    """A shop's website, or Medusa behind a path of its own; the address's secrets stay unsaid."""
    shop.get("/store/regions").respond(404, content=body)

    (problem,) = await operator.problems(url="http://me:hunter2@shop.example:9000/hunter3/store")

    assert f"something answers at {URL}, but it is no Medusa 2" in problem
    assert "hunter" not in problem


async def test_nobody_answers(shop: respx.MockRouter, operator: Operator) -> None:
    """The address is named as far as it holds no secret."""
    shop.get("/store/regions").mock(side_effect=httpx.ConnectError)

    (problem,) = await operator.problems(url="http://me:hunter2@shop.example:9000")

    assert f"no connection to {URL}; check BFF_MEDUSA__URL" in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b"<html>", "answers nonsense (not JSON)"),
        (308, b"", "redirects elsewhere"),
        (503, b"", "out of order (HTTP 503)"),
        (403, b"", "refused the request (HTTP 403)"),
    ],
)
async def test_an_answer_that_is_none(
    shop: respx.MockRouter, operator: Operator, status: int, body: bytes, words: str
) -> None:
    """Whatever stands there, one line says what it did."""
    shop.get("/store/regions").respond(status, content=body)

    (problem,) = await operator.problems()

    assert words in problem
