"""What an operator is told of requests: which were in trouble, and what all of them cost."""

import logging
import time
from collections.abc import Mapping
from typing import Any

import pytest

from bff import wiring
from bff.demo import DemoUpstreams
from bff.demo.faults import Faults
from bff.ports import Clock, WallClock
from bff.telemetry.metrics import REGISTRY
from tests.clock import HandClock
from tests.web.settings import shop_settings
from tests.web.storefront import PREMIUM, Storefront, operation

PAGE = {"handle": PREMIUM, "locale": "de", "country": "DE"}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def shop(
    upstreams: DemoUpstreams,
    requests: str = "troubled",
    clock: Clock = time.monotonic,
    now: WallClock = time.time,
    **more: Any,
) -> Storefront:
    """Return a client of a service that writes such requests to its log."""
    settings = shop_settings(upstreams, **more)
    log = settings.log.model_copy(update={"requests": requests})
    return Storefront(
        wiring.wire(
            settings.model_copy(update={"log": log}),
            example=None,
            clients=wiring.demo_client(upstreams),
            clock=clock,
            now=now,
        )
    )


def told(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return the lines about requests, as their fields."""
    records = [one for one in caplog.records if vars(one).get("event") == "request_answered"]
    return [{**vars(one)["fields"], "level": one.levelname} for one in records]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


class Counted:
    """How much figures grow from here on."""

    def __init__(self, name: str, **labels: str) -> None:
        self._of = name, labels
        self._before = value(name, **labels)

    @property
    def more(self) -> float:
        name, labels = self._of
        return value(name, **labels) - self._before


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "bff")


async def test_nobody_hears_of_what_went_well(
    upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture
) -> None:
    """A healthy shop's log is not full of pages."""
    async with shop(upstreams) as storefront:
        await storefront.send(operation("ProductPage"), PAGE)
        await storefront.send(operation("ProductPage"), PAGE)

    assert told(caplog) == []


async def test_an_outage_does_not_flood_the_log(
    upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture
) -> None:
    """A hundred lines a second tell what ails a shop; then it is said how many more there were."""
    clock = HandClock()
    counted = Counted(
        "bff_degraded_answers_total",
        source="sanity",
        reason="UPSTREAM_UNAVAILABLE",
        served="others",
    )
    upstreams.sanity.faults = Faults(status=500)
    async with shop(upstreams, clock=clock) as storefront:
        for number in range(140):
            await storefront.send(f"# {number}\n{operation('ProductPage')}", PAGE)
        few = len(told(caplog))
        clock.advance(1)
        await storefront.send(f"# again\n{operation('ProductPage')}", PAGE)
    untold = [vars(one) for one in caplog.records if vars(one).get("event") == "requests_not_told"]

    assert few == 100
    assert [one["fields"]["count"] for one in untold] == [40]
    assert len(told(caplog)) == 101
    assert counted.more == 141


async def test_answers_that_are_held_in_an_outage_are_counted(
    upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture
) -> None:
    """Each shopper who is shown less than there could be counts, without a line of his own."""
    counted = Counted(
        "bff_degraded_answers_total",
        source="sanity",
        reason="UPSTREAM_UNAVAILABLE",
        served="others",
    )
    upstreams.sanity.faults = Faults(status=500)
    async with shop(upstreams, now=HandClock()) as storefront:
        for _ in range(3):
            await storefront.send(operation("ProductPage"), PAGE)

    assert len(told(caplog)) == 1
    assert counted.more == 3


async def test_all_requests(upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture) -> None:
    """An operator who wants each is told who asked what, how it came about and what it cost."""
    headers = {"X-Request-Id": "tee-1", "traceparent": TRACE}
    async with shop(upstreams, "all") as storefront:
        await storefront.send(operation("ProductPage"), PAGE, headers)
        await storefront.send(operation("ProductPage"), PAGE)
        await storefront.http.get("/v1/products/wool-blanket?country=JP")
        await storefront.http.post("/webhooks/medusa")
        await storefront.http.get("/livez")

    first, second, rest, webhook = told(caplog)
    seconds = first.pop("seconds")
    assert first == {
        "request_id": "tee-1",
        "trace_id": TRACE[3:35],
        "surface": "graphql",
        "operation": "ProductPage",
        "status": 200,
        "verdict": "executed",
        "errors": "none",
        "degraded": "none",
        "upstream_calls": 4,  # markets, the product, its text, its addons
        "level": "INFO",
    }
    assert 0 < seconds < 60
    assert (second["verdict"], second["upstream_calls"]) == ("kept", 0)
    assert "trace_id" not in second
    assert (rest["surface"], rest["operation"]) == ("rest", "getProduct")
    assert (webhook["surface"], webhook["operation"]) == ("webhook", "unknown")
    assert (webhook["status"], webhook["errors"]) == (404, "NOT_FOUND")


async def test_none(upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture) -> None:
    """An operator who wants none is told of none, whatever happens."""
    upstreams.medusa.faults = Faults(status=401)
    async with shop(upstreams, "none") as storefront:
        await storefront.send(operation("ProductPage"), PAGE)

    assert told(caplog) == []


async def test_a_degraded_answer(
    upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture
) -> None:
    """Who looks after the shop sees which source was missing, and in which fields."""
    upstreams.sanity.faults = Faults(status=401)
    answers = Counted(
        "bff_degraded_answers_total",
        source="sanity",
        reason="UPSTREAM_REJECTED",
        served="others",
    )
    fields = Counted(
        "bff_degraded_fields_total", source="sanity", field="description", locale="de"
    )
    prices = Counted("bff_degraded_fields_total", source="sanity", field="addons", locale="de")
    async with shop(upstreams) as storefront:
        await storefront.send(operation("ProductPage"), PAGE, {"X-Request-Id": "tee-2"})

    (line,) = told(caplog)
    assert (line["degraded"], line["level"], line["status"]) == ("sanity", "INFO", 200)
    (failed,) = [
        vars(one)["fields"]
        for one in caplog.records
        if vars(one).get("event") == "upstream_failed"
    ]
    assert failed["request_id"] == line["request_id"] == "tee-2"
    assert (answers.more, fields.more, prices.more) == (1, 1, 0)


async def test_a_failure(upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture) -> None:
    """GraphQL tells errors with status 200: the line and the figures know better."""
    upstreams.medusa.faults = Faults(status=401)
    errors = Counted("bff_errors_total", surface="graphql", code="UPSTREAM_REJECTED")
    rest = Counted("bff_errors_total", surface="rest", code="UPSTREAM_REJECTED")
    fives = Counted("bff_requests_total", surface="rest", operation="getProduct", status="5xx")
    async with shop(upstreams) as storefront:
        await storefront.send(operation("ProductPage"), PAGE)
        await storefront.http.get("/v1/products/wool-blanket?country=JP")

    graphql, page = told(caplog)
    assert (graphql["status"], graphql["errors"]) == (200, "UPSTREAM_REJECTED")
    assert (page["status"], page["errors"]) == (502, "UPSTREAM_REJECTED")
    assert {graphql["level"], page["level"]} == {"WARNING"}
    assert (errors.more, rest.more, fives.more) == (1, 1, 1)


@pytest.mark.parametrize(
    ("document", "code"),
    [("{ nothing }", "BAD_USER_INPUT"), ("", "BAD_USER_INPUT"), ("{", "BAD_USER_INPUT")],
)
async def test_a_clients_own_mistakes_fill_no_log(
    upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture, document: str, code: str
) -> None:
    """They are counted: a thousand a second would only make a log unreadable."""
    errors = Counted("bff_errors_total", surface="graphql", code=code)
    async with shop(upstreams) as storefront:
        await storefront.send(document)

    assert told(caplog) == []
    assert errors.more == 1


async def test_a_slow_request(upstreams: DemoUpstreams, caplog: pytest.LogCaptureFixture) -> None:
    """What takes more than half of the deadline is told, though it went well."""
    clock = HandClock()

    async def dawdle(_: float) -> None:
        clock.advance(31.0)

    upstreams.medusa._sleep = dawdle
    upstreams.medusa.faults = Faults(delay=1.0)
    service = wiring.wire(
        shop_settings(upstreams),
        example=None,
        clients=wiring.demo_client(upstreams),
        clock=clock,
    )
    async with Storefront(service) as storefront:
        await storefront.send("query Markets { markets { name } }")

    (line,) = told(caplog)
    assert (line["operation"], line["seconds"], line["errors"]) == ("Markets", 31.0, "none")


async def test_operations_are_counted_by_name(upstreams: DemoUpstreams) -> None:
    """What was executed has its name, be it kept or not; the rest has none of the client's."""
    page = Counted("bff_request_seconds_count", surface="graphql", operation="ProductPage")
    unnamed = Counted("bff_requests_total", surface="graphql", operation="unnamed", status="2xx")
    none = Counted("bff_requests_total", surface="graphql", operation="none", status="4xx")
    async with shop(upstreams) as storefront:
        for _ in range(3):
            await storefront.send(operation("ProductPage"), PAGE)
        await storefront.send("{ locales { code } }")
        await storefront.send("query Evil { nothing }")
        await storefront.http.put("/graphql")

    assert (page.more, unnamed.more) == (3, 1)
    assert none.more >= 1
    assert value("bff_requests_total", surface="graphql", operation="Evil", status="4xx") == 0


async def test_fallbacks_are_counted_by_field_and_language(upstreams: DemoUpstreams) -> None:
    """Editors see which texts shoppers miss in which language, as the README's example does."""
    german = Counted("bff_fallback_fields_total", field="description", locale="de")
    title = Counted("bff_fallback_fields_total", field="title", locale="de")
    english = Counted("bff_fallback_fields_total", field="description", locale="en")
    asked = f'{{ product(handle: "{PREMIUM}", locale: "%s", country: "DE") {{ title }} }}'
    async with shop(upstreams) as storefront:
        await storefront.send(asked.replace("%s", "de"))
        await storefront.send(asked.replace("%s", "en"))

    assert (german.more, title.more, english.more) == (1, 0, 0)


async def test_drafts_are_counted(upstreams: DemoUpstreams) -> None:
    """An operator sees how often editors look at drafts."""
    drafts = Counted("bff_drafts_total")
    secret = "x" * 32
    async with shop(upstreams, operators_secret=secret, preview_token="t" * 20) as storefront:
        minted = await storefront.http.post(
            "/v1/preview", headers={"Authorization": f"Bearer {secret}"}
        )
        token: Mapping[str, str] = minted.json()
        await storefront.send("{ locales { code } }", None, {"X-Bff-Preview": token["token"]})
        await storefront.send("{ locales { code } }")

    assert drafts.more == 1


async def test_withheld_prices_are_counted(upstreams: DemoUpstreams) -> None:
    """Prices that could not be had are a figure of their own: they cost sales."""
    withheld = Counted("bff_withheld_prices_total", status="UNAVAILABLE")
    asked = f'{{ product(handle: "{PREMIUM}", country: "%s") {{ variants {{ priceStatus }} }} }}'
    async with shop(upstreams) as storefront:
        known = await storefront.send(asked.replace("%s", "DE"))
        upstreams.medusa.faults = Faults(status=500)
        page = await storefront.send(asked.replace("%s", "JP"))

    variants = known.json()["data"]["product"]["variants"]
    shown = page.json()["data"]["product"]["variants"]
    assert {one["priceStatus"] for one in shown} == {"UNAVAILABLE"}
    assert withheld.more == len(variants)
