"""What Strapi is asked, how often, and what becomes of an answer that is none."""

import asyncio
from typing import Any

import httpx
import pytest
import respx

from bff.domain.commerce import Handle, ProductId
from bff.domain.content import ProductRef
from bff.domain.locale import Locale
from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import ContentSource, GroupKind, Listed
from tests.clock import HandClock
from tests.sources.strapi_shop import (
    CALL,
    FORBIDDEN,
    HOST,
    NOT_FOUND,
    UNAUTHORIZED,
    answer,
    five,
    four,
    invalid,
    params_of,
    refusal,
    strapi,
    values_of,
)

MEDIA = ["url", "alternativeText", "width", "height", "mime", "updatedAt"]
TARGET = ["medusa_id", "handle", "locale", "publishedAt", "updatedAt"]


@pytest.fixture
def cms() -> Any:
    with respx.mock(base_url=HOST, assert_all_called=False) as router:
        yield router


def ids(count: int) -> list[ProductId]:
    """As long as Medusa's own."""
    return [ProductId(f"prod_{number:026d}") for number in range(count)]


def indexed(name: str, values: list[str]) -> dict[str, str]:
    return {f"{name}[{number}]": value for number, value in enumerate(values)}


async def test_one_question_brings_many_products_in_all_languages(cms: respx.MockRouter) -> None:
    """24 cards with their addons cost one request: published, by name, in a fixed order."""
    cards = ids(24)
    rows = [five(f"d{card}", tag, medusa_id=card, title=tag) for card in cards for tag in "ab"]
    route = cms.get("/api/products").respond(json=answer(*rows))

    async with strapi(version=5, token="s3cret") as source:
        checked: ContentSource = source
        found = await checked.contents([*cards, cards[0]], CALL)

    assert list(found) == cards
    assert all(content and content.product.id == key for key, content in found.items())
    assert route.call_count == 1
    request = route.calls.last.request
    assert request.headers["authorization"] == "Bearer s3cret"
    assert params_of(request) == {
        "status": "published",
        **indexed("filters[medusa_id][$in]", [*cards]),
        "locale[0]": "en",
        "locale[1]": "es",
        "sort[0]": "medusa_id",
        "sort[1]": "id",
        "populate[seo]": "true",
        **indexed("populate[thumbnail][fields]", MEDIA),
        **indexed("populate[images][fields]", MEDIA),
        **indexed("populate[addons][populate][products][fields]", TARGET),
        "pagination[page]": "1",
        "pagination[pageSize]": "100",
    }


@pytest.mark.parametrize(
    ("version", "preview", "said"),
    [
        (5, False, {"status": "published"}),
        (5, True, {"status": "draft"}),
        (4, False, {"publicationState": "live"}),
        (4, True, {"publicationState": "preview"}),
        ("detect", False, {"status": "published", "publicationState": "live"}),
        ("detect", True, {"status": "draft", "publicationState": "preview"}),
    ],
)
async def test_it_is_always_said_whether_drafts_are_wanted(
    cms: respx.MockRouter, version: object, preview: bool, said: dict[str, str]
) -> None:
    """Nothing is left to a default; what a shopper asked for is not in the parameter."""
    route = cms.get(path__regex="/api/.*").respond(json=answer(five("d1"), five("d2")))

    async with strapi(version=version, drafts=preview) as source:
        await source.contents(["status=draft", "prod_1"], CALL)
        source._rows.seen = None  # as before the first answer
        await source.pages(["about&status=draft"], CALL)
        source._rows.seen = None
        await source.menus(["main"], CALL)

    assert route.call_count == 3
    for call in route.calls:
        params = params_of(call.request)
        assert {
            name: value for name, value in params.items() if name in {"status", "publicationState"}
        } == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (five("d1", medusa_id="prod_1"), "status"),
        (four(1, medusa_id="prod_1"), "publicationState"),
    ],
)
async def test_the_first_entry_tells_the_version(
    cms: respx.MockRouter, row: dict[str, object], said: str
) -> None:
    """Detection costs no call, and an empty answer tells nothing."""
    route = cms.get("/api/products").mock(
        side_effect=[
            httpx.Response(200, json=answer()),
            httpx.Response(200, json=answer(row)),
            httpx.Response(200, json=answer(row)),
        ]
    )

    async with strapi() as source:
        empty, *found = [await source.contents(["prod_1"], CALL) for _ in range(3)]

    assert empty == {"prod_1": None}
    assert all(one["prod_1"] for one in found)
    sent = [
        {name for name in params_of(call.request) if name in {"status", "publicationState"}}
        for call in route.calls
    ]
    assert sent == [{"status", "publicationState"}] * 2 + [{said}]


async def test_nothing_asked_is_no_request(cms: respx.MockRouter) -> None:
    """An empty filter would return every product; impossible keys cost nothing either."""
    impossible = ["", "a\x00b", "x" * 300, "line\nbreak"]
    async with strapi() as source:
        assert await source.contents([], CALL) == {}
        assert await source.contents(impossible, CALL) == dict.fromkeys(impossible)
        assert await source.pages([], CALL) == {}
        assert await source.groups(GroupKind.CATEGORY, ["pcat_1"], CALL) == {"pcat_1": None}
    assert cms.calls.call_count == 0


async def test_many_products_are_asked_for_in_parts_at_once(cms: respx.MockRouter) -> None:
    """250 ids are three questions, all under way together, each within Node's 16 KiB."""
    wanted, together = ids(250), asyncio.Barrier(3)

    async def answer_all(request: httpx.Request) -> httpx.Response:
        await asyncio.wait_for(together.wait(), 5)
        asked = values_of(request, "filters")
        return httpx.Response(
            200, json=answer(*[five(one, medusa_id=one) for one in asked], size=100)
        )

    route = cms.get("/api/products").mock(side_effect=answer_all)
    async with strapi(version=5) as source:
        found = await source.contents(wanted, CALL)

    assert list(found) == wanted
    assert all(found.values())
    sizes = [len(values_of(call.request, "filters")) for call in route.calls]
    assert sorted(sizes) == [50, 100, 100]


async def test_long_handles_make_shorter_questions(cms: respx.MockRouter) -> None:
    """A request line above 16 KiB would be refused without a word."""
    handles = [f"{number:03d}-{'é' * 100}" for number in range(60)]
    route = cms.get("/api/products").respond(json=answer())

    async with strapi(match="handle") as source:
        await source.contents(handles, CALL)

    lines = [len(call.request.url.raw_path) for call in route.calls]
    assert max(lines) < 15_500
    assert len(lines) == 3
    asked = [key for call in route.calls for key in values_of(call.request, "filters[handle]")]
    assert sorted(asked) == handles


async def test_pages_after_the_first_are_asked_for_together(cms: respx.MockRouter) -> None:
    """Strapi puts fewer rows on a page than it was asked for, and says so only in `meta`."""
    rows = [five(f"d{number}", medusa_id=f"prod_{number}") for number in range(7)]
    together = asyncio.Barrier(3)

    async def one_page(request: httpx.Request) -> httpx.Response:
        page = int(params_of(request)["pagination[page]"])
        if page > 1:
            await asyncio.wait_for(together.wait(), 5)
        part = rows[2 * (page - 1) : 2 * page]
        return httpx.Response(200, json=answer(*part, total=7, size=2))

    route = cms.get("/api/products").mock(side_effect=one_page)
    async with strapi(version=5, page_size=200) as source:
        found = await source.contents([f"prod_{number}" for number in range(7)], CALL)

    assert all(found.values())
    asked = [
        (params["pagination[page]"], params["pagination[pageSize]"])
        for params in (params_of(call.request) for call in route.calls)
    ]
    assert asked[0] == ("1", "200")
    assert sorted(asked[1:]) == [("2", "2"), ("3", "2"), ("4", "2")]


async def test_a_name_that_the_shop_does_not_have_is_learnt(cms: respx.MockRouter) -> None:
    """One refusal, one more question, and for five minutes nobody asks for it."""
    clock = HandClock()

    def model(request: httpx.Request) -> httpx.Response:
        if any(name.startswith("populate[thumbnail]") for name in params_of(request)):
            return invalid("thumbnail")
        return httpx.Response(200, json=answer(five("d1", medusa_id="prod_1")))

    route = cms.get("/api/products").mock(side_effect=model)
    async with strapi(version=5, clock=clock) as source:
        call = type(CALL)(deadline=clock() + 500)
        assert (await source.contents(["prod_1"], call))["prod_1"]
        assert route.call_count == 2
        await source.contents(["prod_1"], call)
        assert route.call_count == 3
        assert source.missing("products") == ("thumbnail",)
        assert params_of(route.calls.last.request)["populate[images][fields][0]"] == "url"
        clock.advance(301)
        await source.contents(["prod_1"], call)
        assert route.call_count == 5


@pytest.mark.parametrize(
    ("refused", "gone", "kept"),
    [
        (invalid("products", path="addons"), "populate[addons]", "populate[seo]"),
        (
            invalid("page.hero", path="sections.on.page.hero"),
            "populate[sections][on][page.hero]",
            "populate[sections][on][page.product-list]",
        ),
        (invalid("alternativeText"), "alternativeText", "populate[images]"),
    ],
)
async def test_only_what_is_missing_is_left_out(
    cms: respx.MockRouter, refused: httpx.Response, gone: str, kept: str
) -> None:
    """The rest is read as ever, and a relation without a field is not read whole instead."""

    def model(request: httpx.Request) -> httpx.Response:
        asked = [part for pair in params_of(request).items() for part in pair]
        if any(part == gone or part.startswith(gone + "[") for part in asked):
            return refused
        return httpx.Response(200, json=answer())

    route = cms.get(path__regex="/api/.*").mock(side_effect=model)
    async with strapi(version=5) as source:
        ask = source.pages if "sections" in gone else source.contents
        await ask(["x"], CALL)

    assert route.call_count == 2
    last = params_of(route.calls.last.request)
    assert any(name.startswith(kept) for name in last)
    assert not any("[products]" in name for name in last) or "addons" not in gone


async def test_a_refusal_that_nobody_understands_is_one(cms: respx.MockRouter) -> None:
    """Neither an unknown filter nor an endless row of unknown names is asked again and again."""
    route = cms.get("/api/products")
    async with strapi(version=5) as source:
        for response in (
            invalid("medusa_id", "filters"),
            invalid("elsewhere"),
            httpx.Response(400, json=refusal(400, "ValidationError", "no")),
        ):
            route.mock(return_value=response)
            before = route.call_count
            with pytest.raises(UpstreamRejected) as refused:
                await source.contents(["prod_1"], CALL)
            assert route.call_count == before + 1
            assert refused.value.status == 400


async def test_a_page_is_found_by_the_slug_of_any_language(cms: respx.MockRouter) -> None:
    """One question brings the page in all languages, also those with another slug."""
    rows = [five("home", "en", slug="home"), five("home", "es", slug="inicio")]
    route = cms.get("/api/pages").respond(json=answer(*rows))

    async with strapi(version=5) as source:
        found = await source.pages(["inicio", "none"], CALL)

    [page] = found["inicio"]
    assert page.slugs == {"en": "home", "es": "inicio"}
    assert found["none"] == ()
    assert route.call_count == 1
    params = params_of(route.calls.last.request)
    assert params["filters[$or][0][slug][$in][0]"] == "inicio"
    assert params["filters[$or][1][localizations][slug][$in][1]"] == "none"
    assert params["locale[1]"] == "es"
    assert "populate[localizations][fields][0]" not in params
    hero, products = (
        f"populate[sections][on][page.{name}][populate]"
        for name in ("hero][populate][image", "product-list][populate][products")
    )
    assert not any(name.startswith((hero, products)) for name in params)
    zone = "populate[sections][on]"
    assert params[f"{zone}[page.hero][populate][image][fields][0]"] == "url"
    assert params[f"{zone}[page.product-list][populate][products][fields][0]"] == "medusa_id"


async def test_version_4_tells_which_pages_belong_together(cms: respx.MockRouter) -> None:
    """There is no document id, so that each entry says what its other languages are."""

    def others(*entries: int) -> dict[str, object]:
        return {"data": [{"id": one, "attributes": {"locale": "xx"}} for one in entries]}

    rows = [
        four(8, "en", slug="home", localizations=others(9)),
        four(9, "es", slug="inicio", localizations=others(8)),
        four(10, "en", slug="about", localizations=others()),
    ]
    route = cms.get("/api/pages").respond(json=answer(*rows))

    async with strapi(version=4) as source:
        found = await source.pages(["home", "about"], CALL)

    [home], [about] = found["home"], found["about"]
    assert home.slugs == {"en": "home", "es": "inicio"}
    assert about.slugs == {"en": "about"}
    params = params_of(route.calls.last.request)
    assert params["populate[localizations][fields][0]"] == "locale"


async def test_of_two_pages_with_one_slug_the_older_stands_first(cms: respx.MockRouter) -> None:
    """In whatever order they arrive, and by whichever language of them is the oldest."""
    rows = [
        five("new", "en", slug="info", createdAt="2026-02-01"),
        five("old", "es", slug="info", createdAt="2026-03-01"),
        five("old", "en", slug="hours", createdAt="2026-01-01"),
    ]
    for sent in (rows, rows[::-1]):
        cms.get("/api/pages").respond(json=answer(*sent))
        async with strapi(version=5) as source:
            found = await source.pages(["info", "hours"], CALL)

        assert [one.document_id for one in found["info"]] == ["old", "new"]
        assert [one.document_id for one in found["hours"]] == ["old"]


async def test_a_menu_is_found_by_its_key(cms: respx.MockRouter) -> None:
    """Pages that it leads to come with their slugs in all languages."""
    rows = [five("m", "en", key="main", items=[]), five("m", "es", key="main", items=[])]
    route = cms.get("/api/navigations").respond(json=answer(*rows))

    async with strapi(version=5) as source:
        found = await source.menus(["main", "footer"], CALL)

    assert found["main"]
    assert found["main"].document_id == "m"
    assert found["footer"] is None
    params = params_of(route.calls.last.request)
    assert values_of(route.calls.last.request, "filters") == ["main", "footer"]
    page = "populate[items][populate][page]"
    assert params[f"{page}[fields][0]"] == "slug"
    assert params[f"{page}[populate][localizations][fields][0]"] == "slug"


async def test_groups_are_where_the_operator_says(cms: respx.MockRouter) -> None:
    """A shop without texts for categories is asked for none."""
    route = cms.get("/api/ranges").respond(
        json=answer(five("c", "en", medusa_id="pcol_1", title="Summer"))
    )
    async with strapi(version=5, collections="ranges") as source:
        found = await source.groups(GroupKind.COLLECTION, ["pcol_1", "pcol_2"], CALL)
        assert await source.groups(GroupKind.CATEGORY, ["pcat_1"], CALL) == {"pcat_1": None}

    assert found["pcol_1"]
    assert found["pcol_1"].fields[Locale("en")].title == "Summer"
    assert found["pcol_2"] is None
    assert route.call_count == 1


async def test_an_endpoint_that_is_not_there(cms: respx.MockRouter) -> None:
    """A shop may do without pages and menus, but not without products."""
    cms.get(path__regex="/api/.*").respond(404, json=NOT_FOUND)
    async with strapi(collections="ranges") as source:
        assert await source.pages(["about"], CALL) == {"about": ()}
        assert await source.menus(["main"], CALL) == {"main": None}
        assert await source.groups(GroupKind.COLLECTION, ["p"], CALL) == {"p": None}
        with pytest.raises(UpstreamRejected) as refused:
            await source.contents(["prod_1"], CALL)
    assert refused.value.reason == "not-found"


async def test_what_may_not_be_read_is_not_absent(cms: respx.MockRouter) -> None:
    """A missing permission is a failure: menus and pages must not vanish because of it."""
    cms.get(path__regex="/api/.*").respond(403, json=FORBIDDEN)
    async with strapi(collections="ranges") as source:
        for reading in (
            source.pages(["about"], CALL),
            source.menus(["main"], CALL),
            source.groups(GroupKind.COLLECTION, ["pcol_1"], CALL),
        ):
            with pytest.raises(UpstreamRejected):
                await reading


async def test_an_address_without_strapi_is_no_empty_one(cms: respx.MockRouter) -> None:
    """Somebody else's 404 does not make pages disappear."""
    cms.get("/api/pages").respond(404, html="<h1>nginx</h1>")
    async with strapi() as source:
        with pytest.raises(UpstreamRejected) as refused:
            await source.pages(["about"], CALL)
    assert refused.value.reason == "no-strapi"


async def test_all_documents_are_listed_page_by_page(cms: respx.MockRouter) -> None:
    """Each once, whatever its languages; two for one product are both there."""
    rows = [
        five("a", "en", medusa_id="prod_1", handle="tee"),
        five("a", "es", medusa_id="prod_1", handle="tee"),
        five("b", "en", medusa_id="prod_1", handle=None),
        five("c", "en", medusa_id=None),
    ]
    route = cms.get("/api/products").mock(
        side_effect=[
            httpx.Response(200, json=answer(*rows[:3], total=4, size=3)),
            httpx.Response(200, json=answer(rows[3], total=1, size=3)),
        ]
    )
    async with strapi(version=5) as source:
        first, cursor = await source.listed("", CALL)
        second, end = await source.listed(cursor or "", CALL)

    assert first == [
        Listed("a", ProductRef(ProductId("prod_1"), Handle("tee"), "a")),
        Listed("b", ProductRef(ProductId("prod_1"), None, "b")),
    ]
    assert second == [Listed("c", ProductRef(None, None, "c"))]
    assert (cursor, end) == ("b", None)
    params = params_of(route.calls.last.request)
    assert params["filters[documentId][$gt]"] == "b"
    assert params["locale"] == "*"
    assert params["sort[0]"] == "documentId"
    assert values_of(route.calls.last.request, "fields") == [
        *("medusa_id", "handle", "locale", "publishedAt")
    ]


async def test_version_4_is_listed_by_the_first_language(cms: respx.MockRouter) -> None:
    """Of a document's entries one counts, but never one that is a draft."""

    def others(*entries: tuple[int, str | None]) -> dict[str, object]:
        return {
            "data": [
                {"id": one, "attributes": {"locale": "xx", "publishedAt": at}}
                for one, at in entries
            ]
        }

    rows = [
        four(2, "en", medusa_id="prod_1", localizations=others((3, "now"))),
        four(3, "es", medusa_id="prod_1", localizations=others((2, "now"))),
        four(5, "es", medusa_id="prod_2", localizations=others((4, None))),
    ]
    route = cms.get("/api/products").mock(
        side_effect=[
            httpx.Response(200, json=answer(rows[0])),
            httpx.Response(200, json=answer(*rows)),
        ]
    )
    async with strapi() as source:
        listed, end = await source.listed("", CALL)

    assert [one.document_id for one in listed] == ["2", "5"]
    assert end is None
    assert params_of(route.calls[0].request)["pagination[pageSize]"] == "1"
    params = params_of(route.calls.last.request)
    assert (params["locale"], params["sort[0]"]) == ("all", "id")


async def test_a_shop_that_knows_products_by_ids_alone_is_listed(cms: respx.MockRouter) -> None:
    """A field that is asked for and not there is no reason to list nothing."""
    route = cms.get("/api/products").mock(
        side_effect=[
            invalid("handle", "fields"),
            httpx.Response(200, json=answer(five("a", medusa_id="prod_1"))),
        ]
    )
    async with strapi(version=5) as source:
        listed, _ = await source.listed("", CALL)
    assert [one.product.id for one in listed] == ["prod_1"]
    assert values_of(route.calls.last.request, "fields") == []


async def test_an_empty_strapi_lists_nothing(cms: respx.MockRouter) -> None:
    """Without an entry nobody knows the version, and nothing depends on it."""
    cms.get("/api/products").respond(json=answer())
    async with strapi() as source:
        assert await source.listed("", CALL) == ((), None)


async def test_the_shops_own_tags_are_translated(cms: respx.MockRouter) -> None:
    """Strapi's languages are words of its own, in a spelling of its own."""
    rows = [five("d", "de-DE", medusa_id="prod_1", title="Hemd")]
    route = cms.get("/api/products").respond(json=answer(*rows))
    async with strapi(version=5, languages=["de", "en"], locales={"de": "de-DE"}) as source:
        found = await source.contents(["prod_1"], CALL)
    assert values_of(route.calls.last.request, "locale") == ["de-DE", "en"]
    content = found["prod_1"]
    assert content
    assert content.fields[Locale("de")].title == "Hemd"


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        (httpx.Response(401, json=UNAUTHORIZED), UpstreamRejected),
        (httpx.Response(403, json=FORBIDDEN), UpstreamRejected),
        (httpx.Response(431), UpstreamRejected),
        (httpx.Response(405, text="Method Not Allowed"), UpstreamRejected),
        (httpx.Response(429, json=refusal(429, "RateLimitError")), UpstreamUnavailable),
        (httpx.Response(500, json=refusal(500, "InternalServerError")), UpstreamUnavailable),
        (httpx.Response(302, headers={"location": "/admin"}), UpstreamMalformed),
        (httpx.Response(200, text="<html>"), UpstreamMalformed),
        (httpx.Response(200, json={"rows": []}), UpstreamMalformed),
        (httpx.Response(200, json={"data": None}), UpstreamMalformed),
        (httpx.Response(200, json={"data": {"id": 1}}), UpstreamMalformed),
        (httpx.ConnectError("s3cret"), UpstreamUnavailable),
        (httpx.ReadTimeout("s3cret"), UpstreamTimeout),
    ],
)
async def test_failures_are_told_apart(
    cms: respx.MockRouter,
    response: httpx.Response | Exception,
    expected: type[UpstreamError],
) -> None:
    """Each is one of our errors, and none quotes the address, the token or the answer."""
    cms.get("/api/products").mock(
        **({"side_effect": response} if isinstance(response, Exception) else {}),
        return_value=None if isinstance(response, Exception) else response,
    )
    async with strapi(version=5, token="s3cret") as source:
        with pytest.raises(expected) as failed:
            await source.contents(["prod_1"], CALL)
    assert type(failed.value) is expected
    assert "s3cret" not in str(failed.value)
    assert "cms.test" not in str(failed.value)
