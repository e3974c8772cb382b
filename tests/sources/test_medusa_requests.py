"""What goes over the wire to Medusa, how often, and what becomes of trouble there."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from bff.domain.commerce import CountryCode, Handle, Pricing, ProductId, RegionId
from bff.domain.money import CurrencyCode
from bff.errors import (
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, CommerceSource, Wish
from bff.sources.medusa import MedusaSettings, MedusaStore, headers, reason_of
from bff.sources.medusa.questions import by_keys, chunks, product_params
from bff.upstream import Upstream

GOLDEN = Path(__file__).parents[1] / "golden" / "medusa" / "2.21"
SHOP = "https://shop.example"
SETTINGS = MedusaSettings.model_validate({"url": SHOP, "publishable_key": "pk_test"})
CALL = Call(deadline=5.0)
GERMANY = Pricing(RegionId("reg_eu"), CountryCode("DE"), CurrencyCode("EUR"))
OFFER = Wish(GERMANY, text=False)
TEXT = Wish(None)
BOTH = Wish(GERMANY, language="de-DE")


def stopped() -> float:
    return 0.0


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=str(SETTINGS.url), headers=headers(SETTINGS)) as http:
        yield http


@pytest.fixture
def shop() -> Any:
    with respx.mock(base_url=SHOP, assert_all_called=False) as router:
        yield router


def store(client: httpx.AsyncClient, **more: Any) -> MedusaStore:
    return MedusaStore(Upstream("medusa", client, stopped, reason_of), clock=stopped, **more)


def recorded(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes()


def offered(*products: tuple[str, str], count: int | None = None) -> httpx.Response:
    """An answer with products that have no variants, as (id, handle)."""
    wire = [{"id": product, "handle": handle, "variants": []} for product, handle in products]
    return httpx.Response(
        200, json={"products": wire, "count": len(wire) if count is None else count}
    )


def echo(request: httpx.Request) -> httpx.Response:
    """A shop that sells whatever it is asked for, in an order of its own."""
    asked = request.url.params.multi_items()
    products = [(value, value) for name, value in asked if name in {"id[]", "handle[]"}]
    return offered(*reversed(products))


def fields(request: httpx.Request) -> set[str]:
    return set(request.url.params["fields"].split(","))


def handles(*names: str) -> list[Handle]:
    return [Handle(name) for name in names]


def ids(*names: str) -> list[ProductId]:
    return [ProductId(name) for name in names]


async def test_the_store_is_a_commerce_source(client: httpx.AsyncClient) -> None:
    """Its name is that of the upstream, so that errors and provenance agree."""
    source: CommerceSource = store(client)

    assert source.name == "medusa"


async def test_one_call_for_many_products(client: httpx.AsyncClient, shop: respx.Router) -> None:
    """Key, ids, region and country go along, and a limit, without which Medusa stops at 50."""
    route = shop.get("/store/products").mock(side_effect=echo)
    asked = ids(*(f"prod_{n}" for n in range(60)))

    found = await store(client).products(asked, OFFER, CALL)

    assert list(found) == asked
    assert route.call_count == 1
    request = route.calls.last.request
    assert request.headers["x-publishable-api-key"] == "pk_test"
    params = request.url.params
    assert params.get_list("id[]") == asked
    assert params["limit"] == "60"
    assert (params["region_id"], params["country_code"]) == ("reg_eu", "de")
    assert "locale" not in params
    assert "sales_channel_id" not in params


async def test_an_offer_costs_as_little_as_possible(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """No text is asked for; the type is, as Medusa finds the type's tax rates by it."""
    route = shop.get("/store/products").mock(side_effect=echo)

    await store(client).products(ids("prod_1"), Wish(GERMANY, text=False, language="de-DE"), CALL)

    assert "locale" not in route.calls.last.request.url.params
    assert fields(route.calls.last.request) == {
        *("id", "handle", "type_id", "variants.id", "variants.calculated_price"),
        *("variants.manage_inventory", "variants.allow_backorder", "variants.inventory_quantity"),
    }


async def test_a_text_asks_for_no_price(client: httpx.AsyncClient, shop: respx.Router) -> None:
    """With a region Medusa would calculate prices that nobody wants."""
    route = shop.get("/store/products").respond(content=recorded("lean_text_de"))

    found = await store(client).products_by_handle(
        handles("organic-cotton-tshirt"), Wish(None, language="de-DE"), CALL
    )

    (shirt,) = found.values()
    assert shirt.offer is None
    assert shirt.text is not None
    assert shirt.text.title == "Bio-Baumwoll-T-Shirt"
    params = route.calls.last.request.url.params
    assert params["locale"] == "de-DE"
    assert not {"region_id", "country_code"} & set(params)
    assert {"*variants", "*categories", "tags.id", "variants.options.id"} <= fields(
        route.calls.last.request
    )
    assert not {"variants.calculated_price", "variants.inventory_quantity"} & fields(
        route.calls.last.request
    )


async def test_both_halves_in_one_call(client: httpx.AsyncClient, shop: respx.Router) -> None:
    """Text and offer of two products, one of them not for sale in euros."""
    route = shop.get("/store/products").respond(content=recorded("lean_whole_de"))

    found = await store(client).products_by_handle(
        handles("no-euro-mug", "sale-sandals", "ghost"), Wish(GERMANY), CALL
    )

    assert list(found) == ["no-euro-mug", "sale-sandals"]
    assert route.call_count == 1
    sandals = found[Handle("sale-sandals")]
    assert sandals.text is not None
    assert sandals.offer is not None
    assert sandals.offer.pricing == GERMANY
    assert [v.id for v in sandals.text.variants] == list(sandals.offer.variants)
    assert "locale" not in route.calls.last.request.url.params


async def test_the_sales_channel_narrows_the_key(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """A key of several channels tells stock again when one of them is named."""
    route = shop.get("/store/products").mock(side_effect=echo)

    await store(client, sales_channel_id="sc_web").products(ids("prod_1"), OFFER, CALL)

    assert route.calls.last.request.url.params["sales_channel_id"] == "sc_web"


async def test_nothing_asked_nothing_sent(client: httpx.AsyncClient, shop: respx.Router) -> None:
    """No products, no call."""
    route = shop.get("/store/products").mock(side_effect=echo)

    assert await store(client).products([], BOTH, CALL) == {}
    assert await store(client).products_by_handle([], BOTH, CALL) == {}
    assert not route.called


@pytest.mark.parametrize("name", ["", "a\0b", "a,b", "half \ud83d of a pair", "x" * 10_000])
async def test_names_that_no_product_has_are_not_asked_for(
    client: httpx.AsyncClient, shop: respx.Router, name: str
) -> None:
    """Medusa answers 500 to some of them, which would look like an outage to everybody."""
    route = shop.get("/store/products").mock(side_effect=echo)

    found = await store(client).products_by_handle(handles(name, "tee"), OFFER, CALL)

    assert list(found) == ["tee"]
    assert route.calls.last.request.url.params.get_list("handle[]") == ["tee"]
    assert await store(client).products_by_handle(handles(name), OFFER, CALL) == {}
    assert route.call_count == 1


async def test_each_product_is_asked_for_once(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """The same addon on 24 cards is one id."""
    route = shop.get("/store/products").mock(side_effect=echo)

    found = await store(client).products(ids("prod_1", "prod_2", "prod_1"), OFFER, CALL)

    assert list(found) == ["prod_1", "prod_2"]
    params = route.calls.last.request.url.params
    assert params.get_list("id[]") == ["prod_1", "prod_2"]
    assert params["limit"] == "2"


async def test_products_that_were_not_asked_for_are_dropped(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """A server that ignores the filter cannot put a wrong product under a handle."""
    shop.get("/store/products").mock(return_value=offered(("prod_9", "other"), ("prod_1", "tee")))

    assert list(await store(client).products_by_handle(handles("tee"), OFFER, CALL)) == ["tee"]
    assert await store(client).products(ids("prod_2"), OFFER, CALL) == {}


async def test_seven_hundred_handles_fit_into_short_urls(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """Long and foreign handles make more calls, never a URL that a proxy refuses."""
    route = shop.get("/store/products").mock(side_effect=echo)
    names = [
        Handle(f"{n}-{'日本語の長い名前' * (n % 4) if n % 3 else 'a' * (n % 90)}".strip("-"))
        for n in range(700)
    ]

    found = await store(client).products_by_handle(names, OFFER, CALL)

    assert list(found) == names
    asked = [call.request.url for call in route.calls]
    assert len(asked) > 1
    assert all(len(url.raw_path) < 8_000 for url in asked)
    assert sorted(name for url in asked for name in url.params.get_list("handle[]")) == sorted(
        names
    )
    assert all(int(url.params["limit"]) == len(url.params.get_list("handle[]")) for url in asked)


@given(st.lists(st.text(max_size=400), max_size=80))
def test_chunks_lose_nothing_and_stay_short(names: Sequence[str]) -> None:
    """Every handle that can be asked for is asked for exactly once."""
    params = product_params(BOTH, "sc_web", stock=True)

    parts = list(chunks("handle", names, params))

    asked = [name for part in parts for name in part]
    assert len(asked) == len(set(asked))
    assert set(asked) == {n for n in names if n and "\0" not in n and "," not in n}
    for part in parts:
        question = by_keys("products_by_handle", "handle", part, params)
        request = httpx.Request("GET", f"{SHOP}{question.path}", params=question.params)
        assert len(request.url.raw_path) <= 7_500


async def test_chunks_are_asked_for_at_the_same_time(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """Once it is known that stock may be read, no chunk waits for another."""
    together = asyncio.Barrier(3)
    medusa = store(client)
    shop.get("/store/products").mock(side_effect=echo)
    await medusa.products(ids("prod_1"), OFFER, CALL)

    async def meet(request: httpx.Request) -> httpx.Response:
        await together.wait()
        return echo(request)

    shop.get("/store/products").mock(side_effect=meet)
    asked = ids(*(f"prod_{n:026d}" for n in range(400)))
    async with asyncio.timeout(5):
        found = await medusa.products(asked, OFFER, CALL)

    assert list(found) == asked


async def test_one_failed_chunk_fails_the_answer_plainly(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """The error is the one that happened, with its cause, not a group of errors."""

    last = "prod_00000000000000000000000399"
    shop.get(url__regex=last).mock(side_effect=httpx.ConnectError("connection lost"))
    shop.get("/store/products").mock(side_effect=echo)
    asked = ids(*(f"prod_{n:026d}" for n in range(400)))

    with pytest.raises(UpstreamUnavailable) as caught:
        await store(client).products(asked, OFFER, CALL)

    assert isinstance(caught.value.__cause__, httpx.ConnectError)


async def test_the_newest_have_an_order_without_ties(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """Products of one import share a time; by id nothing is lost between two pages."""
    route = shop.get("/store/products").mock(
        return_value=offered(("prod_3", "c"), ("prod_2", "b"), count=59)
    )

    listing, found = await store(client).newest(24, 2, OFFER, CALL)

    assert listing.ids == ("prod_3", "prod_2")
    assert listing.total == 59
    assert list(found) == ["prod_3", "prod_2"]
    params = route.calls.last.request.url.params
    assert (params["order"], params["offset"], params["limit"]) == ("-id", "24", "2")
    assert params["region_id"] == "reg_eu"


async def test_markets_by_name_over_all_pages(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """A shop with more regions than one answer holds serves all its countries."""
    regions = json.loads(recorded("lean_regions"))["regions"]

    def page(request: httpx.Request) -> httpx.Response:
        offset = int(request.url.params["offset"])
        return httpx.Response(200, json={"regions": regions[offset : offset + 2], "count": 3})

    route = shop.get("/store/regions").mock(side_effect=page)

    markets = await store(client).markets(CALL)

    assert [market.name for market in markets] == ["Europe", "Japan", "US"]
    assert [call.request.url.params["offset"] for call in route.calls] == ["0", "2"]
    assert route.calls.last.request.url.params["order"] == "id"


async def test_regions_that_are_fewer_than_counted_end_the_reading(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """A region deleted between two pages does not make the service ask for ever."""
    route = shop.get("/store/regions").respond(json={"regions": [], "count": 3})

    assert await store(client).markets(CALL) == ()
    assert route.call_count == 1


class TwoChannels:
    """A shop whose key has two sales channels: the whole call is refused for the stock's sake."""

    def __init__(self) -> None:
        self.refused = 0
        self.answered = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        if "variants.inventory_quantity" in fields(request):
            self.refused += 1
            return httpx.Response(400, content=recorded("key_two_channels_inventory"))
        self.answered += 1
        products = json.loads(recorded("lean_offer_us"))
        for product in products["products"]:
            for variant in product["variants"]:
                variant.pop("inventory_quantity", None)
        return httpx.Response(200, json=products)


DOLLARS = Wish(Pricing(RegionId("reg_us"), CountryCode("US"), CurrencyCode("USD")), text=False)


async def test_a_key_of_several_channels_costs_one_call(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """Prices are there, quantities are unknown, and the refusal is remembered."""
    medusa, channels = store(client), TwoChannels()
    shop.get("/store/products").mock(side_effect=channels)
    shirt = handles("organic-cotton-tshirt")

    found = await medusa.products_by_handle(shirt, DOLLARS, CALL)
    again = await medusa.products_by_handle(shirt, DOLLARS, CALL)

    assert again == found
    offer = found[shirt[0]].offer
    assert offer is not None
    assert [v.quantity for v in offer.variants.values()] == [None, None, None]
    assert all(v.price for v in offer.variants.values())
    assert (channels.refused, channels.answered) == (1, 2)


async def test_twenty_first_calls_together_waste_only_one(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """A cold start under load does not ask twenty times for what is refused."""
    medusa, channels = store(client), TwoChannels()
    shop.get("/store/products").mock(side_effect=channels)

    answers = await asyncio.gather(
        *(medusa.products_by_handle(handles("free-sample"), DOLLARS, CALL) for _ in range(20))
    )

    assert all(list(answer) == ["free-sample"] for answer in answers)
    assert (channels.refused, channels.answered) == (1, 20)


async def test_a_failed_first_call_costs_the_others_no_more(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """Who waited for the first call tries for itself when that fails."""
    outcomes = iter([httpx.Response(503)])

    async def recover(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0)
        return next(outcomes, None) or echo(request)

    shop.get("/store/products").mock(side_effect=recover)
    medusa = store(client)

    first, *others = await asyncio.gather(
        *(medusa.products(ids("prod_1"), OFFER, CALL) for _ in range(4)), return_exceptions=True
    )

    assert isinstance(first, UpstreamUnavailable)
    assert [list(found) for found in others if isinstance(found, dict)] == 3 * [["prod_1"]]


async def test_waiting_for_the_first_call_ends_at_the_deadline(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """A first call that hangs takes nobody's time but its own."""
    arrived, never, arrivals = asyncio.Event(), asyncio.Event(), 0

    async def hang(_: httpx.Request) -> httpx.Response:
        nonlocal arrivals
        arrivals += 1
        arrived.set()
        await never.wait()
        return offered()

    shop.get("/store/products").mock(side_effect=hang)
    medusa = store(client)
    first = asyncio.create_task(medusa.products(ids("prod_1"), OFFER, CALL))
    await arrived.wait()

    async with asyncio.timeout(CALL.deadline):
        with pytest.raises(UpstreamTimeout, match="medusa did not answer in time"):
            await medusa.products(ids("prod_2"), OFFER, Call(deadline=0.01))

    assert arrivals == 1
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)


async def test_a_cancelled_first_call_frees_the_others(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """A client that goes away does not leave the rest waiting."""
    arrived, never = asyncio.Event(), asyncio.Event()

    async def hang_once(request: httpx.Request) -> httpx.Response:
        if not arrived.is_set():
            arrived.set()
            await never.wait()
        return echo(request)

    shop.get("/store/products").mock(side_effect=hang_once)
    medusa = store(client)
    first = asyncio.create_task(medusa.products(ids("prod_1"), OFFER, CALL))
    await arrived.wait()
    second = asyncio.create_task(medusa.products(ids("prod_2"), OFFER, CALL))
    await asyncio.sleep(0)

    first.cancel()

    assert list(await second) == ["prod_2"]
    assert first.cancelled()


@pytest.mark.parametrize(
    ("status", "recording", "reason"),
    [
        (400, "key_missing", "key_missing"),
        (400, "key_wrong", "key_invalid"),
        (400, "key_revoked", "key_invalid"),
        (400, "key_no_channel", "key_without_channel"),
        (400, "sales_channel_not_in_key", "channel_not_of_key"),
        (400, "region_bad", "region_unknown"),
        (400, "products_list_unknown_param", "parameter_unknown"),
    ],
)
async def test_a_refusal_is_raised_with_its_reason(
    client: httpx.AsyncClient, shop: respx.Router, status: int, recording: str, reason: str
) -> None:
    """An operator reads why; nothing is asked a second time, nothing we sent is quoted."""
    route = shop.get("/store/products").respond(status, content=recorded(recording))

    with pytest.raises(UpstreamRejected) as caught:
        await store(client).products(ids("prod_1"), OFFER, CALL)

    assert (caught.value.status, caught.value.reason) == (status, reason)
    assert "reg_" not in str(caught.value)
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(429), UpstreamUnavailable),
        (
            httpx.Response(500, content=recorded("products_list_limit_negative")),
            UpstreamUnavailable,
        ),
        (httpx.ReadTimeout("too slow"), UpstreamTimeout),
        (httpx.ConnectError("refused"), UpstreamUnavailable),
        (httpx.Response(431), UpstreamRejected),
        (httpx.Response(200, html="<h1>It works!</h1>"), UpstreamMalformed),
        (httpx.Response(200, content=recorded("lean_offer_us")[:-90]), UpstreamMalformed),
        (httpx.Response(200, json={}), UpstreamMalformed),
        (httpx.Response(200, json={"products": {}, "count": 0}), UpstreamMalformed),
        (
            httpx.Response(200, json={"products": [{"id": "prod_1"}], "count": 1}),
            UpstreamMalformed,
        ),
    ],
)
@pytest.mark.parametrize("wish", [OFFER, BOTH])
async def test_trouble_is_one_of_our_errors(
    client: httpx.AsyncClient,
    shop: respx.Router,
    wish: Wish,
    answer: httpx.Response | httpx.HTTPError,
    error: type[Exception],
) -> None:
    """Overload, outage, silence and nonsense each have their name, and no product is invented."""
    outcome = (
        {"side_effect": answer} if isinstance(answer, Exception) else {"return_value": answer}
    )
    shop.get("/store/products").mock(**outcome)

    with pytest.raises(error):
        await store(client).products(ids("prod_1"), wish, CALL)


async def test_one_product_in_a_wrong_shape_fails_the_answer(
    client: httpx.AsyncClient, shop: respx.Router
) -> None:
    """Leaving it out would say that it is not sold, and that would be kept as a 404."""
    answer = json.loads(recorded("lean_offer_us"))
    answer["products"][0]["variants"][0]["calculated_price"] = "29.99"
    shop.get("/store/products").respond(json=answer)

    with pytest.raises(UpstreamMalformed):
        await store(client).products_by_handle(handles("free-sample"), DOLLARS, CALL)


@pytest.mark.parametrize(
    "recording",
    ["product_unknown_handle", "product_draft_by_handle", "product_other_channel_by_handle"],
)
async def test_what_is_not_sold_is_absent(
    client: httpx.AsyncClient, shop: respx.Router, recording: str
) -> None:
    """Unknown, draft and other channel look the same: there is no such product."""
    shop.get("/store/products").respond(content=recorded(recording))

    assert await store(client).products_by_handle(handles("tee"), BOTH, CALL) == {}


def test_settings_keep_the_key_to_themselves() -> None:
    """Printing the settings does not print the key."""
    assert "pk_test" not in repr(SETTINGS)
    assert headers(SETTINGS)["x-publishable-api-key"] == "pk_test"
    assert (SETTINGS.amounts, SETTINGS.languages, SETTINGS.connections) == ("major", {}, 8)


def test_every_setting_says_what_it_is_for() -> None:
    """The README's table is made of these sentences."""
    assert all(field.description for field in MedusaSettings.model_fields.values())
