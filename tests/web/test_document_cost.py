"""What a document is said to cost is never less than the calls that it makes."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from graphql import parse

from bff import wiring
from bff.demo import DemoUpstreams
from bff.domain.commerce import MEDUSA
from bff.settings import Settings
from bff.settings.limits import LimitSettings
from bff.web.document_cost import Priced, _Reckoning
from bff.web.schema import build_schema
from bff.web.surface import ContentCalls
from bff.wiring.content_calls import content_calls
from tests.web.settings import shop_settings
from tests.web.storefront import PREMIUM, Storefront, codes, operation

Case = tuple[str, Mapping[str, Any]]

CONTRACT: Mapping[str, Case] = {
    "ProductPage": (
        operation("ProductPage"),
        {"handle": PREMIUM, "locale": "es", "country": "DE"},
    ),
    "ProductById": (operation("ProductById"), {"id": "prod_1", "locale": "en", "country": "US"}),
    "ProductCardsWithAddons": (
        operation("ProductCardsWithAddons"),
        {"first": 24, "locale": "fr", "country": "FR"},
    ),
    "Navigation": (operation("Navigation"), {"locale": "en", "country": "US"}),
    "ContentPage": (
        operation("ContentPage"),
        {"slug": "about", "locale": "es", "country": "DE"},
    ),
}


def aliased(count: int, field: Callable[[int], str]) -> Case:
    """Return a document with so many fields of the root."""
    return "{ " + " ".join(f"a{n}: {field(n)}" for n in range(count)) + " }", {}


COUNTRIES = ("DE", "US", "FR", "JP", "ES")
WITH_ADDONS = "{ title addons { items { product { id title } } } }"

ADVERSARIAL: Mapping[str, Case] = {
    "countries": aliased(
        5, lambda n: f'product(handle: "{PREMIUM}", country: "{COUNTRIES[n]}") {WITH_ADDONS}'
    ),
    "languages": aliased(
        20, lambda n: f'product(handle: "{PREMIUM}", locale: "de-{n:03}") {WITH_ADDONS}'
    ),
    "lists": aliased(40, lambda n: f"products(first: {n + 1}) {{ edges {{ node {{ title }} }} }}"),
    "lists in markets": aliased(
        15,
        lambda n: (
            f'products(first: {n + 1}, country: "{COUNTRIES[n % 5]}") '
            "{ edges { node { title addons { title } } } }"
        ),
    ),
    "pages": aliased(50, lambda n: f'page(slug: "about-{n}") {{ title }}'),
    "pages in markets": aliased(
        5,
        lambda n: (
            f'page(slug: "about", country: "{COUNTRIES[n]}") {{ items {{ product {{ title }} }} }}'
        ),
    ),
    "menus": aliased(
        20, lambda n: f'navigation(handle: "m{n}") {{ items {{ label product {{ title }} }} }}'
    ),
    "the same menu": aliased(
        5,
        lambda n: (
            f'navigation(handle: "main", country: "{COUNTRIES[n]}") '
            "{ items { url product { title } category { name } children { url } } }"
        ),
    ),
    "many unknown products": aliased(90, lambda n: f'product(handle: "none-{n}") {{ title }}'),
    "long unknown handles": aliased(
        90, lambda n: f'product(handle: "{"n" * 240}{n}") {{ title }}'
    ),
    "long unknown ids": aliased(90, lambda n: f'productById(id: "{"n" * 240}{n}") {{ title }}'),
    "handles that grow when quoted": (
        "query ($h: [String!]) { products(filter: { handles: $h }) { edges { cursor } } }",
        {"h": ["ü" * 250 + str(number) for number in range(100)]},
    ),
    "by a default": (
        "query ($f: ProductFilter = { ids: ["
        + ", ".join(f'"{"n" * 200}{n}"' for n in range(90))
        + "] }) { products(filter: $f) { edges { node { title } } } }",
        {},
    ),
    "groups": (
        '{ a: categories(locale: "de") { id } b: categories { id } collections { id } }',
        {},
    ),
    "a hundred cards": (operation("ProductCardsWithAddons"), {"first": 100, "locale": "fr"}),
    "nothing": ("{ __typename locales { code } }", {}),
}


def settings_for(upstreams: DemoUpstreams, names: tuple[str, ...]) -> Settings:
    """Return settings that read some of the demo's content systems, and refuse nothing."""
    given = shop_settings(upstreams).model_dump(exclude_unset=True)
    given["content"] = [dict(upstreams.content[name].settings) for name in names]
    given["limits"] = {"upstream_calls": 1_000_000, "values": 1_000_000}
    return Settings.model_validate(given)


def opening(upstreams: DemoUpstreams) -> wiring.OpenClient:
    """Return what opens clients to the embedded upstreams, each by its source's name."""

    def open_one(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        app = upstreams.medusa if source == MEDUSA else upstreams.content[source].upstream
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url=base_url,
            headers=dict(headers),
            limits=httpx.Limits(max_connections=connections),
        )

    return open_one


def cost(document: str, variables: Mapping[str, Any], content: tuple[ContentCalls, ...]) -> int:
    """Return what the only operation of a document is said to cost."""
    return Priced.of(parse(document)).bill(None, variables, content).calls


async def called(
    upstreams: DemoUpstreams, names: tuple[str, ...], case: Case
) -> tuple[int, int, httpx.Response]:
    """Return what a document is said to cost, what it does where nothing is cached, its answer."""
    settings = settings_for(upstreams, names)
    service = wiring.wire(settings, example=None, clients=opening(upstreams))
    async with Storefront(service) as storefront:
        answer = await storefront.send(*case)
    asked = (upstreams.medusa, *(upstreams.content[name].upstream for name in names))
    made = sum(sum(one.calls.values()) for one in asked)
    return cost(*case, content_calls(settings)), made, answer


SYSTEMS = [("sanity",), ("contentful",), ("strapi",), ("sanity", "contentful", "strapi"), ()]


@pytest.mark.parametrize("names", SYSTEMS)
@pytest.mark.parametrize("case", CONTRACT)
async def test_operations_of_storefronts(
    upstreams: DemoUpstreams, names: tuple[str, ...], case: str
) -> None:
    """They cost what they make, or not much more: a limit in calls means calls."""
    said, made, answer = await called(upstreams, names, CONTRACT[case])

    assert "errors" not in answer.json() or not names
    assert made <= said
    if names == ("sanity",):
        assert said <= 2 * made


@pytest.mark.parametrize("names", SYSTEMS)
@pytest.mark.parametrize("case", ADVERSARIAL)
async def test_documents_that_ask_for_much(
    upstreams: DemoUpstreams, names: tuple[str, ...], case: str
) -> None:
    """However a client puts it, more calls than were reckoned with are not made."""
    said, made, _ = await called(upstreams, names, ADVERSARIAL[case])

    assert made <= said


ONE = (ContentCalls(),)


def test_an_alias_of_a_page_costs_a_call() -> None:
    """Pages are not read together, so each costs as much as the first one."""
    once, often = (
        cost(*aliased(count, lambda n: f'page(slug: "p{n}") {{ title }}'), ONE) for count in (1, 9)
    )

    assert often - once == 8


def test_the_same_thing_twice_costs_once() -> None:
    """Merged fields are one field, and fragments count where they are used."""
    twice = """{ page(slug: "a") { title } page(slug: "a") { slug } ...A ...A }
    fragment A on Query { page(slug: "a") { id } }"""

    assert cost(twice, {}, ONE) == cost('{ page(slug: "a") { title slug id } }', {}, ONE)


def test_variables_say_how_many_contexts_there_are() -> None:
    """Two variables with one value are one market; with two values they are two."""
    document = (
        "query ($a: CountryCode, $b: CountryCode) { "
        'x: product(handle: "a", country: $a) { id } y: product(handle: "b", country: $b) { id } }'
    )

    assert cost(document, {"a": "DE", "b": "de"}, ONE) == 2
    assert cost(document, {"a": "DE", "b": "US"}, ONE) == 3


@pytest.mark.parametrize(
    "wrong", [{"f": 1}, {"f": {"ids": {"a": ["b"]}}}, {"f": {"ids": [1, None]}}, {"n": "x"}, {}]
)
def test_variables_that_make_no_sense(wrong: Mapping[str, Any]) -> None:
    """The executor refuses them; the reckoning does not stumble."""
    document = (
        "query ($f: ProductFilter, $n: Int) { products(filter: $f, first: $n) { totalCount } }"
    )

    assert cost(document, wrong, ONE) >= 2


async def test_a_document_that_is_too_dear(live_shop: Storefront) -> None:
    """It is refused before anybody is asked, and told by how much."""
    document, variables = aliased(70, lambda n: f"products(first: {n + 1}) {{ totalCount }}")
    answer = await live_shop.send(document, variables)

    assert answer.status_code == 400
    assert codes(answer) == [("QUERY_TOO_COMPLEX", False)]
    assert answer.json()["errors"][0]["message"] == (
        "the operation may cost 71 calls to the sources; 60 are the most"
    )


async def test_an_answer_that_would_be_huge(live_shop: Storefront) -> None:
    """A hundred excerpts of a hundred products keep one client busy, and all others."""
    fields = " ".join(f"e{n}: description {{ excerpt(length: {n + 1}) }}" for n in range(99))
    document = "query ($n: Int) { products(first: $n) { edges { node { FIELDS } } } }"
    document = document.replace("FIELDS", fields)
    few, many = [await live_shop.send(document, {"n": count}) for count in (10, 100)]

    assert few.status_code == 200
    assert many.status_code == 400
    assert codes(many) == [("QUERY_TOO_COMPLEX", False)]
    assert "20000 values" in many.json()["errors"][0]["message"]


async def test_all_of_a_hundred_products(live_shop: Storefront) -> None:
    """Whoever exports the catalogue asks for everything, a hundred products at a time."""
    page = operation("ProductPage").partition("{")[2].partition("{")[2].rpartition("}")[0]
    document = f"{{ products(first: 100) {{ edges {{ node {{ {page.rpartition('}')[0]} }} }} }} }}"

    assert (await live_shop.send(document)).status_code == 200


async def test_rest_has_no_limits_of_documents(upstreams: DemoUpstreams) -> None:
    """REST asks by documents of our own, which no client can make larger."""
    narrow = LimitSettings(depth=1, fields=1, aliases=0, upstream_calls=1, values=1)
    settings = shop_settings(upstreams).model_copy(update={"limits": narrow})
    service = wiring.wire(settings, example=None, clients=wiring.demo_client(upstreams))
    async with Storefront(service) as storefront:
        listed = await storefront.get(f"/v1/products?handles={PREMIUM},travel-towel")
        one = await storefront.get(f"/v1/products/{PREMIUM}")
        asked = await storefront.send("{ locales { code } }")

    assert (listed.status_code, one.status_code) == (200, 200)
    assert codes(asked) == [("QUERY_TOO_COMPLEX", False)]


@pytest.mark.parametrize(
    "field",
    [
        "categories { id name description { html text } children { id description { html } } }",
        "collections { id title description { html text } seo { title description } }",
        'navigation(handle: "main") { items { label url children { label url } } }',
        'page(slug: "about") { items { product { title description { html } } } }',
        "markets { name countries { code name } }",
    ],
)
async def test_the_same_list_a_hundred_times(live_shop: Storefront, field: str) -> None:
    """Even what costs no call more is a lot to be written out again and again."""
    answer = await live_shop.send(*aliased(100, lambda _: field))

    assert answer.status_code == 400
    assert codes(answer) == [("QUERY_TOO_COMPLEX", False)]
    assert (await live_shop.send(*aliased(2, lambda _: field))).status_code == 200


def test_every_field_of_the_root_has_a_price() -> None:
    """A field that is added to the schema is not free by being forgotten here."""
    query = build_schema()._schema.query_type
    assert query is not None
    prices = _Reckoning._ADD

    assert query.fields.keys() - prices.keys() == {"locales"}
    assert prices.keys() <= query.fields.keys()
