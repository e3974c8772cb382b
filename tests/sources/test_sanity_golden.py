"""What the adapter makes of answers recorded from a dataset with every oddity we know of.

`X.json` is a recorded answer, `X.expected.json` what it has to become. A recording of another
API version goes into a folder of its own.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest
import respx

from bff.domain.content import ContentFields, ProductContent
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


def recorded(name: str) -> dict[str, object]:
    value: dict[str, object] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
    return value


def readable(content: ProductContent | None) -> object:
    """The domain value as JSON: languages and titles by tag, "" for what has no language."""
    if content is None:
        return None
    return {
        "document_id": content.document_id,
        "fields": {tag or "": readable_fields(fields) for tag, fields in content.fields.items()},
        "addons": [
            {
                "titles": {tag or "": title for tag, title in group.titles.items()},
                "products": [ref.id for ref in group.lists.get(None, ())],
            }
            for group in content.addons
        ],
    }


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


async def contents_of(name: str) -> Mapping[str, ProductContent | None]:
    recording = recorded(name)
    asked = recording["asked"]
    assert isinstance(asked, list)
    with respx.mock(base_url=SETTINGS.base_url()) as sanity:
        sanity.get("/v2025-02-19/data/query/production").respond(json=recording["answer"])
        async with httpx.AsyncClient(base_url=SETTINGS.base_url()) as client:
            source = SanityContent(Upstream("sanity", client, lambda: 0.0, reason_of), SETTINGS)
            return await source.contents(asked, Call(1.0))


@pytest.mark.parametrize("name", NAMES)
async def test_a_recorded_answer_becomes_the_expected_content(
    name: str, request: pytest.FixtureRequest
) -> None:
    """What the shop shows of a document is written down, oddity by oddity."""
    found = {key: readable(content) for key, content in (await contents_of(name)).items()}
    expected = GOLDEN / f"{name}.expected.json"
    if request.config.getoption("--update-golden", default=False):
        expected.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")

    assert found == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["leak-raw", "leak-drafts", "leak-release"])
async def test_drafts_never_show_even_if_the_service_sends_them(name: str) -> None:
    """A proxy that changes the perspective shows shoppers nothing unpublished."""
    answer = json.dumps(recorded(name)["answer"])
    assert "DRAFT" in answer or "RELEASE" in answer  # else this proves nothing

    contents = await contents_of(name)

    assert not [word for word in ("DRAFT", "RELEASE") if word in repr(contents)]


@pytest.mark.parametrize("name", sorted(recorded("refusals")))
def test_a_recorded_refusal_is_named(name: str) -> None:
    """The operator reads in one word what Sanity did not like."""
    refusal = recorded("refusals")[name]
    assert isinstance(refusal, dict)

    reason = reason_of(refusal["status"], json.dumps(refusal["body"]).encode())

    assert reason == name.removesuffix("-param")
