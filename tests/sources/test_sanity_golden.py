"""What the adapter makes of answers recorded from a dataset with every oddity we know of.

`X.json` is a recorded answer, `X.expected.json` what it has to become. A recording of another
API version goes into a folder of its own.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import httpx
import pytest
import respx

from bff.domain.content import (
    ContentFields,
    MenuContent,
    MenuEntry,
    PageContent,
    ProductContent,
    ProductRef,
)
from bff.domain.locale import Locale
from bff.ports import Call
from bff.sources.sanity import SanityContent, SanitySettings, reason_of
from bff.upstream import Upstream

GOLDEN = Path(__file__).parents[1] / "golden" / "sanity" / "v2025-02-19"
NAMES = sorted(
    path.stem
    for path in GOLDEN.glob("*.json")
    if not path.stem.endswith(".expected") and path.stem != "refusals"
)
SETTINGS = SanitySettings(project_id="demo1234", use_cdn=False)
Content = ProductContent | Sequence[PageContent] | MenuContent | None
Ask = Callable[[Sequence[str], Call], Awaitable[Mapping[str, Content]]]
PATH = "/v2025-02-19/data/query/production"


def recorded(name: str) -> dict[str, object]:
    value: dict[str, object] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return value


def readable(content: Content) -> object:
    """The domain value as JSON: languages and titles by tag, "" for what has no language."""
    match content:
        case ProductContent():
            return readable_product(content)
        case MenuContent():
            return {
                "document_id": content.document_id,
                "lists": {tag or "": list(map(entry, one)) for tag, one in content.lists.items()},
                "made_of": dict(content.made_of),
            }
        case None:
            return None
        case pages:
            return [readable_page(page) for page in pages]


def readable_page(content: PageContent) -> dict[str, object]:
    return {
        "document_id": content.document_id,
        "slugs": by_tag(content.slugs),
        "fields": {tag or "": readable_fields(one) for tag, one in content.fields.items()},
        "items": readable_refs(content.items.lists),
        "made_of": dict(content.made_of),
    }


def readable_product(content: ProductContent) -> dict[str, object]:
    found: dict[str, object] = {
        "document_id": content.document_id,
        "fields": {tag or "": readable_fields(fields) for tag, fields in content.fields.items()},
        "addons": [
            {"titles": by_tag(group.titles), "products": readable_refs(group.lists)}
            for group in content.addons
        ],
    }
    found["made_of"] = dict(content.made_of)
    return found


def readable_refs(lists: Mapping[Locale | None, Sequence[ProductRef]]) -> object:
    """A list for all languages is a list, others are told apart by tag."""
    keys = {tag or "": [ref.key for ref in refs] for tag, refs in lists.items()}
    return keys.get("", []) if keys.keys() <= {""} else keys


def entry(one: MenuEntry) -> dict[str, object]:
    values = {
        "labels": by_tag(one.labels),
        "urls": by_tag(one.urls),
        "page": one.page and [one.page.document_id, by_tag(one.page.slugs)],
        "product": one.product and one.product.key,
        "children": [entry(child) for child in one.children],
    }
    return {name: value for name, value in values.items() if value}


def by_tag(texts: Mapping[Locale | None, str]) -> dict[str, str]:
    return {tag or "": text for tag, text in texts.items()}


def readable_fields(fields: ContentFields) -> dict[str, object]:
    values = {
        "title": fields.title,
        "subtitle": fields.subtitle,
        "description": fields.description and fields.description.html,
        "description_text": fields.description and fields.description.text,
        "seo_title": fields.seo_title,
        "seo_description": fields.seo_description,
        "images": [image.url for image in fields.images],
        "attributes": dict(fields.attributes),
    }
    return {name: value for name, value in values.items() if value not in (None, [], {})}


async def read(
    name: str,
) -> Mapping[str, Content]:
    recording = recorded(name)
    asked, answers = recording["asked"], recording.get("answers", [recording.get("answer")])
    own = recording.get("settings", {})
    locales = recording.get("locales", [])
    assert isinstance(asked, list)
    assert isinstance(answers, list)
    assert isinstance(own, dict)
    assert isinstance(locales, list)
    settings = SanitySettings.model_validate({**SETTINGS.model_dump(), **own})
    with respx.mock(base_url=settings.base_url()) as sanity:
        replies = [httpx.Response(200, json=answer) for answer in answers]
        sanity.get(PATH).mock(side_effect=replies)
        async with httpx.AsyncClient(base_url=settings.base_url()) as client:
            upstream = Upstream("sanity", client, lambda: 0.0, reason_of)
            source = SanityContent(upstream, settings, locales)
            asks: Mapping[str, Ask] = {
                "contents": source.contents,
                "pages": source.pages,
                "menus": source.menus,
            }
            return await asks[str(recording.get("asks", "contents"))](asked, Call(1.0))


@pytest.mark.parametrize("name", NAMES)
async def test_a_recorded_answer_becomes_the_expected_content(
    name: str, request: pytest.FixtureRequest
) -> None:
    """What the shop shows of a document is written down, oddity by oddity."""
    found = {key: readable(content) for key, content in (await read(name)).items()}
    expected = GOLDEN / f"{name}.expected.json"
    if request.config.getoption("--update-golden", default=False):
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")

    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["leak-raw", "leak-drafts", "leak-release"])
async def test_drafts_never_show_even_if_the_service_sends_them(name: str) -> None:
    """A proxy that changes the perspective shows shoppers nothing unpublished."""
    answer = json.dumps(recorded(name)["answer"])
    assert "DRAFT" in answer or "RELEASE" in answer  # else this proves nothing

    contents = await read(name)

    assert not [word for word in ("DRAFT", "RELEASE") if word in repr(contents)]


@pytest.mark.parametrize("name", sorted(recorded("refusals")))
def test_a_recorded_refusal_is_named(name: str) -> None:
    """The operator reads in one word what Sanity did not like."""
    refusal = recorded("refusals")[name]
    assert isinstance(refusal, dict)

    reason = reason_of(refusal["status"], json.dumps(refusal["body"]).encode())

    assert reason == name.removesuffix("-param")
