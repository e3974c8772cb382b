"""The embedded Strapi answers our own questions as the real one would, and no others."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest

from bff.demo import demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id
from bff.demo.strapi import strapi_app

CATALOGUE = load_catalogue()
SHIRT = product_id(CATALOGUE, "premium-cotton-t-shirt")
TOTE = product_id(CATALOGUE, "canvas-tote")
BOOTS = product_id(CATALOGUE, "trail-boots")
LANGUAGES = {"locale[0]": "en", "locale[1]": "es"}
KEYS = ("medusa_id", "locale")
Json = dict[str, Any]
Client = httpx.AsyncClient


async def _client(name: str) -> AsyncIterator[Client]:
    told = demo_upstreams().content[name]
    headers = {"authorization": f"Bearer {told.settings['token']}"}
    transport = httpx.ASGITransport(told.upstream)
    async with Client(
        transport=transport, base_url="http://strapi.demo", headers=headers
    ) as client:
        yield client


@pytest.fixture
async def strapi() -> AsyncIterator[Client]:
    async for client in _client("strapi"):
        yield client


@pytest.fixture
async def four() -> AsyncIterator[Client]:
    async for client in _client("strapi-4"):
        yield client


async def listed(strapi: Client, endpoint: str = "products", **params: str) -> Json:
    answer = await strapi.get(f"/api/{endpoint}", params=params)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def rows_of(strapi: Client, key: str, **params: str) -> list[Json]:
    found: list[Json] = (await listed(strapi, **{"filters[medusa_id][$in][0]": key}, **params))[
        "data"
    ]
    return found


async def refused(strapi: Client, path: str, params: Mapping[str, str] = {}) -> Json:
    """Return an error, whose form is checked."""
    answer = await strapi.get(path, params=params)
    body: Json = answer.json()
    assert body["data"] is None
    assert body["error"]["status"] == answer.status_code
    assert body["error"].keys() == {"status", "name", "message", "details"}
    error: Json = body["error"]
    return error


async def test_a_document_has_a_row_for_each_language(strapi: Client) -> None:
    """One id for the document, one for each row; no row where nobody translated."""
    rows = await rows_of(strapi, TOTE, **LANGUAGES, **{"locale[2]": "xx"})

    assert [row["locale"] for row in rows] == ["en", "es"]
    assert len({row["documentId"] for row in rows}) == 1
    assert len({row["id"] for row in rows}) == 2
    assert {row["handle"] for row in rows} == {"canvas-tote"}


async def test_what_is_not_asked_for_is_not_there(strapi: Client) -> None:
    """Components, files and relations come by name, and with the fields that are named."""
    [plain] = await rows_of(strapi, BOOTS)
    [whole] = await rows_of(
        strapi,
        BOOTS,
        **{
            "populate[thumbnail][fields][0]": "url",
            "populate[images]": "true",
            "populate[seo]": "true",
            "populate[addons][populate][products][fields][0]": "medusa_id",
        },
    )

    assert plain.keys().isdisjoint({"thumbnail", "images", "seo", "addons"})
    assert whole["thumbnail"].keys() == {"id", "documentId", "url"}
    assert whole["thumbnail"]["url"].startswith("/uploads/")
    assert whole["images"][0]["alternativeText"] == "The sole, seen from below"
    assert whole["seo"] is None
    assert whole["addons"]["title"] == "For Long Walks"
    assert [each.keys() for each in whole["addons"]["products"]] == [
        {"id", "documentId", "medusa_id"}
    ]


async def test_a_relation_leads_to_its_own_language(strapi: Client) -> None:
    """Nobody wrote about the bottle in Spanish, so that it is missing there, without a word."""
    rows = await rows_of(
        strapi,
        BOOTS,
        **{"locale[0]": "es", "locale[1]": "de"},
        **{"populate[addons][populate][products][fields][0]": "handle"},
    )

    by_language = {
        row["locale"]: [each["handle"] for each in row["addons"]["products"]] for row in rows
    }
    assert by_language == {"es": ["ribbed-socks"], "de": ["ribbed-socks", "enamel-bottle"]}


async def test_without_a_language_it_is_the_default_one(strapi: Client) -> None:
    """The bottle is in German alone: nobody sees it who does not ask for that, or for all."""
    bottle = product_id(CATALOGUE, "enamel-bottle")

    assert await rows_of(strapi, bottle) == []
    assert await rows_of(strapi, bottle, locale="all") == []  # version 4's word
    assert [row["locale"] for row in await rows_of(strapi, bottle, locale="*")] == ["de"]


async def test_a_page_is_found_by_another_languages_slug(strapi: Client) -> None:
    """With its sections, of which only what is asked for comes."""
    found = await listed(
        strapi,
        "pages",
        **{
            "filters[$or][0][slug][$in][0]": "sobre-nosotros",
            "filters[$or][1][localizations][slug][$in][0]": "sobre-nosotros",
            "locale": "*",
            "sort[0]": "slug",
            "sort[1]": "id",
            "populate[sections][on][page.product-list][populate][products][fields][0]": "handle",
            "populate[localizations][fields][0]": "slug",
        },
    )

    assert [row["slug"] for row in found["data"]] == ["about", "sobre-nosotros", "ueber-uns"]
    english = found["data"][0]
    [section] = english["sections"]
    assert section["__component"] == "page.product-list"
    assert [each["handle"] for each in section["products"]] == [
        *("premium-cotton-t-shirt", "linen-apron")
    ]
    assert {each["slug"] for each in english["localizations"]} == {"sobre-nosotros", "ueber-uns"}


async def test_components_of_a_zone_come_by_name(strapi: Client) -> None:
    """A section of another kind than is asked for is left out."""
    found = await listed(
        strapi, "pages", **{"populate[sections][on][page.hero][populate][image]": "true"}
    )

    assert [row["sections"] for row in found["data"]] == [[], []]


async def test_pages_of_a_list(strapi: Client) -> None:
    """Twenty-five at once unless told, never more than a hundred, nothing after the last."""
    usual = await listed(strapi, locale="*")
    largest = await listed(strapi, locale="*", **{"pagination[pageSize]": "1000"})
    beyond = await listed(strapi, locale="*", **{"pagination[page]": "9"})
    odd = await listed(strapi, **{"pagination[pageSize]": "0", "pagination[page]": "none"})

    assert (len(usual["data"]), usual["meta"]["pagination"]) == (
        25,
        {"page": 1, "pageSize": 25, "pageCount": 4, "total": 96},
    )
    assert (len(largest["data"]), largest["meta"]["pagination"]["pageSize"]) == (96, 100)
    assert beyond["data"] == []
    assert (len(odd["data"]), odd["meta"]["pagination"]["page"]) == (1, 1)


async def test_what_was_edited_since(strapi: Client) -> None:
    """By the later of two instants, newest first; and in the media library, too."""
    newest = await listed(strapi, **{"sort[0]": "updatedAt:desc", "pagination[pageSize]": "1"})
    since = newest["data"][0]["updatedAt"]
    edited = await listed(
        strapi,
        **{
            "filters[$or][0][updatedAt][$gte]": since,
            "filters[$or][1][publishedAt][$gte]": since,
            "fields[0]": "updatedAt",
            "locale": "*",
        },
    )
    files = (await strapi.get("/api/upload/files", params={"fields[0]": "updatedAt"})).json()
    later = {"filters[updatedAt][$gte]": "2999-01-01T00:00:00.000Z"}

    assert newest["data"][0]["handle"] == "organic-cotton-tshirt"
    assert {row["updatedAt"] for row in edited["data"]} == {since}
    assert [*map(set, files)] == [{"id", "documentId", "updatedAt"}] * 5
    assert (await strapi.get("/api/upload/files", params=later)).json() == []


async def test_who_refers_to_a_product(strapi: Client) -> None:
    """A filter leads through components and relations."""
    [shirt] = await rows_of(strapi, product_id(CATALOGUE, "slim-fit-jeans"))
    found = await listed(
        strapi, **{"filters[addons][products][documentId][$in][0]": shirt["documentId"]}
    )

    assert {row["handle"] for row in found["data"]} == {
        *("organic-cotton-tshirt", "premium-cotton-t-shirt", "casual-sneakers", "denim-jacket")
    }


async def test_a_draft_is_a_row_of_its_own(strapi: Client) -> None:
    """And any word but `published` means drafts."""
    [public] = await rows_of(strapi, SHIRT, status="published")
    [draft] = await rows_of(strapi, SHIRT, status="bogus")

    assert public["publishedAt"]
    assert draft["publishedAt"] is None
    assert draft["id"] != public["id"]
    assert draft["documentId"] == public["documentId"]


@pytest.mark.parametrize(
    ("authorization", "status", "name"),
    [
        (None, 403, "ForbiddenError"),
        ("Basic abc", 403, "ForbiddenError"),
        ("Bearer nobody", 401, "UnauthorizedError"),
    ],
)
async def test_who_may_not_read(
    strapi: Client, authorization: str | None, status: int, name: str
) -> None:
    """Who says nothing is forbidden, who is not known is unauthorized."""
    del strapi.headers["authorization"]
    if authorization:
        strapi.headers["authorization"] = authorization

    for path in ("/api/products", "/api/pages", "/api/upload/files", "/api/i18n/locales"):
        error = await refused(strapi, path)
        assert (error["status"], error["name"]) == (status, name)


async def test_a_token_may_not_list_languages_and_an_account_may(strapi: Client) -> None:
    """A token that may only find is forbidden to; the session of a login is not."""
    assert (await refused(strapi, "/api/i18n/locales"))["status"] == 403

    said = {"identifier": "storefront", "password": "demo-password"}
    session = (await strapi.post("/api/auth/local", json=said)).json()["jwt"]
    answer = await strapi.get("/api/i18n/locales", headers={"authorization": f"Bearer {session}"})

    assert [one["code"] for one in answer.json()] == ["en", "es", "de", "fr"]
    assert [one["isDefault"] for one in answer.json()] == [True, False, False, False]


@pytest.mark.parametrize(
    "said",
    [
        {"identifier": "storefront", "password": "wrong"},
        {"identifier": "nobody", "password": "demo-password"},
        {"email": "storefront", "password": "demo-password"},
        [],
        None,
    ],
)
async def test_a_login_that_is_refused(strapi: Client, said: object) -> None:
    """A wrong password is a bad request, not an unauthorized one."""
    answer = await strapi.post("/api/auth/local", json=said)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"] == "Invalid identifier or password"


async def test_ten_logins_a_minute() -> None:
    """Right passwords count, too; a minute later there is room again."""
    now = [0.0]
    app = strapi_app(CATALOGUE, "token", ("me", "secret"), clock=lambda: now[0])
    transport = httpx.ASGITransport(app)
    said = {"identifier": "me", "password": "secret"}
    async with Client(transport=transport, base_url="http://strapi.demo") as client:
        first = [await client.post("/api/auth/local", json=said) for _ in range(11)]
        now[0] = 60.0
        later = await client.post("/api/auth/local", json=said)

    assert [answer.status_code for answer in first] == [*[200] * 10, 429]
    assert first[-1].json()["error"]["name"] == "RateLimitError"
    assert "retry-after" not in first[-1].headers
    assert later.status_code == 200


INVALID: list[tuple[dict[str, str], Json]] = [
    ({"filters[nope][$eq]": "1"}, {"key": "nope", "path": None, "param": "filters"}),
    (
        {"filters[medusa_id][$nope]": "1"},
        {"key": "$nope", "path": "medusa_id", "param": "filters"},
    ),
    ({"populate[nope]": "true"}, {"key": "nope", "path": None, "param": "populate"}),
    (
        {"populate[addons][populate][nope]": "true"},
        {"key": "nope", "path": "addons.nope", "param": "populate"},
    ),
    ({"fields[0]": "nope"}, {"key": "nope", "path": None, "param": "fields"}),
    ({"sort[0]": "nope:asc"}, {"key": "nope", "path": None, "param": "sort"}),
]


@pytest.mark.parametrize(("params", "details"), INVALID)
async def test_a_name_that_the_model_does_not_have(
    strapi: Client, params: dict[str, str], details: Json
) -> None:
    """Is refused even where nothing is found."""
    for more in ({}, {"filters[medusa_id][$in][0]": "-"}):
        error = await refused(strapi, "/api/products", {**more, **params})

        assert (error["status"], error["name"]) == (400, "ValidationError")
        assert error["message"].startswith(f"Invalid key {details['key']}")
        assert error["details"] == {**details, "source": "query"}


@pytest.mark.parametrize(
    ("path", "params", "status", "name"),
    [
        ("/api/products", {"populate": "*"}, 400, "ValidationError"),
        ("/api/products", {"sort[0]": "title:up"}, 400, "ValidationError"),
        ("/api/products", {"filters[updatedAt][$gt]": "yesterday"}, 400, "ValidationError"),
        ("/api/products", {"filters[id][$gt]": "x"}, 500, "InternalServerError"),
        ("/api/products", {"page": "2"}, 400, "PaginationError"),
        ("/api/products", {"pagination[limit]": "5"}, 400, "PaginationError"),
        ("/api/upload/files", {"filters[name][$eq]": "x"}, 400, "ValidationError"),
        ("/api/products/abc", {}, 404, "NotFoundError"),
        ("/api/nope", {}, 404, "NotFoundError"),
    ],
)
async def test_what_nobody_of_ours_asks_is_refused(
    strapi: Client, path: str, params: dict[str, str], status: int, name: str
) -> None:
    """In the real server's form, never by a failure of the demo's."""
    error = await refused(strapi, path, params)

    assert (error["status"], error["name"]) == (status, name)


async def test_what_it_does_not_know_at_all_it_ignores(strapi: Client) -> None:
    """Version 4's parameters, names that are none, and names within names that are texts."""
    odd = {"publicationState": "preview", "[]": "x", "utm": "1", "filters[x": "1", "utm[a]": "2"}

    assert (await listed(strapi, **odd))["meta"]["pagination"]["total"] == 30


async def test_a_line_that_is_too_long(strapi: Client) -> None:
    """Node answers that, not Strapi: without a body."""
    answer = await strapi.get("/api/products", params={"filters[handle][$in][0]": "x" * 17_000})

    assert (answer.status_code, answer.content) == (431, b"")


async def test_another_method(strapi: Client) -> None:
    """Is refused in plain text."""
    answer = await strapi.patch("/api/products")

    assert (answer.status_code, answer.text) == (405, "Method Not Allowed")
    assert (await strapi.get("/_health")).status_code == 204


async def test_version_4_wraps_what_version_5_does_not(four: Client) -> None:
    """Entries, files and relations have an envelope, components have none."""
    [boots] = await rows_of(
        four,
        BOOTS,
        **{
            "populate[thumbnail][fields][0]": "url",
            "populate[images]": "true",
            "populate[videos]": "true",
            "populate[addons][populate][products][fields][0]": "handle",
            "populate[localizations][fields][0]": "locale",
        },
    )
    [shirt] = await rows_of(four, SHIRT, **{"populate[images]": "true", "populate[nope]": "true"})

    fields = boots["attributes"]
    assert boots.keys() == {"id", "attributes"}
    assert fields["thumbnail"]["data"].keys() == {"id", "attributes"}
    assert fields["thumbnail"]["data"]["attributes"].keys() == {"url"}
    assert fields["addons"]["title"] == "For Long Walks"
    [socks] = fields["addons"]["products"]["data"]
    assert socks["attributes"] == {"handle": "ribbed-socks"}
    others = {each["attributes"]["locale"] for each in fields["localizations"]["data"]}
    assert others == {"es", "de", "fr"}
    assert shirt["attributes"]["images"] == {"data": None}
    assert "documentId" not in str([boots, shirt])


async def test_version_4_has_its_own_blind_spots(four: Client) -> None:
    """An operator that it does not know finds everything; it knows no documents, and no star."""
    bottle = product_id(CATALOGUE, "enamel-bottle")
    everything = await listed(four, **{"filters[medusa_id][$nope]": "1"})
    error = await refused(four, "/api/products", {"filters[documentId][$eq]": "1"})
    paged = await refused(four, "/api/products", {"page": "1"})

    assert everything["meta"]["pagination"]["total"] == 30
    assert await rows_of(four, bottle, locale="*") == []
    assert len(await rows_of(four, bottle, locale="all")) == 1
    assert (error["message"], error["details"]) == ("Invalid parameter documentId", {})
    assert paged["name"] == "ValidationError"
    assert len(await rows_of(four, SHIRT, status="draft")) == 1
    assert len(await rows_of(four, SHIRT, publicationState="preview")) == 1
