"""What the adapter makes of answers recorded from a space with every oddity we know of.

`X.json` is a recorded answer, `X.expected.json` what it has to become, read through by hand.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import respx

from bff.domain.locale import Locale
from bff.domain.richtext import RichText
from bff.ports import Call
from bff.sources.contentful import ContentfulContent, ContentfulSettings, reason_of
from bff.upstream import Upstream

GOLDEN = Path(__file__).parents[1] / "golden" / "contentful" / "v1"
PRODUCTS = ("products-every-node", "products-odd", "products-addons", "products-twice", "preview")
TAGS = {"en": "en-US", "es": "es-ES", "de": "de-DE", "fr": "fr-FR"}
SETTINGS = ContentfulSettings.model_validate(
    {"space_id": "labspace", "token": "x", "locales": TAGS}
)
PATH = "/spaces/labspace/environments/master"
CALL = Call(5.0)


def recorded(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def readable(value: object) -> object:
    """A domain value as JSON without what is empty; "" for no language, HTML for rich text."""
    if isinstance(value, RichText):
        return {"html": value.html, "text": value.text}
    if is_dataclass(value):
        named = {one.name: readable(getattr(value, one.name)) for one in fields(value)}
        return {name: one for name, one in named.items() if one not in (None, "", [], {})}
    if isinstance(value, Mapping):
        return {key or "": readable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    return value


@asynccontextmanager
async def answering(
    answer: Callable[[dict[str, str]], object],
) -> AsyncIterator[ContentfulContent]:
    """A source whose space is the recorded one."""
    space = recorded("space")

    def reply(request: httpx.Request) -> httpx.Response:
        params = dict(parse_qsl(urlsplit(str(request.url)).query))
        return httpx.Response(200, json=answer(params))

    with respx.mock(base_url=SETTINGS.base_url() + PATH) as router:
        router.get("/content_types").respond(json=space["content_types"])
        router.get("/locales").respond(json=space["locales"])
        router.get("/entries").mock(side_effect=reply)
        async with httpx.AsyncClient(base_url=SETTINGS.base_url()) as client:
            upstream = Upstream("contentful", client, lambda: 0.0, reason_of)
            shop = tuple(map(Locale, TAGS))
            yield ContentfulContent(upstream, SETTINGS, shop, lambda: 0.0)


def compare(name: str, found: object, request: pytest.FixtureRequest) -> None:
    expected = GOLDEN / f"{name}.expected.json"
    if request.config.getoption("--update-golden", default=False):
        text = json.dumps(readable(found), ensure_ascii=False, indent=1)
        expected.write_text(text + "\n", encoding="utf-8")

    assert readable(found) == json.loads(expected.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", PRODUCTS)
async def test_recorded_products_become_the_expected_content(
    name: str, request: pytest.FixtureRequest
) -> None:
    """What the shop shows of an entry is written down, oddity by oddity."""
    recording = recorded(name)

    async with answering(lambda _: recording["answer"]) as source:
        found = await source.contents(recording["asked"], CALL)

    compare(name, found, request)


async def test_recorded_pages_become_the_expected_pages(request: pytest.FixtureRequest) -> None:
    """Found by a slug of any language; a draft is not there."""
    recording = recorded("pages")

    async with answering(lambda asked: recording["answers"][filter_of(asked)]) as source:
        found = await source.pages(recording["asked"], CALL)

    compare("pages", found, request)


def filter_of(asked: dict[str, str]) -> str:
    return next(name for name in asked if name.startswith("fields."))


async def test_a_recorded_menu_becomes_the_expected_menu(request: pytest.FixtureRequest) -> None:
    """With the pages and products that it leads to."""
    recording = recorded("menus")

    async with answering(lambda _: recording["answer"]) as source:
        found = await source.menus(recording["asked"], CALL)

    compare("menus", found, request)


async def test_the_recorded_list_names_every_entry(request: pytest.FixtureRequest) -> None:
    """Twins and entries of products that Medusa does not have, too."""
    async with answering(lambda _: recorded("listed")["answer"]) as source:
        found, end = await source.listed("", CALL)

    assert end is None
    compare("listed", found, request)


@pytest.mark.parametrize("name", [*PRODUCTS[:-1], "pages", "menus", "listed"])
def test_no_draft_is_in_what_the_delivery_api_answered(name: str) -> None:
    """And one is in the preview's, else this would prove nothing."""
    assert "DRAFT:" not in json.dumps(recorded(name))
    assert "DRAFT:" in json.dumps(recorded("preview"))


@pytest.mark.parametrize("name", sorted(recorded("refusals")))
def test_a_recorded_refusal_is_named(name: str) -> None:
    """The operator reads in one word what Contentful did not like."""
    refusal = recorded("refusals")[name]

    assert reason_of(refusal["status"], json.dumps(refusal["body"]).encode()) == name


def refused(error_id: object, message: object = None, **details: object) -> dict[str, object]:
    return {"sys": {"type": "Error", "id": error_id}, "message": message, "details": details}


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (403, refused("AccessDenied"), "forbidden"),
        (400, refused("BadRequest", "Response size too big. Maximum: 7"), "answer-too-large"),
        (
            400,
            refused("InvalidQuery", errors=[7, {"name": "unknown", "path": 3}]),
            "query-not-understood",
        ),
        (400, refused("InvalidQuery", errors="none"), "query-not-understood"),
        (404, refused("NotFound", type=["Space"]), "not-found"),
        (401, refused(7), "unauthorized"),
        (403, {"sys": None}, "forbidden"),
        (404, [], "not-found"),
        (402, {}, "plan-exceeded"),
        (414, {}, "request-too-large"),
        (418, {}, ""),
        (400, refused("SomethingNew"), ""),
    ],
)
def test_other_refusals_are_named_as_far_as_they_say(
    status: int, body: object, reason: str
) -> None:
    """Proxies and later versions answer in shapes of their own."""
    assert reason_of(status, json.dumps(body).encode()) == reason


def test_a_refusal_without_json_is_named_by_its_status() -> None:
    """A gateway's page of HTML."""
    assert reason_of(404, b"<html>") == "not-found"
