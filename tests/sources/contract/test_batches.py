"""Many products, many requests, many shoppers at once."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest

from bff.errors import UpstreamTimeout, UpstreamUnavailable
from bff.ports import Call, MatchBy
from tests.sources.contract.articles import Shop
from tests.sources.contract.reading_products import CARDS, said
from tests.sources.contract.reading_public import listed
from tests.sources.contract.shop import SHOP, many
from tests.sources.contract.system import Harness, System, opened
from tests.sources.contract.wire import Answerer, Backwards, FailsOnce

HUNDREDS = 500
_MOST_REQUESTS = 32
_MOST_REFERENCES = 2
"""Requests that are needed once, such as a login, however many shoppers there are."""
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def titles(system: System, shop: Shop) -> dict[str, str | None]:
    """Return the titles that products have, by their keys."""
    return {system.key(one): one.texts["en"].title for one in shop.articles}


async def test_a_page_of_cards_with_addons_each_is_one_request(harness: Harness) -> None:
    """Their own documents where the system can bring them, and the addons' keys."""
    shop = many(CARDS + 10, *SHOP.locales, with_addons=True)
    async with opened(harness, shop) as system:
        keys = system.keys(list(shop.articles))[:CARDS]

        found = await system.source.contents(keys, system.call)

        assert len(system.wire.asked) == 1
        for key in keys:
            content = found[key]
            assert content
            assert len(content.addons) == 1


async def test_hundreds_of_products_are_complete(harness: Harness) -> None:
    """In as many requests as the content system's limits take, each product with its own text."""
    shop = many(HUNDREDS, "en", "de")
    async with opened(harness, shop) as system:
        wanted = titles(system, shop)

        found = await system.source.contents([*wanted], system.call)

        shown = {key: one and said(one.fields.get("en")).title for key, one in found.items()}  # type: ignore[call-overload] # a Locale is a str
        assert shown == wanted
        assert 1 < len(system.wire.asked) <= _MOST_REQUESTS


async def test_one_failing_part_fails_the_whole(harness: Harness) -> None:
    """Half of an answer would be kept as if the others did not exist."""
    shop = many(HUNDREDS, "en", "de")
    async with opened(harness, shop) as system:
        failing = FailsOnce(2, lambda: httpx.Response(503))
        system.wire.follow(failing, references_too=False)

        with pytest.raises(UpstreamUnavailable):
            await system.source.contents([*titles(system, shop)], system.call)


async def test_the_list_has_every_document_once_over_several_pages(harness: Harness) -> None:
    """No document is skipped or met twice where a page ends."""
    shop = many(2 * harness.page_of_list + 7)
    fake = harness.publish(shop)
    async with opened(harness, shop) as system:
        found = await listed(system.source, system)

        documents = [one.document_id for one in found]
        assert len(system.wire.asked) >= 3
        assert sorted(documents) == sorted(fake.product_documents())


async def test_the_list_has_duplicates_and_says_whom_they_are_about(system: System) -> None:
    """An operator looks for them in it."""
    found = await listed(system.source, system)

    by_id = system.source.matches_by is MatchBy.ID
    about = {one.document_id: one.product.id if by_id else one.product.handle for one in found}
    assert about == system.harness.publish(SHOP).product_documents()
    assert all(one.product.document_id == one.document_id for one in found)


async def test_shoppers_at_the_same_time_get_their_own_answers(harness: Harness) -> None:
    """Whichever answer comes first."""
    shop = many(8)
    async with opened(harness, shop) as system:
        wanted = titles(system, shop)
        system.wire.follow(Backwards(len(wanted)), references_too=False)

        answers = await asyncio.gather(
            *(system.source.contents([key], system.call) for key in wanted)
        )

        assert [[*answer] for answer in answers] == [[key] for key in wanted]
        references = len(system.wire.requests) - len(system.wire.asked)
        assert references <= _MOST_REFERENCES
        shown = [
            one and said(next(iter(one.fields.values()))).title
            for a in answers
            for one in a.values()
        ]
        assert shown == [*wanted.values()]


async def test_who_gives_up_disturbs_nobody(harness: Harness) -> None:
    """A shopper who closes the page, while another one waits for the same product."""
    shop = many(1)
    async with opened(harness, shop) as system:
        [key] = titles(system, shop)
        system.wire.follow(Backwards(2), references_too=False)

        first = asyncio.create_task(_read(system, [key], system.call))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        system.wire.follow(None)

        assert (await system.source.contents([key], system.call))[key]


async def test_who_has_no_time_left_fails_alone(system: System) -> None:
    """A shopper who waited long enough elsewhere takes no time from the others."""
    key, released = system.key(SHOP.article("belt")), asyncio.Event()

    async def slow(request: httpx.Request, answer: Answerer) -> httpx.Response:
        await released.wait()
        return await answer(request)

    system.wire.follow(slow)
    hurried = asyncio.create_task(_read(system, [key], Call(system.clock() + 0.02)))
    await asyncio.sleep(0)
    patient = asyncio.create_task(_read(system, [key], system.call))

    with pytest.raises(UpstreamTimeout):
        await hurried
    released.set()

    assert await patient


async def _read(system: System, keys: Sequence[str], call: Call) -> bool:
    found = await system.source.contents(keys, call)
    return all(found[key] is not None for key in keys)


async def test_a_trace_goes_on_and_credentials_stay_in_their_header(system: System) -> None:
    """Whoever reads the content system's log finds no token in an address."""
    call = Call(system.call.deadline, TRACE)
    keys = system.keys([SHOP.article("belt")])

    await system.source.contents(keys, call)
    await system.source.pages(["home"], call)

    assert {request.headers.get("traceparent") for request in system.wire.asked} == {TRACE}
    assert not [one for one in system.wire.requests if "secret" in str(one.url)]
    assert all(one.headers["authorization"].startswith("Bearer ") for one in system.wire.asked)


async def test_two_content_systems_of_one_kind(harness: Harness) -> None:
    """Each is called as the operator says, and has its own texts."""
    async with (
        opened(harness, many(1), name="old") as old,
        opened(harness, SHOP, name="new") as new,
        opened(harness, SHOP) as unnamed,
    ):
        keys = [*old.keys(list(old.shop.articles)), *new.keys([SHOP.article("belt")])]

        found = [await one.source.contents(keys, one.call) for one in (old, new)]

        assert [[bool(content) for content in one.values()] for one in found] == [
            [True, False],
            [False, True],
        ]
        assert [one.source.name for one in (old, new)] == ["old", "new"]
        assert [one.preview().name for one in (old, new)] == ["old", "new"]
        assert unnamed.source.name == harness.settings["kind"]
        assert old.source.matches_by is MatchBy(harness.settings["match"])
        assert old.preview().matches_by is old.source.matches_by
