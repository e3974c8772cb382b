"""The embedded Sanity answers our own queries as the real one would, and no others."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from bff.demo import demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id
from bff.demo.portable_text import portable_text

PATH = "/v2025-02-19/data/query/production"
CATALOGUE = load_catalogue()
SHIRT = product_id(CATALOGUE, "premium-cotton-t-shirt")
JACKET = product_id(CATALOGUE, "rain-jacket")
CONTENTS = '{"asked": *[_id in $ids]}{asked, "linked": *[_type == $type]}'
COUNTS = '{"products": count(*[_type == $type]), "documents": count(*)}'
Client = httpx.AsyncClient


@pytest.fixture
async def sanity() -> AsyncIterator[Client]:
    transport = httpx.ASGITransport(demo_upstreams().sanity)
    async with Client(transport=transport, base_url="http://sanity.demo") as client:
        yield client


async def contents(sanity: Client, *ids: str) -> dict[str, list[dict[str, Any]]]:
    body = {"query": CONTENTS, "params": {"type": "product", "ids": list(ids)}}
    result: dict[str, list[dict[str, Any]]] = (await sanity.post(PATH, json=body)).json()["result"]
    return result


def titles(documents: list[dict[str, Any]]) -> set[str]:
    return {document["title"] for document in documents}


async def test_asked_and_linked_documents_come_together(sanity: Client) -> None:
    """One query brings a product and its addons; each document once."""
    found = await contents(sanity, SHIRT)
    both = await contents(sanity, SHIRT, product_id(CATALOGUE, "slim-fit-jeans"))

    assert titles(found["asked"]) == {"Premium Cotton T-Shirt"}
    assert titles(found["linked"]) == {"Slim Fit Jeans", "Casual Sneakers", "Baseball Cap"}
    assert titles(both["asked"]) == {"Premium Cotton T-Shirt", "Slim Fit Jeans"}
    assert titles(both["linked"]) == {"Casual Sneakers", "Baseball Cap", "Leather Belt"}


async def test_no_document_is_no_error(sanity: Client) -> None:
    """Unknown ids are absent; so is the addon that does not exist."""
    assert await contents(sanity, "prod_nobody") == {"asked": [], "linked": []}
    assert titles((await contents(sanity, JACKET))["linked"]) == {"Trail Boots", "Canvas Tote"}


async def result(sanity: Client, query: str, **params: object) -> Any:
    answer = await sanity.post(PATH, json={"query": query, "params": params})
    assert answer.status_code == 200
    return answer.json()["result"]


async def test_pages_are_found_by_any_of_their_slugs(sanity: Client) -> None:
    """Spanish has an address of its own; an unknown one is no error."""
    query = '{"asked": *[slug.current in $slugs]}'
    for slug in ("about", "sobre-nosotros", "ueber-uns"):
        found = (await result(sanity, query, type="page", slugs=[slug]))["asked"]
        assert [page["_id"] for page in found] == ["page-about"]
    assert await result(sanity, query, type="page", slugs=["nothing"]) == {"asked": []}


async def test_a_menu_and_what_it_refers_to(sanity: Client) -> None:
    """The menu names documents, which a second question brings; groups have none here."""
    [menu] = await result(sanity, "*[key in $keys]", type="navigation", keys=["main", "x"])
    links = [
        item[kind]["_ref"]
        for item in menu["items"]
        for kind in ("page", "product")
        if kind in item
    ]
    found = await result(sanity, "*[_id in $ids]", ids=links)

    assert {document["_id"] for document in found} == set(links)
    assert {document["_type"] for document in found} == {"page", "product"}
    query = "*[_type == $type && _id in $ids]"
    assert await result(sanity, query, type="category", ids=["pcat_1"]) == []


async def test_products_are_listed_by_id(sanity: Client) -> None:
    """Each once, and none after the last."""
    query = "*[_id > $after] | order(_id)"
    listed = await result(sanity, query, type="product", after="")
    ids = [document["_id"] for document in listed]
    assert len(set(ids)) == 31
    assert ids == sorted(ids)
    assert await result(sanity, query, type="product", after=ids[-1]) == []


async def test_a_get_answers_as_a_post_does(sanity: Client) -> None:
    """Short questions go into the URL, long ones into the body; the answer is the same."""
    params = {
        "query": CONTENTS,
        "$type": '"product"',
        "$ids": f'["{SHIRT}"]',
        "perspective": "published",
        "returnQuery": "false",
    }
    answer = (await sanity.get(PATH, params=params)).json()

    assert answer["result"] == await contents(sanity, SHIRT)
    assert set(answer) == {"result", "syncTags", "ms"}


async def test_the_query_comes_back_unless_it_is_not_wanted(sanity: Client) -> None:
    """As on the real server the envelope repeats the query."""
    answer = await sanity.get(PATH, params={"query": COUNTS, "$type": '"product"'})

    assert answer.json()["query"] == COUNTS
    assert answer.json()["result"] == {"products": 31, "documents": 34}


@pytest.mark.parametrize(
    "params",
    [
        {"query": "*[0...3]"},
        {"query": "*[_id in $ids]{title}", "$ids": "[]"},
        {"query": "*[_id in $ids]", "$ids": "[]", "$type": '"product"'},
        {"query": "*[_type == $type]", "$keys": "[]", "$type": '"navigation"'},
        {"query": "*[_id > $after]", "$after": '""', "$type": '"product"'},
        {"query": "*[slug.current in $slugs]", "$slugs": "[]", "$type": '"page"'},
        {"query": CONTENTS, "$ids": "[]"},
        {"query": CONTENTS, "$ids": "7", "$type": '"product"'},
        {"query": CONTENTS, "$ids": "[]", "$type": '"product"', "$more": "1"},
    ],
)
async def test_other_queries_are_refused_in_plain_words(
    sanity: Client, params: dict[str, str]
) -> None:
    """Whoever writes a query of their own is told that this is no GROQ engine."""
    answer = await sanity.get(PATH, params=params)

    error = answer.json()["error"]
    assert answer.status_code == 400
    assert set(error) == {"type", "description", "query", "start", "end"}
    assert error["type"] == "queryParseError"
    assert "no GROQ engine" in error["description"]


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/v2025-02-19/data/query/staging", {"query": COUNTS}, 404),
        ("/v2025-02-19/data/mutate/production", {}, 404),
        (PATH, {}, 400),
        (PATH, {"query": CONTENTS, "$ids": "prod_1"}, 400),
    ],
)
async def test_the_gateway_refuses_in_its_own_shape(
    sanity: Client, path: str, params: dict[str, str], status: int
) -> None:
    """A wrong dataset, a wrong path and unreadable parameters look as they do at Sanity."""
    answer = await sanity.get(path, params=params)

    assert answer.status_code == status
    assert set(answer.json()) == {"statusCode", "error", "message"}


@pytest.mark.parametrize("body", ["{", "[]", '{"query": 1, "params": 2}', '{"params": {}}'])
async def test_a_body_that_makes_no_sense_is_refused(sanity: Client, body: str) -> None:
    """Nonsense is a 400, never a failure of the demo."""
    assert (await sanity.post(PATH, content=body)).status_code == 400


async def test_any_token_is_unknown(sanity: Client) -> None:
    """A token is refused on public data too: so none may ever be passed on by mistake."""
    params = {"query": COUNTS, "$type": '"product"'}

    answer = await sanity.get(PATH, params=params, headers={"authorization": "Bearer mine"})

    assert answer.status_code == 401
    assert answer.json()["errorCode"] == "SIO-401-ANF"


def keys(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield path + name
            yield from keys(member, f"{path}{name}.")
    elif isinstance(value, list):
        for member in value:
            yield from keys(member, path)


async def test_documents_look_as_the_studio_stores_them(sanity: Client) -> None:
    """No key of the catalogue's shorthand is left in a document."""
    found = await contents(sanity, SHIRT, JACKET)

    assert set(keys(found["asked"])) == {
        *("_id", "_type", "_rev", "_createdAt", "_updatedAt", "title"),
        *("fabricWeight", "certifications"),
        *("images", "images._type", "images._key", "images.alt"),
        *("images.asset", "images.asset._type", "images.asset._ref"),
        *("specs", "specs._key", "specs._type", "specs.lang", "specs.title", "specs.subtitle"),
        *("specs.careInstructions", "specs.seo", "specs.seo.title", "specs.seo.description"),
        *("specs.content", "specs.content._type", "specs.content._key", "specs.content.style"),
        *("specs.content.markDefs", "specs.content.markDefs._key"),
        *("specs.content.markDefs._type", "specs.content.markDefs.href"),
        *("specs.content.children", "specs.content.children._type"),
        *("specs.content.children._key", "specs.content.children.text"),
        *("specs.content.children.marks", "specs.content.listItem", "specs.content.level"),
        *("addons", "addons.title", "addons.products", "addons.products._type"),
        *("addons.products._key", "addons.products._ref", "addons.products._weak"),
    }


def test_shorthand_becomes_portable_text() -> None:
    """A link gets its definition, decoration its marks, a bullet its level."""
    blocks = portable_text(
        [{"li": ["See ", {"text": "here", "strong": True, "href": "https://example.com"}]}]
    )

    assert blocks == [
        {
            "_type": "block",
            "_key": "b0",
            "style": "normal",
            "markDefs": [{"_key": "b0l1", "_type": "link", "href": "https://example.com"}],
            "children": [
                {"_type": "span", "_key": "b0s0", "text": "See ", "marks": []},
                {"_type": "span", "_key": "b0s1", "text": "here", "marks": ["strong", "b0l1"]},
            ],
            "listItem": "bullet",
            "level": 1,
        }
    ]
