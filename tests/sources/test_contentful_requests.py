"""What Contentful is asked, how often, and what becomes of an answer that is none."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import respx

from bff.domain.content import ProductContent, ProductRef
from bff.domain.locale import Locale
from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, ContentSource, GroupKind, Listed, MatchBy
from bff.sources.contentful import ContentfulContent, ContentfulSettings, reason_of
from bff.upstream import Upstream
from tests.clock import HandClock
from tests.sources.contentful_space import (
    LOCALES,
    PATH,
    SHOP,
    TAGS,
    TYPES,
    Json,
    asset,
    collection,
    content_type,
    entry,
    prose,
    to,
    words,
)

HOST = "https://cdn.contentful.com"
EN = Locale("en")
Open = Callable[..., ContentfulContent]
Reply = Callable[[httpx.Request], httpx.Response]


class Space:
    """The delivery API of a small space. `entries` answers whatever a test says."""

    def __init__(self, router: respx.MockRouter, path: str = PATH) -> None:
        self.types = router.get(f"{path}/content_types").respond(json=collection(TYPES))
        self.locales = router.get(f"{path}/locales").respond(json=collection(LOCALES))
        self.entries = router.get(f"{path}/entries").respond(json=collection([]))

    def holding(self, *entries: Json, **more: object) -> "Space":
        self.entries.respond(json=collection(entries, **more))
        return self

    def asked(self) -> list[dict[str, str]]:
        return [params_of(call.request) for call in self.entries.calls]


def params_of(request: httpx.Request) -> dict[str, str]:
    found = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}


@pytest.fixture
def space() -> Any:
    with respx.mock(base_url=HOST, assert_all_called=False) as router:
        yield Space(router)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def call(clock: HandClock) -> Call:
    return Call(clock() + 5.0)


@pytest.fixture
async def open_content(clock: HandClock) -> AsyncIterator[Open]:
    """Opens sources as the service does; their clients are closed afterwards."""
    clients = []

    def open_with(*, preview: bool = False, **chosen: object) -> ContentfulContent:
        values = settings(**chosen)
        client = httpx.AsyncClient(
            base_url=values.base_url(preview=preview), headers=values.headers(preview=preview)
        )
        clients.append(client)
        upstream = Upstream("contentful", client, clock, reason_of)
        return ContentfulContent(upstream, values, SHOP, clock, preview=preview)

    yield open_with
    for client in clients:
        await client.aclose()


def settings(**chosen: object) -> ContentfulSettings:
    return ContentfulSettings.model_validate(
        {"space_id": "space1", "token": "s3cret", "locales": TAGS, **chosen}
    )


def ids(count: int, start: int = 0) -> list[str]:
    """As long as Medusa's own: 31 characters."""
    return [f"prod_{number:026d}" for number in range(start, start + count)]


def product(product_id: str, **fields: Any) -> Json:
    return entry(f"entry-{product_id}", "product", medusaId=product_id, **fields)


def titles(found: Mapping[str, ProductContent | None]) -> dict[str, object]:
    return {
        key: content and {tag: one.title for tag, one in content.fields.items()}
        for key, content in found.items()
    }


# ---- products


async def test_one_question_is_asked_for_many_products(
    open_content: Open, space: Space, call: Call
) -> None:
    """24 cards with their addons are one request for entries, in all languages at once."""
    cards = ids(24)
    hat = product("prod_hat", title={"en-US": "Hat", "de-DE": "Hut"})
    documents = [product(card, addons=[to("entry-prod_hat")]) for card in cards]
    space.holding(*documents, includes={"Entry": [hat]})
    source = open_content()

    found = await source.contents([*cards, cards[0]], call)

    assert list(found) == [*cards, "prod_hat"]
    assert all(content and content.product.id == key for key, content in found.items())
    assert titles(found)["prod_hat"] == {"en": "Hat", "de": "Hut"}
    assert space.asked() == [
        {
            "content_type": "product",
            "fields.medusaId[in]": ",".join(cards),
            "include": "2",
            "limit": "1000",
            "locale": "*",
            "order": "sys.id",
        }
    ]
    request = space.entries.calls.last.request
    assert request.method == "GET"
    assert request.headers["authorization"] == "Bearer s3cret"
    assert "s3cret" not in str(request.url)


async def test_the_form_of_the_space_is_read_once(
    open_content: Open, space: Space, call: Call
) -> None:
    """Content types and languages come along with the first question, not with each."""
    source = open_content()

    await source.contents(ids(1), call)
    await source.contents(ids(2), call)

    assert space.types.call_count == space.locales.call_count == 1
    assert space.entries.call_count == 2
    assert params_of(space.types.calls.last.request) == {"limit": "1000"}
    assert params_of(space.locales.calls.last.request) == {}


async def test_nothing_asked_is_no_request(open_content: Open, call: Call) -> None:
    """An empty list, and ids that would be two or none to Contentful, cost nothing."""
    impossible = ["", "prod_1,prod_2", "a" * 300, "line\nend"]
    with respx.mock(base_url=HOST) as router:
        source = open_content()

        assert await source.contents([], call) == {}
        assert await source.contents(impossible, call) == dict.fromkeys(impossible)
        assert router.calls.call_count == 0


async def test_products_may_be_known_by_their_handles(
    open_content: Open, space: Space, call: Call
) -> None:
    """A space that knows no ids is asked by the handle, and its addons are known by theirs."""
    tee = entry("e1", handle="tee", addons=[to("e2")])
    space.holding(tee, includes={"Entry": [entry("e2", handle="hat")]})
    source = open_content(match="handle")

    found = await source.contents(["tee", "gone"], call)

    assert source.matches_by is MatchBy.HANDLE
    assert {key: content and content.document_id for key, content in found.items()} == {
        "tee": "e1",
        "gone": None,
        "hat": "e2",
    }
    assert space.asked()[0]["fields.handle[in]"] == "tee,gone"


async def test_settings_reach_the_request(open_content: Open, call: Call) -> None:
    """Space, environment, type, field, depth and region are the operator's choice."""
    with respx.mock(base_url="https://cdn.eu.contentful.com") as router:
        space = Space(router, "/spaces/other/environments/staging")
        await open_content(
            region="eu",
            space_id="other",
            environment="staging",
            product_type="item",
            id_field="shopId",
            include=5,
        ).contents(["prod_1"], call)

    (asked,) = space.asked()
    assert (asked["content_type"], asked["include"]) == ("item", "5")
    assert asked["fields.shopId[in]"] == "prod_1"


@pytest.mark.parametrize(("include", "addons_come_along"), [(0, False), (1, False), (2, True)])
async def test_addons_come_along_when_their_own_references_do(
    open_content: Open, space: Space, call: Call, include: int, addons_come_along: bool
) -> None:
    """Else they would be poorer than when they are asked for themselves."""
    tee = product("prod_tee", addons=[to("entry-prod_hat")])
    space.holding(tee, includes={"Entry": [product("prod_hat")]})

    found = await open_content(include=include).contents(["prod_tee"], call)

    assert ("prod_hat" in found) is addons_come_along
    assert space.asked()[0]["include"] == str(include)


async def test_an_addon_says_the_same_as_when_it_is_asked_for(
    open_content: Open, space: Space, call: Call
) -> None:
    """Whichever way it came it may be kept, and shown on the addon's own page."""
    brand = entry("acme", "brand", title="Acme", seal=to("seal", "Asset"))
    hat = product("prod_hat", brand=to("acme"), addons=[to("entry-prod_tee")], title="Hat")
    tee = product("prod_tee", addons=[to("entry-prod_hat")])
    parts = {"Entry": [hat, brand], "Asset": [asset("seal")]}
    chosen = {"product": {"subtitle": ["brand.title"], "images": {"seal": ["brand.seal"]}}}
    source = open_content(**chosen)
    space.holding(tee, includes=parts)
    along = (await source.contents(["prod_tee"], call))["prod_hat"]
    space.holding(hat, includes={"Entry": [tee, brand], "Asset": [asset("seal")]})

    assert (await source.contents(["prod_hat"], call))["prod_hat"] == along
    assert along
    assert along.fields[EN].subtitle == "Acme"


@pytest.mark.parametrize("missing", ["picture", "addons"])
async def test_an_addon_of_which_a_part_did_not_come_along_is_asked_for_itself(
    open_content: Open, space: Space, call: Call, missing: str
) -> None:
    """What is three references away is in no answer; on its own page it must not be missing."""
    hat = product("prod_hat", brand=to("acme"))
    tee = product("prod_tee", addons=[to("entry-prod_hat")])
    part = to("seal", "Asset") if missing == "picture" else [to("entry-prod_cap")]
    brand = entry("acme", "brand", seal=part)
    chosen = {
        "images": {"seal": ["brand.seal"]},
        "addons": [{"products": "addons"}, {"products": "brand.seal"}],
    }
    source = open_content(product=chosen)
    space.holding(tee, includes={"Entry": [hat, brand]})

    assert list(await source.contents(["prod_tee"], call)) == ["prod_tee"]


async def test_an_addon_of_which_a_part_is_unpublished_comes_along(
    open_content: Open, space: Space, call: Call
) -> None:
    """To ask for it again would bring no more of it."""
    hat = product("prod_hat", image=to("photo", "Asset"))
    tee = product("prod_tee", addons=[to("entry-prod_hat")])
    errors = [
        {"sys": {"id": "notResolvable", "type": "error"}, "details": {"id": "photo"}},
        {"sys": {"id": "notResolvable", "type": "error"}, "details": "odd"},
        "odd",
    ]
    space.holding(tee, includes={"Entry": [hat]}, errors=errors)

    assert list(await open_content().contents(["prod_tee"], call)) == ["prod_tee", "prod_hat"]


async def test_of_two_entries_for_one_product_the_older_counts(
    open_content: Open, space: Space, call: Call
) -> None:
    """In whichever order they come; among twins the id decides."""
    copies = [
        entry("c", created="2026-03-01", medusaId="prod_1", title="copy"),
        entry("b", created="2026-02-01", medusaId="prod_1", title="first, b"),
        entry("a", created="2026-02-01", medusaId="prod_1", title="first, a"),
    ]
    source = open_content()

    for several in (copies, copies[::-1]):
        space.holding(*several)
        assert titles(await source.contents(["prod_1"], call)) == {"prod_1": {"en": "first, a"}}


async def test_an_unpublished_addon_is_named_and_not_read(
    open_content: Open, space: Space, call: Call
) -> None:
    """Its place in the list stays, so that somebody can be told."""
    errors = [{"sys": {"id": "notResolvable", "type": "error"}, "details": {"id": "gone"}}]
    space.holding(product("prod_tee", addons=[to("gone")]), errors=errors)

    found = await open_content().contents(["prod_tee"], call)

    assert list(found) == ["prod_tee"]
    content = found["prod_tee"]
    assert content
    assert content.addon_refs((None,)) == (ProductRef(document_id="gone"),)
    assert "gone" in content.made_of


# ---- parts and pages


def answering_by(items_for: Callable[[dict[str, str]], Sequence[Json]]) -> Reply:
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=collection(items_for(params_of(request))))

    return reply


async def test_many_products_are_asked_for_in_parts(
    open_content: Open, space: Space, call: Call
) -> None:
    """Each address is one that Contentful takes, and nothing is lost between them."""
    wanted = ids(500)
    space.entries.mock(
        side_effect=answering_by(
            lambda asked: [product(each) for each in asked["fields.medusaId[in]"].split(",")]
        )
    )

    found = await open_content().contents(wanted, call)

    assert list(found) == wanted
    assert all(found.values())
    parts = [asked["fields.medusaId[in]"].split(",") for asked in space.asked()]
    assert sorted(one for part in parts for one in part) == wanted
    assert len(parts) == 5
    lengths = [len(str(one.request.url)) for one in space.entries.calls]
    assert max(lengths) <= 7_600


async def test_parts_are_asked_for_at_the_same_time(
    open_content: Open, space: Space, call: Call
) -> None:
    """None waits for another."""
    asked = 0
    all_asked = asyncio.Event()

    async def reply(_request: httpx.Request) -> httpx.Response:
        nonlocal asked
        asked += 1
        if asked == 3:
            all_asked.set()
        await all_asked.wait()
        return httpx.Response(200, json=collection([]))

    space.entries.mock(side_effect=reply)

    async with asyncio.timeout(5):
        await open_content().contents(ids(300), call)

    assert asked == 3


async def test_long_keys_make_shorter_parts(open_content: Open, space: Space, call: Call) -> None:
    """It is the length that counts, as it is quoted in the address."""
    handles = [f"größe-{number:0150d}" for number in range(100)]

    await open_content(match="handle").contents(handles, call)

    assert max(len(str(one.request.url)) for one in space.entries.calls) <= 7_600
    parts = [one["fields.handle[in]"].split(",") for one in space.asked()]
    assert sorted(one for part in parts for one in part) == handles


async def test_the_same_page_over_and_over_is_read_once(
    open_content: Open, space: Space, call: Call
) -> None:
    """A proxy that takes no notice of `skip` must not keep us asking until the deadline."""
    space.holding(product("prod_1", title="Tee"), total=1_000_000)

    assert titles(await open_content().contents(["prod_1"], call)) == {"prod_1": {"en": "Tee"}}
    assert len(space.asked()) == 2


async def test_a_search_without_an_end_is_given_up(
    open_content: Open, space: Space, call: Call
) -> None:
    """However many entries somebody says there are."""

    def reply(request: httpx.Request) -> httpx.Response:
        skipped = params_of(request).get("skip", "0")
        return httpx.Response(200, json=collection([product(f"prod_{skipped}")], total=10**9))

    space.entries.mock(side_effect=reply)

    assert (await open_content().contents(["prod_0"], call))["prod_0"]
    assert len(space.asked()) == 100


async def test_more_than_a_page_is_read_to_its_end(
    open_content: Open, space: Space, call: Call
) -> None:
    """In the order of ids, so that no page overlaps another."""
    pages = {"0": ids(2), "2": ids(2, 2), "4": ids(1, 4)}

    def reply(request: httpx.Request) -> httpx.Response:
        items = [product(one) for one in pages[params_of(request).get("skip", "0")]]
        return httpx.Response(200, json=collection(items) | {"total": 5})

    space.entries.mock(side_effect=reply)

    found = await open_content().contents(ids(5), call)

    assert all(found.values())
    assert [asked.get("skip") for asked in space.asked()] == [None, "2", "4"]
    assert {asked["order"] for asked in space.asked()} == {"sys.id"}


async def test_a_total_that_is_not_true_ends(open_content: Open, space: Space, call: Call) -> None:
    """Entries that are unpublished while they are read leave a page empty."""
    space.entries.respond(json=collection([]) | {"total": 10_000})

    assert await open_content().contents(["prod_1"], call) == {"prod_1": None}
    assert space.entries.call_count == 1


TOO_BIG = {
    "sys": {"type": "Error", "id": "BadRequest"},
    "message": "Response size too big. Maximum allowed response size: 7340032B.",
}


async def test_an_answer_that_would_be_too_large_is_asked_for_in_halves(
    open_content: Open, space: Space, call: Call
) -> None:
    """Long texts: Contentful answers no more than 7 MB at once."""

    def reply(request: httpx.Request) -> httpx.Response:
        asked = params_of(request)["fields.medusaId[in]"].split(",")
        if len(asked) > 2:
            return httpx.Response(400, json=TOO_BIG)
        return httpx.Response(200, json=collection([product(one) for one in asked]))

    space.entries.mock(side_effect=reply)

    found = await open_content().contents(ids(5), call)

    assert all(found.values())
    assert space.entries.call_count == 1 + 2 + 2  # 5; 2 and 3; of the 3: 1 and 2


async def test_a_single_entry_that_is_too_large_is_refused(
    open_content: Open, space: Space, call: Call
) -> None:
    """There is nothing left to halve."""
    space.entries.respond(400, json=TOO_BIG)

    with pytest.raises(UpstreamRejected) as refused:
        await open_content().contents(ids(2), call)

    assert refused.value.reason == "answer-too-large"


# ---- groups, pages and menus


async def test_a_group_is_known_by_the_same_key_as_products(
    open_content: Open, space: Space, call: Call
) -> None:
    """A collection's entry names Medusa's id."""
    space.holding(entry("c1", "collection", medusaId="pcol_1", title="Summer"))

    found = await open_content().groups(GroupKind.COLLECTION, ["pcol_1", "pcol_2"], call)

    assert found["pcol_2"] is None
    group = found["pcol_1"]
    assert group
    assert {tag: texts.title for tag, texts in group.fields.items()} == {"en": "Summer"}
    (asked,) = space.asked()
    assert (asked["content_type"], asked["fields.medusaId[in]"]) == ("collection", "pcol_1,pcol_2")


async def test_what_the_space_has_no_content_type_for_nobody_has_written(
    open_content: Open, space: Space, call: Call
) -> None:
    """No categories in Contentful is no failure, and no request."""
    source = open_content(page_type="article", navigation_type="menu")

    assert await source.groups(GroupKind.CATEGORY, ["pcat_1"], call) == {"pcat_1": None}
    assert await source.pages(["about"], call) == {"about": ()}
    assert await source.menus(["main"], call) == {"main": None}
    assert space.entries.call_count == 0


@pytest.mark.parametrize("name", ["unknownContentType", "unknown"])
async def test_a_content_type_that_went_away_a_moment_ago(
    open_content: Open, space: Space, call: Call, name: str
) -> None:
    """The space is read every few minutes only; what is gone meanwhile is refused."""
    error = {"name": name, "path": ["fields", "slug"], "value": "page"}
    refusal = {"sys": {"type": "Error", "id": "InvalidQuery"}, "details": {"errors": [error]}}
    space.entries.respond(400, json=refusal)

    assert await open_content().pages(["about"], call) == {"about": ()}


async def test_any_other_refusal_of_a_page_is_a_failure(
    open_content: Open, space: Space, call: Call
) -> None:
    """A revoked token does not look like a page that nobody has written."""
    space.entries.respond(401, json={"sys": {"type": "Error", "id": "AccessTokenInvalid"}})

    with pytest.raises(UpstreamRejected) as refused:
        await open_content().pages(["about"], call)

    assert refused.value.reason == "token-unknown"


async def test_a_large_answer_is_read_as_well_as_a_small_one(
    open_content: Open, space: Space, call: Call
) -> None:
    """It is worked on where it holds nobody up."""
    text = "word " * 10_000
    space.holding(product("prod_1", title="Tee", description=prose(words(text))))

    found = await open_content().contents(["prod_1"], call)

    content = found["prod_1"]
    assert content
    description = content.fields[EN].description
    assert description
    assert len(description.text) > 40_000


async def test_products_without_a_content_type_are_a_failure(
    open_content: Open, space: Space, call: Call
) -> None:
    """A space that cannot hold products is the wrong one; the reason says why."""
    error = {"name": "unknownContentType", "value": "product"}
    refusal = {"sys": {"type": "Error", "id": "InvalidQuery"}, "details": {"errors": [error]}}
    space.entries.respond(400, json=refusal)

    with pytest.raises(UpstreamRejected) as refused:
        await open_content().contents(["prod_1"], call)

    assert refused.value.reason == "content-type-unknown"


async def test_a_page_is_found_by_its_slug_in_any_language(
    open_content: Open, space: Space, call: Call
) -> None:
    """A filter looks at one language, so each of the shop's is asked by its own, all at once."""
    page = entry("p1", "page", slug={"en-US": "home", "es-ES": "inicio"}, title="Home")

    def items(asked: dict[str, str]) -> list[Json]:
        return [page] if "inicio" in asked.get("fields.slug.es-ES[in]", "") else []

    space.entries.mock(side_effect=answering_by(items))

    found = await open_content().pages(["inicio", "gone"], call)

    assert found["gone"] == ()
    [home] = found["inicio"]
    assert home.slugs == {"en": "home", "es": "inicio"}
    filters = {next(name for name in asked if "[in]" in name) for asked in space.asked()}
    assert filters == {
        "fields.slug.en-US[in]",
        "fields.slug.de-DE[in]",
        "fields.slug.de-AT[in]",
        "fields.slug.es-ES[in]",
    }
    assert all(asked["locale"] == "*" for asked in space.asked())


async def test_a_slug_that_is_in_no_language_is_asked_for_once(
    open_content: Open, space: Space, call: Call
) -> None:
    """Most shops translate the page and not its address."""
    space.types.respond(json=collection([content_type("page", "page_slug", "title")]))
    page = entry("p1", "page", page_slug="about")
    space.holding(page)

    found = await open_content(page={"slug": "pageSlug"}).pages(["about"], call)

    assert found["about"]
    (asked,) = space.asked()
    assert asked["fields.page_slug[in]"] == "about"


async def test_a_slug_behind_a_reference_is_looked_for_among_all_pages(
    open_content: Open, space: Space, call: Call
) -> None:
    """No filter reaches there in every language."""
    space.types.respond(
        json=collection(
            [content_type("page", "route", "title"), content_type("route", "", "slug")]
        )
    )
    pages = [entry(f"p{n}", "page", route=to(f"r{n}")) for n in range(2)]
    routes = [entry(f"r{n}", "route", slug=f"page-{n}") for n in range(2)]
    space.holding(*pages, includes={"Entry": routes})

    found = await open_content(page={"slug": "route.slug"}).pages(["page-1"], call)

    assert [one.document_id for one in found["page-1"]] == ["p1"]
    (asked,) = space.asked()
    assert not [name for name in asked if name.startswith("fields.")]


async def test_of_two_pages_with_one_slug_the_older_stands_first(
    open_content: Open, space: Space, call: Call
) -> None:
    """It was there first; the other one may be a copy that somebody forgot to rename."""
    space.holding(
        entry("new", "page", created="2026-02-01", slug="about"),
        entry("old", "page", created="2026-01-01", slug="about"),
    )

    found = await open_content().pages(["about"], call)

    assert [one.document_id for one in found["about"]] == ["old", "new"]


async def test_a_menu_is_read_with_the_pages_and_products_that_it_leads_to(
    open_content: Open, space: Space, call: Call
) -> None:
    """Deeper than a product, and no further than to what is linked."""
    space.holding(
        entry("n1", "navigation", key="main", items=[to("i1"), to("gone")]),
        includes={
            "Entry": [
                entry("i1", "navigationItem", label="Shop", children=[to("i2"), to("i3")]),
                entry("i2", "navigationItem", label="About", page=to("p1")),
                entry("i3", "navigationItem", label="Tee", product=to("e1")),
                entry("p1", "page", slug="about", products=[to("e2")]),
                product("prod_tee") | {"sys": {**product("x")["sys"], "id": "e1"}},
                entry("e2", medusaId="prod_hat", title="Hat", brand=to("b")),
            ]
        },
    )

    found = await open_content().menus(["main", "footer"], call)

    assert found["footer"] is None
    menu = found["main"]
    assert menu
    ((shop,),) = menu.lists.values()
    about, tee = shop.children
    assert about.page
    assert about.page.slugs == {"en": "about"}
    assert tee.product == ProductRef("prod_tee", None, "e1")  # type: ignore[arg-type] # an id
    assert list(menu.made_of) == [
        "n1",
        "i1",
        "i2",
        "p1",
        "i3",
        "e1",
        "gone",
    ]  # nothing of a page's own
    (asked,) = space.asked()
    assert (asked["content_type"], asked["include"]) == ("navigation", "4")
    assert asked["fields.key[in]"] == "main,footer"


async def test_a_slug_behind_a_reference_is_found_from_a_menu_too(
    open_content: Open, space: Space, call: Call
) -> None:
    """Then a page's own references are read, for the menu's sake."""
    space.types.respond(
        json=collection([*TYPES, content_type("route", "", "slug"), content_type("x", "route")])
    )
    space.holding(
        entry("n1", "navigation", key="main", items=[to("i1")]),
        includes={
            "Entry": [
                entry("i1", "navigationItem", label="About", page=to("p1")),
                entry("p1", "page", route=to("r1")),
                entry("r1", "route", slug="about"),
            ]
        },
    )

    found = await open_content(navigation={"slug": "route.slug"}).menus(["main"], call)

    assert found["main"]
    ((about,),) = found["main"].lists.values()
    assert about.page
    assert about.page.slugs == {"en": "about"}


# ---- the list of all


async def test_all_entries_are_listed_page_by_page(
    open_content: Open, space: Space, call: Call
) -> None:
    """Both entries of one product, and one that is about none; nothing but their keys is read."""
    pages = {
        "0": [entry("a", medusaId="prod_1", handle="tee"), entry("b", medusaId="prod_1")],
        "2": [entry("c", handle="hat"), {"sys": {"id": "d", "type": "DeletedEntry"}}],
    }

    def reply(request: httpx.Request) -> httpx.Response:
        items = pages[params_of(request).get("skip", "0")]
        return httpx.Response(200, json=collection(items) | {"total": 4})

    space.entries.mock(side_effect=reply)
    source = open_content()

    first, after = await source.listed("", call)
    assert after is not None
    second, end = await source.listed(after, call)

    assert end is None
    assert [*first, *second] == [
        Listed("a", ProductRef("prod_1", "tee", "a")),  # type: ignore[arg-type] # ids
        Listed("b", ProductRef("prod_1", None, "b")),  # type: ignore[arg-type] # ids
        Listed("c", ProductRef(None, "hat", "c")),  # type: ignore[arg-type] # ids
    ]
    assert space.asked()[1] == {
        "content_type": "product",
        "include": "0",
        "limit": "1000",
        "locale": "*",
        "order": "sys.id",
        "select": "sys,fields.medusaId,fields.handle",
        "skip": "2",
    }


async def test_a_field_that_is_not_there_is_not_selected(
    open_content: Open, space: Space, call: Call
) -> None:
    """Contentful refuses to select it."""
    space.types.respond(json=collection([content_type("product", "medusaId")]))

    assert await open_content().listed("", call) == ([], None)
    assert space.asked()[0]["select"] == "sys,fields.medusaId"


# ---- previews


async def test_a_preview_asks_the_preview_api_with_its_own_token(
    open_content: Open, call: Call
) -> None:
    """The same questions, another host: drafts lie over what is published."""
    with respx.mock(base_url="https://preview.contentful.com") as router:
        space = Space(router).holding(product("prod_1", title="DRAFT: Tee"))
        source = open_content(preview=True, preview_token="dr4ft")

        found = await source.contents(["prod_1"], call)

    assert titles(found) == {"prod_1": {"en": "DRAFT: Tee"}}
    routes = (space.entries, space.types, space.locales)
    requests = [one.request for route in routes for one in route.calls]
    assert {one.headers["authorization"] for one in requests} == {"Bearer dr4ft"}
    assert len(requests) == 3
    assert space.asked()[0]["fields.medusaId[in]"] == "prod_1"


async def test_the_public_source_never_asks_the_preview_api(
    open_content: Open, space: Space, call: Call
) -> None:
    """Even where a preview is configured."""
    with respx.mock(base_url="https://preview.contentful.com") as preview:
        source = open_content(preview_token="dr4ft")
        await source.contents(["prod_1"], call)
        await source.pages(["about"], call)
        await source.menus(["main"], call)
        await source.listed("", call)

        assert preview.calls.call_count == 0
    assert space.entries.called
    tokens = {one.request.headers["authorization"] for one in space.entries.calls}
    assert tokens == {"Bearer s3cret"}


# ---- failures


def refusal(status: int, error_id: str, **headers: str) -> dict[str, Any]:
    error = {"sys": {"type": "Error", "id": error_id}, "message": "secret words"}
    return {"status_code": status, "json": error, "headers": headers}


@pytest.mark.parametrize(
    "failing",
    [
        (refusal(401, "AccessTokenInvalid"), UpstreamRejected),
        (refusal(404, "NotFound"), UpstreamRejected),
        (refusal(429, "RateLimitExceeded"), UpstreamUnavailable),
        (refusal(500, "ServerError"), UpstreamUnavailable),
        (refusal(502, "Hibernated"), UpstreamUnavailable),
        ({"status_code": 200, "content": b'{"items": [{"sys"'}, UpstreamMalformed),
        ({"status_code": 200, "content": b"<html>"}, UpstreamMalformed),
        ({"status_code": 200, "json": {"sys": {"type": "Array"}}}, UpstreamMalformed),
        ({"status_code": 200, "json": {"items": None}}, UpstreamMalformed),
        ({"status_code": 200, "json": []}, UpstreamMalformed),
        ({"status_code": 304}, UpstreamMalformed),
    ],
)
@pytest.mark.parametrize("part", ["entries", "types", "locales"])
async def test_a_failure_is_one_of_ours(
    open_content: Open,
    space: Space,
    call: Call,
    failing: tuple[dict[str, Any], type[UpstreamError]],
    part: str,
) -> None:
    """Whichever of the requests failed, and without a word of Contentful's own."""
    answer, kind = failing
    getattr(space, part).respond(**answer)

    with pytest.raises(kind) as failed:
        await open_content().contents(["prod_1"], call)

    assert failed.value.source == "contentful"
    assert "secret" not in f"{failed.value} {failed.value.__cause__}"


@pytest.mark.parametrize(("reset", "seconds"), [("1", 1), ("3553", 60), ("soon", None)])
async def test_how_long_contentful_wants_to_be_left_alone(
    open_content: Open, space: Space, call: Call, reset: str, seconds: float | None
) -> None:
    """An hour was recorded once; a minute of it is believed."""
    answer = refusal(429, "RateLimitExceeded", **{"x-contentful-ratelimit-reset": reset})
    space.entries.respond(**answer)

    with pytest.raises(UpstreamUnavailable) as limited:
        await open_content().contents(["prod_1"], call)

    assert limited.value.retry_after == seconds


@pytest.mark.parametrize("part", ["entries", "types"])
async def test_no_answer_in_time(
    open_content: Open, space: Space, clock: HandClock, part: str
) -> None:
    """The request's deadline counts for whatever Contentful is asked."""

    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    getattr(space, part).mock(side_effect=hang)

    with pytest.raises(UpstreamTimeout):
        await open_content().contents(["prod_1"], Call(clock() + 0.02))


async def test_no_connection(open_content: Open, space: Space, call: Call) -> None:
    """Contentful cannot be reached at all."""
    for route in (space.entries, space.types, space.locales):
        route.mock(side_effect=httpx.ConnectError)

    with pytest.raises(UpstreamUnavailable):
        await open_content().pages(["about"], call)


async def test_odd_entries_are_left_out(open_content: Open, space: Space, call: Call) -> None:
    """The others of the same answer are shown."""
    odd: list[Any] = [
        None,
        7,
        "x",
        {},
        {"sys": 1},
        {"sys": {"type": "Entry"}},
        entry("other", "page"),
    ]
    space.entries.respond(json=collection([*odd, product("prod_1", title="Tee")], includes=[3]))

    assert titles(await open_content().contents(["prod_1"], call)) == {"prod_1": {"en": "Tee"}}


async def test_entries_of_other_products_are_not_taken_for_the_one_asked_for(
    open_content: Open, space: Space, call: Call
) -> None:
    """A proxy that drops the filter shows nobody a stranger's text."""
    space.holding(product("prod_2", title="Stranger"), entry("e3", title="No id"))

    assert await open_content().contents(["prod_1"], call) == {"prod_1": None}


def test_it_is_a_content_source(open_content: Open) -> None:
    """mypy compares it with the port here, member by member."""
    source: ContentSource = open_content()

    assert source.name == "contentful"
