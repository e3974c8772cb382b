"""Sanity failing on a real socket: the product is sold with Medusa's text, and says so."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from bff.demo import DemoUpstreams
from tests.fault_server import nobody_there
from tests.web.failing import (
    BODY,
    Fault,
    answers_with,
    breaks_off,
    failing_shop,
    hangs,
    resets,
)
from tests.web.storefront import ONLY_IN_SANITY, PREMIUM, operation, problem

PAGE = {"handle": PREMIUM, "locale": "es", "country": "DE"}
PAGE_PATH = f"/v1/products/{PREMIUM}?locale=es&country=DE"
JSON = "content-type: application/json"
ANSWERED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
SPANISH = "Camiseta de algodón premium"
FAR_TOO_LONG = 20.0
"""Seconds that no answer takes, however busy the machine is."""


def assert_sold_without_content(answer: httpx.Response, reason: str) -> None:
    """Check that all of Medusa's half is there, and that the rest is said to be missing."""
    body: Mapping[str, Any] = answer.json()
    product = body["data"]["product"]
    assert "errors" not in body
    assert product["title"] == "Premium Cotton T-Shirt"
    assert product["description"]["source"] == "medusa"
    assert product["description"]["isFallback"] is True
    assert product["priceRange"]["min"] == {"amount": "42.90", "currencyCode": "EUR"}
    assert len(product["variants"]) == 4
    assert product["addons"] == []
    assert body["extensions"] == {"degraded": degraded(reason)}
    assert answer.headers["cache-control"] == "no-store"


def degraded(reason: str) -> list[Mapping[str, Any]]:
    return [{"source": "sanity", "reason": reason, "served": "medusa", "ageSeconds": None}]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answers_with(b"<html>" + BODY, "content-type: text/html"), "UPSTREAM_MALFORMED"),
        (answers_with(b"", JSON), "UPSTREAM_MALFORMED"),
        (answers_with(b'{"result": {"asked": [{"_id": "' + BODY, JSON), "UPSTREAM_MALFORMED"),
        (answers_with(b'{"result": null}', JSON), "UPSTREAM_MALFORMED"),
        (answers_with(b'{"result": "' + BODY + b'"}', JSON), "UPSTREAM_MALFORMED"),
        (answers_with(b'{"result": {"asked": 1, "linked": 2}}', JSON), "UPSTREAM_MALFORMED"),
        (answers_with(b'{"ms": 1}', JSON), "UPSTREAM_MALFORMED"),
        (answers_with(b"[" * 100_000, JSON), "UPSTREAM_MALFORMED"),
        (breaks_off(ANSWERED + b"content-length: 90\r\n\r\n{" + BODY), "UPSTREAM_MALFORMED"),
        (breaks_off(BODY + b"\r\n\r\n"), "UPSTREAM_MALFORMED"),
        (answers_with(b'{"message": "canary"}', JSON, status="401 No"), "UPSTREAM_REJECTED"),
        (answers_with(b'{"message": "canary"}', JSON, status="403 No"), "UPSTREAM_REJECTED"),
        (answers_with(BODY, status="404 Not Found"), "UPSTREAM_REJECTED"),
        (answers_with(BODY, "retry-after: 0", status="429 Slow Down"), "UPSTREAM_UNAVAILABLE"),
        (answers_with(BODY, status="500 Oops"), "UPSTREAM_UNAVAILABLE"),
        (answers_with(BODY, status="503 Later"), "UPSTREAM_UNAVAILABLE"),
        (breaks_off(b""), "UPSTREAM_UNAVAILABLE"),
        (resets, "UPSTREAM_UNAVAILABLE"),
    ],
)
async def test_a_failing_sanity(
    upstreams: DemoUpstreams,
    written: Callable[[], str],
    fault: Fault,
    reason: str,
) -> None:
    """Each fault costs the editors' text only, is told, and is over when Sanity is back."""
    async with failing_shop(upstreams) as shop:
        shop.sanity.fault = fault

        answer = await shop.storefront.send(operation("ProductPage"), PAGE)
        page = await shop.storefront.get(PAGE_PATH)
        shop.sanity.heal()
        healed = await shop.storefront.send(operation("ProductPage"), PAGE)
        healed_page = await shop.storefront.get(PAGE_PATH)

        address = shop.sanity.server.url.removeprefix("http://")

    assert_sold_without_content(answer, reason)
    assert page.status_code == 200
    assert page.json()["degraded"] == degraded(reason)
    assert page.headers["cache-control"] == "no-store"
    assert healed.json().keys() == {"data"}
    assert healed.json()["data"]["product"]["title"] == SPANISH
    assert healed.headers["cache-control"] == "no-cache"
    assert healed_page.json()["title"] == SPANISH
    assert "degraded" not in healed_page.json()
    said = answer.text + page.text + written()
    assert "upstream_failed" in said
    for secret in ("canary", address, "Traceback"):
        assert secret not in said


async def test_nobody_there(upstreams: DemoUpstreams) -> None:
    """A refused connection is a Sanity that is down."""
    async with failing_shop(upstreams, sanity_url=nobody_there()) as shop:
        answer = await shop.storefront.send(operation("ProductPage"), PAGE)

    assert_sold_without_content(answer, "UPSTREAM_UNAVAILABLE")


async def test_a_sanity_that_never_answers(upstreams: DemoUpstreams) -> None:
    """Content has its own budget: the product is there long before the deadline."""
    async with failing_shop(upstreams, content_budget=0.05) as shop:
        shop.sanity.fault = hangs
        began = time.monotonic()
        answer = await shop.storefront.send(operation("ProductPage"), PAGE)

        assert time.monotonic() - began < FAR_TOO_LONG

    assert_sold_without_content(answer, "UPSTREAM_TIMEOUT")


async def test_the_deadline_beats_the_content_budget(upstreams: DemoUpstreams) -> None:
    """However generous the budget is, the whole request ends at its deadline, with the product."""
    async with failing_shop(upstreams, deadline=1.5) as shop:
        await shop.storefront.ask(
            '{ product(handle: "premium-cotton-t-shirt", country: "DE") '
            "{ handle priceRange { min { amount } } } }"
        )
        shop.sanity.fault = hangs
        began = time.monotonic()
        answer = await shop.storefront.send(operation("ProductPage"), PAGE)

        assert time.monotonic() - began < FAR_TOO_LONG

    assert_sold_without_content(answer, "UPSTREAM_TIMEOUT")


async def test_late_content_is_there_the_next_time(upstreams: DemoUpstreams) -> None:
    """What came too late for one shopper serves the next one, and is not asked for again."""
    async with failing_shop(upstreams, content_budget=1.0) as shop:
        shop.sanity.prompt.clear()
        late = await shop.storefront.send(operation("ProductPage"), PAGE)
        shop.sanity.prompt.set()
        shop.sanity.moments.pass_by()
        whole = await shop.storefront.ask(operation("ProductPage"), PAGE)

        assert len(shop.sanity.server.asked) == 1
    assert_sold_without_content(late, "UPSTREAM_TIMEOUT")
    assert whole["product"]["title"] == SPANISH


async def test_a_sanity_that_wakes_up(upstreams: DemoUpstreams) -> None:
    """A call that hangs is given up in the background; the next shopper gets the whole page."""
    async with failing_shop(upstreams, flight=1.0) as shop:
        shop.sanity.fault = hangs
        answer = await shop.storefront.send(operation("ProductPage"), PAGE)
        shop.sanity.heal()
        healed = await shop.storefront.ask(operation("ProductPage"), PAGE)

    assert_sold_without_content(answer, "UPSTREAM_TIMEOUT")
    assert healed["product"]["title"] == SPANISH


async def test_a_list_without_sanity(upstreams: DemoUpstreams) -> None:
    """A page of 24 cards is sold too, and says once what is missing."""
    async with failing_shop(upstreams) as shop:
        shop.sanity.fault = resets
        variables = {"first": 24, "locale": "fr", "country": "FR"}
        answer = await shop.storefront.send(operation("ProductCardsWithAddons"), variables)

    edges = answer.json()["data"]["products"]["edges"]
    assert len(edges) == 24
    assert {edge["node"]["description"]["source"] for edge in edges} == {"medusa"}
    assert answer.json()["extensions"]["degraded"] == degraded("UPSTREAM_UNAVAILABLE")


@pytest.mark.parametrize("fault", [None, resets])
async def test_a_product_in_sanity_only(upstreams: DemoUpstreams, fault: Fault | None) -> None:
    """What Medusa does not sell does not exist, whether or not Sanity answers."""
    async with failing_shop(upstreams) as shop:
        shop.sanity.fault = fault
        document = f'{{ product(handle: "{ONLY_IN_SANITY}") {{ title }} }}'
        answer = await shop.storefront.send(document)
        page = await shop.storefront.get(f"/v1/products/{ONLY_IN_SANITY}")

    assert answer.json() == {"data": {"product": None}}
    assert problem(page) == (404, "NOT_FOUND", False)
