"""How an answer came about, for developers who ask: `extensions.explain`."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bff import wiring
from bff.demo import EXAMPLE, DemoUpstreams, Faults
from bff.settings import Settings
from tests.web.settings import shop_settings
from tests.web.storefront import PREMIUM, WITHOUT_CONTENT, Storefront, operation

Json = dict[str, Any]
ASKED = {"X-Bff-Explain": "1"}
TITLE = """
query($handle: String!, $locale: Locale = "es", $country: CountryCode = "DE") {
  product(handle: $handle, locale: $locale, country: $country) { title description { text } }
}
"""
SPANISH = {"handle": PREMIUM}


def development(upstreams: DemoUpstreams, **more: Any) -> Settings:
    settings = shop_settings(upstreams, **more)
    return settings.model_copy(update={"development": True})


@pytest.fixture
async def developers(upstreams: DemoUpstreams) -> AsyncIterator[Storefront]:
    """A client of a service whose operator is a developer."""
    clients = wiring.demo_client(upstreams)
    service = wiring.wire(development(upstreams), example=EXAMPLE, clients=clients)
    async with Storefront(service) as storefront:
        yield storefront


async def explained(shop: Storefront, document: str, **variables: object) -> Json:
    """Return what is told of an answer, which is whole but for that."""
    answer = await shop.send(document, variables, ASKED)
    body = answer.json()
    assert body.keys() == {"data", "extensions"}, body
    assert body["extensions"].keys() == {"explain"}
    told: Json = body["extensions"]["explain"]
    assert told.keys() == {"plan", "calls", "cache", "products"}
    return told


async def test_the_plan_is_a_language_and_a_market(developers: Storefront) -> None:
    """Of what was asked for, what was applied, and where else a text may come from."""
    told = await explained(developers, TITLE, handle=PREMIUM, locale="es-MX")

    [plan] = told["plan"]
    assert (plan["requested"], plan["locale"], plan["chain"]) == ("es-MX", "es", ["es", "en"])
    assert (plan["country"], plan["currencyCode"]) == ("DE", "EUR")
    assert plan["regionId"].startswith("reg_")


async def test_each_call_to_a_source_is_told_with_its_seconds(developers: Storefront) -> None:
    """The first visitor's product costs Medusa's markets and product, and Sanity's document."""
    told = await explained(developers, TITLE, **SPANISH)

    assert {(one["source"], one["outcome"]) for one in told["calls"]} == {
        ("medusa", "ok"),
        ("sanity", "ok"),
    }
    assert all(one["operation"] and one["seconds"] >= 0 for one in told["calls"])
    assert told["cache"]["fetched"] > 0


async def test_a_second_answer_comes_from_memory(developers: Storefront) -> None:
    """Nothing is fetched or called, and all that was found was fresh."""
    await explained(developers, TITLE, **SPANISH)
    told = await explained(developers, TITLE, **SPANISH)

    assert told["calls"] == []
    assert told["cache"]["fetched"] == 0
    [found] = told["cache"]["found"]
    assert (found["level"], found["verdict"]) == ("memory", "fresh")
    assert 0 < found["count"] <= told["cache"]["asked"]


async def test_who_won_each_field_of_a_product_and_who_did_not(developers: Storefront) -> None:
    """As `bff explain` prints it: the title is the editors' Spanish, others come later."""
    told = await explained(developers, TITLE, **SPANISH)

    [product] = told["products"]
    assert (product["handle"], product["locale"], product["country"]) == (PREMIUM, "es", "DE")
    fields = {one["field"]: one for one in product["fields"]}
    assert fields["title"]["winner"] == {"source": "sanity", "locale": "es"}
    assert {"source": "medusa", "locale": "en", "outcome": "LATER"} in fields["title"]["others"]
    assert fields["seo.title"]["winner"] == {"source": "sanity", "locale": "en"}
    missing = {"source": "sanity", "locale": "es", "outcome": "MISSING"}
    assert missing in fields["seo.title"]["others"]
    assert fields["attributes.careInstructions"]["winner"] == {"source": "sanity", "locale": "es"}


async def test_a_product_that_nobody_wrote_about(developers: Storefront) -> None:
    """Medusa's text is shown, since the editors have no document for it."""
    told = await explained(developers, TITLE, handle=WITHOUT_CONTENT)

    [product] = told["products"]
    [title] = [one for one in product["fields"] if one["field"] == "title"]
    assert title["winner"] == {"source": "medusa", "locale": "en"}
    assert {one["outcome"] for one in title["others"]} == {"NO_DOCUMENT"}


async def test_what_failed_is_told_beside_what_was_degraded(
    developers: Storefront, upstreams: DemoUpstreams
) -> None:
    """With Sanity down the call has a code, and its places did not answer."""
    upstreams.sanity.faults = Faults(status=503)
    answer = await developers.send(TITLE, SPANISH, ASKED)

    extensions = answer.json()["extensions"]
    assert [one["source"] for one in extensions["degraded"]] == ["sanity"]
    told = extensions["explain"]
    outcomes = {one["outcome"] for one in told["calls"] if one["source"] == "sanity"}
    assert outcomes == {"UPSTREAM_UNAVAILABLE"}
    [title] = [one for one in told["products"][0]["fields"] if one["field"] == "title"]
    assert title["winner"]["source"] == "medusa"
    assert {one["outcome"] for one in title["others"]} == {"NO_ANSWER"}


async def test_the_operations_of_the_contract_are_explained(developers: Storefront) -> None:
    """Cards tell of each product, pages and menus of their calls."""
    cards = await explained(developers, operation("ProductCardsWithAddons"), first=5, locale="fr")
    page = await explained(developers, operation("ContentPage"), slug="about", locale="es")
    menu = await explained(developers, operation("Navigation"), locale="de")

    assert len(cards["products"]) == 5
    assert [one["locale"] for one in page["plan"]] == ["es"]
    assert "sanity" in {one["source"] for one in page["calls"]}
    assert menu["plan"][0]["chain"] == ["de", "en"]


async def test_two_languages_in_one_operation(developers: Storefront) -> None:
    """Each has a plan, and each product is told as it was merged for it."""
    document = """
    query($handle: String!) {
      es: product(handle: $handle, locale: "es", country: "DE") { title description { text } }
      de: product(handle: $handle, locale: "de", country: "US") { title description { text } }
    }
    """
    told = await explained(developers, document, **SPANISH)

    assert {(one["locale"], one["country"]) for one in told["plan"]} == {
        ("es", "DE"),
        ("de", "US"),
    }
    assert {(one["locale"], one["country"]) for one in told["products"]} == {
        *(("es", "DE"), ("de", "US"))
    }


async def test_an_explained_answer_is_for_nobody_else(developers: Storefront) -> None:
    """It is neither kept nor taken from what is kept, and no cache may store it."""
    plain = await developers.send(TITLE, SPANISH)
    kept = await developers.send(TITLE, SPANISH)
    told = await developers.send(TITLE, SPANISH, ASKED)
    again = await developers.send(TITLE, SPANISH)

    assert "bff-answers;hit" in kept.headers["cache-status"]
    assert "bff-answers;fwd=bypass" in told.headers["cache-status"]
    assert told.headers["cache-control"] == "private, no-store"
    assert told.headers["cdn-cache-control"] == "no-store"
    assert "etag" not in told.headers
    assert told.json()["data"] == plain.json()["data"]
    assert again.content == plain.content
    assert "bff-answers;hit" in again.headers["cache-status"]


async def test_an_explained_answer_leaves_nothing_behind(developers: Storefront) -> None:
    """Whoever asks next without the header is executed for, and told nothing."""
    await developers.send(TITLE, SPANISH, ASKED)
    next_one = await developers.send(TITLE, SPANISH)

    assert "bff-answers;fwd=miss" in next_one.headers["cache-status"]
    assert next_one.json().keys() == {"data"}


async def test_a_get_is_explained_too(developers: Storefront) -> None:
    """And sent whole to whoever knows the plain answer by its tag."""
    params = {"query": TITLE, "variables": json.dumps(SPANISH)}
    plain = await developers.http.get("/graphql", params=params)
    headers = {**ASKED, "if-none-match": plain.headers["etag"]}
    told = await developers.http.get("/graphql", params=params, headers=headers)

    assert told.status_code == 200
    assert "explain" in told.json()["extensions"]
    assert told.headers["cache-control"] == "private, no-store"
    assert "surrogate-key" not in told.headers


@pytest.mark.parametrize("word", ["0", "true", "", "1, 1", "1.0"])
async def test_only_one_word_asks_for_it(developers: Storefront, word: str) -> None:
    """Anything else is an ordinary request."""
    answer = await developers.send(TITLE, SPANISH, {"X-Bff-Explain": word})

    assert answer.json().keys() == {"data"}


async def test_what_is_not_executed_is_not_explained(developers: Storefront) -> None:
    """A document that makes no sense has its errors, and that is all."""
    answer = await developers.send("{ nothing }", {}, ASKED)

    assert answer.json().keys() == {"errors"}


async def test_a_product_that_does_not_exist(developers: Storefront) -> None:
    """There is nothing to merge; what was asked for it is told all the same."""
    told = await explained(developers, TITLE, handle="nothing")

    assert told["products"] == []
    assert told["calls"] != []


async def test_rest_is_not_explained(developers: Storefront) -> None:
    """It goes on being what it is, kept answers included."""
    path = f"/v1/products/{PREMIUM}?locale=es&country=DE"
    await developers.http.get(path)
    again = await developers.http.get(path, headers=ASKED)

    assert "bff-answers;hit" in again.headers["cache-status"]
    assert "explain" not in again.text


async def test_a_live_shop_explains_nothing(live_shop: Storefront) -> None:
    """Without developer mode the header means nothing: not even what is kept is bypassed."""
    first = await live_shop.send(TITLE, SPANISH, ASKED)
    second = await live_shop.send(TITLE, SPANISH, ASKED)

    assert first.json().keys() == {"data"}
    assert "bff-answers;hit" in second.headers["cache-status"]
    assert second.headers["cache-control"] != "private, no-store"


async def test_the_demo_explains(upstreams: DemoUpstreams) -> None:
    """It is there to be looked into."""
    async with Storefront(wiring.demo(upstreams)) as shop:
        assert (await explained(shop, TITLE, **SPANISH))["products"]


async def test_an_explanation_tells_no_secret(upstreams: DemoUpstreams) -> None:
    """No address, no credential, no key of the cache and no word of an upstream's."""
    canary = "sk_canary_0123456789abcdef"
    settings = development(upstreams, sanity_token=canary, sanity_url="http://sanity.canary.test")
    service = wiring.wire(settings, example=EXAMPLE, clients=wiring.demo_client(upstreams))
    async with Storefront(service) as shop:
        # The embedded Sanity takes no token: its refusal has words of its own.
        answer = await shop.send(operation("ProductPage"), SPANISH, ASKED)

    told = json.dumps(answer.json()["extensions"])
    assert "UPSTREAM_REJECTED" in told
    hidden = (upstreams.publishable_key, "canary", "http", "Session not found", ":prod_")
    assert [secret for secret in hidden if secret in told] == []
