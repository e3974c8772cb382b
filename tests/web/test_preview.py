"""Preview: who gets a token, who sees drafts, and that nobody else ever does."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from datetime import datetime

import httpx
import pytest

from tests.web.editors import LONGEST, NOON, SECRET, Editors, open_shop
from tests.web.storefront import Json, Storefront, codes, operation, problem
from tests.web.test_openapi import differences, openapi

DRAFT = "Draft: "
VIEW = {"slug": "about", "locale": "en", "country": "DE"}
BEARER = {"Authorization": f"Bearer {SECRET}"}
READS = ["/v1/pages/about", "/v1/products/tee", "/v1/products?handles=tee,jeans"]
QUERIES = [
    operation("ContentPage"),
    operation("Navigation"),
    """{ product(handle: "tee", locale: "en") { title description { html } videos { title }
    collection { title } addons { items { product { title } } } } }""",
    '{ products(filter: { handles: ["tee"] }, locale: "en") { edges { node { title } } } }',
    '{ productById(id: "prod_tee", locale: "en") { title } }',
]


@pytest.fixture
def editors() -> Editors:
    """The people behind the shop; they have drafts of everything."""
    return Editors()


@pytest.fixture
async def shop(editors: Editors) -> AsyncIterator[Storefront]:
    """A client of their shop."""
    async with open_shop(editors) as client:
        yield client


@pytest.fixture
async def closed_shop() -> AsyncIterator[Storefront]:
    """A client of a shop where preview is off."""
    async with open_shop(Editors(preview=False)) as client:
        yield client


async def mint(shop: Storefront, body: object = None, **headers: str) -> httpx.Response:
    named = {**BEARER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return await shop.http.post("/v1/preview", json=body, headers=named)


async def token(shop: Storefront, seconds: int = 60) -> dict[str, str]:
    """Return the header that shows drafts."""
    return {"X-Bff-Preview": (await mint(shop, {"seconds": seconds})).json()["token"]}


def asked(document: str) -> dict[str, str]:
    return VIEW if "$slug" in document else {"locale": "en", "country": "DE"}


async def test_minting_a_token(shop: Storefront) -> None:
    """Who knows the operators' secret gets a token and its end; nobody may keep that answer."""
    answer = await mint(shop, {"seconds": 90})

    assert answer.status_code == 200
    assert answer.json().keys() == {"token", "expiresAt"}
    ends = datetime.fromisoformat(answer.json()["expiresAt"])
    assert ends.timestamp() == NOON + 90
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-request-id"]


async def test_a_token_without_a_wish(shop: Storefront) -> None:
    """Without a body, or without seconds in it, a token is good for as long as is allowed."""
    silent = await shop.http.post("/v1/preview", headers=BEARER)
    empty = await mint(shop, {})

    for answer in (silent, empty):
        ends = datetime.fromisoformat(answer.json()["expiresAt"])
        assert ends.timestamp() == NOON + LONGEST


@pytest.mark.parametrize(
    "authorization",
    [
        *(None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {SECRET}", SECRET),
        *(f"Bearer {SECRET}x", f"Bearer {SECRET[:-1]}", f"Bearer {SECRET.upper()}"),
    ],
)
async def test_nobody_else_gets_a_token(shop: Storefront, authorization: str | None) -> None:
    """A wrong secret is 401 with a challenge, and the answer says nothing about it."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await shop.http.post("/v1/preview", json={"seconds": 60}, headers=headers)

    assert problem(answer) == (401, "UNAUTHENTICATED", False)
    assert answer.headers["www-authenticate"] == 'Bearer realm="preview"'
    assert "canary" not in answer.text


@pytest.mark.parametrize(
    ("body", "message"),
    [
        *((body, "the body is not JSON") for body in (b"{", b"\xff", b"NaN", b"[" * 9_000)),
        *((body, "the body must be a JSON object") for body in (b"null", b"60", b'"60"', b"[60]")),
        *(
            (b'{"seconds": ' + wrong + b"}", "seconds: a whole number from 1 to 3600")
            for wrong in (b"0", b"-1", b"3601", b"1.5", b"60.0", b'"60"', b"null", b"true")
        ),
        (b'{"seconds": ' + b"9" * 30 + b"}", "seconds: a whole number from 1 to 3600"),
    ],
)
async def test_wishes_that_make_no_sense(shop: Storefront, body: bytes, message: str) -> None:
    """A body that cannot be read, or asks for too long a time, is refused by name."""
    headers = {**BEARER, "Content-Type": "application/json"}
    answer = await shop.http.post("/v1/preview", content=body, headers=headers)

    assert problem(answer) == (400, "BAD_USER_INPUT", False)
    assert answer.json()["detail"] == message


async def test_bodies_of_another_kind_or_size(shop: Storefront) -> None:
    """Only JSON is read, and not without end; without the secret nothing is read at all."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b" " * 65_536

    form = await shop.http.post("/v1/preview", data={"seconds": "60"}, headers=BEARER)
    long = await shop.http.post("/v1/preview", content=endless(), headers=BEARER)
    read = sent
    stranger = await shop.http.post("/v1/preview", content=endless())

    assert problem(form) == (415, "UNSUPPORTED_MEDIA_TYPE", False)
    assert problem(long) == (413, "PAYLOAD_TOO_LARGE", False)
    assert read <= 6
    assert problem(stranger) == (401, "UNAUTHENTICATED", False)
    assert sent - read <= 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_other_methods(shop: Storefront, method: str) -> None:
    """A token is a thing to be made: only POST does that, not even HEAD."""
    answer = await shop.http.request(method, "/v1/preview", headers=BEARER)

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.parametrize("document", QUERIES)
async def test_an_editor_sees_drafts(shop: Storefront, document: str) -> None:
    """With a token everything is shown as it will be, and nobody keeps it."""
    answer = await shop.send(document, asked(document), await token(shop))

    assert answer.status_code == 200
    assert answer.json().keys() == {"data"}
    assert DRAFT in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["cdn-cache-control"] == "no-store"
    assert "X-Bff-Preview" in answer.headers["vary"].split(", ")


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_an_editor_sees_drafts_by_rest(shop: Storefront, path: str, method: str) -> None:
    """REST is the same, whoever decides the language."""
    headers = await token(shop)
    explicit = await shop.http.request(method, f"{path}{joint(path)}locale=en", headers=headers)
    browser = await shop.http.request(method, path, headers=headers)

    for answer in (explicit, browser):
        assert answer.status_code == 200
        assert (DRAFT in answer.text) is (method == "GET")
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["cdn-cache-control"] == "no-store"
    assert explicit.headers["vary"] == "X-Bff-Preview"
    assert browser.headers["vary"] == "Accept-Language, X-Bff-Preview"


def joint(path: str) -> str:
    return "&" if "?" in path else "?"


@pytest.mark.parametrize("document", QUERIES)
async def test_a_shopper_sees_none(shop: Storefront, document: str) -> None:
    """Without a token the same questions show what is published, also right after an editor."""
    headers = await token(shop)
    await shop.send(document, asked(document), headers)
    public = await shop.send(document, asked(document))
    draft = await shop.send(document, asked(document), headers)

    assert DRAFT not in public.text
    assert public.headers["cache-control"] == "no-cache"
    # A cache between them must not give an editor what it keeps for shoppers.
    assert "X-Bff-Preview" in public.headers["vary"]
    assert DRAFT in draft.text


async def wrong_tokens(shop: Storefront, editors: Editors) -> dict[str, str]:
    good = (await token(shop, 60))["X-Bff-Preview"]
    expired = (await token(shop, 1))["X-Bff-Preview"]
    editors.time += 1
    return {
        "empty": "",
        "nonsense": "nonsense",
        "changed": good[:-2] + ("AA" if good[-2:] != "AA" else "BB"),
        "expired": expired,
        "two": f"{good}, {good}",
        "secret": SECRET,
        "long": "x" * 5_000,
    }


async def test_a_wrong_token_is_refused(shop: Storefront, editors: Editors) -> None:
    """Not what is published instead: an editor would take that for the draft."""
    for kind, wrong in (await wrong_tokens(shop, editors)).items():
        headers = {"X-Bff-Preview": wrong}
        answer = await shop.send("{ markets { name } }", None, headers)
        assert answer.status_code == 401, kind
        assert answer.json().keys() == {"errors"}
        assert codes(answer) == [("UNAUTHENTICATED", False)]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["www-authenticate"] == "X-Bff-Preview"
        for path in READS:
            page = await shop.http.get(path, headers=headers)
            assert problem(page) == (401, "UNAUTHENTICATED", False)
            assert page.headers["www-authenticate"] == "X-Bff-Preview"
            assert not wrong or wrong not in page.text
    assert editors.medusa.calls == []


async def test_a_token_sent_twice(shop: Storefront) -> None:
    """Two headers are not one token."""
    headers = [*(await token(shop)).items()] * 2
    page = await shop.http.get("/v1/pages/about", headers=headers)

    assert problem(page) == (401, "UNAUTHENTICATED", False)


async def test_a_token_ends_between_two_requests(shop: Storefront, editors: Editors) -> None:
    """The request that begins in time is answered, the next one is refused."""
    headers = await token(shop, 10)
    gate = editors.drafts.traffic.hold()
    begun = asyncio.create_task(shop.http.get("/v1/pages/about", headers=headers))
    await editors.drafts.traffic.arrived(1)
    editors.time += 10
    gate.set()

    assert DRAFT in (await begun).text
    assert (await shop.http.get("/v1/pages/about", headers=headers)).status_code == 401


async def test_a_token_in_other_places_is_none(shop: Storefront) -> None:
    """Only the header counts: not a query parameter, a cookie, or `Authorization`."""
    sent = (await token(shop))["X-Bff-Preview"]
    answers = [
        await shop.http.get(f"/v1/pages/about?preview={sent}&X-Bff-Preview={sent}"),
        await shop.http.get("/v1/pages/about", headers={"Authorization": f"Bearer {sent}"}),
        await shop.http.get("/v1/pages/about", headers={"Cookie": f"X-Bff-Preview={sent}"}),
        await shop.http.get("/v1/pages/about", headers={"X-Preview": sent}),
    ]

    for answer in answers:
        assert answer.status_code == 200
        assert DRAFT not in answer.text


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_where_preview_is_off(closed_shop: Storefront, method: str) -> None:
    """There is no such path, and no token opens anything."""
    answer = await closed_shop.http.request(method, "/v1/preview", headers=BEARER)

    assert problem(answer) == (404, "NOT_FOUND", False)


async def test_tokens_where_preview_is_off(closed_shop: Storefront, shop: Storefront) -> None:
    """Even a token that would be good elsewhere is refused; without one all is as ever."""
    headers = await token(shop)

    answer = await closed_shop.send("{ markets { name } }", None, headers)
    assert (answer.status_code, codes(answer)) == (401, [("UNAUTHENTICATED", False)])
    for path in READS:
        page = await closed_shop.http.get(path, headers=headers)
        assert problem(page) == (401, "UNAUTHENTICATED", False)
        assert (await closed_shop.get(path)).status_code == 200


async def test_drafts_are_kept_nowhere(shop: Storefront, editors: Editors) -> None:
    """A draft that an editor has just saved is seen at once: nothing of a preview is cached."""
    headers = await token(shop)
    for _ in range(2):
        await shop.http.get("/v1/pages/about", headers=headers)
        await shop.http.get("/v1/pages/about")

    assert [call.operation for call in editors.drafts.calls].count("pages") == 2
    assert [call.operation for call in editors.systems[0].calls].count("pages") == 1


@pytest.mark.parametrize("first", ["editor", "shopper"])
async def test_editor_and_shopper_at_the_same_moment(
    shop: Storefront, editors: Editors, first: str
) -> None:
    """Whoever comes first and whoever is answered first: each sees their own page."""
    headers = await token(shop)
    gates = {
        "editor": editors.drafts.traffic.hold(),
        "shopper": editors.systems[0].traffic.hold(),
    }
    reads: dict[str, Callable[[], asyncio.Task[httpx.Response]]] = {
        "editor": lambda: asyncio.create_task(shop.send(operation("ContentPage"), VIEW, headers)),
        "shopper": lambda: asyncio.create_task(shop.send(operation("ContentPage"), VIEW)),
    }
    second = "shopper" if first == "editor" else "editor"
    traffic = {"editor": editors.drafts.traffic, "shopper": editors.systems[0].traffic}
    begun = {}
    for who in (first, second):
        begun[who] = reads[who]()
        await traffic[who].arrived(1)
    gates[second].set()
    answers = {second: await begun[second]}
    gates[first].set()
    answers[first] = await begun[first]

    assert DRAFT in answers["editor"].text
    assert DRAFT not in answers["shopper"].text


async def test_no_draft_in_a_thousand_public_answers(shop: Storefront, editors: Editors) -> None:
    """Editors and shoppers in any order, many at once, warm and cold: each sees their own."""
    chance = random.Random(20_261_120)
    headers = await token(shop)
    public: list[httpx.Response] = []
    drafts: list[httpx.Response] = []

    async def one(*, is_preview: bool) -> None:
        sent = headers if is_preview else {}
        if chance.random() < 0.5:
            document = chance.choice(QUERIES)
            answer = await shop.send(document, asked(document), sent)
        else:
            answer = await shop.http.get(chance.choice(READS), headers=sent)
        (drafts if is_preview else public).append(answer)

    for _ in range(50):
        await asyncio.gather(*(one(is_preview=chance.random() < 0.5) for _ in range(40)))
        if chance.random() < 0.3:
            editors.forget()

    assert len(public) + len(drafts) == 2_000
    assert all(answer.status_code == 200 for answer in (*public, *drafts))
    assert [answer.text for answer in public if DRAFT in answer.text] == []
    assert [answer.text for answer in drafts if DRAFT not in answer.text] == []
    assert {answer.headers["cache-control"] for answer in drafts} == {"private, no-store"}


async def test_a_failing_draft_is_no_published_page(shop: Storefront, editors: Editors) -> None:
    """When drafts cannot be read the editor is told, and is not shown what is published."""
    editors.drafts.page_documents = []
    page = await shop.http.get("/v1/pages/about", headers=await token(shop))

    assert problem(page) == (404, "NOT_FOUND", False)


async def test_the_document_tells_of_preview(shop: Storefront, closed_shop: Storefront) -> None:
    """OpenAPI describes how a token is had, where one can be had."""
    document = await openapi(shop)
    minted = await mint(shop, {"seconds": 60})
    described: Json = document["paths"]["/v1/preview"]["post"]

    assert described["security"] == [{"operators": []}]
    assert document["components"]["securitySchemes"]["operators"]["scheme"] == "bearer"
    assert set(described["responses"]) == {"200", "400", "401", "413", "415", "429", "500"}
    schema = dict(document["components"]["schemas"]["PreviewToken"])
    assert schema["properties"]["expiresAt"].pop("format") == "date-time"
    assert list(differences(schema, minted.json(), document, "token")) == []
    assert "/v1/preview" not in (await openapi(closed_shop))["paths"]
