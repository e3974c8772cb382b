"""Which pages may read answers in a browser, and what browsers, crawlers and caches are told."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.web.guests import Guests, guests

SHOP = "https://shop.example.com"
OTHER = "https://app.example.com"
EVIL = "https://evil.example"
ASK = {"query": "{ locales { code } }"}
PAGE = "/v1/products/organic-cotton-tshirt"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "x"}


@pytest.fixture
async def shop() -> AsyncIterator[Guests]:
    async with guests(cors_origins=(SHOP, OTHER)) as shop:
        yield shop


async def preflight(client: httpx.AsyncClient, origin: str, path: str) -> httpx.Response:
    return await client.options(path, headers={"origin": origin, **PREFLIGHT})


def told(answer: httpx.Response) -> list[str]:
    return [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/graphql", PAGE, "/v1/products", "/v1/pages/about"])
async def test_a_page_of_ours_may_ask(shop: Guests, path: str) -> None:
    answer = await preflight(shop.at("1.2.3.4"), SHOP, path)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == SHOP
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST"
    allowed = set(answer.headers["access-control-allow-headers"].split(", "))
    assert allowed > {
        *("content-type", "accept-language", "x-request-id", "traceparent", "x-bff-preview"),
        "apollo-require-preflight",
    }
    assert not allowed & {"authorization", "cookie", "x-forwarded-for"}
    assert answer.headers["vary"] == "Origin"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [EVIL, "null", "", "https://shop.example.com.evil.example"])
@pytest.mark.parametrize("path", ["/graphql", PAGE])
async def test_another_page_may_not(shop: Guests, path: str, origin: str) -> None:
    """Its browser is told nothing, which is a refusal; nor is it told who may."""
    client = shop.at("1.2.3.4")
    answers = [
        await preflight(client, origin, path),
        await client.get(path, headers={"origin": origin}),
    ]
    for answer in answers:
        assert told(answer) == []
        assert "Origin" in answer.headers["vary"]
    assert answers[0].status_code == 405


async def test_what_a_page_may_read(shop: Guests) -> None:
    client = shop.at("1.2.3.4")
    for answer in (
        await client.post("/graphql", json=ASK, headers={"origin": OTHER}),
        await client.get(PAGE, headers={"origin": OTHER}),
        await client.get("/v1/products/nothing-here", headers={"origin": OTHER}),
        await client.post("/graphql", content=b"", headers={"origin": OTHER}),
    ):
        assert answer.headers["access-control-allow-origin"] == OTHER
        exposed = set(answer.headers["access-control-expose-headers"].split(", "))
        assert exposed >= {"etag", "x-request-id", "cache-status", "retry-after"}
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_kept_answer_is_for_pages_of_all_origins(shop: Guests) -> None:
    """Not for the one alone that had it made; who sends no origin hears that others vary."""
    client = shop.at("1.2.3.4")
    answers = [
        await client.get(
            PAGE, params={"locale": "en"}, headers={"origin": origin} if origin else {}
        )
        for origin in (SHOP, OTHER, EVIL, None, SHOP)
    ]
    given = [answer.headers.get("access-control-allow-origin") for answer in answers]
    assert given == [SHOP, OTHER, None, None, SHOP]
    assert all(answer.headers["vary"].endswith("Origin") for answer in answers)
    assert answers[-1].headers["cache-status"].startswith("bff-answers;hit")


async def test_an_unchanged_answer_may_be_read_too(shop: Guests) -> None:
    client = shop.at("1.2.3.4")
    first = await client.get(PAGE, headers={"origin": SHOP})
    again = {"origin": SHOP, "if-none-match": first.headers["etag"]}
    answer = await client.get(PAGE, headers=again)
    assert answer.status_code == 304
    assert answer.headers["access-control-allow-origin"] == SHOP


async def test_a_single_origin_needs_no_answers_of_its_own() -> None:
    """Everybody is told the same, so that caches need not keep one answer for each origin."""
    async with guests(cors_origins=(SHOP,)) as shop:
        client = shop.at("1.2.3.4")
        for headers in ({}, {"origin": SHOP}, {"origin": EVIL}):
            answer = await client.get(PAGE, params={"locale": "en"}, headers=headers)
            assert answer.headers["access-control-allow-origin"] == SHOP
            assert "Origin" not in answer.headers.get("vary", "")
        assert told(await preflight(client, EVIL, "/graphql")) != []
        assert (await preflight(client, EVIL, "/graphql")).status_code == 405


@pytest.mark.parametrize("path", ["/v1/preview", "/livez", "/webhooks/medusa", "/readyz"])
async def test_the_rest_is_not_for_pages(shop: Guests, path: str) -> None:
    """The operators' secret has no place in a browser."""
    client = shop.at("1.2.3.4")
    assert told(await preflight(client, SHOP, path)) == []
    assert told(await client.get(path, headers={"origin": SHOP})) == []


async def test_without_a_list_there_is_nothing_of_this() -> None:
    async with guests() as shop:
        client = shop.at("1.2.3.4")
        for path in ("/graphql", PAGE):
            assert (await preflight(client, SHOP, path)).status_code == 405
            answer = await client.get(path, headers={"origin": SHOP})
            assert told(answer) == []
            assert "Origin" not in answer.headers.get("vary", "")


SIMPLE = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
"""What a form or script of any page may send without having asked before (Fetch, 2.2.2)."""


@pytest.mark.parametrize("sent", [*SIMPLE, "", "text/plain; application/json"])
async def test_no_form_of_another_page_asks_anything(shop: Guests, sent: str) -> None:
    headers = {"content-type": sent} if sent else {}
    client = shop.at("1.2.3.4")
    body = b'{"query": "{ locales { code } }"}'
    answer = await client.post("/graphql", content=body, headers={"origin": EVIL, **headers})
    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert "data" not in answer.json()


async def test_every_answer_is_what_it_says_that_it_is(shop: Guests) -> None:
    """A browser never takes an answer of ours for a page or a script that it does not say."""
    client = shop.at("1.2.3.4")
    answers = [
        await client.post("/graphql", json=ASK),
        await client.post("/graphql", json=ASK),
        await client.post("/graphql", content=b"nonsense"),
        await preflight(client, SHOP, "/graphql"),
        *[
            await client.get(path)
            for path in (
                *(PAGE, PAGE, "/v1/products/nothing-here", "/nothing", "/livez", "/readyz"),
                *("/metrics", "/docs", "/openapi.json", "/developer-assets/nothing"),
            )
        ],
    ]
    for answer in answers:
        assert answer.headers.get_list("x-content-type-options") == ["nosniff"], answer.url
        assert "server" not in answer.headers
