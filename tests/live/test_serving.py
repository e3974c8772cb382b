"""The service as it is run: its own process, its upstream calls, and Sanity failing for a moment.

Needs a lab: see `tests/live/lab.py` for the variables. The faults are the stand-in's; they hit
only requests about one product, and are taken back at once.
"""

import asyncio
import time
from typing import Any

import pytest

from tests.live.expectations import differences
from tests.live.lab import MEDUSA_URL, Truth, fetch_truth, needs_lab, sanity_fault
from tests.live.oracle import Oracle
from tests.live.service import (
    PATIENT,
    operation,
    read_answer,
    running,
    serving,
    until_whole,
)
from tests.live.systems import LOCALES, read_systems, sanity_documents

Json = Any
pytestmark = needs_lab

VIEW = {"locale": "es", "country": "DE"}


@pytest.fixture(scope="module")
def truth() -> Truth:
    return fetch_truth(("US", "DE", "JP"))


@pytest.fixture
def oracle(truth: Truth) -> Oracle:
    return Oracle(truth, LOCALES, read_systems(("sanity",)))


@pytest.fixture
def product(truth: Truth) -> Json:
    """A product that Medusa sells and Sanity describes, with addons."""
    documents = {each["_id"]: each for each in sanity_documents()[0]}
    for product_id, wire in truth.products["DE"].items():
        if len(documents.get(product_id, {}).get("addons", {}).get("products") or []) > 2:
            return wire
    pytest.fail("the lab has no product with addons")


def test_the_served_process_answers_over_http(oracle: Oracle) -> None:
    """`bff serve`, set up by its environment, answers GraphQL and REST on its port."""
    with serving() as client:
        for product_id, wire in list(oracle.truth.products["US"].items())[:6]:
            for locale in (*LOCALES, "it"):
                variables = {"handle": wire["handle"], "locale": locale, "country": "JP"}
                body = {"query": operation("ProductPage"), "variables": variables}
                page = read_answer(client.post("/graphql", json=body))
                shown = client.get(
                    f"/v1/products/{wire['handle']}", params={"locale": locale, "country": "jp"}
                )
                expected = oracle.product(product_id, locale, "JP")
                assert list(differences(expected, page["data"]["product"], "GraphQL")) == []
                assert list(differences(expected, read_answer(shown), "REST")) == []
        unknown = client.get("/v1/products/no-such-product")
        assert (unknown.status_code, unknown.json()["code"]) == (404, "NOT_FOUND")
        assert unknown.headers["content-type"] == "application/problem+json"


async def test_a_country_without_a_market_is_told(product: Json) -> None:
    """Nobody is shown another country's prices in silence."""
    async with running(**PATIENT) as service:
        answer, response = await service.graphql(
            operation("ProductPage"), handle=product["handle"], locale="en", country="CA"
        )
        problem, refused = await service.rest(f"/v1/products/{product['handle']}", country="CA")

    assert response.status_code == 200
    assert answer["data"] == {"product": None}
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "UNKNOWN_MARKET"
    assert (refused.status_code, problem["code"]) == (400, "UNKNOWN_MARKET")


async def test_a_header_chooses_the_language_of_nobody_else(oracle: Oracle, product: Json) -> None:
    """What `Accept-Language` chose is for this shopper alone; an argument wins over it."""
    path = f"/v1/products/{product['handle']}"
    headers = {"accept-language": "it;q=0.9, de-AT;q=0.8, fr;q=0.1"}
    async with running(**PATIENT) as service:
        chosen = await service.client.get(path, headers=headers)
        told = await service.client.get(path, headers=headers, params=VIEW)

    assert read_answer(chosen)["context"] == {
        "locale": "de",
        "country": "US",
        "regionId": oracle.truth.regions["US"]["id"],
        "currencyCode": "USD",
    }
    assert "accept-language" in chosen.headers["vary"].lower()
    assert chosen.headers["cdn-cache-control"] == "no-store"
    expected = oracle.product(product["id"], "es", "DE")
    assert list(differences(expected, read_answer(told), "told")) == []


@pytest.mark.parametrize(
    ("requested", "applied"), [("es-MX", "es"), ("de-AT", "de"), ("zh-Hant", "en"), ("EN", "en")]
)
async def test_a_regional_language_falls_back_and_says_so(
    oracle: Oracle, product: Json, requested: str, applied: str
) -> None:
    """A shopper from Mexico reads Spanish, and every field says that it is a fallback."""
    canonical = "en" if requested == "EN" else requested
    async with running(**PATIENT) as service:
        data = await service.whole(
            "ProductPage", handle=product["handle"], locale=requested, country="DE"
        )

    expected = oracle.product(product["id"], canonical, "DE")
    assert list(differences(expected, data["product"], requested)) == []
    assert data["product"]["context"]["locale"] == applied


@pytest.mark.parametrize(
    ("name", "variables"),
    [("ProductPage", {}), ("ProductCardsWithAddons", {"first": 24})],
)
@pytest.mark.parametrize("seen", [True, False], ids=["known", "never-seen"])
async def test_a_cold_answer_costs_two_calls_to_medusa_and_one_to_sanity(
    product: Json, name: str, variables: dict[str, Json], seen: bool
) -> None:
    """Prices, stock and texts of a page and of all its addons take three calls."""
    given = dict(variables) if variables else {"handle": product["handle"]}
    lifetimes = {
        "content_seconds": 1.5,
        "commerce_seconds": 1,
        "reference_seconds": 600,
        # Nobody is shown an old copy while a new one is fetched: it has to be waited for.
        "content_refresh_seconds": 0.01,
        "commerce_refresh_seconds": 0,
    }
    async with running(**PATIENT, cache=lifetimes) as service:
        await service.graphql("{ markets { regionId } }")
        if seen:  # remembered is then which product has the handle, and nothing else
            await service.whole(name, **given, **VIEW)
            await asyncio.sleep(1.6)  # shorter lifetimes cannot be set
        service.upstream_calls.clear()
        await service.whole(name, **given, **VIEW)

    assert service.upstream_calls == {"medusa": 2, "sanity": 1}


@pytest.mark.parametrize(
    ("fault", "reasons"),
    [
        ({"status": 503}, {"UPSTREAM_UNAVAILABLE"}),
        # It says when to come again: that is waited for, and may be too late for the page.
        ({"status": 429}, {"UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT"}),
        ({"status": 401}, {"UPSTREAM_REJECTED"}),
        ({"status": 200, "body": "no JSON of ours"}, {"UPSTREAM_MALFORMED"}),
        ({"truncate": True}, {"UPSTREAM_UNAVAILABLE", "UPSTREAM_MALFORMED"}),
        ({"hang": True}, {"UPSTREAM_TIMEOUT"}),
    ],
    ids=lambda value: "-".join(map(str, value)) if isinstance(value, dict) else "",
)
async def test_without_sanity_a_product_is_shown_with_medusas_text(
    oracle: Oracle, truth: Truth, product: Json, fault: dict[str, Json], reasons: set[str]
) -> None:
    """The page is there in time, says what it lacks, is kept by nobody, and is whole again."""
    bare = Oracle(truth, LOCALES, ())
    query, given = operation("ProductPage"), {"handle": product["handle"], **VIEW}
    async with running(flight_seconds=1.5) as service:
        await service.graphql("{ markets { regionId } }")
        with sanity_fault(**fault, count=5, match=product["id"]):
            started = time.monotonic()
            answer, response = await service.graphql(query, **given)
            seconds = time.monotonic() - started
        degraded = answer["extensions"]["degraded"]
        whole, kept = await until_whole(service, query, given)

    assert seconds < 1.5
    assert response.headers["cache-control"] == "no-store"
    assert [one["source"] for one in degraded] == ["sanity"]
    assert degraded[0]["reason"] in reasons
    expected = bare.product(product["id"], **VIEW)
    assert list(differences(expected, answer["data"]["product"], "without")) == []
    assert answer["data"]["product"]["addons"] == []
    expected = oracle.product(product["id"], **VIEW)
    assert list(differences(expected, whole["data"]["product"], "with")) == []
    assert kept.headers["cache-control"] != "no-store"


async def test_a_refused_key_is_an_error_and_not_an_empty_shop(product: Json) -> None:
    """Medusa refusing our key must not look as if the product were gone."""
    medusa = {"url": MEDUSA_URL, "publishable_key": "pk_" + "0" * 64}
    async with running(**PATIENT, medusa=medusa) as service:
        answer, response = await service.graphql(
            operation("ProductPage"), handle=product["handle"], **VIEW
        )
        problem, refused = await service.rest(f"/v1/products/{product['handle']}")

    assert response.status_code == 200
    assert answer["errors"][0]["extensions"]["code"] == "UPSTREAM_REJECTED"
    assert (refused.status_code, problem["code"]) == (502, "UPSTREAM_REJECTED")
