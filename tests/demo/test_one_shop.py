"""One shop, told by each content system: shoppers see the same, but where these cannot do it.

What a content system cannot do is asserted, too: nothing is compared loosely for its sake.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bff.demo import demo_upstreams
from bff.demo.catalogue import load_catalogue, sold_products
from tests.demo.services import storefront_over
from tests.web.storefront import Storefront, operation

Json = Any
CATALOGUE = load_catalogue()
LANGUAGES = (*CATALOGUE["locales"], "de-AT", "it")
"""The shop's, one that falls back to its language and one that nobody speaks."""
OTHERS = ("contentful", "strapi", "strapi-account", "strapi-4")
CASES = [
    *((content, tag) for content in ("contentful", "strapi", "strapi-4") for tag in LANGUAGES),
    ("strapi-account", "es"),  # the same server, by another door
]
DEFAULT = next(iter(CATALOGUE["locales"]))
PAGES = ("home", "about", "sobre-nosotros", "ueber-uns", "nowhere")
LOST: Json = {"status": "DANGLING", "product": None}
FILES = """
query($handle: String!, $locale: Locale) {
  product(handle: $handle, locale: $locale) { videos { title } images { role } }
}
"""


async def asked(shop: Storefront, name: str, **variables: object) -> Json:
    return await shop.ask(operation(name), {"country": "DE", **variables})


def alike(html: str | None) -> str | None:
    """Return HTML without what each editor's tool puts around the same words.

    Contentful has paragraphs within items and quotes, and marks are nested in either order.
    """
    if html is None:
        return None
    plain = re.sub(r"<(li|blockquote)><p>(.*?)</p></\1>", r"<\1>\2</\1>", html)
    return re.sub(r"<em><strong>(.*?)</strong></em>", r"<strong><em>\1</em></strong>", plain)


def told(product: Json, source: str, language: str) -> Json:
    """Return what is to be the same of a product's page, whoever tells it."""
    for part in product["provenance"]:
        part["source"] = "editors" if part["source"] == source else part["source"]
    # Sanity's title in the shop's language is a copy of Medusa's, which counts; elsewhere the
    # editors' own counts. It reads the same here.
    [title] = [part for part in product["provenance"] if part["field"] == "title"]
    title["source"] = "editors"
    for image in product["images"]:
        del image["url"]  # each keeps its own files
        if source == "strapi" and language != DEFAULT:
            del image["alt"]  # and Strapi has one text about each
    if product["description"]:
        product["description"]["source"] = product["description"]["source"].replace(
            source, "editors"
        )
        product["description"]["html"] = alike(product["description"]["html"])
    return product


def addons_of(handle: str) -> list[str]:
    """Return the handles of a product's addons as shoppers see them: each once, never itself."""
    product = next(one for one in CATALOGUE["products"] if one["handle"] == handle)
    addons = product["content"] and product["content"].get("addons")
    named = addons["products"] if addons else []
    return [one for one in dict.fromkeys(named) if one != handle]


def is_written(handle: str, language: str | None = None) -> bool:
    """Tell whether there is a document about a product, or one in a language."""
    contents = [one["content"] for one in CATALOGUE["products"] if one["handle"] == handle]
    specs = [spec for content in contents if content for spec in content["specs"]]
    return any(language in (None, spec["lang"]) for spec in specs)


def shown_by(source: str, handle: str, groups: Json) -> Json:
    """Return a product's addons as they are where its document is not Sanity's."""
    named = addons_of(handle)
    shown = []
    for group in groups:
        pairs = [*zip(named, group["items"], strict=True)]
        if source == "strapi":
            # A relation leads to what is there in the language of the list, and nowhere else; the
            # list is the shop's own, or that of the next language that has any.
            lists = (
                [item for name, item in pairs if is_written(name, tag)]
                for tag in CATALOGUE["locales"]
            )
            items = next(filter(None, lists), [])
        else:
            # A link names an entry: where there is none, nobody knows whose it was.
            items = [item if is_written(name) else LOST for name, item in pairs]
        shown.append({**group, "items": items})
    return [group for group in shown if group["items"]]


@pytest.mark.parametrize(("content", "language"), CASES)
async def test_a_shop_reads_the_same(content: str, language: str) -> None:
    """Every product's page, told by another content system in a language of the shopper's."""
    source = content.partition("-")[0]
    upstreams = demo_upstreams()
    async with (
        storefront_over(upstreams, "sanity") as first,
        storefront_over(upstreams, content) as second,
    ):
        for sold in sold_products(CATALOGUE):
            handle = sold["handle"]
            page = {"handle": handle, "locale": language}
            expected = (await asked(first, "ProductPage", **page))["product"]
            expected["addons"] = shown_by(source, handle, expected["addons"])
            found = (await asked(second, "ProductPage", **page))["product"]
            if source == "strapi" and language != DEFAULT:
                for image in expected["images"]:
                    del image["alt"]

            assert told(found, source, language) == told(expected, "sanity", language)


@pytest.mark.parametrize(("content", "language"), CASES)
async def test_pages_and_menus_read_the_same(content: str, language: str) -> None:
    """An editors' page by each of its slugs, the main menu, and 24 cards with their addons."""
    source = content.partition("-")[0]
    upstreams = demo_upstreams()
    async with (
        storefront_over(upstreams, "sanity") as first,
        storefront_over(upstreams, content) as second,
    ):
        for slug in PAGES:
            named = {"slug": slug, "locale": language}
            expected = (await asked(first, "ContentPage", **named))["page"]
            found = (await asked(second, "ContentPage", **named))["page"]
            assert _page(found) == _page(expected)
        menus = [await asked(shop, "Navigation", locale=language) for shop in (first, second)]
        cards = [
            await asked(shop, "ProductCardsWithAddons", first=24, locale=language)
            for shop in (first, second)
        ]

    lines = menus[0]["navigation"]["items"]
    if source == "strapi" and language == "fr":
        # There is no French page to lead to: Strapi refuses to store such a line.
        lines[:] = [line for line in lines if line["page"] != {"slug": "about"}]
    assert menus[1] == menus[0]
    titles = [[edge["node"]["title"] for edge in one["products"]["edges"]] for one in cards]
    assert titles[1] == titles[0]


def _page(page: Json) -> Json:
    if page is not None:
        del page["id"]  # the document's
        page["body"]["html"] = alike(page["body"]["html"])
        page["body"]["source"] = "editors"
    return page


@pytest.mark.parametrize("content", ["sanity", *OTHERS])
async def test_boots_have_their_pictures_and_a_film(content: str) -> None:
    """What pictures are for is known in every content system, and what a film is called."""
    async with storefront_over(demo_upstreams(), content) as shop:
        found = await shop.ask(FILES, {"handle": "trail-boots", "locale": "en"})

    assert found["product"] == {
        "videos": [{"title": "A walk in the rain"}],
        "images": [{"role": "hero"}, {"role": "gallery"}],
    }


@pytest.mark.parametrize("content", ["sanity", *OTHERS])
async def test_a_page_costs_as_many_questions_as_it_should(content: str) -> None:
    """One product's content is one question, and one more for addons that do not come along.

    That is beside what is asked once of a space or a session.
    """
    upstreams = demo_upstreams()
    async with storefront_over(upstreams, content) as shop:
        await asked(shop, "ProductPage", handle="premium-cotton-t-shirt", locale="es")

    expected = 2 if content.startswith("strapi") else 1
    assert _questions(upstreams.content[content].upstream.calls) == expected


def _questions(calls: Mapping[str, int]) -> int:
    once = ("/content_types", "/locales", "/api/auth/local")
    return sum(count for path, count in calls.items() if not path.endswith(once))
