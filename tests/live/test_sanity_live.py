"""The adapter against a dataset that answers, compared with the raw documents.

Reads only. Set BFF_LIVE_SANITY_URL and BFF_LIVE_SANITY_PROJECT_ID, and where they differ from
the defaults BFF_LIVE_SANITY_DATASET, BFF_LIVE_SANITY_TOKEN and BFF_LIVE_SANITY_TYPE. Run with
`-s` to see the figures.
"""

import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from bff.domain.commerce import ProductId
from bff.domain.content import ProductContent
from bff.domain.locale import Locale
from bff.errors import UpstreamRejected
from bff.ports import Call
from bff.sources.sanity import SanityContent, SanitySettings, reason_of
from bff.upstream import Upstream

URL = os.environ.get("BFF_LIVE_SANITY_URL", "")
PREVIEW_TOKEN = os.environ.get("BFF_LIVE_SANITY_TOKEN", "")
SHOP = tuple(map(Locale, ("en", "es", "de", "fr")))
PROJECT = os.environ.get("BFF_LIVE_SANITY_PROJECT_ID", "")

pytestmark = pytest.mark.skipif(
    not (URL and PROJECT),
    reason="BFF_LIVE_SANITY_URL and BFF_LIVE_SANITY_PROJECT_ID name no Sanity to ask",
)


@dataclass
class Live:
    settings: SanitySettings
    client: httpx.AsyncClient
    requests: list[httpx.Request] = field(default_factory=list)

    def source(self, *, preview: bool = False) -> SanityContent:
        upstream = Upstream("sanity", self.client, time.monotonic, reason_of)
        return SanityContent(upstream, self.settings, SHOP, time.monotonic, preview=preview)

    async def raw(self) -> list[dict[str, Any]]:
        """All documents of the type, drafts too where the token may see them."""
        path = f"/v{self.settings.api_version}/data/query/{self.settings.dataset}"
        params = {"query": f'*[_type == "{self.settings.document_type}"]', "perspective": "raw"}
        response = await self.client.get(path, params=params)
        documents: list[dict[str, Any]] = response.raise_for_status().json()["result"]
        return documents


def live_settings(**changes: object) -> SanitySettings:
    values: dict[str, object] = {
        "url": URL,
        "project_id": PROJECT,
        "dataset": os.environ.get("BFF_LIVE_SANITY_DATASET", "production"),
        "token": os.environ.get("BFF_LIVE_SANITY_TOKEN"),
        "document_type": os.environ.get("BFF_LIVE_SANITY_TYPE", "product"),
    }
    return SanitySettings.model_validate(values | changes)


@pytest.fixture
async def live() -> AsyncIterator[Live]:
    async with opened(live_settings()) as seen:
        yield seen


@asynccontextmanager
async def opened(settings: SanitySettings, *, preview: bool = False) -> AsyncIterator[Live]:
    base_url, headers = settings.base_url(preview=preview), settings.headers(preview=preview)
    async with httpx.AsyncClient(base_url=base_url, headers=headers) as client:
        seen = Live(settings, client)

        async def remember(request: httpx.Request) -> None:
            seen.requests.append(request)

        client.event_hooks = {"request": [remember]}
        yield seen


def soon() -> Call:
    return Call(time.monotonic() + 10)


def is_blank(value: object) -> bool:
    return not (isinstance(value, str) and value.strip())


def raw_specs(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The usable specs by language, read as naively as can be."""
    specs: dict[str, list[Mapping[str, Any]]] = {}
    for spec in document.get("specs") or []:
        tag = str(spec.get("lang") or "").strip().replace("_", "-").lower()
        if tag:
            specs.setdefault(tag, []).append(spec)
    return specs


def assert_same(content: ProductContent, document: Mapping[str, Any]) -> int:
    """Compare field by field; return how many values were there to compare."""
    compared = 0
    languages = {tag.lower(): fields for tag, fields in content.fields.items() if tag}
    for tag, specs in raw_specs(document).items():
        fields = languages.pop(tag, None)
        for name, own in (("title", "title"), ("careInstructions", None)):
            texts = [spec[name] for spec in specs if not is_blank(spec.get(name))]
            shown = None
            if fields is not None:
                shown = getattr(fields, own) if own else fields.attributes.get(name)
            assert shown == (texts[0] if texts else None), (document["_id"], tag, name)
            compared += len(texts[:1])
        for name in ("title", "description"):
            seos = [spec["seo"].get(name) for spec in specs if spec.get("seo")]
            texts = [text for text in seos if not is_blank(text)]
            shown = getattr(fields, f"seo_{name}") if fields else None
            assert shown == (texts[0] if texts else None), (document["_id"], tag, name)
            compared += len(texts[:1])
        bodies = [spec["content"] for spec in specs if spec.get("content")]
        bodies = [body for body in bodies if not isinstance(body, str) or body.strip()]
        if bodies:
            assert fields is not None
            assert fields.description is not None
            compared += 1
            if isinstance(bodies[0], str):
                assert fields.description.text == bodies[0]
            else:
                spans = [child for block in bodies[0] for child in block.get("children") or []]
                assert all(span["text"].strip() in fields.description.text for span in spans)
        else:
            assert fields is None or fields.description is None
    assert not languages, "a language that the document does not have"
    neutral = content.fields.get(None)
    for name in ("fabricWeight", "certifications"):
        raw = document.get(name)
        assert (neutral.attributes.get(name) if neutral else None) == (None if raw == [] else raw)
        compared += raw is not None
    references = [item["_ref"] for item in (document.get("addons") or {}).get("products") or []]
    named = [ref.id for group in content.addons for ref in group.lists[None]]
    assert named == [target.removeprefix("drafts.") for target in references]
    return compared + len(named)


async def test_every_product_reads_as_its_document_says(live: Live) -> None:
    """All products in one request, with the same texts, facts and addons as the raw documents."""
    raw = await live.raw()
    published = {each["_id"]: each for each in raw if "." not in each["_id"]}
    wanted = [ProductId(each) for each in published]
    live.requests.clear()
    started = time.perf_counter()

    found = await live.source().contents(wanted, soon())

    seconds = time.perf_counter() - started
    compared = 0
    for product_id, document in published.items():
        content = found[ProductId(product_id)]
        assert content is not None
        compared += assert_same(content, document)
    others = [each for each in found if each not in published]
    assert all(found[each] is None for each in others)
    print(
        f"\n{len(wanted)} products, {compared} values equal, {len(others)} addons without a"
        f" document, {len(live.requests)} request(s), {seconds * 1000:.0f} ms"
    )
    assert len(live.requests) == 1 + (len(wanted) - 1) // 400


async def test_a_page_of_cards_with_their_addons_is_one_request(live: Live) -> None:
    """24 products and every addon that they name come in one answer."""
    raw = await live.raw()
    published = {each["_id"] for each in raw if "." not in each["_id"]}
    wanted = [ProductId(each) for each in sorted(published)[:24]]
    live.requests.clear()

    found = await live.source().contents(wanted, soon())

    assert len(live.requests) == 1
    named = {
        addon.key
        for each in wanted
        if (content := found[each])
        for addon in content.addon_refs((None,))
    }
    assert set(found) == {*wanted, *named}
    assert {each for each, content in found.items() if content} == {*found} & published
    print(f"\n{len(wanted)} products, {len(named)} addons, 1 request")


async def test_no_unpublished_text_is_ever_returned(live: Live) -> None:
    """Every id that exists in any form is asked for; no draft's or release's own text shows."""
    raw = await live.raw()
    everything = [ProductId(each["_id"]) for each in raw]
    roots = [ProductId(each.rsplit(".", 1)[-1]) for each in everything]

    found = await live.source().contents([*everything, *roots], soon())

    assert not [word for word in ("DRAFT", "RELEASE") if word in repr(found)]
    assert all(found[each] is None for each in everything if "." in each)
    hidden = sum("." in each for each in everything)
    print(f"\n{len(found)} ids asked for or named, {hidden} unpublished seen raw")


async def test_the_check_sees_the_products(live: Live) -> None:
    """The operator's check counts what shoppers can see."""
    published = [each for each in await live.raw() if "." not in each["_id"]]

    health = await live.source().health(soon())

    assert health.products == len(published)
    assert health.problem is None
    print(f"\n{health}")


def by_language(model: str, document: Mapping[str, Any], name: str) -> dict[str, str]:
    """One field's texts by language, read as naively as can be."""
    value = document[name]
    match model:
        case "internationalized-array":
            return {item.get("language") or item["_key"]: item["value"] for item in value}
        case "locale-object":
            return {tag: text for tag, text in value.items() if tag != "_type"}
        case _:
            return {document["language"]: value}


@pytest.mark.parametrize(
    ("dataset", "model"),
    [
        ("intl-array", "internationalized-array"),
        ("intl-array-v4", "internationalized-array"),
        ("locale-object", "locale-object"),
        ("document-i18n", "document"),
    ],
)
@pytest.mark.parametrize("match", ["id", "handle"])
async def test_every_model_of_languages_reads_as_its_documents_say(
    dataset: str, model: str, match: str
) -> None:
    """Titles, texts and addons are the raw documents', by Medusa's id and by handle."""
    changes = {"dataset": dataset, "model": model, "match": match, "id_field": "medusaId"}
    async with opened(live_settings(**changes)) as live:
        path = f"/v{live.settings.api_version}/data/query/{dataset}"
        if (await live.client.get(path, params={"query": "1"})).status_code == 404:
            pytest.skip(f"there is no dataset {dataset}")
        raw = await live.raw()
        of_document = {
            each["_id"]: each["handle"]["current"] if match == "handle" else each["medusaId"]
            for each in raw
        }
        live.requests.clear()
        found = await live.source().contents([*of_document.values()], soon())

        assert len(live.requests) == 1
        assert set(found) == set(of_document.values())
        for document in raw:
            content = found[of_document[document["_id"]]]
            assert content
            assert content.product.key == of_document[document["_id"]]
            for tag, text in by_language(model, document, "title").items():
                assert content.fields[Locale(tag)].title == text
            for tag, text in by_language(model, document, "content").items():
                description = content.fields[Locale(tag)].description
                assert description
                assert description.text == text
            [group] = content.addons
            language = Locale(document["language"]) if model == "document" else None
            references = [item["_ref"] for item in document["addons"]["products"]]
            assert [ref.key for ref in group.lists[language]] == [
                of_document[target] for target in references
            ]
            assert group.titles[language] == document["addons"]["title"]
        print(f"\n{dataset}: {len(found)} products of {len(raw)} documents, 1 request")


async def test_all_products_are_listed_once(live: Live) -> None:
    """Every published document, orphans too."""
    published = [each["_id"] for each in await live.raw() if "." not in each["_id"]]
    listed, after = await live.source().listed("", soon())
    assert [one.document_id for one in listed] == sorted(published)
    assert after is None


@pytest.mark.skipif(not PREVIEW_TOKEN, reason="BFF_LIVE_SANITY_TOKEN does not let drafts be read")
async def test_a_preview_shows_the_drafts_over_what_is_published() -> None:
    """Each draft's text is there under its published id, and in no public answer."""
    settings = live_settings(preview_token=PREVIEW_TOKEN)
    async with opened(settings, preview=True) as live:
        drafts = {
            each["_id"].removeprefix("drafts."): each
            for each in await live.raw()
            if each["_id"].startswith("drafts.")
        }
        found = await live.source(preview=True).contents([*drafts], soon())
        public = await live.source().contents([*drafts], soon())

    assert drafts
    for product_id, draft in drafts.items():
        content = found[product_id]
        assert content
        assert content.document_id == product_id
        assert content.fields[Locale("en")].title == draft["specs"][0]["title"]
    assert "DRAFT" in repr(found)
    assert "DRAFT" not in repr(public)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"token": "placeholder"}, "token-unknown"),
        ({"dataset": "no-such-dataset", "token": None}, "dataset-unknown"),
    ],
)
async def test_a_wrong_setting_is_named(changes: dict[str, object], reason: str) -> None:
    """A wrong token or dataset is told apart from an empty one."""
    settings = live_settings(**changes)
    async with httpx.AsyncClient(
        base_url=settings.base_url(), headers=settings.headers()
    ) as client:
        source = SanityContent(Upstream("sanity", client, time.monotonic, reason_of), settings)
        with pytest.raises(UpstreamRejected) as refused:
            await source.health(soon())
    assert refused.value.reason == reason
