"""Pages by REST, and what both kinds of pages say of their other languages."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bff.domain.urls import UrlTemplates
from bff.errors import UpstreamUnavailable
from tests.catalog.fakes import DE, EN
from tests.web.editors import Editors, about, open_shop
from tests.web.storefront import Storefront, operation, problem
from tests.web.test_openapi import differences, openapi, said_of, undocumented
from tests.web.test_rest import picked

WHOLE_ITEMS = """
query Page($slug: String!, $locale: Locale, $country: CountryCode) {
  page(slug: $slug, locale: $locale, country: $country) {
    source images { url alt width height role } attributes { key value }
    context { locale country regionId currencyCode }
    items { productId status product {
      id handle title subtitle description { html text blocks locale source isFallback }
      videos { url title mediaType } images { url role } seo { title description }
      collection { id title description { text } } categories { id name }
      variants { id title images { url } price { amount currencyCode } availability }
      alternates { locale handle url } provenance { field source locale isFallback }
    } }
  }
}
"""
SLUG_AND_ID = (
    "query($slug: String!, $locale: Locale) { page(slug: $slug, locale: $locale) { id slug } }"
)
PAGE_LINKS = (
    '<https://shop.test/en/about>; rel="alternate"; hreflang="en", '
    '<https://shop.test/de/ueber-uns>; rel="alternate"; hreflang="de"'
)
TEE_LINKS = (
    '<https://shop.test/en/p/tee>; rel="alternate"; hreflang="en", '
    '<https://shop.test/p/tee>; rel="alternate"; hreflang="de"'
)


@pytest.fixture
def editors() -> Editors:
    """The people behind the shop, with one content system."""
    return Editors()


@pytest.fixture
async def shop(editors: Editors) -> AsyncIterator[Storefront]:
    """A client of their shop."""
    async with open_shop(editors) as client:
        yield client


@pytest.mark.parametrize("slug", ["about", "ueber-uns"])
@pytest.mark.parametrize(("locale", "country"), [("en", "DE"), ("de-AT", "JP"), ("it", "US")])
@pytest.mark.parametrize("document", [operation("ContentPage"), WHOLE_ITEMS])
async def test_the_same_objects_as_graphql(
    shop: Storefront, document: str, slug: str, locale: str, country: str
) -> None:
    """Field by field, a REST page says what the GraphQL answer says."""
    page = await shop.get(f"/v1/pages/{slug}?locale={locale}&country={country}")
    data = await shop.ask(document, {"slug": slug, "locale": locale, "country": country})

    assert page.status_code == 200
    assert page.headers["content-type"] == "application/json"
    assert picked(document, page.json()) == data["page"]
    assert "degraded" not in page.json()
    assert all("addons" not in item["product"] for item in page.json()["items"][:2])


@pytest.mark.parametrize(
    ("path", "links"), [("/v1/pages/about", PAGE_LINKS), ("/v1/products/tee", TEE_LINKS)]
)
@pytest.mark.parametrize("locale", ["en", "de", "it"])
async def test_every_language_names_all_of_them(
    shop: Storefront, path: str, links: str, locale: str
) -> None:
    """The header is the same in each language, and says what `alternates` says."""
    page = await shop.get(f"{path}?locale={locale}")

    assert page.headers["link"] == links
    assert links == ", ".join(
        f'<{one["url"]}>; rel="alternate"; hreflang="{one["locale"]}"'
        for one in page.json()["alternates"]
    )
    assert page.headers["content-language"] == ("de" if locale == "de" else "en")


async def test_a_shop_without_addresses() -> None:
    """Without templates there is no header: a relative address would mean this service."""
    async with open_shop(Editors(urls=UrlTemplates())) as shop:
        page = await shop.get("/v1/pages/about")

    assert "link" not in page.headers
    assert [one["url"] for one in page.json()["alternates"]] == [None, None]


async def test_a_list_has_no_other_languages(shop: Storefront) -> None:
    """Several products at once are no page that search engines could know."""
    page = await shop.get("/v1/products?handles=tee,jeans")

    assert "link" not in page.headers


async def test_a_page_that_the_browser_decided(shop: Storefront) -> None:
    """A page in the browser's language says so and is kept by no shared cache."""
    page = await shop.get("/v1/pages/about", accept_language="de-AT, en;q=0.1")

    assert page.json()["title"] == "Über uns"
    assert page.headers["content-language"] == "de"
    assert page.headers["vary"] == "Accept-Language, X-Bff-Preview"
    assert page.headers["cache-control"] == "private, no-cache"
    assert page.headers["cdn-cache-control"] == "no-store"


async def test_a_page_that_the_address_decided(shop: Storefront) -> None:
    """A page whose address names its language is the same for everybody."""
    page = await shop.get("/v1/pages/about?locale=de", accept_language="en")

    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["vary"] == "X-Bff-Preview"


async def test_a_german_shopper_saw_the_page_that_only_the_english_call_info(
    shop: Storefront, editors: Editors
) -> None:
    """A slug that two pages have leads to the one that is called so in the shopper's language."""
    english, german = about("Opening hours"), about("Contact")
    editors.systems[0].page_documents = [
        replace(english, document_id="page_hours", slugs={EN: "info", DE: "zeiten"}),
        replace(german, document_id="page_contact", slugs={EN: "contact", DE: "info"}),
    ]

    seen = {}
    for locale in ("de-AT", "en"):
        asked = {"slug": "info", "locale": locale}
        by_graphql = await shop.ask(SLUG_AND_ID, asked)
        by_rest = (await shop.get(f"/v1/pages/info?locale={locale}")).json()
        assert {name: by_rest[name] for name in ("id", "slug")} == by_graphql["page"]
        seen[locale] = (by_rest["id"], by_rest["slug"])

    assert seen == {"de-AT": ("page_contact", "info"), "en": ("page_hours", "info")}


async def test_no_such_page(shop: Storefront) -> None:
    """What nobody wrote is 404."""
    answer = await shop.get("/v1/pages/nope")

    assert problem(answer) == (404, "NOT_FOUND", False)
    assert answer.json()["detail"] == "slug: there is no such page"


@pytest.mark.parametrize(
    ("path", "code", "argument"),
    [
        ("/%20", "BAD_USER_INPUT", "slug: "),
        ("/" + "x" * 257, "BAD_USER_INPUT", "slug: "),
        ("/a%00", "BAD_USER_INPUT", "slug: "),
        ("/about?locale=de_DE", "BAD_USER_INPUT", "locale: "),
        ("/about?country=DEU", "BAD_USER_INPUT", "country: "),
        ("/about?country=GB", "UNKNOWN_MARKET", "country: "),
    ],
)
async def test_requests_that_make_no_sense(
    shop: Storefront, editors: Editors, path: str, code: str, argument: str
) -> None:
    """A wrong name, language or market is a problem that names the argument."""
    answer = await shop.get("/v1/pages" + path)

    assert problem(answer) == (400, code, False)
    assert answer.json()["detail"].startswith(argument)
    assert editors.systems[0].calls == []


async def test_methods_of_a_page(shop: Storefront) -> None:
    """HEAD is GET without the body, its id too; other methods are told which there are."""
    fetched = await shop.get("/v1/pages/about?locale=de", x_request_id="its-id")
    head = await shop.http.head("/v1/pages/about?locale=de", headers={"X-Request-Id": "its-id"})
    refused = await shop.http.post("/v1/pages/about")

    telling = ("cache-status", "server-timing")  # how this very answer came about
    for name in telling:
        del head.headers[name], fetched.headers[name]
    assert head.headers == fetched.headers
    assert head.headers["x-request-id"] == "its-id"
    assert head.content == b""
    assert problem(refused) == (405, "METHOD_NOT_ALLOWED", False)
    assert refused.headers["allow"] == "GET, HEAD"


async def test_a_real_page_is_as_described(shop: Storefront, editors: Editors) -> None:
    """A page has what the OpenAPI document promises and no more, also when it is degraded."""
    document = await openapi(shop)
    whole = await shop.get("/v1/pages/about?locale=de&country=DE")
    editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "products"))
    degraded = await shop.get("/v1/pages/about?locale=de&country=JP")
    missing = await shop.get("/v1/pages/nope")

    assert degraded.json()["degraded"]
    schema = said_of(document, "/v1/pages/{slug}", 200, "application/json")
    for page in (whole, degraded):
        assert list(differences(schema, page.json(), document, "page")) == []
        assert list(undocumented(schema, page.json(), document, "page")) == []
    schema = said_of(document, "/v1/pages/{slug}", 404, "application/problem+json")
    assert list(differences(schema, missing.json(), document, "problem")) == []
