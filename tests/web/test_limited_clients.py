"""What a client hears that asks too often, or guesses, and that nobody else hears of it."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from ipaddress import ip_network

import httpx
import pytest

from bff.settings.limits import LimitSettings
from tests.web.guests import SECRET, WEBHOOK_SECRET, Guests, guests
from tests.web.storefront import codes, problem

ASK = {"query": "{ locales { code } }"}
PAGE = "/v1/products/organic-cotton-tshirt"


@pytest.fixture
async def shop() -> AsyncIterator[Guests]:
    """A shop in which a client may ask three times, and then once a second."""
    limits = {"requests_per_second": 1, "burst": 3, "trusted_proxies": ["10.0.0.0/8"]}
    async with guests(limits) as shop:
        yield shop


async def asked(client: httpx.AsyncClient, times: int, **headers: str) -> list[int]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return [
        (await client.post("/graphql", json=ASK, headers=named)).status_code for _ in range(times)
    ]


async def test_who_asks_too_often_is_told_when_to_ask_again(shop: Guests) -> None:
    client = shop.at("1.2.3.4")
    assert await asked(client, 3) == [200] * 3

    refusal = await client.post("/graphql", json=ASK)
    assert refusal.status_code == 429
    assert codes(refusal) == [("RATE_LIMITED", True)]
    assert refusal.headers["retry-after"] == "1"
    assert refusal.headers["cache-control"] == "no-store"
    page = await client.get(PAGE)
    assert problem(page) == (429, "RATE_LIMITED", True)
    assert page.headers["retry-after"] == "1"

    assert await asked(shop.at("4.3.2.1"), 1) == [200]
    shop.clock.advance(1)
    assert await asked(client, 2) == [200, 429]


async def test_graphql_and_rest_are_counted_together(shop: Guests) -> None:
    client = shop.at("1.2.3.4")
    assert await asked(client, 2) == [200] * 2
    assert (await client.get(PAGE)).status_code == 200
    assert await asked(client, 1) == [429]


async def test_clients_behind_our_proxy_are_told_apart(shop: Guests) -> None:
    proxy = shop.at("10.0.0.1")
    assert await asked(proxy, 4, x_forwarded_for="6.6.6.6, 1.1.1.1") == [200] * 3 + [429]
    assert await asked(proxy, 1, x_forwarded_for="6.6.6.6, 2.2.2.2") == [200]


async def test_a_client_does_not_become_another_by_saying_so(shop: Guests) -> None:
    """Only our proxies are believed; others may write into the header what they like."""
    client = shop.at("1.2.3.4")
    statuses = [await asked(client, 1, x_forwarded_for=f"9.9.9.{n}") for n in range(4)]
    assert statuses == [[200]] * 3 + [[429]]


async def test_a_household_is_one_client(shop: Guests) -> None:
    """Who has one IPv6 address has 2 to the power of 64."""
    assert await asked(shop.at("2001:db8::1"), 3) == [200] * 3
    assert await asked(shop.at("2001:db8::2"), 1) == [429]
    assert await asked(shop.at("2001:db8:0:1::1"), 1) == [200]


async def test_probes_and_webhooks_are_not_counted(shop: Guests) -> None:
    client = shop.at("1.2.3.4")
    assert await asked(client, 4) == [200] * 3 + [429]
    for path in ("/livez", "/readyz", "/metrics"):
        assert {(await client.get(path)).status_code for _ in range(5)} == {200}
    assert [await deliver(client, WEBHOOK_SECRET) for _ in range(5)] == [204] * 5


async def deliver(client: httpx.AsyncClient, secret: str) -> int:
    body = json.dumps({"name": "product.updated", "data": {"id": "prod_1"}}).encode()
    signature = hmac.digest(secret.encode(), body, hashlib.sha256).hex()
    headers = {"x-medusa-signature": f"sha256={signature}", "content-type": "application/json"}
    return (await client.post("/webhooks/medusa", content=body, headers=headers)).status_code


async def test_without_the_setting_nobody_is_counted() -> None:
    async with guests() as shop:
        assert await asked(shop.at("1.2.3.4"), 200) == [200] * 200


async def mint(client: httpx.AsyncClient, secret: str) -> httpx.Response:
    return await client.post("/v1/preview", headers={"authorization": f"Bearer {secret}"})


async def test_who_guesses_the_operators_secret_is_stopped() -> None:
    """Not even the right one is looked at then: else guessing would cost nothing."""
    async with guests() as shop:
        client = shop.at("1.2.3.4")
        assert [(await mint(client, f"guess {n}")).status_code for n in range(10)] == [401] * 10
        refusal = await mint(client, "guess")
        assert problem(refusal) == (429, "RATE_LIMITED", True)
        assert 0 < int(refusal.headers["retry-after"]) <= 30
        assert (await mint(client, SECRET)).status_code == 429

        assert (await mint(shop.at("4.3.2.1"), SECRET)).status_code == 200
        shop.clock.advance(31)
        assert (await mint(client, SECRET)).status_code == 200


async def test_right_secrets_may_be_sent_as_often_as_one_likes() -> None:
    async with guests() as shop:
        client = shop.at("1.2.3.4")
        assert {(await mint(client, SECRET)).status_code for _ in range(50)} == {200}


async def test_wrong_tokens_are_soon_no_longer_answered_one_by_one() -> None:
    """An editor whose token is right sees drafts, whatever others at that address try."""
    async with guests() as shop:
        client = shop.at("1.2.3.4")
        wrong = [(await asked(client, 1, x_bff_preview=f"wrong {n}"))[0] for n in range(70)]
        assert wrong == [401] * 60 + [429] * 10
        token = (await mint(client, SECRET)).json()["token"]
        assert await asked(client, 1, x_bff_preview=token) == [200]
        assert await asked(client, 1) == [200]


async def test_wrong_signatures_hold_up_no_right_one() -> None:
    """Behind a load balancer all senders may have one address."""
    async with guests() as shop:
        client = shop.at("1.2.3.4")
        wrong = [await deliver(client, f"wrong {n}") for n in range(70)]
        assert wrong == [401] * 60 + [429] * 10
        assert await deliver(client, WEBHOOK_SECRET) == 204


async def test_the_longest_body_is_the_operators_choice() -> None:
    async with guests({"body_kilobytes": 2}) as shop:
        client = shop.at("1.2.3.4")
        fits = {**ASK, "padding": " " * 1500}
        assert (await client.post("/graphql", json=fits)).status_code == 200
        too_long = {**ASK, "padding": " " * 3000}
        assert codes(await client.post("/graphql", json=too_long)) == [
            ("PAYLOAD_TOO_LARGE", False)
        ]
        headers = {"authorization": f"Bearer {SECRET}"}
        wish = await client.post("/v1/preview", json={"a": " " * 3000}, headers=headers)
        assert problem(wish) == (413, "PAYLOAD_TOO_LARGE", False)


@pytest.mark.parametrize(
    ("written", "read"),
    [("10.0.0.0/8", "10.0.0.0/8"), ("10.1.2.3", "10.1.2.3/32"), ("fd00::/8", "fd00::/8")],
)
def test_proxies_are_networks_or_addresses(written: str, read: str) -> None:
    limits = LimitSettings.model_validate({"trusted_proxies": [written]})
    assert limits.trusted_proxies == (ip_network(read),)


@pytest.mark.parametrize("written", ["10.0.0.1/8", "proxy.example", "", "10.0.0.0/33"])
def test_what_is_no_network_is_said(written: str) -> None:
    with pytest.raises(ValueError, match="must be a network such as"):
        LimitSettings.model_validate({"trusted_proxies": [written]})
