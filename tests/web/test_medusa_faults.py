"""Medusa failing on a real socket: shoppers get a clear error, and the shop is back at once."""

import time
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from bff.demo import DemoUpstreams
from tests.fault_server import Asked, Peer
from tests.web.failing import (
    BODY,
    Fault,
    answers_with,
    breaks_off,
    failing_shop,
    hangs,
    resets,
)
from tests.web.storefront import PREMIUM, TEE, codes, operation, problem

PAGE = {"handle": PREMIUM, "locale": "es", "country": "DE"}
PAGE_PATH = f"/v1/products/{PREMIUM}?locale=es&country=DE"
JSON = "content-type: application/json"
ANSWERED = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
FAR_TOO_LONG = 20.0
"""Seconds that no answer takes, however busy the machine is."""

MALFORMED = (502, "UPSTREAM_MALFORMED", True)
REJECTED = (502, "UPSTREAM_REJECTED", False)
UNAVAILABLE = (503, "UPSTREAM_UNAVAILABLE", True)
TIMEOUT = (504, "UPSTREAM_TIMEOUT", True)

FAULTS = [
    (answers_with(b"<!doctype html>" + BODY, "content-type: text/html"), MALFORMED),
    (answers_with(b""), MALFORMED),
    (answers_with(b'{"products": [{"title": "' + BODY, JSON), MALFORMED),
    (answers_with(b'{"products": "' + BODY + b'", "regions": "x", "count": 1}', JSON), MALFORMED),
    (answers_with(b'{"products": [{"id": 1}], "regions": [1], "count": 1}', JSON), MALFORMED),
    (answers_with(b'["' + BODY + b'"]', JSON), MALFORMED),
    (answers_with(b"null", JSON), MALFORMED),
    (answers_with(b"NaN", JSON), MALFORMED),
    (answers_with(b"\xff\xfe", JSON), MALFORMED),
    (answers_with(b"[" * 100_000, JSON), MALFORMED),
    (breaks_off(ANSWERED + b'content-length: 9000\r\n\r\n{"products": [' + BODY), MALFORMED),
    (breaks_off(BODY + b"\r\n\r\n"), MALFORMED),
    (answers_with(BODY, "location: http://canary.test/", status="302 Found"), MALFORMED),
    (answers_with(BODY, status="431 Request Header Fields Too Large"), REJECTED),
    (answers_with(b'{"message": "' + BODY + b'"}', JSON, status="400 Bad Request"), REJECTED),
    (answers_with(BODY, status="401 Unauthorized"), REJECTED),
    (answers_with(BODY, status="404 Not Found"), REJECTED),
    (answers_with(BODY, "retry-after: 0", status="429 Too Many Requests"), UNAVAILABLE),
    (answers_with(b'{"message": "' + BODY + b'"}', JSON, status="500 Oops"), UNAVAILABLE),
    (answers_with(BODY, "content-type: text/html", status="502 Bad Gateway"), UNAVAILABLE),
    (answers_with(BODY, status="503 Service Unavailable"), UNAVAILABLE),
    (breaks_off(b""), UNAVAILABLE),
    (resets, UNAVAILABLE),
]


def is_by_id(asked: Asked) -> bool:
    return any(name.startswith("id") for name, _ in parse_qsl(urlsplit(asked.target).query))


@pytest.mark.parametrize("path", ["/store/products", "/store/regions"])
@pytest.mark.parametrize(("fault", "expected"), FAULTS)
async def test_a_failing_medusa(
    upstreams: DemoUpstreams,
    written: Callable[[], str],
    fault: Fault,
    expected: tuple[int, str, bool],
    path: str,
) -> None:
    """Each fault has its code, by GraphQL and by REST; the next request is whole again."""
    async with failing_shop(upstreams) as shop:
        shop.medusa.fault = fault
        shop.medusa.victims = lambda asked: asked.target.startswith(path)

        answer = await shop.storefront.send(operation("ProductPage"), PAGE)
        page = await shop.storefront.get(PAGE_PATH)
        shop.medusa.heal()
        healed = await shop.storefront.ask(operation("ProductPage"), PAGE)

        address = shop.medusa.server.url.removeprefix("http://")

    assert answer.status_code == 200
    assert answer.json().keys() == {"data", "errors"}
    assert answer.json()["data"] == {"product": None}
    assert codes(answer) == [expected[1:]]
    assert answer.headers["cache-control"] == "no-store"
    assert problem(page) == expected
    assert healed["product"]["title"] == "Camiseta de algodón premium"
    said = answer.text + page.text + written()
    assert "upstream_failed" in said
    for secret in ("canary", address, "Traceback"):
        assert secret not in said


async def test_a_medusa_that_never_answers(upstreams: DemoUpstreams) -> None:
    """The request ends at its deadline, whatever Medusa does."""
    async with failing_shop(upstreams, deadline=0.05) as shop:
        shop.medusa.fault = hangs
        began = time.monotonic()

        answer = await shop.storefront.send(operation("ProductPage"), PAGE)
        page = await shop.storefront.get(PAGE_PATH)

        assert time.monotonic() - began < FAR_TOO_LONG
    assert codes(answer) == [("UPSTREAM_TIMEOUT", True)]
    assert problem(page) == TIMEOUT


async def test_a_medusa_that_drips(upstreams: DemoUpstreams) -> None:
    """An answer that begins and never ends is given up at the deadline too."""
    async with failing_shop(upstreams, deadline=0.05) as shop:

        async def drips(peer: Peer) -> None:
            await peer.send(ANSWERED + b"content-length: 9000\r\n\r\n{")
            await peer.left()

        shop.medusa.fault = drips
        page = await shop.storefront.get(PAGE_PATH)

    assert problem(page) == TIMEOUT


async def test_a_medusa_that_wakes_up(upstreams: DemoUpstreams) -> None:
    """A call that hangs is given up in the background, and the next shopper asks anew."""
    async with failing_shop(upstreams, flight=1.0) as shop:
        shop.medusa.fault = hangs
        assert problem(await shop.storefront.get(PAGE_PATH)) == TIMEOUT

        shop.medusa.heal()
        assert (await shop.storefront.get(PAGE_PATH)).status_code == 200


async def test_addons_without_prices(upstreams: DemoUpstreams) -> None:
    """When Medusa fails for the addons only, the page is served and its addons say so."""
    async with failing_shop(upstreams) as shop:
        shop.medusa.fault = answers_with(BODY, status="500 Oops")
        shop.medusa.victims = is_by_id

        answer = await shop.storefront.send(operation("ProductPage"), PAGE)
        shop.medusa.heal()
        healed = await shop.storefront.ask(operation("ProductPage"), PAGE)

    product = answer.json()["data"]["product"]
    assert product["title"] == "Camiseta de algodón premium"
    assert product["priceRange"]["min"] == {"amount": "42.90", "currencyCode": "EUR"}
    assert [item["status"] for item in product["addons"][0]["items"]] == ["UNAVAILABLE"] * 3
    assert "errors" not in answer.json()
    assert answer.json()["extensions"]["degraded"] == [
        {
            "source": "medusa",
            "reason": "UPSTREAM_UNAVAILABLE",
            "served": "nothing",
            "ageSeconds": None,
        }
    ]
    assert answer.headers["cache-control"] == "no-store"
    assert [item["status"] for item in healed["product"]["addons"][0]["items"]] == [
        "AVAILABLE"
    ] * 3


async def test_a_missing_product_is_not_an_outage(upstreams: DemoUpstreams) -> None:
    """With Medusa up an unknown handle is null; with Medusa down it is an error."""
    unknown = '{ product(handle: "no-such-thing") { id } }'
    async with failing_shop(upstreams) as shop:
        shop.medusa.fault = resets
        down = await shop.storefront.send(unknown)
        shop.medusa.heal()
        up = await shop.storefront.send(unknown)

    assert codes(down) == [("UPSTREAM_UNAVAILABLE", True)]
    assert up.json() == {"data": {"product": None}}


async def test_a_fault_costs_its_own_fields_only(upstreams: DemoUpstreams) -> None:
    """What needs no Medusa is answered beside what does."""
    async with failing_shop(upstreams) as shop:
        shop.medusa.fault = resets
        answer = await shop.storefront.send(
            f'{{ locales {{ code }} product(handle: "{TEE}") {{ id }} }}'
        )

    assert len(answer.json()["data"]["locales"]) == 4
    assert answer.json()["data"]["product"] is None
    assert codes(answer) == [("UPSTREAM_UNAVAILABLE", True)]
