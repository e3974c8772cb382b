"""Our own adapters read every embedded content system without knowing that it is one."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest
from pydantic import TypeAdapter
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.demo import DemoUpstreams, EmbeddedContent, EmbeddedUpstream, demo_upstreams
from bff.demo.catalogue import load_catalogue, product_id
from bff.domain.locale import Locale
from bff.ports import Call, CommerceSource
from bff.settings import ContentSettings
from bff.wiring.clients import Connections
from bff.wiring.content import ContentSystem, ContentWiring
from tests.demo.services import clients_of, service_over

CATALOGUE = load_catalogue()
ALL = ("sanity", "contentful", "strapi", "strapi-account", "strapi-4")
TELLING = ("contentful", "strapi", "strapi-account", "strapi-4")
"""Those that are asked what has changed; the embedded Sanity knows no such question."""
WRITTEN = {product_id(CATALOGUE, one["handle"]) for one in CATALOGUE["products"] if one["content"]}


def call() -> Call:
    return Call(time.monotonic() + 30)


@asynccontextmanager
async def system(upstreams: DemoUpstreams, content: str) -> AsyncIterator[ContentSystem]:
    connections = Connections(clients_of(upstreams, content), time.monotonic)
    nobody = cast("CommerceSource", None)  # only probes ask it
    locales = [Locale(tag) for tag in upstreams.locales]
    wiring = ContentWiring(connections, nobody, locales, time.monotonic, preview=False)
    settings = TypeAdapter[ContentSettings](ContentSettings)
    try:
        yield wiring.system(settings.validate_python(upstreams.content[content].settings))
    finally:
        await connections.close()


@pytest.mark.parametrize("content", ALL)
async def test_the_settings_that_come_with_it_are_right(content: str) -> None:
    """`bff check` has nothing to complain about: credentials, names and languages fit."""
    service = service_over(demo_upstreams(), content)
    try:
        problems = {probe.name: [*await probe.problems(call())] for probe in service.probes}
    finally:
        await service.close()

    assert problems == {"medusa": [], content.partition("-")[0]: []}


@pytest.mark.parametrize("content", ALL)
async def test_every_product_document_is_listed(content: str) -> None:
    """Each product that editors wrote about, once; `bff coverage` and warm-up go by it."""
    products: list[object] = []
    async with system(demo_upstreams(), content) as read:
        after: str | None = ""
        while after is not None:
            listed, after = await read.source.listed(after, call())
            products += [one.product.id for one in listed]

    assert set(products) == WRITTEN
    assert len(products) == len(WRITTEN)


@pytest.mark.parametrize("content", TELLING)
async def test_nothing_ever_changes(content: str) -> None:
    """The shop is as it was opened: whoever asks what has changed since is told so."""
    async with system(demo_upstreams(), content) as read:
        first, cursor = await read.changes.since(None, call())
        second, later = await read.changes.since(cursor, call())

    assert (first, second) == ((), ())
    assert later == cursor


@pytest.mark.parametrize("content", ALL)
async def test_nothing_is_found_under_another_name(content: str) -> None:
    """A product, page or menu that nobody wrote about is absent; that is no failure."""
    async with system(demo_upstreams(), content) as read:
        products = await read.source.contents(["prod_nobody"], call())
        pages = await read.source.pages(["nowhere"], call())
        menus = await read.source.menus(["footer"], call())

    assert (products, dict(pages), menus) == (
        {"prod_nobody": None},
        {"nowhere": ()},
        {"footer": None},
    )


async def test_a_session_that_strapi_forgot_is_renewed() -> None:
    """One more login, and shoppers see nothing of it."""
    upstreams = demo_upstreams()
    chosen = upstreams.content["strapi-account"]
    running: list[ASGIApp] = [chosen.upstream]

    async def server(scope: Scope, receive: Receive, send: Send) -> None:
        await running[-1](scope, receive, send)

    told = EmbeddedContent(EmbeddedUpstream(server), chosen.settings)
    upstreams = replace(upstreams, content={"strapi-account": told})
    ids = sorted(WRITTEN)[:2]
    async with system(upstreams, "strapi-account") as read:
        await read.source.contents(ids, call())
        # As after a restart that lost the key that sessions are signed with.
        running.append(demo_upstreams().content["strapi-account"].upstream)
        found = await read.source.contents(ids, call())

    assert all(found.values())
    assert told.upstream.calls["/api/auth/local"] == 2
