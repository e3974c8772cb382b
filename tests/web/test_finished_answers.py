"""Kept answers as shoppers see them: the same as executed ones, never older, for them alone."""

import asyncio
import random
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from bff.domain.tags import offer_tag, product_tag
from bff.errors import UpstreamUnavailable
from bff.telemetry.metrics import ANSWERS
from bff.web.answering import Answering
from bff.web.dimensions import Dimension, Dimensions, Used
from bff.web.executor import Executor
from bff.web.graphql import GraphQLEndpoint
from bff.web.schema import build_schema
from tests.catalog import fakes
from tests.catalog.fakes import pid
from tests.web.editors import Editors, open_shop
from tests.web.storefront import Storefront
from tests.web.test_preview import token

ROOM = 1_000_000
PAGE = """query($handle: String!, $locale: Locale, $country: CountryCode) {
  product(handle: $handle, locale: $locale, country: $country) {
    title variants { price { amount currencyCode } priceStatus } context { locale country }
  }
}"""
EXPLICIT = {"handle": "tee", "locale": "en", "country": "DE"}
TELLING = {"cache-status", "server-timing", "x-request-id"}
"""Headers that tell of one request."""
KEPT = "bff-answers;hit"


@pytest.fixture
def editors() -> Editors:
    """The people behind a shop that keeps answers."""
    return Editors(answers_bytes=ROOM, browser_seconds=10, lifetimes=fakes.RICH)


@pytest.fixture
async def shop(editors: Editors) -> AsyncIterator[Storefront]:
    """A client of their shop."""
    async with open_shop(editors) as client:
        yield client


def is_kept(answer: httpx.Response) -> bool:
    return answer.headers["cache-status"].startswith(KEPT)


def without_telling(answer: httpx.Response) -> list[tuple[str, str]]:
    return [pair for pair in answer.headers.multi_items() if pair[0] not in TELLING]


def graphql_get(document: str) -> str:
    return str(httpx.URL("/graphql", params={"query": document}))


TEE = '{ product(handle: "tee", locale: "en", country: "DE") { title } }'
ALL_WAYS = [
    ("POST", "/graphql", {"query": PAGE, "variables": EXPLICIT}),
    ("POST", "/graphql", {"query": PAGE, "variables": {"handle": "tee"}}),
    ("GET", graphql_get(TEE), None),
    ("HEAD", graphql_get(TEE), None),
    ("GET", "/v1/products/tee?locale=de&country=AT", None),
    ("GET", "/v1/products/tee", None),
    ("GET", "/v1/products?handles=tee,nope&locale=en", None),
    ("HEAD", "/v1/products/tee?locale=en", None),
    ("GET", "/v1/pages/about?locale=en", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ALL_WAYS)
@pytest.mark.parametrize("accept", ["*/*", "application/graphql-response+json"])
async def test_a_kept_answer_has_the_same_headers(  # noqa: PLR0917 - two fixtures among them
    editors: Editors, shop: Storefront, method: str, path: str, body: object, accept: str
) -> None:
    """Status, bytes and headers do not tell whether an answer was kept, but for two that do so."""
    headers = {"Accept": accept, "X-Request-Id": "its-id", "Accept-Language": "de"}
    executed = await shop.http.request(method, path, json=body, headers=headers)
    calls = editors.upstream_calls()
    kept = await shop.http.request(method, path, json=body, headers=headers)

    assert not is_kept(executed)
    assert is_kept(kept)
    assert editors.upstream_calls() == calls
    assert (kept.status_code, kept.content) == (executed.status_code, executed.content)
    assert without_telling(kept) == without_telling(executed)
    assert kept.headers["x-request-id"] == "its-id"


REFUSED: list[tuple[str, dict[str, str], bytes, int]] = [
    ("POST", {"content-type": "text/plain"}, b"", 415),
    ("POST", {"content-type": "application/json", "x-bff-preview": "wrong"}, b"", 401),
    ("PUT", {"content-type": "application/json"}, b"", 405),
    ("POST", {"content-type": "application/json"}, b" " * 300_000, 413),
    ("POST", {"content-type": "application/json"}, b"}", 400),
]


@pytest.mark.parametrize(("method", "headers", "more", "status"), REFUSED)
async def test_what_is_kept_is_refused_all_the_same(
    editors: Editors, method: str, headers: dict[str, str], more: bytes, status: int
) -> None:
    """Nobody gets a kept answer with a request that would not be executed."""
    answers = []
    for room in (ROOM, 0):
        editors.answers_bytes = room
        async with open_shop(editors) as shop:
            body = httpx.Request("POST", "/", json={"query": PAGE, "variables": EXPLICIT}).content
            json = {"content-type": "application/json", "x-request-id": "its-id"}
            await shop.http.post("/graphql", content=body, headers=json)
            found = await shop.http.post("/graphql", content=body, headers=json)
            assert is_kept(found) is bool(room)
            named = {"x-request-id": "its-id", **headers}
            answers.append(
                await shop.http.request(method, "/graphql", content=body + more, headers=named)
            )

    kept, executed = answers
    assert kept.status_code == status
    assert (kept.status_code, kept.content) == (executed.status_code, executed.content)
    assert kept.headers.multi_items() == executed.headers.multi_items()


async def test_a_mutation_by_get_is_refused_beside_what_is_kept(
    editors: Editors, shop: Storefront
) -> None:
    """A document with both is not answered out of what its query has left behind."""
    document = TEE.replace("{", "query Q {", 1)
    query = {"query": f"{document} mutation M {{ __typename }}", "operationName": "M"}
    await shop.get(graphql_get(TEE))
    kept = await shop.http.get("/graphql", params=query, headers={"X-Request-Id": "its-id"})
    editors.answers_bytes = 0
    async with open_shop(editors) as forgetful:
        executed = await forgetful.http.get(
            "/graphql", params=query, headers={"X-Request-Id": "its-id"}
        )

    assert kept.status_code == 405
    assert kept.headers["allow"] == "POST"
    assert kept.content == executed.content
    assert kept.headers.multi_items() == executed.headers.multi_items()


async def test_lifetimes_do_not_add_up(editors: Editors, shop: Storefront) -> None:
    """An answer made of a price that is 50 s old ends with it, 10 s later."""
    await shop.get("/v1/products/tee?locale=en&country=DE")
    editors.clock.advance(50)
    executed = await shop.send(PAGE, EXPLICIT)
    editors.clock.advance(9)
    kept = await shop.send(PAGE, EXPLICIT)
    fetched = await shop.http.get(graphql_get(TEE))
    editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "products"))
    editors.clock.advance(1)
    ended = [await shop.send(PAGE, EXPLICIT) for _ in range(3)]

    assert not is_kept(executed)
    assert is_kept(kept)
    assert kept.headers["cache-status"] == "bff-answers;hit;ttl=1"
    assert fetched.headers["cdn-cache-control"].startswith("max-age=1, ")
    assert not any(map(is_kept, ended))


async def test_the_last_second_of_a_life(editors: Editors, shop: Storefront) -> None:
    """Whatever is given out in it is fresh, and no header says that it were stale."""
    editors.clock.advance(0.5)
    await shop.send(PAGE, EXPLICIT)
    await shop.http.get(graphql_get(TEE))
    editors.clock.advance(58.4)
    for _ in range(10):
        editors.clock.advance(0.15)
        for kept in (await shop.send(PAGE, EXPLICIT), await shop.http.get(graphql_get(TEE))):
            assert re.fullmatch("bff-answers;hit;ttl=[01]", kept.headers["cache-status"])
            assert "=-" not in kept.headers.get("cdn-cache-control", "")
            assert "=-" not in kept.headers["cache-control"]
    editors.clock.advance(0.15)

    assert not is_kept(await shop.send(PAGE, EXPLICIT))


async def test_a_price_edited_in_medusa(editors: Editors, shop: Storefront) -> None:
    """After the mark the very next answer is made anew, and kept again at once."""
    before = await shop.ask(PAGE, EXPLICIT)
    editors.medusa.edition = ", edited"
    await editors.mark(product_tag(pid("tee")), offer_tag(pid("tee")))
    calls = len(editors.medusa.calls)
    edited = await shop.send(PAGE, EXPLICIT)
    again = await shop.send(PAGE, EXPLICIT)

    assert before["product"]["title"] == "Soft tee"
    assert len(editors.medusa.calls) > calls
    assert not is_kept(edited)
    assert is_kept(again), "old parts are not condemned by the mark on the new one"


async def test_a_mark_on_something_else(editors: Editors, shop: Storefront) -> None:
    """An edit of one product costs the others nothing."""
    await shop.send(PAGE, EXPLICIT)
    await editors.mark(product_tag(pid("jeans")), "sanity:doc_other")

    assert is_kept(await shop.send(PAGE, EXPLICIT))


async def test_an_edit_while_the_answer_is_made(editors: Editors, shop: Storefront) -> None:
    """What was read before an edit is not kept beyond it, however late it is done."""
    gate = editors.systems[0].traffic.hold()
    making = asyncio.create_task(shop.send(PAGE, EXPLICIT))
    await editors.systems[0].traffic.arrived(1)
    await editors.mark(product_tag(pid("tee")), "sanity:doc_tee")
    gate.set()
    await making

    assert not is_kept(await shop.send(PAGE, EXPLICIT))
    assert is_kept(await shop.send(PAGE, EXPLICIT))


async def test_an_edit_overtakes_an_answer_on_its_way_to_a_cdn(
    editors: Editors, shop: Storefront
) -> None:
    """The purge may reach the CDN first: what comes after it must not be the old for an hour."""
    gate = editors.systems[0].traffic.hold()
    making = asyncio.create_task(shop.get("/v1/products/tee?locale=en"))
    await editors.systems[0].traffic.arrived(1)
    await editors.mark(product_tag(pid("tee")), "sanity:doc_tee")
    gate.set()
    overtaken = await making

    assert overtaken.status_code == 200
    assert overtaken.headers["cache-control"] == "no-store"
    assert not {"etag", "cdn-cache-control"} & overtaken.headers.keys()
    again = await shop.get("/v1/products/tee?locale=en")
    assert "max-age" in again.headers["cdn-cache-control"]


async def test_other_replicas_cannot_be_heard(editors: Editors, shop: Storefront) -> None:
    """While marks of others do not arrive, no kept answer is trusted; afterwards it is again."""
    await shop.send(PAGE, EXPLICIT)
    marks = editors.service().shop.marks
    marks.is_live = False  # type: ignore[misc] # the table's own, which a feed sets
    deaf = await shop.send(PAGE, EXPLICIT)
    marks.is_live = True  # type: ignore[misc] # see above

    assert not is_kept(deaf)
    assert "stored" not in deaf.headers["cache-status"]
    assert is_kept(await shop.send(PAGE, EXPLICIT))


async def test_a_degraded_answer_is_not_kept(editors: Editors, shop: Storefront) -> None:
    """When the CMS is back, so are its texts, with the next request."""
    editors.systems[0].traffic.fail(UpstreamUnavailable("sanity", "contents"))
    for _ in range(2):
        editors.clock.advance(1)
        degraded = await shop.send(PAGE, EXPLICIT)
        assert not is_kept(degraded)
        assert degraded.headers["cache-control"] == "no-store"
        assert "etag" not in degraded.headers
    editors.systems[0].traffic.heal()
    editors.clock.advance(1)

    assert (await shop.ask(PAGE, EXPLICIT))["product"]["title"] == "Soft tee"


async def test_a_degraded_answer_is_held_for_a_moment(editors: Editors, shop: Storefront) -> None:
    """In an outage a crowd costs no more than its first; nobody but this process keeps it."""
    editors.systems[0].traffic.fail(UpstreamUnavailable("sanity", "contents"))
    first = await shop.send(PAGE, EXPLICIT)
    editors.clock.advance(0.24)
    second = await shop.send(PAGE, EXPLICIT)
    editors.clock.advance(0.02)
    third = await shop.send(PAGE, EXPLICIT)

    assert [is_kept(one) for one in (first, second, third)] == [False, True, False]
    assert first.content == second.content
    for answer in (first, second, third):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.keys().isdisjoint({"etag", "cdn-cache-control", "surrogate-key"})


async def test_an_edit_ends_that_moment(editors: Editors, shop: Storefront) -> None:
    """What was asked after an edit is not answered with what was read before it."""
    editors.systems[0].traffic.fail(UpstreamUnavailable("sanity", "contents"))
    await shop.send(PAGE, EXPLICIT)
    await editors.mark(offer_tag(pid("tee")))

    assert not is_kept(await shop.send(PAGE, EXPLICIT))


async def test_an_error_is_not_kept(shop: Storefront) -> None:
    """Nor is one field that failed among others that did not."""
    for _ in range(2):
        failed = await shop.send("{ locales { code } markets { name } x: product { id } }")
        unknown = await shop.send(PAGE, {**EXPLICIT, "country": "GB"})
        missing = await shop.get("/v1/products/nope")
        for answer in (failed, unknown, missing):
            assert answer.headers["cache-control"] == "no-store"
            assert KEPT not in answer.headers.get("cache-status", "")


async def test_a_preview_is_not_kept_nor_given_what_is(shop: Storefront) -> None:
    """An editor always sees what is there now, and shoppers never what he sees."""
    await shop.send(PAGE, EXPLICIT)
    editor = await token(shop)
    await shop.send(PAGE, EXPLICIT, editor)
    draft = await shop.send(PAGE, EXPLICIT, editor)
    public = await shop.send(PAGE, EXPLICIT)

    assert draft.json()["data"]["product"]["title"] == "Draft: Soft tee"
    assert not is_kept(draft)
    assert draft.headers["cache-control"] == "private, no-store"
    assert draft.headers["cdn-cache-control"] == "no-store"
    assert "etag" not in draft.headers
    assert is_kept(public)
    assert public.json()["data"]["product"]["title"] == "Soft tee"
    assert "X-Bff-Preview" in public.headers["vary"]


async def test_nothing_is_sent_again(editors: Editors, shop: Storefront) -> None:
    """A browser that has the page gets a 304 without a body, and no source is asked for it."""
    for path in ("/v1/products/tee?locale=en", graphql_get(TEE)):
        page = await shop.get(path)
        calls = editors.upstream_calls()
        tags = ", ".join(['"other"', "W/" + page.headers["etag"]])
        for known in (page.headers["etag"], tags, "*"):
            again = await shop.get(path, if_none_match=known)
            assert (again.status_code, again.content) == (304, b"")
            for name in ("etag", "cache-control", "vary", "surrogate-key", "cdn-cache-control"):
                assert again.headers[name] == page.headers[name]
            assert "content-length" not in again.headers
        head = await shop.http.head(path, headers={"If-None-Match": page.headers["etag"]})
        assert head.status_code == 304
        assert editors.upstream_calls() == calls
        assert (await shop.get(path, if_none_match='"other"')).status_code == 200


async def test_each_media_type_has_a_tag_of_its_own(shop: Storefront) -> None:
    """The same bytes as JSON and as GraphQL's own type are two things to a cache."""
    path = "/graphql?query={locales{code}}"
    plain = await shop.get(path, accept="application/json")
    own = await shop.get(path, accept="application/graphql-response+json")
    again = await shop.get(
        path, accept="application/graphql-response+json", if_none_match=own.headers["etag"]
    )
    other = await shop.get(
        path, accept="application/graphql-response+json", if_none_match=plain.headers["etag"]
    )

    assert plain.content == own.content
    assert plain.headers["etag"] != own.headers["etag"]
    assert [again.status_code, other.status_code] == [304, 200]
    assert again.headers["etag"] == own.headers["etag"]


async def test_a_304_ends_with_the_edit(editors: Editors, shop: Storefront) -> None:
    """The browser that asks after an edit gets the new page."""
    page = await shop.get("/v1/products/tee?locale=en")
    editors.systems[0].documents[pid("tee")] = fakes.document("tee", by="Newer")
    await editors.mark("sanity:doc_tee")
    newer = await shop.get("/v1/products/tee?locale=en", if_none_match=page.headers["etag"])

    assert newer.status_code == 200
    assert newer.headers["etag"] != page.headers["etag"]


async def test_headers_for_caches(shop: Storefront) -> None:
    """Browsers, CDNs and whoever purges them are told what they need."""
    page = await shop.get("/v1/products/tee?locale=en&country=DE")

    assert page.headers["cache-control"] == (
        "max-age=10, stale-while-revalidate=10, stale-if-error=10"
    )
    assert page.headers["cdn-cache-control"].startswith("max-age=")
    assert "product:prod_tee" in page.headers["surrogate-key"].split(" ")
    assert page.headers["cache-tag"].split(",") == page.headers["surrogate-key"].split(" ")


async def test_a_language_that_a_header_chose(shop: Storefront) -> None:
    """A page in the browser's language is its own: CDNs that ignore `Vary` must not keep it."""
    for language, title in (("de", "Weiches Hemd"), ("en", "Soft tee"), ("de", "Weiches Hemd")):
        page = await shop.get("/v1/products/tee", accept_language=language)
        assert page.json()["title"] == title
        assert page.headers["cache-control"].startswith("private, max-age=10")
        assert page.headers["cdn-cache-control"] == "no-store"
        assert "Accept-Language" in page.headers["vary"]
    assert is_kept(await shop.get("/v1/products/tee", accept_language="en"))


async def test_no_cdn_is_told_of_a_post(shop: Storefront) -> None:
    """Nobody keeps the answer to a POST, so nobody is told how to purge it."""
    answer = await shop.send(PAGE, EXPLICIT)

    assert not {"surrogate-key", "cache-tag", "cdn-cache-control"} & answer.headers.keys()


async def test_the_same_question_at_the_same_moment(editors: Editors, shop: Storefront) -> None:
    """Fifty shoppers of one new page cost one execution, and all get it."""
    gate = editors.medusa.traffic.hold()
    asking = asyncio.create_task(shop.together(50, PAGE, EXPLICIT))
    await editors.medusa.traffic.arrived(1)
    for _ in range(50):
        await asyncio.sleep(0)
    gate.set()
    answers = await asking

    ways = [answer.headers["cache-status"].rpartition("bff-answers;")[2] for answer in answers]
    assert ways.count("fwd=miss;stored") == 1
    assert ways.count("fwd=miss;collapsed;stored") == 49
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["x-request-id"] for answer in answers}) == 50


async def test_whoever_asks_after_an_edit_waits_for_nobody_from_before(
    editors: Editors, shop: Storefront
) -> None:
    """A question from after an edit does not join one that was under way before."""
    await shop.send(PAGE, EXPLICIT)
    editors.clock.advance(400)  # the price is too old, the text is fresh
    editors.medusa.calls.clear()
    gate = editors.medusa.traffic.hold()
    before = asyncio.create_task(shop.send(PAGE, EXPLICIT))
    await editors.medusa.traffic.arrived(1)
    editors.systems[0].documents[pid("tee")] = fakes.document("tee", by="Newer")
    await editors.mark("sanity:doc_tee")
    after = asyncio.create_task(shop.send(PAGE, EXPLICIT))
    for _ in range(10):
        await asyncio.sleep(0)
    gate.set()
    await before

    assert (await after).json()["data"]["product"]["title"] == "Newer tee"


async def test_browsers_of_two_languages_at_the_same_moment(
    editors: Editors, shop: Storefront
) -> None:
    """Each gets its own language, though they sent the same words."""
    gate = editors.medusa.traffic.hold()
    asking = [
        asyncio.create_task(shop.send(PAGE, {"handle": "tee"}, {"Accept-Language": language}))
        for language in ("de", "en", "de")
    ]
    await editors.medusa.traffic.arrived(1)
    for _ in range(10):
        await asyncio.sleep(0)
    gate.set()
    titles = [one.json()["data"]["product"]["title"] for one in await asyncio.gather(*asking)]

    assert titles == ["Weiches Hemd", "Soft tee", "Weiches Hemd"]


async def test_the_leader_of_a_question_leaves(editors: Editors, shop: Storefront) -> None:
    """When the shopper who asked first closes the page, the others are answered all the same."""
    gate = editors.medusa.traffic.hold()
    first = asyncio.create_task(shop.send(PAGE, EXPLICIT))
    await editors.medusa.traffic.arrived(1)
    second = asyncio.create_task(shop.send(PAGE, EXPLICIT))
    for _ in range(10):
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    gate.set()

    assert (await second).json()["data"]["product"]["title"] == "Soft tee"


LANGUAGES = ["de", "en", "fr", ""]


async def differs_somewhere(seed: int) -> bool:
    """Tell whether a kept answer ever differs from the executed one, in one random order."""
    draw = random.Random(seed)
    editors = Editors(answers_bytes=ROOM, lifetimes=fakes.RICH)
    async with open_shop(editors) as kept, open_shop(bare := Editors()) as executed:
        drafts = [await token(one) for one in (kept, executed)]
        for _ in range(60):
            variables = {
                "handle": draw.choice(["tee", "jeans", "nope"]),
                "locale": draw.choice(["de", "en", None]),
                "country": draw.choice(["DE", "US", None]),
            }
            language = {"Accept-Language": draw.choice(LANGUAGES)}
            is_draft = draw.random() < 0.2
            answers = [
                await one.send(PAGE, variables, {**language, **(draft if is_draft else {})})
                for one, draft in zip((kept, executed), drafts, strict=True)
            ]
            if answers[0].json() != answers[1].json():
                return True
            if draw.random() < 0.1:
                title = f"Edition {draw.random()}"
                for one in (editors, bare):
                    document = one.systems[0].documents[pid("tee")]
                    one.systems[0].documents[pid("tee")] = replace(
                        document, fields=fakes.document("tee", by=title).fields
                    )
                    await one.mark("sanity:doc_tee")
    return False


@pytest.mark.parametrize("seed", range(6))
async def test_in_any_order_of_languages_countries_and_previews(seed: int) -> None:
    """Whoever asked before, a kept answer equals the one that would be executed."""
    assert not await differs_somewhere(seed)


async def test_a_dimension_that_the_key_lacks_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The property above fails as soon as the language is left out of the key."""
    whole = Dimensions.used

    def without_language(self: Dimensions) -> Used:
        return tuple(one for one in whole(self) if one is not Dimension.LANGUAGE)

    monkeypatch.setattr(Dimensions, "used", without_language)

    assert any([await differs_somewhere(seed) for seed in range(3)])


async def test_an_answer_near_its_end_is_made_early_by_one(editors: Editors) -> None:
    """A page that many look at is made anew before it ends; meanwhile the others get the old."""
    drawn = 0.0
    answering = Answering(editors.service().shop, lambda: drawn)
    endpoint = GraphQLEndpoint(Executor(build_schema(), introspection=False), answering)
    transport = httpx.ASGITransport(endpoint)
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:

        async def ways() -> list[str]:
            answers = [
                await client.post("/graphql", json={"query": PAGE, "variables": EXPLICIT})
                for _ in range(3)
            ]
            return [one.headers["cache-status"].rpartition("bff-answers;")[2] for one in answers]

        gate = editors.medusa.traffic.hold()
        first = asyncio.create_task(ways())
        await editors.medusa.traffic.arrived(1)
        editors.clock.advance(2)  # that is how long it takes
        gate.set()
        await first
        editors.clock.advance(50)
        drawn = 0.9999
        far = await ways()
        drawn = 0.0
        editors.clock.advance(2)
        unlucky = await ways()
        drawn = 0.9999
        near = await ways()

    assert far == ["fwd=stale;detail=early;stored", "hit;ttl=10", "hit;ttl=10"]
    assert unlucky == ["hit;ttl=8"] * 3
    assert near == ["fwd=stale;detail=early;stored", "hit;ttl=8", "hit;ttl=8"]


async def test_a_price_that_is_known_to_be_wrong(editors: Editors, shop: Storefront) -> None:
    """When Medusa fails after a price was edited, no price is shown, and it is said why."""
    await shop.send(PAGE, EXPLICIT)
    await shop.get("/v1/products/tee?locale=en&country=DE")
    editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "products"))
    await editors.mark(offer_tag(pid("tee")))
    answer = await shop.send(PAGE, EXPLICIT)
    page = await shop.get("/v1/products/tee?locale=en&country=DE")
    editors.medusa.traffic.heal()
    editors.clock.advance(1)
    healed = await shop.send(PAGE, EXPLICIT)

    withheld = {"price": None, "priceStatus": "STALE"}
    assert answer.json()["data"]["product"]["variants"] == [withheld]
    assert withheld.items() <= page.json()["variants"][0].items()
    for degraded in (answer.json()["extensions"]["degraded"], page.json()["degraded"]):
        assert [(one["source"], one["reason"]) for one in degraded] == [
            ("medusa", "UPSTREAM_UNAVAILABLE")
        ]
    for shown in (answer, page):
        assert shown.headers["cache-control"] == "no-store"
    assert healed.json()["data"]["product"]["variants"][0]["priceStatus"] == "AVAILABLE"


async def test_a_price_past_its_bound(editors: Editors, shop: Storefront) -> None:
    """With Medusa down a price is shown for as long as its policy says, and not a second more."""
    await shop.send(PAGE, EXPLICIT)
    editors.medusa.traffic.fail(UpstreamUnavailable("medusa", "products"))
    editors.clock.advance(359)
    copy = await shop.send(PAGE, EXPLICIT)
    editors.clock.advance(1)
    late = await shop.send(PAGE, EXPLICIT)

    shown = [one.json()["data"]["product"]["variants"][0] for one in (copy, late)]
    assert [one["priceStatus"] for one in shown] == ["AVAILABLE", "STALE"]
    assert copy.json()["extensions"]["degraded"][0]["ageSeconds"] == 359
    assert {one.headers["cache-control"] for one in (copy, late)} == {"no-store"}


async def test_operators_see_how_many_were_kept(shop: Storefront) -> None:
    """The figures tell kept answers from executed ones."""
    kept, executed = ANSWERS.labels("kept"), ANSWERS.labels("executed")
    before = (kept.value, executed.value)
    for _ in range(3):
        await shop.send(PAGE, EXPLICIT)

    assert (kept.value - before[0], executed.value - before[1]) == (2, 1)
