"""Lists of products: picked ones in their order, or all of them page by page."""

import pytest

from bff.demo import DemoUpstreams
from tests.web.storefront import (
    ONLY_IN_SANITY,
    PREMIUM,
    TEE,
    Json,
    Storefront,
    codes,
    errors,
    upstream_calls,
)

PAGE = """
query Page($first: Int, $after: String, $filter: ProductFilter, $locale: Locale = "en",
           $country: CountryCode = "US") {
  products(first: $first, after: $after, filter: $filter, locale: $locale, country: $country) {
    totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id handle title } }
  }
}
"""
SOLD = 31
"""Products of the demo's shop; one more is in Sanity only."""


def handles(connection: Json) -> list[str]:
    return [edge["node"]["handle"] for edge in connection["edges"]]


async def page(storefront: Storefront, **variables: object) -> Json:
    connection: Json = (await storefront.ask(PAGE, variables))["products"]
    return connection


async def test_picked_by_handle(storefront: Storefront) -> None:
    """Products come as they were asked for; unknown ones and repetitions are left out."""
    asked = ["slim-fit-jeans", "no-such-thing", TEE, "slim-fit-jeans", ONLY_IN_SANITY, PREMIUM]

    found = await page(storefront, filter={"handles": asked})

    assert handles(found) == ["slim-fit-jeans", TEE, PREMIUM]
    assert found["totalCount"] == 3
    assert found["pageInfo"]["hasNextPage"] is False


async def test_picked_by_id(storefront: Storefront) -> None:
    """Ids pick as handles do."""
    newest = await page(storefront, first=3)
    ids = [edge["node"]["id"] for edge in newest["edges"]]

    found = await page(storefront, filter={"ids": [ids[2], "prod_unknown", ids[0], ids[2]]})

    assert [edge["node"]["id"] for edge in found["edges"]] == [ids[2], ids[0]]


async def test_a_hundred_picked_of_which_none_exists(storefront: Storefront) -> None:
    """The largest list that may be asked for, and an empty answer that is none the less whole."""
    found = await page(storefront, filter={"handles": [f"none-{n}" for n in range(100)]})

    assert found == {
        "totalCount": 0,
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
        "edges": [],
    }


async def test_nothing_picked(storefront: Storefront, upstreams: DemoUpstreams) -> None:
    """An empty list of handles is a list of no products, not of all of them; nobody is asked."""
    assert handles(await page(storefront, filter={"handles": []})) == []
    assert upstream_calls(upstreams) == (0, 0)


async def test_the_newest_first(storefront: Storefront) -> None:
    """Without a filter the list has all products that Medusa sells, 24 to a page."""
    found = await page(storefront)

    assert len(found["edges"]) == 24
    assert found["totalCount"] == SOLD
    assert handles(found)[:3] == [TEE, PREMIUM, "slim-fit-jeans"]


async def test_page_after_page(storefront: Storefront) -> None:
    """Following `endCursor` shows every product once, and the last page says that it is."""
    seen: list[str] = []
    after = None
    while True:
        found = await page(storefront, first=10, after=after)
        assert found["pageInfo"]["hasPreviousPage"] is (after is not None)
        assert found["pageInfo"]["startCursor"] == found["edges"][0]["cursor"]
        seen += handles(found)
        after = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break

    assert len(seen) == len(set(seen)) == SOLD
    assert handles(await page(storefront, first=100)) == seen


async def test_a_picked_list_has_pages_too(storefront: Storefront) -> None:
    """A picked list can be leafed through like any other."""
    picked = {"handles": [TEE, "unknown", PREMIUM, "slim-fit-jeans"]}
    first = await page(storefront, first=2, filter=picked)
    rest = await page(storefront, first=2, filter=picked, after=first["pageInfo"]["endCursor"])

    assert (handles(first), first["pageInfo"]["hasNextPage"]) == ([TEE, PREMIUM], True)
    assert (handles(rest), rest["pageInfo"]["hasNextPage"]) == (["slim-fit-jeans"], False)
    assert first["totalCount"] == rest["totalCount"] == 3


async def test_after_the_last_one(storefront: Storefront) -> None:
    """Behind the end there is nothing, and nothing follows."""
    last = (await page(storefront, first=100))["pageInfo"]["endCursor"]
    found = await page(storefront, after=last)

    assert found["edges"] == []
    assert found["pageInfo"]["hasNextPage"] is False
    assert found["pageInfo"]["hasPreviousPage"] is True


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"country": "DE"},
        {"locale": "de"},
        {"filter": {"handles": [TEE, PREMIUM, "slim-fit-jeans"]}},
    ],
)
async def test_a_cursor_of_another_list(storefront: Storefront, elsewhere: Json) -> None:
    """A cursor does not work in another market, another language or another list."""
    cursor = (await page(storefront, first=1))["pageInfo"]["endCursor"]

    answer = await storefront.send(PAGE, {"after": cursor, **elsewhere})

    assert codes(answer) == [("BAD_USER_INPUT", False)]
    assert errors(answer)[0]["message"].startswith("after: ")


@pytest.mark.parametrize(
    "cursor",
    [
        *("", " ", "!", "a", "abcd", "====", "ab=c", "é", "💥", "null", "0", "-1"),
        *("MTIz", "OjA", "A" * 200, "A" * 201, "A" * 100_000, "\x00", "\n", "//8", "__8"),
        "YWJjOjU",  # abc:5, a list that does not exist
    ],
)
async def test_garbage_for_a_cursor(storefront: Storefront, cursor: str) -> None:
    """What is no cursor is refused in words about the argument, not about bytes or padding."""
    answer = await storefront.send(PAGE, {"after": cursor})

    assert answer.status_code == 200
    assert codes(answer) == [("BAD_USER_INPUT", False)]
    assert errors(answer)[0]["message"] == (
        "after: not a cursor of this list in this language and market"
    )


@pytest.mark.parametrize("first", [0, -1, 101, 2_147_483_647])
async def test_a_page_of_a_wrong_size(storefront: Storefront, first: int) -> None:
    """A page has 1 to 100 products; other sizes are refused, not cut down."""
    answer = await storefront.send(PAGE, {"first": first})

    assert codes(answer) == [("BAD_USER_INPUT", False)]
    assert errors(answer)[0]["message"] == "first: a page has 1 to 100 products"


async def test_aliases_share_one_call(storefront: Storefront, upstreams: DemoUpstreams) -> None:
    """Products asked for side by side cost one call to each upstream, like a single one."""
    await storefront.ask("{ markets { name } }")
    asked = [TEE, PREMIUM, "slim-fit-jeans", "rain-jacket", "no-such-thing"]
    fields = " ".join(
        f'p{number}: product(handle: "{handle}", country: "JP") {{ handle subtitle }}'
        for number, handle in enumerate(asked)
    )

    data = await storefront.ask(f"{{ {fields} }}")

    shown = [product and product["handle"] for product in data.values()]
    assert shown == [*asked[:-1], None]
    assert upstream_calls(upstreams) == (1, 1)


async def test_aliases_by_id_share_one_call(
    storefront: Storefront, upstreams: DemoUpstreams
) -> None:
    """The same goes for products by id."""
    await storefront.ask("{ markets { name } }")
    fields = " ".join(f'p{n}: productById(id: "prod_{n}") {{ title }}' for n in range(10))

    assert set((await storefront.ask(f"{{ {fields} }}")).values()) == {None}
    assert upstream_calls(upstreams) == (1, 1)


async def test_aliases_in_two_markets(storefront: Storefront) -> None:
    """One operation may compare markets; each answer is its own."""
    data = await storefront.ask(
        f"""{{
          us: product(handle: "{TEE}", country: "US", locale: "en") {{ ...Card }}
          jp: product(handle: "{TEE}", country: "JP", locale: "de") {{ ...Card }}
          zz: product(handle: "{TEE}", country: "US", locale: "fr") {{ ...Card }}
        }}
        fragment Card on Product {{ title priceRange {{ min {{ amount currencyCode }} }} }}"""
    )

    dollars = {"min": {"amount": "29.99", "currencyCode": "USD"}}
    yen = {"min": {"amount": "4400", "currencyCode": "JPY"}}
    assert data == {
        "us": {"title": "Organic Cotton T-Shirt", "priceRange": dollars},
        "jp": {"title": "T-Shirt aus Bio-Baumwolle", "priceRange": yen},
        "zz": {"title": "T-shirt en coton biologique", "priceRange": dollars},
    }


async def test_one_bad_alias_costs_the_others_nothing(storefront: Storefront) -> None:
    """An alias in a country without a market fails alone."""
    answer = await storefront.send(
        f'{{ good: product(handle: "{TEE}") {{ handle }}'
        f' bad: product(handle: "{TEE}", country: "GB") {{ handle }} }}'
    )

    assert answer.json()["data"] == {"good": {"handle": TEE}, "bad": None}
    assert codes(answer) == [("UNKNOWN_MARKET", False)]
    assert errors(answer)[0]["path"] == ["bad"]


@pytest.mark.parametrize("handle", ["no-such-thing", ONLY_IN_SANITY])
async def test_no_such_product(storefront: Storefront, handle: str) -> None:
    """What Medusa does not sell is null without an error, even if Sanity has a page for it."""
    assert await storefront.ask(
        "query One($handle: String!) { product(handle: $handle) { id title } }",
        {"handle": handle},
    ) == {"product": None}


async def test_no_such_id(storefront: Storefront) -> None:
    """An id that nothing has is null without an error."""
    data = await storefront.ask('{ productById(id: "prod_none") { id addons { title } } }')

    assert data == {"productById": None}
