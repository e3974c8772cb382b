"""What Sanity is asked, how often, and what becomes of an answer that is none."""

import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import respx
from pydantic import PrivateAttr

from bff.domain.commerce import ProductId
from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, ContentSource
from bff.sources.sanity import SanityContent, SanityHealth, SanitySettings, reason_of
from bff.upstream import Upstream

HOST = "https://demo1234.apicdn.sanity.io"
PATH = "/v2025-02-19/data/query/production"
CALL = Call(deadline=1.0)
Open = Callable[..., SanityContent]


@pytest.fixture
async def open_content() -> AsyncIterator[Open]:
    """Opens sources as the service does; their clients are closed afterwards."""
    clients = []

    def open_with(**settings: object) -> SanityContent:
        values = SanitySettings.model_validate({"project_id": "demo1234", **settings})
        client = httpx.AsyncClient(base_url=values.base_url(), headers=values.headers())
        clients.append(client)
        return SanityContent(Upstream("sanity", client, lambda: 0.0, reason_of), values)

    yield open_with
    for client in clients:
        await client.aclose()


@pytest.fixture
def sanity() -> Any:
    with respx.mock(base_url=HOST, assert_all_called=False) as router:
        yield router


def ids(count: int, start: int = 0) -> list[ProductId]:
    """As long as Medusa's own: 31 characters."""
    return [ProductId(f"prod_{number:026d}") for number in range(start, start + count)]


def product(product_id: str, **fields: object) -> dict[str, object]:
    return {"_id": product_id, "_type": "product", **fields}


def addons(*targets: str) -> dict[str, object]:
    return {"addons": {"products": [{"_ref": target} for target in targets]}}


def answer(
    asked: Sequence[object] = (), linked: Sequence[object] = ()
) -> dict[str, dict[str, list[object]]]:
    return {"result": {"asked": [*asked], "linked": [*linked]}}


def params_of(request: httpx.Request) -> dict[str, str]:
    found = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}


def asked_in(request: httpx.Request) -> list[ProductId]:
    if request.method == "POST":
        return [ProductId(each) for each in json.loads(request.content)["params"]["ids"]]
    return [ProductId(each) for each in json.loads(params_of(request)["$ids"])]


async def test_one_question_is_asked_for_many_products(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """24 cards with their addons cost one request, which asks for published text only."""
    cards, hat = ids(24), "prod_hat"
    documents = [product(card, **addons(hat)) for card in cards]
    route = sanity.get(PATH).respond(json=answer(documents, [product(hat)]))

    found = await open_content().contents([*cards, cards[0]], CALL)

    assert list(found) == [*cards, hat]
    assert all(content and content.product.id == key for key, content in found.items())
    assert route.call_count == 1
    request = route.calls.last.request
    params = params_of(request)
    assert set(params) == {"query", "perspective", "returnQuery", "$type", "$ids"}
    assert params["perspective"] == "published"
    assert params["returnQuery"] == "false"
    assert json.loads(params["$type"]) == "product"
    assert json.loads(params["$ids"]) == cards
    assert "authorization" not in request.headers
    assert "x-sanity-project-id" not in request.headers


async def test_nothing_asked_is_no_request(open_content: Open, sanity: respx.MockRouter) -> None:
    """An empty list, and ids that no public document can have, cost nothing."""
    source = open_content()
    impossible = [ProductId(text) for text in ("", "drafts.prod_1", 'x" || true', "a" * 200)]

    assert await source.contents([], CALL) == {}
    assert await source.contents(impossible, CALL) == dict.fromkeys(impossible)
    assert sanity.calls.call_count == 0


async def test_settings_reach_the_request(open_content: Open) -> None:
    """Token, dataset, version, type and host are the operator's choice."""
    with respx.mock(base_url="https://demo1234.api.sanity.io") as live:
        route = live.get("/v2025-06-01/data/query/staging").respond(json=answer())
        source = open_content(
            token=" secret ",
            dataset="staging",
            api_version="v2025-06-01",
            use_cdn=False,
            document_type="item",
        )
        await source.contents(ids(1), CALL)
    request = route.calls.last.request
    assert request.headers["authorization"] == "Bearer secret"
    assert json.loads(params_of(request)["$type"]) == "item"


async def test_another_address_names_the_project_in_a_header(open_content: Open) -> None:
    """Behind a proxy the host no longer tells the project."""
    with respx.mock(base_url="http://proxy.example/sanity") as proxy:
        route = proxy.get(PATH).respond(json=answer())
        await open_content(url="http://proxy.example/sanity/").contents(ids(1), CALL)
    assert route.calls.last.request.headers["x-sanity-project-id"] == "demo1234"


async def test_many_ids_are_asked_for_in_parts(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """250 ids are three requests; what is too long for an address is a POST of 300 KB at most."""
    wanted = [ProductId(f"{number:0100d}") for number in range(250)]

    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answer([product(each) for each in asked_in(request)]))

    route = sanity.route(path=PATH).mock(side_effect=reply)

    found = await open_content().contents(wanted, CALL)

    assert list(found) == wanted
    assert all(found.values())
    requests = [call.request for call in route.calls]
    assert sorted(key for request in requests for key in asked_in(request)) == wanted
    short, long, _ = sorted(requests, key=lambda each: each.method)
    assert (short.method, long.method) == ("GET", "POST")
    assert set(params_of(long)) == {"perspective", "returnQuery"}
    assert params_of(long)["perspective"] == "published"
    assert json.loads(long.content)["query"] == params_of(short)["query"]
    assert json.loads(long.content)["params"]["type"] == "product"
    assert len(long.content) < 300_000


@pytest.mark.parametrize(("length", "method"), [(31, "GET"), (80, "GET"), (110, "POST")])
async def test_a_url_never_grows_beyond_what_sanity_takes(
    open_content: Open, sanity: respx.MockRouter, length: int, method: str
) -> None:
    """A full page of products is a GET, which every cache understands, unless ids are long."""
    route = sanity.route(path=PATH).respond(json=answer())

    await open_content().contents([ProductId(f"{n:0{length}d}") for n in range(100)], CALL)

    request = route.calls.last.request
    assert request.method == method
    assert len(str(request.url)) < 11_264


async def test_long_ids_are_posted_sooner(open_content: Open, sanity: respx.MockRouter) -> None:
    """It is the length that counts, not the number."""
    route = sanity.post(PATH).respond(json=answer())
    await open_content().contents([ProductId(f"{n:0128d}") for n in range(100)], CALL)
    assert route.called


async def test_an_addon_read_in_another_part_is_not_lost(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """Where the cut falls does not show in the answer."""
    wanted = ids(101)
    first, last = wanted[0], wanted[100]

    def reply(request: httpx.Request) -> httpx.Response:
        if first in asked_in(request):
            return httpx.Response(200, json=answer([product(first, **addons(last))]))
        return httpx.Response(200, json=answer([product(last, title="x", fabricWeight=1)]))

    sanity.route(path=PATH).mock(side_effect=reply)

    found = await open_content().contents(wanted, CALL)

    assert len(found) == 101
    assert found[first]
    assert found[last]
    assert found[wanted[1]] is None


async def test_addons_without_a_document_are_said_to_have_none(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """What the editor named and nobody published is known to be missing, drafts included."""
    document = product("prod_1", **addons("prod_2", "drafts.prod_3", "prod_4", "prod_1"))
    linked = [product("prod_3"), product("prod_9"), {"_id": "prod_4", "_type": "page"}]
    sanity.get(PATH).respond(json=answer([document], linked))

    found = await open_content().contents([ProductId("prod_1")], CALL)

    assert {key: content is not None for key, content in found.items()} == {
        "prod_1": True,
        "prod_2": False,
        "prod_3": True,
        "prod_4": False,
    }


@pytest.mark.parametrize(
    "document",
    [
        {"_id": "drafts.prod_1", "_type": "product"},
        {"_id": "versions.r1.prod_1", "_type": "product"},
        {"_id": "prod_1", "_originalId": "drafts.prod_1", "_type": "product"},
        {"_id": "prod_1", "_originalId": "versions.r1.prod_1", "_type": "product"},
        {"_id": "prod_1", "_type": "page"},
        {"_id": "prod_1"},
        {"_id": "prod_2", "_type": "product"},
        {"_id": ["prod_1"], "_type": "product"},
        {"_type": "product"},
        {},
    ],
)
async def test_only_the_published_product_counts(
    open_content: Open, sanity: respx.MockRouter, document: dict[str, object]
) -> None:
    """Whatever else the service sends is not shown."""
    sanity.get(PATH).respond(json=answer([document]))
    assert await open_content().contents([ProductId("prod_1")], CALL) == {"prod_1": None}


async def test_a_draft_is_not_shown_to_whoever_asks_for_it_by_id(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """Guessing a draft's id gets nobody its text, whatever the service sends."""
    draft = ProductId("drafts.prod_1")
    sanity.get(PATH).respond(json=answer([product(draft), product("prod_1")]))

    found = await open_content().contents([draft, ProductId("prod_1")], CALL)

    assert found[draft] is None
    assert found[ProductId("prod_1")]


async def test_one_documents_dirt_costs_no_other(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """A document that went wrong entirely leaves its neighbours as they are."""
    dirty = product("prod_1", specs={"en": 1}, addons=7, images="x", seo=[[]])
    clean = product("prod_2", specs=[{"lang": "en", "title": "Tee"}])
    sanity.get(PATH).respond(json=answer([dirty, clean]))

    found = await open_content().contents([ProductId("prod_1"), ProductId("prod_2")], CALL)

    assert found[ProductId("prod_1")] is not None
    content = found[ProductId("prod_2")]
    assert content is not None
    assert [fields.title for fields in content.fields.values()] == ["Tee"]


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ({"status_code": 429, "json": {"message": "slow down"}}, UpstreamUnavailable),
        ({"status_code": 500, "json": {"error": "x"}}, UpstreamUnavailable),
        ({"status_code": 503, "text": "<html>"}, UpstreamUnavailable),
        ({"status_code": 200, "text": "<html>"}, UpstreamMalformed),
        ({"status_code": 200, "text": '{"result": {"asked": ['}, UpstreamMalformed),
        ({"status_code": 200, "json": {}}, UpstreamMalformed),
        ({"status_code": 200, "json": {"result": None}}, UpstreamMalformed),
        ({"status_code": 200, "json": {"result": []}}, UpstreamMalformed),
        ({"status_code": 200, "json": {"result": {"asked": []}}}, UpstreamMalformed),
        ({"status_code": 200, "json": {"result": {"asked": {}, "linked": []}}}, UpstreamMalformed),
        ({"status_code": 200, "json": answer([None])}, UpstreamMalformed),
        ({"status_code": 200, "json": answer(["prod_1"])}, UpstreamMalformed),
    ],
)
async def test_a_useless_answer_is_one_of_our_errors(
    open_content: Open, sanity: respx.MockRouter, reply: dict[str, Any], kind: type[UpstreamError]
) -> None:
    """The shop goes on with Medusa's text and says that content is missing."""
    sanity.route(path=PATH).respond(**reply)
    with pytest.raises(kind):
        await open_content().contents(ids(1), CALL)
    with pytest.raises(kind):  # the same when several parts fail at once
        await open_content().contents(ids(500), CALL)
    with pytest.raises(UpstreamError):
        await open_content().health(CALL)


async def test_a_refused_token_is_said_without_showing_it(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """The operator learns which of their settings is wrong; nobody learns its value."""
    body = {"statusCode": 401, "message": "secret", "errorCode": "SIO-401-ANF"}
    sanity.get(PATH).respond(401, json=body)

    with pytest.raises(UpstreamRejected) as refused:
        await open_content(token="s3cret-token").contents(ids(1), CALL)

    assert refused.value.reason == "token-unknown"
    assert refused.value.status == 401
    assert "secret" not in str(refused.value)
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(httpx.ReadTimeout("x"), UpstreamTimeout), (httpx.ConnectError("x"), UpstreamUnavailable)],
)
async def test_silence_is_one_of_our_errors(
    open_content: Open,
    sanity: respx.MockRouter,
    failure: httpx.TransportError,
    kind: type[UpstreamError],
) -> None:
    """A content system that is down costs nobody a product, and the log can say why it is."""
    sanity.route(path=PATH).mock(side_effect=failure)
    for count in (1, 500):  # in one part, and in two at the same time
        with pytest.raises(kind) as raised:
            await open_content().contents(ids(count), CALL)
        assert raised.value.source == "sanity"
        assert raised.value.__cause__ is failure


async def test_a_healthy_dataset_has_no_problem(
    open_content: Open, sanity: respx.MockRouter
) -> None:
    """The check counts what shoppers can see, with one question."""
    counts = {"result": {"products": 56, "documents": 62}}
    route = sanity.get(PATH).respond(json=counts)

    health = await open_content().health(CALL)

    assert health == SanityHealth(56, 62, has_token=False, document_type="product")
    assert health.problem is None
    assert params_of(route.calls.last.request)["perspective"] == "published"


@pytest.mark.parametrize(
    ("documents", "token", "words"),
    [
        (3, "t", "no published documents of type 'product'"),
        (3, None, "no published documents of type 'product'"),
        (0, "t", "empty, or the token may not read it"),
        (0, " ", "empty, or it is private and needs a token"),
        (0, None, "empty, or it is private and needs a token"),
    ],
)
async def test_a_dataset_without_products_is_explained(
    open_content: Open, sanity: respx.MockRouter, documents: int, token: str | None, words: str
) -> None:
    """Sanity answers a reader without a token as if a private dataset were empty."""
    sanity.get(PATH).respond(json={"result": {"products": 0, "documents": documents}})
    health = await open_content(token=token).health(CALL)
    assert words in (health.problem or "")


def test_it_is_a_content_source(open_content: Open) -> None:
    """The port's type checker is the test; the name is the upstream's."""
    source: ContentSource = open_content()
    assert source.name == "sanity"


# ---- large answers


class Watched(SanitySettings):
    """Settings that tell in which threads documents are read."""

    _threads: set[int] = PrivateAttr(default_factory=set)

    def __getattribute__(self, name: str) -> object:
        if name == "model":  # which says how the fields of a document are to be read
            self._threads.add(threading.get_ident())
        return super().__getattribute__(name)

    def were_read_elsewhere(self) -> bool:
        return bool(self._threads - {threading.get_ident()})


LONG = [
    {"_type": "block", "children": [{"_type": "span", "text": "word " * 40}]} for _ in range(200)
]


async def watched(read: Callable[[SanityContent], Awaitable[object]]) -> bool:
    """Tell whether anything was read beside the event loop."""
    settings = Watched(project_id="demo1234")
    async with httpx.AsyncClient(base_url=settings.base_url()) as client:
        await read(SanityContent(Upstream("sanity", client, lambda: 0.0, reason_of), settings))
    return settings.were_read_elsewhere()


@pytest.mark.parametrize(("text", "is_long"), [("Soft.", False), (LONG, True)])
async def test_long_texts_of_products_hold_nobody_up(
    sanity: respx.MockRouter, text: object, is_long: bool
) -> None:
    """A page of products with long texts takes longer than other shoppers would wait."""
    tee = product("prod_tee", specs=[{"lang": "en", "content": text}])
    sanity.get(PATH).respond(json=answer([tee]))

    assert await watched(lambda content: content.contents(["prod_tee"], CALL)) is is_long


@pytest.mark.parametrize(("text", "is_long"), [("Us.", False), (LONG, True)])
async def test_long_texts_of_pages_hold_nobody_up(
    sanity: respx.MockRouter, text: object, is_long: bool
) -> None:
    """Be it the page that is shown, or one that a menu leads to."""
    about = {"_id": "about", "_type": "page", "slug": "about", "body": text}
    menu = {
        "_id": "m",
        "_type": "navigation",
        "key": "main",
        "items": [{"page": {"_ref": "about"}}],
    }
    sanity.get(PATH).respond(json=answer([about]))
    assert await watched(lambda content: content.pages(["about"], CALL)) is is_long

    replies = [{"result": [menu]}, {"result": [about]}]
    sanity.get(PATH).mock(side_effect=[httpx.Response(200, json=one) for one in replies])
    assert await watched(lambda content: content.menus(["main"], CALL)) is is_long


@pytest.mark.parametrize(
    ("given", "past_cdn"),
    [
        ({}, "https://demo1234.api.sanity.io"),
        ({"use_cdn": False}, None),
        ({"url": "https://proxy.test"}, None),
        ({"url": "https://proxy.test", "live_url": "https://live.test/"}, "https://live.test"),
    ],
)
def test_what_was_just_edited_is_read_past_the_cdn(
    given: dict[str, object], past_cdn: str | None
) -> None:
    """A proxy of the shop's own has to say where the live API is."""
    settings = SanitySettings.model_validate({"project_id": "demo1234", **given})
    assert settings.past_cdn == past_cdn


async def test_after_an_edit_the_live_api_is_asked(sanity: respx.MockRouter) -> None:
    """The CDN may still have the old text when its webhook has long arrived."""
    settings = SanitySettings.model_validate({"project_id": "demo1234"})
    past_cdn = settings.past_cdn
    assert past_cdn
    cdn = sanity.get(PATH).respond(json=answer([product("prod_1", title="Old")]))
    with respx.mock(base_url=past_cdn) as lake:
        live = lake.get(PATH).respond(json=answer([product("prod_1", title="New")]))
        async with (
            httpx.AsyncClient(base_url=HOST) as one,
            httpx.AsyncClient(base_url=past_cdn) as other,
        ):
            upstreams = [Upstream("sanity", each, lambda: 0.0, reason_of) for each in (one, other)]
            source = SanityContent(upstreams[0], settings, live=upstreams[1])
            await source.contents(["prod_1"], Call(1.0))
            assert (cdn.call_count, live.call_count) == (1, 0)
            await source.contents(["prod_1"], Call(1.0, after_edit=True))
            assert (cdn.call_count, live.call_count) == (1, 1)
