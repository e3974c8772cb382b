"""Everything that real servers of versions 5 and 4 answered, through every reading path.

The recordings stay where they are: in the folder that BFF_RECORDINGS names, or beside the
repository.
"""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from bff.domain.content import MenuContent, PageContent, ProductContent
from bff.domain.locale import Locale
from bff.errors import UpstreamError
from bff.ports import GroupKind
from bff.sources.strapi import StrapiContent, reason_of
from bff.sources.strapi.envelopes import opened
from tests.sources.strapi_shop import CALL, HOST, answer, strapi

_BESIDE = Path(__file__).parents[3] / "shared" / "upstreams" / "recordings"
RECORDINGS = Path(os.environ.get("BFF_RECORDINGS", _BESIDE)) / "strapi"
FILES = sorted(path.stem for path in RECORDINGS.glob("*.json") if path.stem != "index")
LANGUAGES = ("en", "es", "de", "fr")
EN, ES, DE = Locale("en"), Locale("es"), Locale("de")
FULL_EN = "Description of Organic Cotton T-Shirt."

pytestmark = pytest.mark.skipif(
    not FILES, reason="BFF_RECORDINGS names no folder of recordings, and none is beside this one"
)


def recorded(name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    return value


def responses(recording: Mapping[str, Any]) -> Iterator[httpx.Response]:
    """What was answered, and what a webhook brought as if it were an answer."""
    status, body = recording.get("status"), recording.get("body")
    if isinstance(status, int):
        if isinstance(body, dict) and "__text__" in body:
            yield httpx.Response(status, text=body["__text__"])
        elif body in (None, ""):
            yield httpx.Response(status)
        else:
            yield httpx.Response(status, json=body)
            if isinstance(body, dict) and isinstance(body.get("data"), dict):
                yield httpx.Response(status, json={"data": [body["data"]]})
    for delivery in recording.get("deliveries", ()):
        brought = json.loads(delivery["raw"])
        yield httpx.Response(200, json=answer(brought.get("entry"), brought.get("media")))


def rows_in(response: httpx.Response) -> Iterator[Mapping[str, object]]:
    """The entries of an answer."""
    try:
        data = response.json()["data"]
    except (ValueError, TypeError, KeyError):
        return
    for item in data if isinstance(data, list) else ():
        row = opened(item)
        if row is not None:
            yield row


async def everything(source: StrapiContent, keys: Mapping[str, list[str]]) -> str:
    """Ask in every way, and return all that is shown."""
    shown = ""
    for reading in (
        source.contents(keys["medusa_id"], CALL),
        source.pages(keys["slug"], CALL),
        source.menus(keys["key"], CALL),
        source.groups(GroupKind.COLLECTION, keys["medusa_id"], CALL),
        source.listed("", CALL),
    ):
        with contextlib.suppress(UpstreamError):
            shown += str(await reading)
    return shown


@pytest.mark.parametrize("name", FILES)
async def test_a_recorded_answer_is_read_or_refused(name: str) -> None:
    """No real answer makes us stumble, and no draft in it is shown to the public."""
    for response in responses(recorded(name)):
        rows = list(rows_in(response))
        keys = {
            field: ["prod_01", *{str(row[field]) for row in rows if row.get(field)}]
            for field in ("medusa_id", "slug", "key")
        }
        with respx.mock(base_url=HOST) as cms:
            cms.get(path__regex="/api/.*").mock(return_value=response)
            async with strapi(languages=LANGUAGES, collections="groups") as source:
                shown = await everything(source, keys)
        live = {row.get("title") for row in rows if row.get("publishedAt")}
        drafts = {row.get("title") for row in rows if row.get("publishedAt", "") is None}
        assert not any(repr(title) in shown for title in drafts - live - {None})


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("auth_bad_token", "credentials-unknown"),
        ("auth_bad_jwt", "credentials-unknown"),
        ("auth_none", "forbidden"),
        ("auth_malformed", "forbidden"),
        ("auth_custom_token_forbidden", "forbidden"),
        ("filter_bad_attribute", "filters-unknown:nope"),
        ("auth_filter_relation_without_permission", "filters-unknown:items:page"),
        ("sort_unknown", "sort-unknown:nope"),
        ("product_fields_unknown", "fields-unknown:nope"),
        ("product_populate_unknown", "populate-unknown:nope"),
        ("product_populate_unknown_string", "populate-unknown:nope:nope"),
        ("filter_bad_operator", None),
        ("pagination_mixed", "not-understood"),
        ("login_bad_password", "not-understood"),
        ("login_unknown_user", "not-understood"),
        ("not_found_route", "not-found"),
        ("method_not_allowed", ""),
        ("products_in_long_url_indexed", "request-too-large"),
        ("v4_filter_bad_attribute", "parameter-unknown:nope"),
        ("v4_sort_unknown", "parameter-unknown:nope"),
        ("v4_auth_bad_token", "credentials-unknown"),
        ("v4_auth_none", "forbidden"),
        ("v4_not_found_route", "not-found"),
    ],
)
def test_refusals_have_a_word(name: str, reason: str | None) -> None:
    """The word is ours, of a fixed set, and names at most a field of the model."""
    recording = recorded(name)
    (response,) = responses(recording)
    found = reason_of(response.status_code, response.content)
    if reason is not None:
        assert found == reason
    assert len(found) <= 64


async def read(
    source: StrapiContent, name: str, key: str, ask: str = "contents", *more: str
) -> Any:
    """Return what a recorded answer, or several together, say about one thing."""
    data = [row for one in (name, *more) for row in recorded(one)["body"]["data"]]
    with respx.mock(base_url=HOST) as cms:
        cms.get(path__regex="/api/.*").respond(json=answer(*data))
        return (await getattr(source, ask)([key], CALL))[key]


@pytest.mark.parametrize("name", ["product_populate_star", "v4_product_populate_star"])
async def test_a_whole_product(name: str) -> None:
    """Both versions say the same of the same product."""
    async with strapi(languages=LANGUAGES) as source:
        found = await read(source, name, "prod_01")
    assert isinstance(found, ProductContent)
    assert (found.product.id, found.product.handle) == ("prod_01", "organic-cotton-t-shirt")
    fields, neutral = found.fields[EN], found.fields[None]
    assert (fields.title, fields.subtitle) == ("Organic Cotton T-Shirt", "Comfort for every day")
    assert fields.seo_title == "Buy Organic Cotton T-Shirt"
    assert fields.description
    html = fields.description.html
    assert html.startswith("<h1>Introduction: Organic Cotton T-Shirt</h1><h2>Heading 2</h2>")
    assert "&lt;b&gt;not html&lt;/b&gt;" in html
    assert "<li>Two with " in html
    assert html.count("<img ") == 2
    assert neutral.attributes["sustainabilityScore"] == 5.95
    assert neutral.attributes["madeIn"] == "Italy"
    urls = [picture.url.removeprefix(f"{HOST}/uploads/")[:4] for picture in neutral.images]
    assert urls == ["fron", "back"]
    assert (neutral.images[0].width, neutral.images[0].height) == (1200, 900)
    assert neutral.images[0].alts == {None: "Front view"}


@pytest.mark.parametrize("name", ["product_populate_no_media", "v4_product_populate_no_media"])
async def test_a_product_with_nothing_but_a_title(name: str) -> None:
    """Everything is null, and nothing is made of it."""
    async with strapi(languages=LANGUAGES) as source:
        found = await read(source, name, "prod_14")
    assert isinstance(found, ProductContent)
    assert found.fields.keys() == {EN}
    assert found.fields[EN].title == "Gift Card"
    assert found.fields[EN].description is None
    assert found.fields[EN].attributes == {}
    assert found.addons == ()


@pytest.mark.parametrize("name", ["locale_partial", "v4_locale_partial"])
async def test_a_translation_of_the_title_alone(name: str) -> None:
    """The other texts are missing in Spanish; what is not localised is neutral."""
    async with strapi(languages=LANGUAGES) as source:
        found = await read(source, name, "prod_11")
    assert isinstance(found, ProductContent)
    assert found.fields.keys() == {ES, None}
    assert found.fields[ES].title == "Fleece Hoodie (ES, title only)"
    assert found.fields[ES].seo_title is None
    assert found.fields[None].attributes["madeIn"] == "Spain"


@pytest.mark.parametrize("name", ["product_populate_star", "v4_product_populate_star"])
async def test_formats_and_other_languages_are_not_read(name: str) -> None:
    """What `populate=*` drags in is no attribute."""
    async with strapi(languages=LANGUAGES) as source:
        found = await read(source, name, "prod_01")
    assert isinstance(found, ProductContent)
    names = {name for fields in found.fields.values() for name in fields.attributes}
    assert names == {"careInstructions", "sustainabilityScore", "madeIn", "certifications"}


async def test_version_5_asked_to_answer_like_4() -> None:
    """The envelope is version 4's, the document's id is there."""
    async with strapi(languages=LANGUAGES) as source:
        found = await read(source, "v4header_product", "prod_01")
        assert source.version_seen == 5
    assert isinstance(found, ProductContent)
    assert found.document_id == "gldqqp2gjwp41htxxmndwfjh"
    assert found.fields[EN].title == "Organic Cotton T-Shirt"
    assert len(found.fields[None].images) == 2


async def test_pages_and_their_sections() -> None:
    """Version 5 and 4 show the same picture and the same products."""
    async with strapi(languages=LANGUAGES) as source:
        for name in ("page_home_sections", "v4_page_home_sections"):
            [found] = await read(source, name, "home", "pages")
            assert isinstance(found, PageContent)
            assert found.slugs == {EN: "home"}
            assert found.fields[EN].title == "Home"
            body = found.fields[EN].description
            assert body
            assert body.html.startswith("<h2>Home</h2><p>Introduction. ")
            assert [picture.width for picture in found.fields[EN].images] == [1200]
            assert len(found.items.lists[EN]) > 0


async def test_a_menu_in_two_languages() -> None:
    """Its lists are those of the languages; pages are known by their slugs."""
    async with strapi(languages=LANGUAGES, not_localized=[]) as source:
        data = [
            {**row, "key": "main"}
            for name in ("navigation_main", "navigation_main_es")
            for row in recorded(name)["body"]["data"]
        ]
        with respx.mock(base_url=HOST) as cms:
            cms.get("/api/navigations").respond(json=answer(*data))
            found = (await source.menus(["main"], CALL))["main"]
    assert isinstance(found, MenuContent)
    assert list(found.lists) == [EN, ES]
    assert [entry.labels[None] for entry in found.lists[ES]] == ["Inicio", "Sobre nosotros"]
    assert [entry.urls[None] for entry in found.lists[EN]][:2] == ["/", "/about"]
    page = found.lists[EN][0].page
    assert page
    assert "home" in page.slugs.values()


async def test_addons_by_medusas_ids() -> None:
    """Which products they are is known without another question."""
    async with strapi(languages=LANGUAGES) as source:
        # It was not asked for when it was published, so that it counts as a draft.
        assert await read(source, "product_populate_nested", "prod_01") is None
    async with strapi(languages=LANGUAGES, drafts=True) as source:
        found = await read(source, "product_populate_nested", "prod_01")
    assert isinstance(found, ProductContent)
    (group,) = found.addons
    (refs,) = group.lists.values()
    assert [ref.id for ref in refs] == ["prod_02", "prod_16"]
    assert list(group.titles.values()) == ["Goes well with"]
