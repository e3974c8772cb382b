"""What becomes of Strapi's entries: both envelopes, all languages, and shapes nobody expects."""

from collections.abc import Mapping
from typing import Any

import pytest
import respx

from bff.domain.commerce import Handle, ProductId
from bff.domain.content import (
    ContentFields,
    Film,
    MenuContent,
    Picture,
    ProductContent,
    ProductRef,
    ProductReferences,
)
from bff.domain.document import Asset, ByLocale, Document, Link, Prose
from bff.domain.locale import Locale, LocaleTags
from bff.sources.strapi.content_types import content_types_of
from bff.sources.strapi.documents import Reader
from bff.sources.strapi.entries import Model, not_localized
from bff.sources.strapi.envelopes import opened
from bff.sources.strapi.media import Media
from bff.sources.strapi.populate import Plan
from bff.sources.strapi.settings import StrapiSettings
from tests.sources.strapi_shop import CALL, HOST, answer, five, four, strapi

EN, ES, DE = Locale("en"), Locale("es"), Locale("de")
MEDIA = Media("http://strapi:1337", "https://cms.test")
CONTENT_TYPES = content_types_of(StrapiSettings.model_validate({"url": HOST}))
IMAGE = {
    "id": 1,
    "url": "/uploads/front.png",
    "alternativeText": "Front view",
    "width": 1200,
    "height": 900,
    "mime": "image/png",
}
ODD: list[Any] = [
    *(None, True, 0, -1, 2**70, 1.5, "", " ", "text", "\ud800", [], {}, [[]], [None], [{}]),
    *([[[{"a": [1]}]]], {"data": None}, {"data": []}, {"data": {}}, {"data": {"data": {}}}),
    *({"id": 1}, {"id": None}, {"attributes": 1}, {"id": 1, "attributes": {}}, {"url": "x"}),
    *({"url": "javascript:alert(1)", "mime": "image/png"}, {"url": None, "mime": 5}),
    *({"documentId": 5}, {"documentId": "d"}, {"__component": 5}, {"__component": "page.hero"}),
    *([{"type": "paragraph", "children": None}], [{"type": [], "children": []}], ["a", 1]),
    *({"localizations": 5}, {"localizations": [1]}, {"": 1, "_": 2, "__x": 3}),
]


def reader(*, drafts: bool = False) -> Reader:
    return Reader(
        Model(
            id_field="medusa_id",
            handle_field="handle",
            not_localized=not_localized(["medusa_id", "handle", "made_in", "images"]),
            tags=LocaleTags(),
            media=MEDIA,
            drafts=drafts,
        )
    )


def document(*entries: Mapping[str, object], part: Any = "products") -> Document:
    rows = [row for entry in entries if (row := opened(entry)) is not None]
    return reader().document(rows, "products", CONTENT_TYPES[part].plan)


async def read(*entries: object, **settings: Any) -> ProductContent | None:
    with respx.mock(base_url=HOST) as cms:
        cms.get("/api/products").respond(json=answer(*entries))
        async with strapi(**settings) as source:
            return (await source.contents(["prod_1"], CALL))["prod_1"]


def test_languages_are_merged_field_by_field() -> None:
    """A translation that lacks a text leaves it to the other languages."""
    found = document(
        five("d", "es", medusa_id="prod_1", handle="tee", title="Camiseta", subtitle=None),
        five("d", "en", medusa_id="prod_1", handle="tee", title="Tee", subtitle="Soft"),
    )
    assert found == Document(
        id="d",
        type="products",
        fields={
            "title": ByLocale({EN: "Tee", ES: "Camiseta"}),
            "subtitle": ByLocale({EN: "Soft"}),
        },
        product=ProductId("prod_1"),
        handle="tee",  # type: ignore[arg-type] # a handle is a word
        made_of={"d": 1767225600000},
    )


@pytest.mark.parametrize("entry", [five, four])
def test_both_envelopes_say_the_same(entry: Any) -> None:
    """Whatever is wrapped around it, a component, a file and a relation are what they are."""
    is_five = entry is five

    def wrapped(**fields: object) -> object:
        one = {"id": 7, "documentId": "seven", **fields}
        return one if is_five else {"data": {"id": 7, "attributes": fields}}

    def several(*ones: object) -> object:
        inside = [one["data"] if isinstance(one, dict) and not is_five else one for one in ones]
        return inside if is_five else {"data": inside}

    target = {"medusa_id": "prod_2", "handle": "cap", "locale": "en", "publishedAt": "now"}
    row = entry(
        "d" if is_five else 3,
        "en",
        medusa_id="prod_1",
        made_in="Peru",
        seo={"id": 1, "meta_title": "Buy"},
        thumbnail=wrapped(**IMAGE),
        images=several(wrapped(**IMAGE)),
        addons={"id": 2, "title": "More", "products": several(wrapped(**target))},
    )
    found = document(row)

    picture = Asset("https://cms.test/uploads/front.png", {None: "Front view"}, 1200, 900)
    picture = Asset(picture.url, picture.alts, 1200, 900, "image/png")
    to = "seven" if is_five else "7"
    cap = Document(to, "", {}, ProductId("prod_2"), Handle("cap"), {to: None})
    assert found.fields == {
        "madeIn": "Peru",
        "seo": ByLocale({EN: {"metaTitle": "Buy"}}),
        "thumbnail": ByLocale({EN: picture}),
        "images": [picture],
        "addons": ByLocale(
            {EN: {"title": "More", "products": [Link(to, cap, ProductId("prod_2"), cap.handle)]}}
        ),
    }
    assert list(found.made_of) == [found.id, "file.1" if is_five else "file.7", to]


def test_version_5_in_the_clothes_of_4() -> None:
    """`Strapi-Response-Format: v4` changes the envelope and keeps the document's id."""
    row = {"id": 9, "documentId": "d", "attributes": {"locale": "en", "title": "Tee"}}
    found = document(row)
    assert found.id == "d"
    assert found.fields == {"title": ByLocale({EN: "Tee"})}


def test_a_field_called_attributes_is_no_envelope() -> None:
    """A shop may call a field so."""
    found = document(five("d", "en", attributes={"weight": 180}))
    assert found.fields == {"attributes": ByLocale({EN: {"weight": 180}})}


def test_what_is_not_localised_is_neutral() -> None:
    """Strapi writes it into the row of every language."""
    rows = [five("d", tag, made_in="Peru") for tag in ("es", "en", "de")]
    assert document(*rows).fields == {"madeIn": "Peru"}


def test_what_the_settings_wrongly_call_not_localised_stays_in_its_language() -> None:
    """Where the rows differ, or one has none, the shop has localised the field after all."""
    differing = document(
        five("d", "es", made_in="Perú"), five("d", "en", made_in="Peru"), five("d", "de")
    )
    assert differing.fields == {"madeIn": ByLocale({EN: "Peru", ES: "Perú"})}
    lacking = document(five("d", "es"), five("d", "en", made_in="Peru"))
    assert lacking.fields == {"madeIn": ByLocale({EN: "Peru"})}


def test_a_type_without_languages_is_neutral() -> None:
    """Its only row belongs to no language."""
    assert document(five("d", None, title="Tee")).fields == {"title": "Tee"}


def test_of_two_entries_in_one_language_the_older_one_counts() -> None:
    """Version 4 cannot keep two entries for one product apart."""
    old = four(9, "en", medusa_id="prod_1", title="Old", createdAt="2025-01-01T00:00:00.000Z")
    new = four(2, "en", medusa_id="prod_1", title="New", createdAt="2026-01-01T00:00:00.000Z")
    found = document(new, old)
    assert found.fields == {"title": ByLocale({EN: "Old"})}
    assert (found.id, list(found.made_of)) == ("9", ["9", "2"])


def test_numbers_and_json_are_as_strapi_has_them() -> None:
    """Decimals are numbers; in JSON fields nothing is renamed, opened or left out."""
    certificates = [{"data": {"x_y": 1}}, {"attributes": {}, "id": 1}, None, 8.8]
    found = document(
        five("d", None, sustainability_score=8.8, weight=0, certificates=certificates)
    )
    assert found.fields == {
        "sustainabilityScore": 8.8,
        "weight": 0,
        "certificates": certificates,
    }


@pytest.mark.parametrize(
    "unasked",
    [
        {"id": 7, "documentId": "d7", "title": "DRAFT: Hat", "publishedAt": None},
        [{"id": 7, "documentId": "d7", "title": "Hat"}],
        {"data": {"id": 7, "attributes": {"title": "DRAFT: Hat", "publishedAt": None}}},
        {"data": [{"id": 7, "attributes": {"title": "Hat"}}]},
        {**IMAGE, "hash": "front_1", "provider": "local"},
        [{**IMAGE, "hash": "front_1", "provider": "local"}],
    ],
)
@respx.mock
async def test_what_nobody_asked_for_is_no_attribute(unasked: Any) -> None:
    """Many shops have a middleware that populates everything, drafts and file systems included."""
    row = five("d1", medusa_id="prod_tee", care="Wash cold", related=unasked)
    respx.get(f"{HOST}/api/products").respond(json=answer(row))

    async with strapi() as source:
        content = (await source.contents(["prod_tee"], CALL))["prod_tee"]

    assert content
    assert content.fields[EN].attributes == {"care": "Wash cold"}


def test_blocks_are_prose_and_markdown_is_text() -> None:
    """Pictures in blocks have the address that a browser can reach."""
    image = {"url": "http://strapi:1337/uploads/a.png", "width": 2, "height": 1}
    blocks = [
        {"type": "paragraph", "children": [{"type": "text", "text": "Soft"}]},
        {"type": "image", "image": image, "children": [{"type": "text", "text": ""}]},
    ]
    found = document(five("d", None, rich_description=blocks, long_description="**Soft**"))
    prose = found.fields["richDescription"]
    assert isinstance(prose, Prose)
    assert [block.type for block in prose.blocks] == ["paragraph", "image"]
    assert "https://cms.test/uploads/a.png" in str(prose.blocks[1])
    assert found.fields["longDescription"] == "**Soft**"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("/uploads/a.png", "https://cms.test/uploads/a.png"),
        ("https://cdn.example/a.png", "https://cdn.example/a.png"),
        ("http://strapi:1337/uploads/a.png", "https://cms.test/uploads/a.png"),
        ("//cdn.example/a.png", "https://cdn.example/a.png"),
        ("uploads/a.png", None),
        ("javascript:alert(1)", None),
        ("data:image/png;base64,AAAA", None),
        ('/uploads/a.png" onerror="x', None),
        ("/" + "a" * 3000, None),
        ("", None),
    ],
)
def test_addresses_of_files(written: str, address: str | None) -> None:
    """Only what a browser can fetch, and never an inner host."""
    assert MEDIA.address(written) == address


def test_a_file_without_a_size_or_a_text_is_one() -> None:
    """Formats and odd numbers are ignored; a film says that it is one."""
    film = {"url": "/uploads/a.mp4", "mime": "Video/MP4", "width": None, "height": 3, "formats": 1}
    assert MEDIA.asset(film) == Asset(
        "https://cms.test/uploads/a.mp4", {}, None, None, "video/mp4"
    )
    assert MEDIA.asset({"url": 5}) is None
    blank = {"url": "/a", "alternativeText": "  ", "width": True, "height": -1}
    assert MEDIA.asset(blank) == Asset("https://cms.test/a")


@pytest.mark.parametrize("row", [five("d", medusa_id="prod_1"), four(1, medusa_id="prod_1")])
async def test_a_draft_is_never_shown(row: dict[str, Any]) -> None:
    """Not even if Strapi answers one where published entries were asked for."""
    inside = row.get("attributes", row)
    for unpublished in (None, "", False):
        inside["publishedAt"] = unpublished
        assert await read(row) is None
        assert await read(row, drafts=True) is not None
    inside.pop("publishedAt")
    assert (await read(row) is None) == ("documentId" in row)


def test_a_draft_behind_a_relation_has_no_content() -> None:
    """What it is about is known: Medusa decides whether it is sold."""
    target = {"id": 1, "documentId": "t", "medusa_id": "prod_2", "title": "DRAFT"}
    row = five("d", None, addons={"products": [{**target, "publishedAt": None}]})
    found = document(row)
    assert found.fields == {"addons": {"products": [Link("t", None, ProductId("prod_2"))]}}
    rows = [row]
    shown = reader(drafts=True).document(rows, "products", CONTENT_TYPES["products"].plan)
    assert "DRAFT" in str(shown)


async def test_two_documents_for_one_product() -> None:
    """The older one counts, whatever the order of the answer; then the first by its id."""
    older = five("z", medusa_id="prod_1", title="Older", createdAt="2025-01-01T00:00:00.000Z")
    newer = five("a", medusa_id="prod_1", title="Newer")
    same = five("b", medusa_id="prod_1", title="Same")
    for rows in ([newer, older, same], [same, older, newer], [older, newer]):
        found = await read(*rows)
        assert found
        assert found.document_id == "z"
    found = await read(same, newer)
    assert found
    assert found.document_id == "a"


async def test_a_preview_shows_the_document_that_shoppers_see() -> None:
    """A stray older draft of the same product does not take its place."""
    stray = five("old", medusa_id="prod_1", createdAt="2025-01-01T00:00:00.000Z", publishedAt=None)
    edited = five("live", medusa_id="prod_1", title="DRAFT: edited", publishedAt=None)
    public = five("live", medusa_id="prod_1", title="Live")
    with respx.mock(base_url=HOST) as cms:
        drafts = cms.get("/api/products", params={"status": "draft"})
        drafts.respond(json=answer(stray, edited))
        shown = cms.get("/api/products", params={"status": "published"})
        shown.respond(json=answer(public))
        async with strapi(drafts=True) as source:
            found = (await source.contents(["prod_1"], CALL))["prod_1"]
    assert found
    assert found.document_id == "live"
    assert found.fields[EN].title == "DRAFT: edited"
    assert shown.call_count == 1


async def test_a_preview_of_version_4_prefers_what_is_published() -> None:
    """An older draft of the same product does not hide what shoppers see."""
    old = {"medusa_id": "prod_1", "createdAt": "2025-01-01T00:00:00.000Z", "publishedAt": None}
    stray, live = four(1, title="DRAFT", **old), four(2, medusa_id="prod_1", title="Live")
    found = await read(stray, live, drafts=True)
    assert found
    assert found.fields[EN].title == "Live"


async def test_addons_are_a_list_per_language() -> None:
    """Strapi leaves out targets that lack the language; duplicates are the editor's."""

    def group(title: str, *targets: str) -> dict[str, object]:
        products = [five(one, medusa_id=f"prod_{one}", handle=one) for one in targets]
        return {"id": 1, "title": title, "products": products}

    found = await read(
        five("d", "en", medusa_id="prod_1", addons=group("With", "cap", "hat", "cap")),
        five("d", "es", medusa_id="prod_1", addons=group("Con", "cap")),
    )
    cap = ProductRef(ProductId("prod_cap"), Handle("cap"), "cap")
    hat = ProductRef(ProductId("prod_hat"), Handle("hat"), "hat")
    assert found
    assert found.addons == (
        ProductReferences({EN: (cap, hat, cap), ES: (cap,)}, {EN: "With", ES: "Con"}),
    )
    assert list(found.made_of) == ["d", "cap", "hat"]


async def test_the_usual_mapping() -> None:
    """The rich description is first, then the long one, then the plain one, by language."""
    found = await read(
        five(
            *("d", "en"),
            medusa_id="prod_1",
            title=" Tee ",
            rich_description=[],
            long_description="",
            description="Plain",
            care_instructions="Wash cold",
            sustainability_score=5.95,
            certifications=["GOTS"],
            thumbnail={**IMAGE, "url": "/uploads/hero.png"},
            images=[{**IMAGE, "url": "/uploads/hero.png"}, IMAGE],
        )
    )
    assert found
    description = found.fields[EN].description
    assert description
    assert description.text == "Plain"
    assert found.fields[EN].attributes == {"careInstructions": "Wash cold"}
    alts: dict[Locale | None, str] = {None: "Front view"}
    assert found.fields[None] == ContentFields(
        images=(
            Picture("https://cms.test/uploads/hero.png", alts, 1200, 900, "hero"),
            Picture("https://cms.test/uploads/front.png", alts, 1200, 900, "gallery"),
        ),
        attributes={"sustainabilityScore": 5.95, "certifications": ["GOTS"]},
    )


async def test_a_picture_in_markdown_is_found_where_browsers_find_it() -> None:
    """Strapi's editor writes the address of its own library, relative like everywhere else."""
    text = "Worn:\n\n![Worn](/uploads/worn.png)\n\n![](javascript:alert(1))"
    content = await read(five("d", medusa_id="prod_1", long_description=text))

    assert content
    described = content.fields[EN].description
    assert described
    assert f'src="{HOST}/uploads/worn.png"' in described.html
    assert described.html.count("<img") == 1


async def test_the_long_description_is_markdown() -> None:
    """A text field keeps its asterisks; a script is shown, not run."""
    text = "**Soft** <script>alert(1)</script>"
    long = await read(five("d", medusa_id="prod_1", long_description=text, description="x"))
    short = await read(five("d", medusa_id="prod_1", description=text))
    escaped = "&lt;script&gt;alert(1)&lt;/script&gt;"
    for found, html in (
        (long, f"<p><strong>Soft</strong> {escaped}</p>"),
        (short, f"<p>**Soft** {escaped}</p>"),
    ):
        assert found
        description = found.fields[EN].description
        assert description
        assert description.html == html


async def test_a_mapping_of_the_shops_own() -> None:
    """Films, roles, a component for attributes and content of variants are configuration."""
    settings = {
        "product": {
            "images": {"gallery": ["look.photo"]},
            "videos": ["films"],
            "variants": {"items": "versions", "key": ["sku"]},
        },
        "populate": ["fit"],
        "not_localized": ["medusa_id", "films", "look", "fit"],
    }
    found = await read(
        five(
            *("d", "en"),
            medusa_id="prod_1",
            look={"id": 1, "photo": IMAGE},
            films=[{"url": "/uploads/a.mp4", "mime": "video/mp4"}],
            fit={"id": 4, "waist_cm": 80},
            versions=[{"id": 3, "sku": "TEE-S", "title": "Small tee"}],
        ),
        **settings,
    )
    assert found
    neutral = found.fields[None]
    assert [picture.url for picture in neutral.images] == ["https://cms.test/uploads/front.png"]
    assert neutral.videos == (Film("https://cms.test/uploads/a.mp4", {}, "video/mp4"),)
    assert neutral.attributes == {"fit": {"waistCm": 80}}
    assert "TEE-S" in found.variants


async def test_a_page_with_sections() -> None:
    """A dynamic zone is a list of components, each with what it is."""
    product = five("t", medusa_id="prod_2", handle="cap")
    sections = [
        {"__component": "page.hero", "id": 1, "heading": "New", "image": IMAGE},
        {"__component": "page.product-list", "id": 1, "products": [product]},
        {"__component": "page.unknown", "id": 1, "products": [product]},
    ]
    row = five("p", "en", slug="home", title="Home", sections=sections)
    fields = document(row, part="pages").fields
    zone = fields["sections"]
    assert isinstance(zone, ByLocale)
    shown = zone.values[EN]
    assert isinstance(shown, list)
    assert [one["component"] for one in shown if isinstance(one, dict)] == [
        *("page.hero", "page.product-list", "page.unknown")
    ]
    with respx.mock(base_url=HOST) as cms:
        cms.get("/api/pages").respond(json=answer(row))
        async with strapi() as source:
            [page] = (await source.pages(["home"], CALL))["home"]
    assert [ref.id for ref in page.items.lists[EN]] == ["prod_2"]
    assert [one.url for one in page.fields[EN].images] == ["https://cms.test/uploads/front.png"]
    assert list(page.made_of) == ["p", "file.1", "t"]


async def test_a_menu_knows_all_slugs_of_its_pages() -> None:
    """Version 5 leaves out of a page's languages those that the answer has elsewhere."""

    def line(label: str, locale: str, slug: str, **others: str) -> dict[str, object]:
        languages = [five("home", tag, slug=word) for tag, word in others.items()]
        page = five("home", locale, slug=slug, localizations=languages)
        return {"id": 1, "label": label, "url": f"/{slug}", "page": page}

    rows = [
        five("m", "en", key="main", items=[line("Home", "en", "home", de="start")]),
        five("m", "es", key="main", items=[line("Inicio", "es", "inicio", de="start")]),
    ]
    with respx.mock(base_url=HOST) as cms:
        cms.get("/api/navigations").respond(json=answer(*rows))
        async with strapi() as source:
            menu = (await source.menus(["main"], CALL))["main"]
    assert isinstance(menu, MenuContent)
    assert list(menu.lists) == [EN, ES]
    for entries in menu.lists.values():
        page = entries[0].page
        assert page
        assert page.document_id == "home"
        assert page.slugs == {EN: "home", ES: "inicio", DE: "start"}


@pytest.mark.parametrize("part", ["products", "pages", "navigation"])
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_odd_values_are_missing(part: str, value: Any) -> None:
    """Whatever stands where something else belongs, the entry is read and the rest is there."""
    plan = CONTENT_TYPES[part].plan  # type: ignore[index] # parts are words
    names = {*plan.below, "title", "handle", "localizations", "locale", "createdAt", "body"}
    for name in names:
        for row in (five("d", "en", subtitle="Soft"), four(1, "en", subtitle="Soft")):
            inside = row.get("attributes", row)
            assert isinstance(inside, dict)
            inside[name] = value
            opened_row = opened(row)
            assert opened_row is not None
            found = reader().document([opened_row], part, plan)
            assert "Soft" in str(found.fields["subtitle"])


@pytest.mark.parametrize("value", [one for one in ODD if one != "\ud800"], ids=repr)
async def test_odd_rows_are_no_documents(value: Any) -> None:
    """A product beside them is found all the same."""
    found = await read(value, five("d", medusa_id="prod_1", title="Tee"), value)
    assert found
    assert found.fields[EN].title == "Tee"


def test_a_plan_without_what_is_missing() -> None:
    """A relation of which no field is left is not read whole instead."""
    plan = Plan(below={"a": Plan(fields=("x", "y")), "b": Plan(below={"c": Plan(("x",))})})
    assert plan.without([("a", "x")]).below["a"] == Plan(("y",))
    assert "a" not in plan.without([("a", "x"), ("a", "y")]).below
    assert plan.without([("b", "c")]).below.keys() == {"a"}
    assert plan.without([]) is plan
