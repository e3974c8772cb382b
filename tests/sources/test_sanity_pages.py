"""Pages, menus, groups, the list of all products, and a look at drafts."""

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import httpx
import pytest
import respx

from bff.domain.commerce import Handle, ProductId
from bff.domain.content import ProductRef
from bff.domain.locale import Locale
from bff.ports import Call, ContentSource, GroupKind, Listed
from bff.sources.sanity import SanityContent, SanitySettings, reason_of
from bff.upstream import Upstream

HOST = "https://demo1234.apicdn.sanity.io"
LIVE = "https://demo1234.api.sanity.io"
PATH = "/v2025-02-19/data/query/production"
CALL = Call(deadline=1.0)
SHOP = (Locale("en"), Locale("de"))
Open = Callable[..., SanityContent]


@pytest.fixture
async def open_content() -> AsyncIterator[Open]:
    clients = []

    def open_with(*, preview: bool = False, **settings: object) -> SanityContent:
        values = SanitySettings.model_validate({"project_id": "demo1234", **settings})
        base_url, headers = values.base_url(preview=preview), values.headers(preview=preview)
        client = httpx.AsyncClient(base_url=base_url, headers=headers)
        clients.append(client)
        upstream = Upstream("sanity", client, lambda: 0.0, reason_of)
        return SanityContent(upstream, values, SHOP, lambda: 0.0, preview=preview)

    yield open_with
    for client in clients:
        await client.aclose()


@pytest.fixture
def lake() -> Any:
    with respx.mock(base_url=HOST, assert_all_called=False) as router:
        yield router


def ref(target: str) -> dict[str, object]:
    return {"_type": "reference", "_ref": target}


def by_id(product: str, document: str) -> ProductRef:
    return ProductRef(ProductId(product), None, document)


def page(name: str, **fields: object) -> dict[str, object]:
    slug = {"_type": "slug", "current": name}
    return {"_id": f"page-{name}", "_type": "page", "slug": slug, **fields}


def pages_of(asked: Sequence[object], **more: object) -> dict[str, object]:
    return {"result": {"asked": [*asked], **more}}


def value_of(request: httpx.Request, name: str) -> object:
    return json.loads(request.url.params[f"${name}"])


async def test_a_page_comes_in_all_its_languages(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """One question brings texts, and products in the editor's order, unsold ones too."""
    about = page(
        "about",
        title="About us",
        specs=[
            {"lang": "en", "title": "About us", "content": "We."},
            {"lang": "de", "title": "Wir"},
        ],
        products=[ref("prod_2"), ref("prod_1"), ref("drafts.prod_3")],
    )
    route = lake.get(PATH).respond(json=pages_of([about]))

    found = await open_content().pages(["about", "nobody", "about"], CALL)

    assert list(found) == ["about", "nobody"]
    assert found["nobody"] == ()
    [content] = found["about"]
    assert content.slugs == {None: "about"}
    assert {tag: one.title for tag, one in content.fields.items()} == {
        "en": "About us",
        "de": "Wir",
    }
    assert [one.id for one in content.items.lists[None]] == ["prod_2", "prod_1", "prod_3"]
    assert route.call_count == 1
    request = route.calls.last.request
    assert request.url.params["perspective"] == "published"
    assert (value_of(request, "type"), value_of(request, "slugs")) == ("page", ["about", "nobody"])


async def test_any_of_a_pages_slugs_leads_to_it(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """A shop with an address per language has one page behind them."""
    slugs = {"_type": "localeSlug", "en": {"current": "about"}, "de": {"current": "ueber-uns"}}
    lake.get(PATH).respond(json=pages_of([page("x", slug=slugs)]))

    found = await open_content(model="locale-object").pages(["ueber-uns", "about"], CALL)

    assert found["about"] == found["ueber-uns"]
    [content] = found["about"]
    assert content.slugs == {"en": "about", "de": "ueber-uns"}


async def test_documents_of_a_page_are_joined(open_content: Open, lake: respx.MockRouter) -> None:
    """The document that was asked for brings its translations; a stranger stays one."""
    own = {"model": "document", "id_field": "medusaId"}
    english = page("about", language="en", title="About")
    german = page("ueber-uns", language="de", title="Über uns")
    other = page("imprint", language="de", title="Impressum")
    families = [["page-about", "page-ueber-uns", "gone", None], "x", [7]]
    answer = pages_of([english, other], linked=[german], families=families)
    lake.get(PATH).respond(json=answer)

    found = await open_content(**own).pages(["about", "imprint"], CALL)

    [about], [imprint] = found["about"], found["imprint"]
    assert about.slugs == {"en": "about", "de": "ueber-uns"}
    assert list(about.made_of) == ["page-about", "page-ueber-uns"]
    assert imprint.slugs == {"de": "imprint"}


async def test_two_pages_with_one_slug_stand_in_the_order_of_their_ids(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """In whatever order they arrive."""
    two = [page("a", _id="z", title="Z"), page("a", _id="b", title="B")]
    lake.get(PATH).respond(json=pages_of(two))
    found = await open_content().pages(["a"], CALL)
    assert [one.document_id for one in found["a"]] == ["b", "z"]


@pytest.mark.parametrize(
    "document",
    [
        page("a", _id="drafts.page-a"),
        page("a", _originalId="drafts.page-a"),
        page("a", _id="versions.r1.page-a"),
        page("a", _type="post"),
        page("b"),
        page("a", slug=7),
        {},
    ],
)
async def test_what_is_no_published_page_is_not_shown(
    open_content: Open, lake: respx.MockRouter, document: dict[str, object]
) -> None:
    """Whatever the service sends."""
    lake.get(PATH).respond(json=pages_of([document]))
    assert await open_content().pages(["a"], CALL) == {"a": ()}


async def test_nothing_asked_is_no_request(open_content: Open, lake: respx.MockRouter) -> None:
    """Blanks and control characters name nothing."""
    source = open_content()
    assert await source.pages(["", "a\x00b", "x" * 300], CALL) == dict.fromkeys(
        ["", "a\x00b", "x" * 300], ()
    )
    assert await source.menus([], CALL) == {}
    assert await source.groups(GroupKind.CATEGORY, [" ", "drafts.x"], CALL) == dict.fromkeys(
        [" ", "drafts.x"]
    )
    assert lake.calls.call_count == 0


def answering(by_id: Mapping[str, object], first: object) -> Callable[..., httpx.Response]:
    """Answer a question for ids from `by_id`, any other with `first`."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "$ids" not in request.url.params:
            return httpx.Response(200, json={"result": first})
        wanted = value_of(request, "ids")
        assert isinstance(wanted, list)
        return httpx.Response(200, json={"result": [by_id[i] for i in wanted if i in by_id]})

    return answer


async def test_a_menu_leads_to_pages_and_products(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """Two questions: the menu, then what it refers to; what pages refer to is not asked for."""
    items = [
        {"labels": [{"lang": "en", "value": "Home"}, {"lang": "de", "value": "Start"}]}
        | {"page": ref("page-home")},
        {"labels": [{"_key": "en", "value": "Shirt"}], "product": ref("prod_1")},
        {"label": "Soon", "page": ref("page-soon")},
        {"label": "Hats", "category": "hats", "children": [{"label": "All", "url": "/hats"}]},
    ]
    menu = {"_id": "menu", "_type": "navigation", "key": "main", "items": items}
    home = page("home", products=[ref("prod_9")])
    soon = page("soon", _originalId="drafts.page-soon", title="DRAFT")
    known = {"page-home": home, "page-soon": soon}
    route = lake.get(PATH).mock(side_effect=answering(known, [menu]))

    found = await open_content().menus(["main", "foot"], CALL)

    assert found["foot"] is None
    assert found["main"]
    [one, two, three, four] = found["main"].lists[None]
    assert one.labels == {"en": "Home", "de": "Start"}
    assert one.page
    assert one.page.slugs == {None: "home"}
    assert (two.labels, two.product) == ({"en": "Shirt"}, by_id("prod_1", "prod_1"))
    assert (three.labels, three.page) == ({None: "Soon"}, None)
    assert (four.category, four.children[0].urls) == ("hats", {None: "/hats"})
    assert list(found["main"].made_of) == ["menu", "page-home", "prod_1", "page-soon"]
    assert route.call_count == 2
    assert "DRAFT" not in repr(found)


async def test_a_menu_depends_on_all_that_is_below_it(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """An edit of an entry's page changes the menu; what that page refers to is its own affair."""
    menu = {"_id": "menu", "_type": "navigation", "key": "main", "items": [ref("item")]}
    item = {"_id": "item", "_type": "navigationItem", "label": "Home", "page": ref("page-home")}
    home = page("home", products=[ref("prod_9")], _updatedAt="1970-01-01T00:00:02Z")
    known = {"item": {**item, "_updatedAt": "1970-01-01T00:00:01Z"}, "page-home": home}
    lake.get(PATH).mock(side_effect=answering(known, [menu]))

    found = await open_content().menus(["main"], CALL)

    assert found["main"]
    assert found["main"].made_of == {"menu": None, "item": 1000, "page-home": 2000}


async def test_a_menus_entries_may_be_documents(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """Entries that are referred to, and refer to themselves, are not below themselves."""
    menu = {"_id": "menu", "_type": "navigation", "key": "main", "items": [ref("entry")]}
    entry = {
        "_id": "entry",
        "_type": "navigationItem",
        "label": "Home",
        "page": ref("page-home"),
        "children": [ref("below"), ref("entry")],
    }
    below = {"_id": "below", "_type": "navigationItem", "label": "Below"}
    known = {"entry": entry, "below": below, "page-home": page("home")}
    route = lake.get(PATH).mock(side_effect=answering(known, [menu]))

    found = (await open_content().menus(["main"], CALL))["main"]

    assert found
    [one] = found.lists[None]
    assert one.page
    assert one.page.slugs == {None: "home"}
    assert [child.labels for child in one.children] == [{None: "Below"}]
    assert route.call_count == 3


async def test_a_menu_per_language_is_one_menu(open_content: Open, lake: respx.MockRouter) -> None:
    """Where each language has a document, each has a list of its own."""
    own = {"model": "document", "id_field": "medusaId"}
    menus = [
        {"_id": f"menu-{tag}", "_type": "navigation", "key": "main", "language": tag}
        | {"items": [{"label": label}]}
        for tag, label in (("en", "Home"), ("de", "Start"))
    ]
    lake.get(PATH).respond(json={"result": menus})

    found = (await open_content(**own).menus(["main"], CALL))["main"]

    assert found
    assert {tag: one[0].labels for tag, one in found.lists.items()} == {
        "en": {None: "Home"},
        "de": {None: "Start"},
    }


@pytest.mark.parametrize(
    ("kind", "type_name"),
    [(GroupKind.COLLECTION, "range"), (GroupKind.CATEGORY, "category")],
)
async def test_what_is_written_about_a_group(
    open_content: Open, lake: respx.MockRouter, kind: GroupKind, type_name: str
) -> None:
    """A collection's or category's document has its id; its type is the operator's word."""
    group = {"_id": "pcat_1", "_type": type_name, "description": "Hats.", "specs": []}
    route = lake.get(PATH).respond(json={"result": [group, {**group, "_id": "pcat_3"}]})

    found = await open_content(collection_type="range").groups(kind, ["pcat_1", "pcat_2"], CALL)

    assert list(found) == ["pcat_1", "pcat_2"]
    assert found["pcat_1"]
    text = found["pcat_1"].fields[None].description
    assert text
    assert text.text == "Hats."
    assert found["pcat_2"] is None
    assert value_of(route.calls.last.request, "type") == type_name


async def test_all_products_are_listed_page_by_page(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """A full page is followed by another one; drafts are on none."""
    full = [{"_id": f"prod_{n:04d}", "_type": "product", "_originalId": None} for n in range(1000)]
    last = [
        {"_id": "prod_2000", "_type": "product"},
        {"_id": "drafts.prod_3", "_type": "product"},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        after = value_of(request, "after")
        return httpx.Response(200, json={"result": full if after == "" else last})

    route = lake.get(PATH).mock(side_effect=answer)
    source = open_content()

    first, after = await source.listed("", CALL)
    assert (len(first), after) == (1000, "prod_0999")
    assert first[0] == Listed("prod_0000", by_id("prod_0000", "prod_0000"))
    rest, end = await source.listed("prod_0999", CALL)

    assert ([one.document_id for one in rest], end) == (["prod_2000"], None)
    assert value_of(route.calls.last.request, "after") == "prod_0999"


async def test_a_document_without_medusas_id_is_listed_all_the_same(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """An orphan can be found only where it is said to be there."""
    documents = [
        {"_id": "a", "_type": "product", "medusaId": "prod_1"},
        {"_id": "b", "_type": "product", "medusaId": None},
    ]
    lake.get(PATH).respond(json={"result": documents})
    listed, _ = await open_content(id_field="medusaId").listed("", CALL)
    assert [one.product.key for one in listed] == ["prod_1", "b"]


async def test_references_are_looked_up_where_ids_are_not_medusas(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """One question still; an addon's own addons are known too, a dangling one is not."""

    def product(number: int, *addons: int) -> dict[str, object]:
        refs = [ref(f"doc-{each}") for each in addons]
        own = {"_id": f"doc-{number}", "_type": "product", "medusaId": f"prod_{number}"}
        return {**own, "addons": {"products": refs}}

    answer = {
        "asked": [product(1, 2, 9)],
        "linked": [product(2, 3)],
        "named": ["doc-2", "doc-9", "doc-3"],
        "targets": [{"_id": "doc-3", "_type": "product", "medusaId": "prod_3"}],
    }
    route = lake.get(PATH).respond(json={"result": answer})

    found = await open_content(id_field="medusaId").contents(["prod_1"], CALL)

    assert list(found) == ["prod_1", "prod_2"]
    own, addon = found["prod_1"], found["prod_2"]
    assert own
    assert addon
    assert own.addon_refs((None,)) == (
        by_id("prod_2", "doc-2"),
        ProductRef(None, None, "doc-9"),
    )
    assert list(own.made_of) == ["doc-1", "doc-2", "doc-9"]
    assert addon.addon_refs((None,)) == (by_id("prod_3", "doc-3"),)
    assert route.call_count == 1


async def test_products_may_be_known_by_their_handles(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """A slug object and a text are the same handle; ids mean nothing then."""
    documents = [
        {"_id": "a", "_type": "product", "handle": {"_type": "slug", "current": "tee"}},
        {"_id": "b", "_type": "product", "handle": "hat"},
    ]
    lake.get(PATH).respond(json={"result": {"asked": documents, "linked": []}})

    found = await open_content(match="handle").contents(["tee", "hat", "a"], CALL)

    assert {key: content and content.product.key for key, content in found.items()} == {
        "tee": "tee",
        "hat": "hat",
        "a": None,
    }
    assert found["tee"]
    assert found["tee"].product == ProductRef(None, Handle("tee"), "a")


async def test_a_preview_reads_drafts_from_the_live_api(open_content: Open) -> None:
    """Drafts lie over what is published, under the published ids; the CDN is never asked."""
    published = {"_id": "prod_1", "_type": "product", "specs": [{"lang": "en", "title": "Old"}]}
    draft = {**published, "specs": [{"lang": "en", "title": "DRAFT"}]}
    overlaid = {**draft, "_originalId": "drafts.prod_1"}
    settings: dict[str, Any] = {"token": "public", "preview_token": "s3cret"}
    for answers in ([overlaid], [published, {**draft, "_id": "drafts.prod_1"}]):
        with respx.mock(base_url=LIVE) as live:
            answer = {"result": {"asked": answers, "linked": []}}
            route = live.get(PATH).respond(json=answer)
            found = await open_content(preview=True, **settings).contents(["prod_1"], CALL)
        content = found["prod_1"]
        assert content
        assert content.document_id == "prod_1"
        assert content.fields[Locale("en")].title == "DRAFT"
        request = route.calls.last.request
        assert request.url.params["perspective"] == "drafts"
        assert request.headers["authorization"] == "Bearer s3cret"


async def test_the_public_is_not_shown_what_the_preview_shows(
    open_content: Open, lake: respx.MockRouter
) -> None:
    """The same answer on the public path shows nothing, and the preview's token is not sent."""
    overlaid = {"_id": "prod_1", "_type": "product", "_originalId": "drafts.prod_1"}
    route = lake.get(PATH).respond(json={"result": {"asked": [overlaid], "linked": []}})

    found = await open_content(preview_token="s3cret").contents(["prod_1"], CALL)

    assert found == {"prod_1": None}
    request = route.calls.last.request
    assert request.url.params["perspective"] == "published"
    assert "authorization" not in request.headers


def test_preview_needs_a_token_of_its_own() -> None:
    """A token for a private dataset is no leave to show drafts."""
    plain = SanitySettings.model_validate({"project_id": "demo1234", "token": "t"})
    assert plain.has_preview is False
    with_one = SanitySettings.model_validate({"project_id": "demo1234", "preview_token": "t"})
    assert with_one.has_preview is True
    assert with_one.base_url() == HOST
    assert with_one.base_url(preview=True) == LIVE
    assert with_one.headers() == {}


def test_it_reads_all_that_the_port_asks_for(open_content: Open) -> None:
    """The port's type checker is the test."""
    source: ContentSource = open_content()
    assert source.name == "sanity"
