"""The embedded Contentful answers our own questions as the real one would, and no others."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bff.demo import contentful_app, demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id

RECORDED = json.loads(
    (Path(__file__).parents[1] / "golden/contentful/v1/refusals.json").read_text("utf-8")
)
CATALOGUE = load_catalogue()
SHIRT = product_id(CATALOGUE, "premium-cotton-t-shirt")
JACKET = product_id(CATALOGUE, "rain-jacket")
AT = "/spaces/demospace/environments/master"
PRODUCTS = {"content_type": "product", "locale": "*", "order": "sys.id", "limit": "1000"}
Json = dict[str, Any]
Client = httpx.AsyncClient


@pytest.fixture
async def contentful() -> AsyncIterator[Client]:
    told = demo_upstreams().content["contentful"]
    headers = {"authorization": f"Bearer {told.settings['token']}"}
    transport = httpx.ASGITransport(told.upstream)
    async with Client(
        transport=transport, base_url="http://contentful.demo", headers=headers
    ) as client:
        yield client


async def found(contentful: Client, **params: str) -> Json:
    answer = await contentful.get(f"{AT}/entries", params={**PRODUCTS, **params})
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def by_medusa_id(contentful: Client, *ids: str, **params: str) -> Json:
    return await found(contentful, **{"fields.medusaId[in]": ",".join(ids)}, **params)


def ids(entries: list[Json]) -> list[str]:
    return [entry["sys"]["id"] for entry in entries]


async def test_a_product_comes_in_all_languages_at_once(contentful: Client) -> None:
    """A field that is not localised carries the default language's code alone."""
    [shirt] = (await by_medusa_id(contentful, SHIRT))["items"]

    assert shirt["fields"]["handle"] == {"en-US": "premium-cotton-t-shirt"}
    assert shirt["fields"]["title"].keys() == {"en-US", "es-ES", "de-DE", "fr-FR"}
    assert "locale" not in shirt["sys"]
    assert shirt["fields"]["description"]["en-US"]["nodeType"] == "document"


async def test_addons_come_along_once_and_not_where_they_were_asked_for(
    contentful: Client,
) -> None:
    """What is in `items` is not in `includes` again."""
    jeans = product_id(CATALOGUE, "slim-fit-jeans")

    alone = await by_medusa_id(contentful, SHIRT)
    both = await by_medusa_id(contentful, SHIRT, jeans)
    none = await by_medusa_id(contentful, SHIRT, include="0")

    linked = ["product-slim-fit-jeans", "product-casual-sneakers", "product-baseball-cap"]
    assert ids(alone["includes"]["Entry"]) == linked
    assert ids(both["items"]) == ["product-premium-cotton-t-shirt", "product-slim-fit-jeans"]
    assert set(ids(both["includes"]["Entry"])) == {*linked[1:], "product-leather-belt"}
    assert "includes" not in none


async def test_a_link_to_nothing_is_told_and_pictures_are_included(contentful: Client) -> None:
    """Nobody wrote about the spray; the jacket's pictures are files with sizes and words."""
    answer = await by_medusa_id(contentful, JACKET)

    [lost] = answer["errors"]
    assert lost["sys"] == {"id": "notResolvable", "type": "error"}
    assert lost["details"]["id"] == "product-waterproofing-spray"
    picture = answer["includes"]["Asset"][0]["fields"]
    assert picture["file"]["en-US"]["url"].startswith("//images.ctfassets.net/demospace/")
    assert picture["file"]["en-US"]["details"]["image"] == {"width": 1600, "height": 2000}
    assert picture["description"] == {"en-US": "A yellow jacket in heavy rain"}


async def test_no_entry_is_no_error(contentful: Client) -> None:
    """A product that nobody wrote about is not found, and that is all."""
    answer = await by_medusa_id(contentful, "prod_nobody")

    assert (answer["total"], answer["items"]) == (0, [])


@pytest.mark.parametrize(
    ("filter_", "expected"),
    [
        ({"fields.slug[in]": "about"}, ["page-about"]),
        ({"fields.slug.es-ES[in]": "sobre-nosotros,home"}, ["page-about", "page-home"]),
        ({"fields.slug[in]": "sobre-nosotros"}, []),
        ({"fields.slug.fr-FR[in]": "about"}, []),  # no fallback in a filter
    ],
)
async def test_a_filter_looks_at_one_language(
    contentful: Client, filter_: dict[str, str], expected: list[str]
) -> None:
    """By its code, or else at the default language."""
    answer = await found(contentful, **{**filter_, "content_type": "page"})

    assert ids(answer["items"]) == expected


async def test_a_menu_comes_with_the_lines_below_its_lines(contentful: Client) -> None:
    """Two levels down, and with the page that a line leads to."""
    answer = await found(
        contentful, content_type="navigation", include="4", **{"fields.key[in]": "main"}
    )

    assert ids(answer["items"]) == ["navigation-main"]
    included = set(ids(answer["includes"]["Entry"]))
    assert {"navigation-main-1-0", "page-home", "product-organic-cotton-tshirt"} <= included


async def test_all_entries_are_listed_page_by_page(contentful: Client) -> None:
    """Each once, in the order of their ids, with the fields that were asked for."""
    only = {"select": "sys,fields.medusaId", "include": "0", "limit": "20"}
    first = await found(contentful, **only)
    second = await found(contentful, **only, skip="20")

    assert (first["total"], first["skip"], second["skip"]) == (31, 0, 20)
    listed = ids([*first["items"], *second["items"]])
    assert len(listed) == 31
    assert listed == sorted(set(listed))
    assert {*first["items"][0]["fields"]} == {"medusaId"}


async def test_content_types_say_what_is_localised(contentful: Client) -> None:
    """And which languages there are; one of them is the default."""
    types = (await contentful.get(f"{AT}/content_types", params={"limit": "1000"})).json()
    locales = (await contentful.get(f"{AT}/locales")).json()["items"]

    fields = {one["sys"]["id"]: one["fields"] for one in types["items"]}
    localised = {one["id"]: one["localized"] for one in fields["product"]}
    assert (localised["title"], localised["medusaId"]) == (True, False)
    assert [one["code"] for one in locales] == ["en-US", "es-ES", "de-DE", "fr-FR"]
    assert [one["code"] for one in locales if one["default"]] == ["en-US"]


async def test_a_sync_has_nothing_new_to_tell(contentful: Client) -> None:
    """The first walk brings everything, the token at its end leads to nothing more."""
    first = (await contentful.get(f"{AT}/sync", params={"initial": "true"})).json()
    token = first["nextSyncUrl"].partition("sync_token=")[2]
    second = (await contentful.get(f"{AT}/sync", params={"sync_token": token})).json()
    wrong = await contentful.get(f"{AT}/sync", params={"sync_token": "another"})

    assert {one["sys"]["type"] for one in first["items"]} == {"Entry", "Asset"}
    assert (second["items"], second["nextSyncUrl"]) == ([], first["nextSyncUrl"])
    assert wrong.status_code == 400


async def test_an_answer_tells_the_limit_of_a_second(contentful: Client) -> None:
    """As Contentful does on every answer, beside its own media type."""
    answer = await contentful.get(f"{AT}/locales")

    assert answer.headers["x-contentful-ratelimit-second-limit"] == "55"
    assert answer.headers["content-type"] == "application/vnd.contentful.delivery.v1+json"


async def test_too_many_within_a_second() -> None:
    """Refused with what was recorded: when to come back, in seconds. A second later it is fine."""
    now = [0.0]
    app = contentful_app(CATALOGUE, "demospace", "token", per_second=7, clock=lambda: now[0])
    headers = {"authorization": "Bearer token"}
    async with Client(
        transport=httpx.ASGITransport(app), base_url="http://contentful.demo", headers=headers
    ) as client:
        first = [await client.get(f"{AT}/locales") for _ in range(9)]
        now[0] = 1.0
        later = await client.get(f"{AT}/locales")

    assert [answer.status_code for answer in first] == [*[200] * 7, 429, 429]
    assert {answer.headers["x-contentful-ratelimit-second-limit"] for answer in first} == {"7"}
    assert first[-1].headers["x-contentful-ratelimit-reset"] == "1"
    assert first[-1].json()["sys"] == {"type": "Error", "id": "RateLimitExceeded"}
    assert later.status_code == 200
    assert "x-contentful-ratelimit-reset" not in later.headers


REFUSED: dict[str, tuple[str, dict[str, str]]] = {
    "space-unknown": ("/spaces/nospace/environments/master/entries", {}),
    "environment-unknown": ("/spaces/demospace/environments/nope/entries", {}),
    "content-type-unknown": (f"{AT}/entries", {**PRODUCTS, "content_type": "nope"}),
    "field-unknown": (f"{AT}/entries", {**PRODUCTS, "fields.nope[in]": "x"}),
    "query-not-understood": (f"{AT}/entries", {**PRODUCTS, "utm_source": "x"}),
    "locale-unknown": (f"{AT}/entries", {**PRODUCTS, "locale": "xx"}),
    "bad-request": (f"{AT}/entries", {**PRODUCTS, "include": "11"}),
    "request-too-large": (f"{AT}/entries", {**PRODUCTS, "fields.medusaId[in]": "x" * 8000}),
}


def shape(body: Json) -> Json:
    """Return a refusal without what differs from space to space and request to request."""
    text = json.dumps(body).replace("labspace", "demospace")
    return {**json.loads(text), "requestId": "-"}


@pytest.mark.parametrize("reason", REFUSED)
async def test_a_refusal_reads_as_it_was_recorded(contentful: Client, reason: str) -> None:
    """Status, id, message and details: an adapter tells refusals apart by them."""
    path, params = REFUSED[reason]
    answer = await contentful.get(path, params=params)

    recorded = RECORDED[reason]
    assert answer.status_code == recorded["status"]
    assert shape(answer.json()) == shape(recorded["body"])


@pytest.mark.parametrize("token", [None, "Bearer of-another-space", "demo-delivery-token"])
async def test_only_its_own_token_is_taken(contentful: Client, token: str | None) -> None:
    """Whoever sends none, another or no Bearer reads as unknown; the space is never told."""
    del contentful.headers["authorization"]
    headers = {} if token is None else {"authorization": token}
    answer = await contentful.get("/spaces/nospace/environments/master/entries", headers=headers)

    assert answer.status_code == 401
    assert shape(answer.json()) == shape(RECORDED["token-unknown"]["body"])


@pytest.mark.parametrize(
    ("path", "params"),
    [
        (f"{AT}/entries/page-about", {}),
        (f"{AT}/entries", {"content_type": "product"}),  # one language: ours reads all
        (f"{AT}/entries", {**PRODUCTS, "order": "-sys.createdAt"}),
        (f"{AT}/entries", {**PRODUCTS, "query": "shirt"}),
        (f"{AT}/entries", {**PRODUCTS, "limit": "-1"}),
        (f"{AT}/entries", {**PRODUCTS, "limit": "1001"}),
        (f"{AT}/entries", {**PRODUCTS, "select": "fields.nope"}),
        (f"{AT}/entries", {**PRODUCTS, "fields.medusaId.xx-XX[in]": "x"}),
        (f"{AT}/sync", {}),
        (f"{AT}/locales", {"locale": "*"}),
        ("/", {}),
    ],
)
async def test_what_nobody_of_ours_asks_is_refused(
    contentful: Client, path: str, params: dict[str, str]
) -> None:
    """In the real service's form, never by a failure of the demo's."""
    answer = await contentful.get(path, params=params)

    assert answer.status_code in {400, 404}
    assert answer.json()["sys"]["type"] == "Error"


async def test_nothing_can_be_written(contentful: Client) -> None:
    """The Delivery API only reads."""
    answer = await contentful.post(f"{AT}/entries", json={})

    assert answer.json()["sys"] == {"type": "Error", "id": "NotFound"}
