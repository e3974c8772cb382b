"""Which sources are left alone together, and how much each of them is asked."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from bff import wiring
from bff.domain.commerce import MEDUSA
from bff.settings import Settings
from bff.wiring.clients import Connections
from bff.wiring.service import slow_after
from bff.wiring.terms import terms_of
from tests.wiring.test_content import CONTENTFUL, SANITY, SECRET, SHOP, STRAPI, WITH_DRAFTS

MOST = 32
"""Calls to a content system at once."""


class Opened:
    """Notes how many connections each client may have."""

    def __init__(self) -> None:
        self.connections: dict[str, int] = {}

    def open(
        self, source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        self.connections[source] = connections
        return httpx.AsyncClient(base_url=base_url, headers=dict(headers))


def settings(*content: Mapping[str, Any], **more: Any) -> Settings:
    values = {"medusa": SHOP, "content": content, "default_country": "DE", **more}
    return Settings.model_validate(values)


async def guards_of(chosen: Settings) -> Connections:
    """Return the connections of a service, all sources opened."""
    made: list[Connections] = []

    class Kept(Connections):
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            made.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bff.wiring.clients.Connections", Kept)
        service = wiring.wire(chosen, example=None, clients=Opened().open)
    await service.close()
    return made[0]


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (SANITY, {"sanity", "sanity-live"}),
        (SANITY | {"use_cdn": False}, {"sanity"}),
        (WITH_DRAFTS["sanity"], {"sanity", "sanity-live"}),
        (WITH_DRAFTS["sanity"] | {"use_cdn": False}, {"sanity"}),
        (CONTENTFUL, {"contentful"}),
        (WITH_DRAFTS["contentful"], {"contentful", "contentful-drafts"}),
        (WITH_DRAFTS["strapi"], {"strapi"}),
        (STRAPI | {"name": "old"}, {"old"}),
    ],
)
async def test_each_address_is_guarded_by_itself(
    content: Mapping[str, Any], names: set[str]
) -> None:
    """Sanity's CDN may be well while its live API is not; Strapi is one server for all."""
    connections = await guards_of(settings(content, operators_secret=SECRET))

    assert connections.guards.keys() == {MEDUSA, *names}
    assert {guard.name for guard in connections.guards.values()} == connections.guards.keys()
    assert all(guard.trouble is None for guard in connections.guards.values())


@pytest.mark.parametrize(
    ("content", "limits"),
    [
        (CONTENTFUL | {"preview_token": "cpa"}, {"contentful": 55, "contentful-drafts": 14}),
        (
            CONTENTFUL | {"preview_token": "cpa", "requests_per_second": 7},
            {"contentful": 7, "contentful-drafts": 7},
        ),
        (
            CONTENTFUL | {"preview_token": "cpa", "requests_per_second": None},
            {"contentful": None, "contentful-drafts": None},
        ),
        (SANITY, {"sanity": 500, "sanity-live": 500}),
        (STRAPI, {"strapi": None}),
        (STRAPI | {"requests_per_second": 3}, {"strapi": 3}),
    ],
)
async def test_what_vendors_document_is_the_limit(
    content: Mapping[str, Any], limits: Mapping[str, int | None]
) -> None:
    """Unless the operator knows better."""
    chosen = settings(content, operators_secret=SECRET)

    guards = (await guards_of(chosen)).guards

    assert {name: guards[name]._pace._most for name in limits} == limits
    assert not guards[MEDUSA].is_paced


async def test_medusa_can_have_a_limit_too() -> None:
    shop = SHOP | {"requests_per_second": 12.5, "connections": 3}

    guard = (await guards_of(settings(medusa=shop))).guards[MEDUSA]

    assert (guard._pace._most, guard._room.size) == (12, 3.0)


async def test_a_call_that_hangs_takes_nobodys_connection() -> None:
    """There are more than are used, so that whether a source is back can be asked."""
    opened = Opened()
    chosen = settings(
        STRAPI, revalidate=[{"kind": "storefront", "url": "https://shop.test/x", "secret": SECRET}]
    )
    service = wiring.wire(chosen, example=None, clients=opened.open)
    await service.close()

    assert opened.connections[MEDUSA] == 2 * chosen.medusa.connections
    assert opened.connections["strapi"] == 2 * MOST
    assert opened.connections["storefront"] == 4


@pytest.mark.parametrize(
    ("deadline", "flight", "late"), [(1.5, 5.0, 1.5), (1.5, 2.0, 1.0), (5.0, 5.0, 2.5)]
)
def test_when_a_call_is_late(deadline: float, flight: float, late: float) -> None:
    """When no shopper waits for it any more, and before calls in the background are given up."""
    chosen = settings(deadline_seconds=deadline, flight_seconds=flight)

    assert slow_after(chosen) == late


def test_how_much_is_asked_is_no_part_of_what_is_kept() -> None:
    """An operator who sets a limit in an emergency does not lose the cache on top of it."""
    shop = SHOP | {"requests_per_second": 5, "connections": 2}

    before = terms_of(settings(CONTENTFUL))
    after = terms_of(settings(CONTENTFUL | {"requests_per_second": 7}, medusa=shop))

    assert before == after
