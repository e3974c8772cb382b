"""Pages, menus and shelves by GraphQL, in the words of the contract's operations."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from graphql.execution import Executor

from tests.web.editors import Editors, cms, open_shop
from tests.web.storefront import Storefront, codes, errors, operation

VIEW = {"slug": "about", "locale": "en", "country": "DE"}
MENU = {"locale": "en", "country": "DE"}


@pytest.fixture
def editors() -> Editors:
    """The people behind the shop, with one content system."""
    return Editors()


@pytest.fixture
async def shop(editors: Editors) -> AsyncIterator[Storefront]:
    """A client of their shop."""
    async with open_shop(editors) as client:
        yield client


async def test_a_content_page(shop: Storefront) -> None:
    """The contract's page shows the editor's words, and every product with its fate and price."""
    page = (await shop.ask(operation("ContentPage"), VIEW))["page"]

    price = {"min": {"amount": "27.50", "currencyCode": "EUR"}}
    assert page == {
        "id": "page_about",
        "slug": "about",
        "title": "About us",
        "body": {
            "html": "<p>Body: About us</p>",
            "text": "Body: About us",
            "locale": "en",
            "source": "sanity",
            "isFallback": False,
        },
        "seo": {"title": "About us (SEO)", "description": None},
        "items": [
            {
                "status": "AVAILABLE",
                "product": {
                    "id": "prod_tee",
                    "handle": "tee",
                    "title": "Soft tee",
                    "priceRange": price,
                },
            },
            {
                "status": "AVAILABLE",
                "product": {
                    "id": "prod_jeans",
                    "handle": "jeans",
                    "title": "Good jeans",
                    "priceRange": price,
                },
            },
            {"status": "DANGLING", "product": None},
        ],
        "alternates": [
            {"locale": "en", "slug": "about", "url": "https://shop.test/en/about"},
            {"locale": "de", "slug": "ueber-uns", "url": "https://shop.test/de/ueber-uns"},
        ],
    }


async def test_the_rest_of_a_page(shop: Storefront) -> None:
    """Pictures, free fields, context and source are there too; keys pick among free fields."""
    page = (
        await shop.ask(
            """{ page(slug: "ueber-uns", locale: "de-AT", country: "AT") {
              slug title source images { url alt width height role }
              attributes { key value } some: attributes(keys: ["teamSize"]) { key value }
              items { productId } context { locale country currencyCode }
            } }"""
        )
    )["page"]

    assert (page["slug"], page["title"], page["source"]) == ("ueber-uns", "Über uns", "sanity")
    assert page["images"] == [
        {
            "url": "https://cms.test/a.jpg",
            "alt": "Our shop",
            "width": 800,
            "height": 600,
            "role": "hero",
        }
    ]
    assert page["attributes"] == [
        {"key": "openOn", "value": ["mo", "tu"]},
        {"key": "teamSize", "value": 3},
    ]
    assert page["some"] == [{"key": "teamSize", "value": 3}]
    assert [item["productId"] for item in page["items"]] == [
        *("prod_tee", "prod_jeans", "prod_ghost")
    ]
    assert page["context"] == {"locale": "de", "country": "AT", "currencyCode": "EUR"}


async def test_the_navigation(shop: Storefront) -> None:
    """The contract's navigation shows shelves, markets, languages and a menu at once."""
    data = await shop.ask(operation("Navigation"), MENU)

    assert data["categories"] == [
        {
            "id": "pcat_apparel",
            "handle": "apparel",
            "name": "Apparel",
            "children": [{"id": "pcat_shirts", "handle": "shirts", "name": "All shirts"}],
        }
    ]
    assert data["collections"] == [{"id": "pcol_summer", "handle": "summer", "title": "Hot days"}]
    assert [market["name"] for market in data["markets"]] == ["Europe", "Japan", "United States"]
    assert [locale["code"] for locale in data["locales"]] == ["en", "de"]
    leads_nowhere = {"url": None, "page": None, "product": None, "category": None}
    leads_nowhere["collection"] = None
    first, second, third = data["navigation"]["items"]
    assert first.pop("children") == [
        {"label": "Tee", "url": "https://shop.test/en/p/tee"},
        {"label": "Ghost", "url": None},
        {"label": "Shirts", "url": "/en/c/shirts"},
        {"label": "Summer", "url": None},
    ]
    assert first == {"label": "Shop", **leads_nowhere}
    assert second == {
        **leads_nowhere,
        "label": "About",
        "url": "https://shop.test/en/about",
        "page": {"slug": "about"},
        "children": [],
    }
    assert third["url"] == "https://help.test/"


async def test_what_a_menu_leads_to(shop: Storefront) -> None:
    """Lines below lines lead to products with their fate, categories and collections."""
    data = await shop.ask(
        """{ navigation(handle: "main", locale: "de", country: "DE") { id source items { children {
          label status product { title priceRange { min { amount } } }
          category { name description { text } seo { title } } collection { title }
        } } } }"""
    )

    tee, ghost, shirts, summer = data["navigation"]["items"][0]["children"]
    assert tee["status"] == "AVAILABLE"
    assert tee["product"] == {
        "title": "Weiches Hemd",
        "priceRange": {"min": {"amount": "27.50"}},
    }
    assert (ghost["status"], ghost["product"]) == ("DANGLING", None)
    assert shirts["label"] == "Hemden"
    assert shirts["status"] is None
    assert shirts["category"] == {
        "name": "All shirts",
        "description": {"text": "Body: All shirts"},
        "seo": {"title": "Shirts (SEO)"},
    }
    assert summer["collection"] == {"title": "Hot days"}


async def test_what_cmss_say_of_a_product(shop: Storefront) -> None:
    """Films, roles of pictures, words about variants, shelves and languages are shown."""
    product = (
        await shop.ask(
            """{ product(handle: "tee", locale: "en") {
              videos { url title mediaType } images { url role }
              variants { title images { url alt role } }
              collection { handle title description { html } images { url } }
              categories { name seo { title description } }
              alternates { locale handle url }
              provenance { field source locale }
            } }"""
        )
    )["product"]

    assert product["videos"] == [
        {
            "url": "https://cms.test/tee.mp4",
            "title": "How it is made",
            "mediaType": "video/mp4",
        }
    ]
    assert product["images"] == [{"url": "https://cms.test/back.jpg", "role": "gallery"}]
    assert product["variants"] == [
        {
            "title": "Really one size",
            "images": [
                {"url": "https://cms.test/back.jpg", "alt": "From behind", "role": "gallery"}
            ],
        }
    ]
    assert product["collection"] == {
        "handle": "summer",
        "title": "Hot days",
        "description": {"html": "<p>Body: Hot days</p>"},
        "images": [],
    }
    assert product["categories"] == [
        {"name": "All shirts", "seo": {"title": "Shirts (SEO)", "description": None}}
    ]
    assert product["alternates"] == [
        {"locale": "en", "handle": "tee", "url": "https://shop.test/en/p/tee"},
        {"locale": "de", "handle": "tee", "url": "https://shop.test/p/tee"},
    ]
    films = next(one for one in product["provenance"] if one["field"] == "videos")
    assert films == {"field": "videos", "source": "sanity", "locale": "en"}


@pytest.mark.parametrize(
    "document",
    [
        '{ page(slug: "nope") { title } }',
        '{ navigation(handle: "nope") { items { label } } }',
    ],
)
async def test_what_nobody_wrote(shop: Storefront, document: str) -> None:
    """A page or a menu that nobody made is null, and no error."""
    assert list((await shop.ask(document)).values()) == [None]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ('{ page(slug: " ") { title } }', "slug: must not be empty"),
        (f'{{ page(slug: "{"x" * 257}") {{ title }} }}', "slug: at most 256 characters"),
        (
            '{ navigation(handle: "a\\u0000") { id } }',
            "handle: has characters that cannot be printed",
        ),
        ('{ page(slug: "about", country: "GB") { title } }', "country: no market serves GB"),
    ],
)
async def test_names_that_make_no_sense(
    shop: Storefront, editors: Editors, document: str, message: str
) -> None:
    """What no page can be called is refused, and asks no content system."""
    answer = await shop.send(document)

    assert [error["message"] for error in errors(answer)] == [message]
    assert editors.systems[0].calls == []


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        ('{ page(slug: "x") { items { product { addons { title } } } } }', "addons"),
        (
            """{ page(slug: "x") { ...P } } fragment P on Page { items { ...I } }
            fragment I on Addon { product { ...A } } fragment A on Product { addons { title } }""",
            "addons",
        ),
        ('{ navigation(handle: "x") { items { product { addons { title } } } } }', "addons"),
        (
            '{ navigation(handle: "x") { items { children { category { children { id } } } } } }',
            "children",
        ),
        ('{ product(handle: "x") { categories { children { id } } } }', "children"),
        (
            """{ categories { ...C } products { edges { node { categories { ...C } } } } }
            fragment C on Category { id children { id } }""",
            "children",
        ),
    ],
)
async def test_what_references_come_without(
    shop: Storefront, editors: Editors, document: str, refused: str
) -> None:
    """Nobody sees an empty list where nobody looked: asking there is refused."""
    answer = await shop.send(document)

    assert answer.status_code == 400
    assert codes(answer) == [("BAD_USER_INPUT", False)]
    assert errors(answer)[0]["message"].startswith(f"`{refused}` cannot be asked for here")
    assert editors.medusa.calls == []


async def test_children_where_they_are_known(shop: Storefront) -> None:
    """Below the root's categories they may be asked for, and menus have lines below lines."""
    data = await shop.ask(
        """{ categories { ...C } navigation(handle: "main") { items { children { label } } } }
        fragment C on Category { id children { id children { id } } }"""
    )

    assert data["categories"][0]["children"] == [{"id": "pcat_shirts", "children": []}]


@pytest.mark.parametrize(
    ("document", "shop_calls", "cms_calls"),
    [
        ('{ page(slug: "about") { title body { html } } }', [], ["pages"]),
        ('{ page(slug: "about") { items { status } } }', ["products"], ["pages", "contents"]),
        (
            '{ page(slug: "about") { items { product { handle availability } } } }',
            ["products"],
            ["pages", "contents"],
        ),
        (
            '{ page(slug: "about") { items { product { collection { title } } } } }',
            ["products"],
            ["pages", "contents", "collection", "category"],
        ),
        ('{ navigation(handle: "nope") { items { label url } } }', [], ["menus"]),
        (
            '{ navigation(handle: "main") { items { label children { label } } } }',
            ["categories", "collections"],
            ["menus"],
        ),
        (
            '{ navigation(handle: "main") { items { children { category { handle } } } } }',
            ["categories", "collections"],
            ["menus"],
        ),
        (
            '{ navigation(handle: "main") { items { children { category { name } } } } }',
            ["categories", "collections"],
            ["menus", "category", "collection"],
        ),
        (
            '{ navigation(handle: "main") { items { children { url } } } }',
            ["products", "categories", "collections"],
            ["menus", "contents"],
        ),
        ('{ product(handle: "tee") { collection { id handle } } }', ["by_handle"], []),
        (
            '{ product(handle: "tee") { collection { title } } }',
            ["by_handle"],
            ["collection", "category"],
        ),
        ('{ product(handle: "tee") { variants { id sku } } }', ["by_handle"], []),
        ('{ product(handle: "tee") { variants { title } } }', ["by_handle"], ["contents"]),
        ('{ product(handle: "tee") { alternates { url } } }', ["by_handle"], ["contents"]),
    ],
)
async def test_only_what_is_looked_at_is_asked_for(
    shop: Storefront,
    editors: Editors,
    document: str,
    shop_calls: list[str],
    cms_calls: list[str],
) -> None:
    """A storefront that wants a headline does not wait for prices, nor for words about shelves."""
    await shop.ask("{ markets { name } }")
    editors.medusa.calls.clear()

    await shop.ask(document)

    assert sorted(editors.medusa.operations()) == sorted(shop_calls)
    asked = [call.operation for call in editors.systems[0].calls]
    assert sorted(asked) == sorted(cms_calls)


async def test_groups_that_nobody_asked_the_words_of(shop: Storefront) -> None:
    """Id and handle of a product's shelves are there without asking any content system."""
    data = await shop.ask(
        '{ product(handle: "tee") { collection { id handle } categories { handle } } }'
    )

    assert data["product"] == {
        "collection": {"id": "pcol_summer", "handle": "summer"},
        "categories": [{"handle": "shirts"}],
    }


@pytest.mark.parametrize(
    ("document", "languages"),
    [
        ('{ page(slug: "about", locale: "de-AT") { title } }', "de"),
        ('{ page(slug: "about", locale: "it") { title } }', "en"),
        ('{ categories(locale: "de") { id } markets { name } }', "de"),
        (
            '{ a: page(slug: "about", locale: "de") { id } b: page(slug: "about") { id } }',
            "de, en",
        ),
        ("{ markets { name } locales { code } }", None),
        ('{ page(slug: "nope", locale: "de") { id } }', None),
        ('{ page(slug: "about", locale: "de", country: "GB") { id } }', None),
        ("{ nope }", None),
    ],
)
async def test_content_language_of_a_graphql_answer(
    shop: Storefront, document: str, languages: str | None
) -> None:
    """`Content-Language` lists all languages of an answer, and is not there without any."""
    answer = await shop.send(document, headers={"Accept-Language": "en"})

    assert answer.headers.get("content-language") == languages


@pytest.mark.parametrize(
    ("name", "variables", "roots"),
    [
        ("ContentPage", VIEW, [["page"]]),
        (
            "Navigation",
            MENU,
            [["categories"], ["collections"], ["markets"], ["locales"], ["navigation"]],
        ),
    ],
)
async def test_answers_are_written_by_plan(
    shop: Storefront,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    variables: dict[str, str],
    roots: list[list[str]],
) -> None:
    """Pages and menus are quick to write: below the root graphql-core executes nothing."""
    seen = []
    execute_field = Executor.execute_field

    def watched(self: Executor[None], *arguments: Any) -> Any:
        seen.append(arguments[3].as_list())
        return execute_field(self, *arguments)

    monkeypatch.setattr(Executor, "execute_field", watched)
    await shop.ask(operation(name), variables)

    assert seen == roots


async def test_two_systems_with_pages() -> None:
    """The first system that has a page has it; the other's page is not mixed in."""
    other = cms("Other: ", name="contentful")
    other.page_documents = [*other.page_documents]
    async with open_shop(Editors(cms(), other)) as shop:
        page = (await shop.ask(operation("ContentPage"), VIEW))["page"]

    assert page["body"]["source"] == "sanity"
    assert page["title"] == "About us"
