"""What the adapter makes of its own questions' answers, recorded from both versions.

`X.json` is a recorded answer, `X.expected.json` what it has to become; both versions held the
same catalogue. A recording of another version goes into a folder of its own.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

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
from tests.sources.strapi_shop import CALL, HOST, strapi

GOLDEN = Path(__file__).parents[1] / "golden" / "strapi"
CASES = sorted(
    (path.parent.name, path.stem)
    for path in GOLDEN.glob("*/*.json")
    if not path.stem.endswith(".expected")
)
LANGUAGES = ("en", "es", "de", "fr")
Content = ProductContent | tuple[PageContent, ...] | MenuContent | None


def recorded(version: str, name: str) -> Any:
    return json.loads((GOLDEN / version / f"{name}.json").read_text(encoding="utf-8"))


def readable(content: Content) -> object:
    """The domain value as JSON: languages and titles by tag, "" for what has no language."""
    match content:
        case ProductContent():
            return {
                "document_id": content.document_id,
                "handle": content.product.handle,
                "fields": {tag or "": fields(one) for tag, one in content.fields.items()},
                "addons": [
                    {"titles": by_tag(group.titles), "products": refs(group.lists)}
                    for group in content.addons
                ],
                "made_of": dict(content.made_of),
            }
        case tuple():
            return [
                {
                    "document_id": page.document_id,
                    "slugs": by_tag(page.slugs),
                    "fields": {tag or "": fields(one) for tag, one in page.fields.items()},
                    "items": refs(page.items.lists),
                    "made_of": dict(page.made_of),
                }
                for page in content
            ]
        case MenuContent():
            return {
                "document_id": content.document_id,
                "lists": {tag or "": list(map(line, one)) for tag, one in content.lists.items()},
                "made_of": dict(content.made_of),
            }
        case None:
            return None


def by_tag(texts: Mapping[Locale | None, str]) -> dict[str, str]:
    return {tag or "": text for tag, text in texts.items()}


def refs(lists: Mapping[Locale | None, Sequence[ProductRef]]) -> dict[str, list[str]]:
    return {tag or "": [ref.key for ref in one] for tag, one in lists.items()}


def line(entry: MenuEntry) -> dict[str, object]:
    page = entry.page and [entry.page.document_id, dict(sorted(by_tag(entry.page.slugs).items()))]
    values = {"labels": by_tag(entry.labels), "urls": by_tag(entry.urls), "page": page}
    return {name: value for name, value in values.items() if value}


def fields(one: ContentFields) -> dict[str, object]:
    values = {
        "title": one.title,
        "subtitle": one.subtitle,
        "description": one.description and one.description.html,
        "seo_title": one.seo_title,
        "seo_description": one.seo_description,
        "images": [
            [image.url, by_tag(image.alts), image.width, image.height, image.role]
            for image in one.images
        ],
        "attributes": dict(one.attributes),
    }
    return {name: value for name, value in values.items() if value}


async def answered(version: str, name: str) -> dict[str, object]:
    """Ask for all that a recording was asked for, and return what came of it."""
    ask, recording = name.partition("-")[0], recorded(version, name)
    asking: list[str] = recorded(version, f"{name}.expected")["asked"]
    with respx.mock(base_url=HOST) as cms:
        cms.get(path__regex="/api/.*").respond(json=recording)
        async with strapi(
            version=int(version[0]), languages=LANGUAGES, drafts="preview" in name
        ) as source:
            found = await getattr(source, ask)(asking, CALL)
    return {key: readable(content) for key, content in found.items()}


@pytest.mark.parametrize(("version", "name"), CASES)
async def test_a_recorded_answer_becomes_what_it_has_to(
    version: str, name: str, request: pytest.FixtureRequest
) -> None:
    """Every text, picture and reference of it, in the language that it is in."""
    expected = recorded(version, f"{name}.expected")
    found = await answered(version, name)
    if request.config.getoption("--update-golden", default=False):
        path = GOLDEN / version / f"{name}.expected.json"
        text = json.dumps({**expected, "found": found}, ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")

    assert found == recorded(version, f"{name}.expected")["found"]


def test_both_versions_are_recorded() -> None:
    """The same questions of both."""
    names: dict[str, set[str]] = {}
    for version, name in CASES:
        names.setdefault(version[0], set()).add(name)
    assert names["5"] == names["4"] >= {"contents-odd", "pages", "menus", "contents-preview"}


@pytest.mark.parametrize("name", sorted({name for _, name in CASES}))
def test_both_versions_say_the_same(name: str) -> None:
    """What is shown does not depend on the version, but for ids, addresses and pending edits."""
    five, four = (
        recorded(version, f"{name}.expected")
        for version in sorted({version for version, _ in CASES}, reverse=True)
    )
    assert five["asked"] == four["asked"]
    for key, found in five["found"].items():
        other = four["found"][key]
        several = (found, other) if isinstance(found, list) else ([found], [other])
        for one, another in zip(*several, strict=True):
            assert (one is None) == (another is None)
            if one is None or "preview" in name or "lists" in one:
                continue
            assert _texts(one["fields"]) == _texts(another["fields"])


def _texts(by_language: Mapping[str, Mapping[str, Any]]) -> dict[str, object]:
    """The texts of each language, without addresses of files, which are each version's own."""
    return {
        tag: {
            name: value.split("<img ")[0] if isinstance(value, str) else value
            for name, value in one.items()
            if name != "images"
        }
        for tag, one in by_language.items()
    }
