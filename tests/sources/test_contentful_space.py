"""How the form of a space is kept: for some minutes, read once for all, anew when it has to."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
import respx

from bff.errors import UpstreamRejected, UpstreamTimeout, UpstreamUnavailable
from bff.ports import Call
from bff.sources.contentful import reason_of
from bff.sources.contentful.space import SpaceReader, to_space
from bff.sources.contentful.wire import Resource, to_entry
from bff.upstream import Upstream
from tests.clock import HandClock
from tests.sources.contentful_space import LOCALES, PATH, TYPES, collection, content_type, entry

HOST = "https://cdn.contentful.com"


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def call(clock: HandClock) -> Call:
    return Call(clock() + 1_000)


@pytest.fixture
def api() -> Any:
    with respx.mock(base_url=HOST + PATH, assert_all_called=False) as router:
        router.get("/content_types", name="types").respond(json=collection(TYPES))
        router.get("/locales", name="locales").respond(json=collection(LOCALES))
        yield router


@pytest.fixture
async def spaces(clock: HandClock) -> AsyncIterator[SpaceReader]:
    async with httpx.AsyncClient(base_url=HOST) as client:
        yield SpaceReader(Upstream("contentful", client, clock, reason_of), PATH, clock)


def read(**fields: Any) -> Resource:
    found = to_entry(entry("it", "product", **fields))
    assert found
    return found


async def test_a_space_is_kept_for_some_minutes(
    api: respx.MockRouter, spaces: SpaceReader, clock: HandClock, call: Call
) -> None:
    """Its content types change when developers work, not when editors do."""
    first = await spaces.space(call)
    clock.advance(299)
    assert await spaces.space(call) is first
    clock.advance(2)
    assert await spaces.space(call) is not first

    assert api["types"].call_count == api["locales"].call_count == 2


async def test_a_content_type_that_was_edited(
    api: respx.MockRouter, spaces: SpaceReader, clock: HandClock, call: Call
) -> None:
    """What is read after an edit is read as the space is now: it is kept for an hour.

    A field that has just become one for all languages would stay in one of them for so long.
    """
    assert not (await spaces.space(call)).is_neutral("product", "title")
    changed = content_type("product", neutral="title")
    api["types"].respond(json=collection([changed]))
    clock.advance(20)

    after_edit = replace(call, after_edit=True)
    spaces.begin(after_edit)
    assert (await spaces.space_with([read(title="Tee")], after_edit)).is_neutral(
        "product", "title"
    )
    assert api["types"].call_count == 2


async def test_many_readers_cause_one_question(
    api: respx.MockRouter, spaces: SpaceReader, call: Call
) -> None:
    """A hundred shoppers after a deployment are one reader to Contentful."""
    go = asyncio.Event()

    async def slow(_request: httpx.Request) -> httpx.Response:
        await go.wait()
        return httpx.Response(200, json=collection(TYPES))

    api["types"].mock(side_effect=slow)
    readers = [asyncio.create_task(spaces.space(call)) for _ in range(100)]
    await asyncio.sleep(0)
    go.set()

    found = await asyncio.gather(*readers)

    assert len(set(map(id, found))) == 1
    assert api["types"].call_count == 1


async def test_a_reader_who_leaves_takes_nothing_from_the_others(
    api: respx.MockRouter, spaces: SpaceReader, call: Call
) -> None:
    """The shopper who asked first may close the page."""
    go = asyncio.Event()

    async def slow(_request: httpx.Request) -> httpx.Response:
        await go.wait()
        return httpx.Response(200, json=collection(TYPES))

    api["types"].mock(side_effect=slow)
    first = asyncio.create_task(spaces.space(call))
    second = asyncio.create_task(spaces.space(call))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    go.set()

    assert "product" in (await second).types
    assert api["types"].call_count == 1


async def test_a_new_field_is_known_at_once(
    api: respx.MockRouter, spaces: SpaceReader, clock: HandClock, call: Call
) -> None:
    """A developer adds a field, an editor fills it: it shows without waiting for minutes."""
    await spaces.space(call)
    clock.advance(60)
    api["types"].respond(json=collection([content_type("product", "title weight")]))

    found = await spaces.space_with([read(title="T", weight=3)], call)

    assert found.is_neutral("product", "weight")


async def test_what_stays_unknown_is_not_asked_for_again_and_again(
    api: respx.MockRouter, spaces: SpaceReader, clock: HandClock, call: Call
) -> None:
    """An entry of a content type that the token may not see is in every answer."""
    strange = [read(neverHeardOf=1)]
    for _ in range(5):
        await spaces.space_with(strange, call)
    clock.advance(20)
    for _ in range(5):
        await spaces.space_with(strange, call)

    assert api["types"].call_count == 2


async def test_known_fields_cause_no_question(
    api: respx.MockRouter, spaces: SpaceReader, clock: HandClock, call: Call
) -> None:
    """The usual case."""
    await spaces.space(call)
    clock.advance(200)

    await spaces.space_with([read(title="T", tags=[])], call)

    assert api["types"].call_count == 1


@pytest.mark.parametrize("late", [True, False])
async def test_the_last_form_serves_while_contentful_is_down(
    api: respx.MockRouter, spaces: SpaceReader, clock: HandClock, late: bool
) -> None:
    """Entries may come from its CDN all the same."""
    first = await spaces.space(Call(clock() + 5))
    clock.advance(400)

    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    if late:
        api["locales"].mock(side_effect=hang)
    else:
        api["locales"].respond(503)

    assert await spaces.space(Call(clock() + 0.02)) is first


async def test_an_unknown_space_is_a_failure_and_asked_for_again(
    api: respx.MockRouter, spaces: SpaceReader, call: Call
) -> None:
    """A failure is not kept."""
    api["types"].respond(404, json={"sys": {"type": "Error", "id": "NotFound"}})
    with pytest.raises(UpstreamRejected):
        await spaces.space(call)
    api["types"].respond(503)
    with pytest.raises(UpstreamUnavailable):
        await spaces.space(call)
    api["types"].respond(json=collection(TYPES))

    assert (await spaces.space(call)).default == "en-US"


async def test_a_reader_waits_no_longer_than_its_own_deadline(
    api: respx.MockRouter, spaces: SpaceReader, clock: HandClock, call: Call
) -> None:
    """Whoever asked first may have more time."""

    async def hang(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    api["types"].mock(side_effect=hang)
    patient = asyncio.create_task(spaces.space(call))
    await asyncio.sleep(0)

    with pytest.raises(UpstreamTimeout):
        await spaces.space(Call(clock() + 0.02))

    patient.cancel()
    await asyncio.wait([patient])
    assert spaces._flight
    spaces._flight.cancel()


async def test_a_failure_that_nobody_waits_for_is_quiet(
    api: respx.MockRouter, spaces: SpaceReader, call: Call
) -> None:
    """It was begun ahead, and the entries failed first."""
    api["types"].respond(503)
    api["locales"].respond(503)

    spaces.begin(call)

    assert spaces._flight
    await asyncio.wait([spaces._flight])


def test_the_default_language_is_the_one_that_says_so() -> None:
    """Wherever it stands in the list; else the first."""
    codes = [{"code": "de-DE"}, {"code": "fr-FR", "default": True}]

    assert to_space([], codes).default == "fr-FR"
    assert to_space([], codes[:1]).default == "de-DE"
    assert to_space([], []).default == "en-US"


def test_a_field_is_found_in_any_spelling() -> None:
    """Settings may write `page_slug` for a field that is called `pageSlug`."""
    space = to_space([content_type("page", "pageSlug title")], LOCALES)

    assert space.field_called("page", "page_slug") == "pageSlug"
    assert space.field_called("page", "slug") is None
    assert space.field_called("nothing", "slug") is None
