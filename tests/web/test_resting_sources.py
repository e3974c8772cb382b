"""What shoppers and operators see while a source is left alone."""

import time

import pytest

from bff.demo import DemoUpstreams
from tests.web.failing import FailingShop, FailingUpstream, Fault, answers_with, failing_shop
from tests.web.storefront import PREMIUM, problem

PAGE = f"/v1/products/{PREMIUM}?locale=es&country=DE"
TOO_MANY = answers_with(b"", "retry-after: 90", status="429 Too Many Requests")
BROKEN = answers_with(b"", status="500 Oops")
SPANISH = "Camiseta de algodón premium"


class Ahead:
    """The time that calls go by, as far ahead as the test says."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.seconds


def asked(source: FailingUpstream) -> int:
    return len(source.server.asked)


async def trouble_of(shop: FailingShop, source: str) -> str | None:
    """Return what `/readyz` says of a source; it never sends shoppers elsewhere for it."""
    answer = await shop.storefront.get("/readyz")
    assert answer.status_code == 200
    check = answer.json()["checks"][f"source:{source}"]
    assert check["ok"] == ("detail" not in check)
    detail: str | None = check.get("detail")
    return detail


async def test_a_cms_that_asks_to_be_left_alone(upstreams: DemoUpstreams) -> None:
    """Shoppers have Medusa's half at once, the CMS its peace, and then everything is as before."""
    clock = Ahead()
    async with failing_shop(upstreams, clock=clock) as shop:
        shop.sanity.fault = TOO_MANY
        first = await shop.storefront.get(PAGE)
        shop.sanity.heal()
        calls = asked(shop.sanity)
        meanwhile = [await shop.storefront.get(PAGE) for _ in range(5)]
        assert asked(shop.sanity) == calls
        assert "as it asked" in (await trouble_of(shop, "sanity") or "")
        clock.seconds = 60.0  # it is not believed any longer
        shop.sanity.moments.pass_by()
        after = await shop.storefront.get(PAGE)
        assert await trouble_of(shop, "sanity") is None

    for page in (first, *meanwhile):
        assert page.status_code == 200
        assert page.json()["title"] == "Premium Cotton T-Shirt"
        assert [one["source"] for one in page.json()["degraded"]] == ["sanity"]
    assert after.json()["title"] == SPANISH
    assert "degraded" not in after.json()


async def test_a_medusa_that_keeps_failing(upstreams: DemoUpstreams) -> None:
    """It is not asked for every shopper; they are told when to come again; one finds it well."""
    clock = Ahead()
    async with failing_shop(upstreams, clock=clock) as shop:
        shop.medusa.fault = BROKEN
        for _ in range(20):
            page = await shop.storefront.get(PAGE)
            assert problem(page)[:2] == (503, "UPSTREAM_UNAVAILABLE")
            if await trouble_of(shop, "medusa") is not None:
                break
        calls = asked(shop.medusa)
        refused = await shop.storefront.get(PAGE)
        assert asked(shop.medusa) == calls
        shop.medusa.heal()
        clock.seconds = 5.0
        well = await shop.storefront.get(PAGE)

    assert problem(refused)[:2] == (503, "UPSTREAM_UNAVAILABLE")
    assert int(refused.headers["retry-after"]) >= 1
    assert well.status_code == 200
    assert well.json()["title"] == SPANISH


@pytest.mark.parametrize("fault", [TOO_MANY, BROKEN])
async def test_the_other_source_is_asked_as_ever(upstreams: DemoUpstreams, fault: Fault) -> None:
    """What one does costs the other nothing."""
    async with failing_shop(upstreams) as shop:
        shop.sanity.fault = fault
        for _ in range(6):
            await shop.storefront.get(PAGE)
            shop.sanity.moments.pass_by()

        assert await trouble_of(shop, "sanity") is not None
        assert await trouble_of(shop, "medusa") is None
