"""Pages by REST: the objects of GraphQL, with problems instead of errors."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from graphql import FieldNode, OperationDefinitionNode, parse

from bff.demo import DemoUpstreams, Faults
from tests.web.storefront import (
    ONLY_IN_SANITY,
    PREMIUM,
    TEE,
    WITHOUT_CONTENT,
    Json,
    Storefront,
    operation,
    problem,
)

PRODUCTS = "/v1/products"
WHOLE_ADDONS = """
query Page($handle: String!, $locale: Locale, $country: CountryCode) {
  product(handle: $handle, locale: $locale, country: $country) {
    addons { title items { productId status product {
      id handle title subtitle description { html text excerpt locale source isFallback blocks }
      thumbnail { url alt width height role } images { url alt width height role }
      seo { title description } attributes { key value } categories { id handle name }
      variants { id sku title options { name value } images { url } price { amount currencyCode }
        priceWithTax { amount } priceWithoutTax { amount } compareAtPrice { amount }
        priceStatus taxIncluded availability quantity }
      context { locale country regionId currencyCode }
      provenance { field source locale isFallback }
    } } }
  }
}
"""


def picked(document: str, product: Json) -> Any:
    """Return what an operation with one root field would show of a product."""
    definition = parse(document).definitions[0]
    assert isinstance(definition, OperationDefinitionNode)
    (root,) = definition.selection_set.selections
    assert isinstance(root, FieldNode)
    return _picked(root, product)


def _picked(node: FieldNode, value: Any) -> Any:
    if node.selection_set is None or value is None:
        return value
    if isinstance(value, list):
        return [_picked(node, one) for one in value]
    inner = [one for one in node.selection_set.selections if isinstance(one, FieldNode)]
    return {one.name.value: _picked(one, value[one.name.value]) for one in inner}


@pytest.mark.parametrize("handle", [TEE, PREMIUM, "wool-blanket", "rain-jacket", WITHOUT_CONTENT])
@pytest.mark.parametrize(("locale", "country"), [("es", "DE"), ("fr-CA", "JP")])
@pytest.mark.parametrize("document", [operation("ProductPage"), WHOLE_ADDONS])
async def test_the_same_objects_as_graphql(
    storefront: Storefront, document: str, handle: str, locale: str, country: str
) -> None:
    """Field by field, a REST page says what the GraphQL answer says."""
    page = await storefront.get(f"{PRODUCTS}/{handle}?locale={locale}&country={country}")
    variables = {"handle": handle, "locale": locale, "country": country}
    data = await storefront.ask(document, variables)

    assert page.status_code == 200
    assert page.headers["content-type"] == "application/json"
    assert picked(document, page.json()) == data["product"]
    assert "degraded" not in page.json()


async def test_a_batch_keeps_the_order(storefront: Storefront) -> None:
    """Several products come in the order they were asked for, with those that are missing."""
    view = "locale=de&country=AT"
    asked = f"{PREMIUM}, none ,{TEE},{ONLY_IN_SANITY},{PREMIUM}"

    page = await storefront.get(f"{PRODUCTS}?handles={quote(asked)}&{view}")

    assert page.status_code == 200
    assert page.json().keys() == {"products", "missing"}
    assert page.json()["missing"] == ["none", ONLY_IN_SANITY]
    single = [await storefront.get(f"{PRODUCTS}/{handle}?{view}") for handle in (PREMIUM, TEE)]
    assert page.json()["products"] == [one.json() for one in single]


async def test_a_batch_by_id(storefront: Storefront) -> None:
    """Ids pick as handles do; they are what is missing, too."""
    by_handle = (await storefront.get(f"{PRODUCTS}?handles={TEE},{PREMIUM}")).json()["products"]
    first, second = (product["id"] for product in by_handle)

    page = await storefront.get(f"{PRODUCTS}?ids={second},prod_none,{first}")

    assert page.json() == {"products": by_handle[::-1], "missing": ["prod_none"]}


async def test_a_batch_of_a_hundred(storefront: Storefront) -> None:
    """A hundred may be asked for at once, and not one is forgotten."""
    handles = [TEE, *(f"none-{number}" for number in range(99))]

    page = await storefront.get(f"{PRODUCTS}?handles={','.join(handles)}")

    assert [product["handle"] for product in page.json()["products"]] == [TEE]
    assert page.json()["missing"] == handles[1:]


async def test_without_arguments_the_shop_decides(storefront: Storefront) -> None:
    """A page without language and country is in the shop's own and for its own market."""
    page = await storefront.get(f"{PRODUCTS}/{TEE}")

    assert page.json()["title"] == "Organic Cotton T-Shirt"
    assert page.json()["context"]["country"] == "US"


@pytest.mark.parametrize(
    ("locale", "language"), [("es", "es"), ("DE-at", "de"), ("it", "en"), ("es-419", "es")]
)
async def test_content_language_is_what_was_applied(
    storefront: Storefront, locale: str, language: str
) -> None:
    """`Content-Language` tells the language of the shop that serves the wish best."""
    page = await storefront.get(f"{PRODUCTS}/{TEE}?locale={locale}")

    assert page.headers["content-language"] == language
    assert page.headers["cache-control"] == "no-cache"
    assert "vary" not in page.headers


@pytest.mark.parametrize("path", [f"/{TEE}", f"?handles={TEE}"])
async def test_a_page_that_the_browser_decided(storefront: Storefront, path: str) -> None:
    """A page in the browser's language says so and is kept by no shared cache."""
    page = await storefront.get(PRODUCTS + path, accept_language="fr-CA, en;q=0.1")

    assert page.headers["content-language"] == "fr"
    assert page.headers["vary"] == "Accept-Language"
    assert page.headers["cache-control"] == "private, no-cache"
    assert page.headers["cdn-cache-control"] == "no-store"


@pytest.mark.parametrize("handle", ["no-such-thing", ONLY_IN_SANITY, quote("naïve ☕")])
async def test_no_such_product(storefront: Storefront, handle: str) -> None:
    """What Medusa does not sell is 404, even if Sanity has a page for it."""
    answer = await storefront.get(f"{PRODUCTS}/{handle}")

    assert problem(answer) == (404, "NOT_FOUND", False)
    assert answer.json()["detail"] == "handle: there is no such product"


@pytest.mark.parametrize("path", [f"/{TEE}", f"?handles={TEE}", f"?ids={TEE}"])
@pytest.mark.parametrize(
    ("query", "refusal", "argument"),
    [
        ("locale=", (400, "BAD_USER_INPUT", False), "locale: "),
        ("locale=d", (400, "BAD_USER_INPUT", False), "locale: "),
        ("locale=de_DE", (400, "BAD_USER_INPUT", False), "locale: "),
        ("locale=" + "a" * 10_000, (400, "BAD_USER_INPUT", False), "locale: "),
        ("locale=de%00", (400, "BAD_USER_INPUT", False), "locale: "),
        ("locale=%ED%A0%80", (400, "BAD_USER_INPUT", False), "locale: "),
        ("country=", (400, "BAD_USER_INPUT", False), "country: "),
        ("country=DEU", (400, "BAD_USER_INPUT", False), "country: "),
        ("country=D1", (400, "BAD_USER_INPUT", False), "country: "),
        ("country=%C3%9F%C3%9F", (400, "BAD_USER_INPUT", False), "country: "),
        ("country=GB", (400, "UNKNOWN_MARKET", False), "country: "),
        ("country=xx", (400, "UNKNOWN_MARKET", False), "country: "),
    ],
)
async def test_bad_language_or_market(
    storefront: Storefront, path: str, query: str, refusal: tuple[int, str, bool], argument: str
) -> None:
    """A wrong language or market is a problem that names the argument."""
    joint = "&" if "?" in path else "?"
    answer = await storefront.get(PRODUCTS + path + joint + query)

    assert problem(answer) == refusal
    assert answer.json()["detail"].startswith(argument)


@pytest.mark.parametrize(
    "path",
    [
        "/%20",
        "/%00",
        "/%0A",
        f"/{TEE}%0D%0AX-Injected:%201",
        "/" + "x" * 257,
        "/" + "x" * 10_000,
        "?",
        "?handles=",
        "?ids=",
        "?handles=,",
        f"?handles={TEE},",
        f"?handles={TEE}&ids=prod_1",
        "?handles=&ids=",
        "?handles=" + ",".join(f"h{n}" for n in range(101)),
        "?ids=" + ",".join(f"h{n}" for n in range(101)),
        "?handles=" + ",".join(["same"] * 101),
        "?handles=%07",
        "?handles=" + "x" * 10_000,
    ],
)
async def test_bad_handles_and_ids(
    storefront: Storefront, upstreams: DemoUpstreams, path: str
) -> None:
    """Wrong, missing or too many handles are a problem, and nobody is asked about them."""
    answer = await storefront.get(PRODUCTS + path)

    assert problem(answer) == (400, "BAD_USER_INPUT", False)
    assert upstreams.medusa.calls["/store/products"] == 0
    assert "x-injected" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/nope", "/v1", "/v1/", "/v1/products/", "/v1/products/a/b", "/v1/products/a/"),
        *("/graphql/", "/GRAPHQL", "/v2/products", "/livez/", "//", "/docs/redoc"),
    ],
)
async def test_paths_that_lead_nowhere(storefront: Storefront, path: str) -> None:
    """An unknown path is a problem too, and never a detour to another address."""
    assert problem(await storefront.get(path)) == (404, "NOT_FOUND", False)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/v1/products", f"/v1/products/{TEE}", "/livez"])
async def test_methods_that_are_not_there(storefront: Storefront, method: str, path: str) -> None:
    """A wrong method is a problem that names the right ones."""
    answer = await storefront.http.request(method, path)

    assert problem(answer) == (405, "METHOD_NOT_ALLOWED", False)
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        (Faults(status=500), (503, "UPSTREAM_UNAVAILABLE", True)),
        (Faults(status=429), (503, "UPSTREAM_UNAVAILABLE", True)),
        (Faults(status=401), (502, "UPSTREAM_REJECTED", False)),
        (Faults(status=302), (502, "UPSTREAM_MALFORMED", True)),
    ],
)
@pytest.mark.parametrize("path", [f"/{TEE}", f"?handles={TEE}"])
async def test_medusa_down(
    storefront: Storefront,
    upstreams: DemoUpstreams,
    faults: Faults,
    expected: tuple[int, str, bool],
    path: str,
) -> None:
    """An outage is a problem of its own, never a 404; afterwards the page is there at once."""
    upstreams.medusa.faults = faults
    assert problem(await storefront.get(PRODUCTS + path)) == expected

    upstreams.medusa.faults = Faults()
    assert (await storefront.get(PRODUCTS + path)).status_code == 200


@pytest.mark.parametrize("path", [f"/{TEE}", f"?handles={TEE}"])
async def test_sanity_down(storefront: Storefront, upstreams: DemoUpstreams, path: str) -> None:
    """Without Sanity the page has Medusa's text, says so, and is kept by nobody."""
    upstreams.sanity.faults = Faults(status=500)
    page = await storefront.get(PRODUCTS + path + ("&" if "?" in path else "?") + "locale=de")

    assert page.status_code == 200
    assert page.json()["degraded"] == [
        {
            "source": "sanity",
            "reason": "UPSTREAM_UNAVAILABLE",
            "served": "medusa",
            "ageSeconds": None,
        }
    ]
    assert page.headers["cache-control"] == "no-store"


async def test_headers_of_a_product_page(storefront: Storefront) -> None:
    """Nothing is sent that nobody asked for: no server, no cookie."""
    page = await storefront.get(f"{PRODUCTS}/{TEE}?locale=en")

    assert _names(page) == {
        *("cache-control", "cdn-cache-control", "surrogate-key", "cache-tag", "etag"),
        "x-content-type-options",
        *("content-language", "content-length", "content-type"),
        *("cache-status", "server-timing", "x-request-id"),
    }


def _names(answer: httpx.Response) -> set[str]:
    headers: Mapping[str, str] = answer.headers
    return set(headers)
