"""Each content system that an operator names is there, under its name, and can be checked."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter

from bff import wiring
from bff.domain.locale import Locale
from bff.settings import ContentSettings, Settings
from bff.settings.content import KINDS
from bff.sources.medusa import MedusaSettings
from bff.sources.sanity import SanitySettings
from bff.wiring.clients import Connections
from bff.wiring.commerce import store_of, upstream_of
from bff.wiring.content import ContentSystem, ContentWiring

SECRET = "0123456789abcdef0123456789abcdef"
SHOP = {"url": "http://medusa.test", "publishable_key": "pk_1"}
CONTENTFUL = {"kind": "contentful", "space_id": "space1", "token": "cda"}
SANITY = {"kind": "sanity", "project_id": "demo1234"}
STRAPI = {"kind": "strapi", "url": "http://strapi.test", "token": "read"}
ONE_OF_EACH: Mapping[str, dict[str, Any]] = {
    "contentful": CONTENTFUL,
    "sanity": SANITY,
    "strapi": STRAPI,
}
WITH_DRAFTS: Mapping[str, dict[str, Any]] = {
    "contentful": CONTENTFUL | {"preview_token": "cpa"},
    "sanity": SANITY | {"preview_token": "sk-drafts"},
    "strapi": STRAPI | {"preview_token": "drafts"},
}


@dataclass
class Opened:
    """Clients as they were opened: source, address, and the credentials in the headers."""

    clients: list[tuple[str, str, str]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def open(
        self, source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        assert connections >= 1
        self.clients.append((source, base_url, headers.get("Authorization", "")))
        client = httpx.AsyncClient(base_url=base_url)
        close = client.aclose

        async def closed() -> None:
            self.closed.append(source)
            await close()

        client.aclose = closed  # type: ignore[method-assign] # to see that it is called
        return client

    def of(self, source: str) -> list[tuple[str, str]]:
        return [(url, credentials) for name, url, credentials in self.clients if name == source]


def _read(chosen: dict[str, Any]) -> ContentSettings:
    return TypeAdapter[ContentSettings](ContentSettings).validate_python(chosen)


def published(kind: str) -> list[tuple[str, str]]:
    """Return the clients that read what shoppers see; Sanity's CDN has a live API behind it."""
    settings = _read(ONE_OF_EACH[kind])
    credentials = settings.headers().get("Authorization", "")
    past_cdn = [settings.past_cdn] if isinstance(settings, SanitySettings) else []
    return [(url, credentials) for url in (*past_cdn, settings.base_url()) if url]


Wire = Callable[..., wiring.Service]


@pytest.fixture
def opened() -> Opened:
    return Opened()


@pytest.fixture
async def wire(opened: Opened) -> AsyncIterator[Wire]:
    """Wire services that are closed after the test."""
    services: list[wiring.Service] = []

    def one(*content: dict[str, Any], **changes: object) -> wiring.Service:
        values = {"medusa": SHOP, "content": content, "default_country": "DE"}
        settings = Settings.model_validate(values | changes)
        services.append(wiring.wire(settings, example=None, clients=opened.open))
        return services[-1]

    yield one
    for service in services:
        await service.close()


def test_there_is_one_of_each() -> None:
    """A new kind is tried here, too."""
    assert ONE_OF_EACH.keys() == WITH_DRAFTS.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_each_kind_can_be_checked(wire: Wire, kind: str) -> None:
    """By its name; Medusa comes first."""
    named = ONE_OF_EACH[kind] | {"name": "words"}

    assert [probe.name for probe in wire(ONE_OF_EACH[kind]).probes] == ["medusa", kind]
    assert [probe.name for probe in wire(named).probes] == ["medusa", "words"]


def test_all_at_once(wire: Wire) -> None:
    """In the operator's order, and two of one kind during a migration."""
    service = wire(SANITY | {"name": "new"}, CONTENTFUL, SANITY | {"name": "old"})

    assert [probe.name for probe in service.probes] == ["medusa", "new", "contentful", "old"]


@pytest.mark.parametrize("kind", WITH_DRAFTS)
def test_no_preview_without_the_operators_secret(wire: Wire, opened: Opened, kind: str) -> None:
    """Nothing that could read drafts is even opened."""
    service = wire(WITH_DRAFTS[kind])

    assert service.shop.preview is None
    assert opened.of(kind) == published(kind)


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_no_preview_without_credentials(wire: Wire, opened: Opened, kind: str) -> None:
    """The secret alone shows no drafts."""
    service = wire(ONE_OF_EACH[kind], operators_secret=SECRET)

    assert service.shop.preview is None
    assert opened.of(kind) == published(kind)


@pytest.mark.parametrize("kind", WITH_DRAFTS)
def test_a_preview_has_its_own_client(wire: Wire, opened: Opened, kind: str) -> None:
    """Public answers go over one that cannot see drafts."""
    chosen = WITH_DRAFTS[kind]
    service = wire(chosen, operators_secret=SECRET)
    settings = _read(chosen)

    assert service.shop.preview is not None
    assert service.shop.preview.catalog is not service.shop.catalog
    assert service.shop.preview.operators_secret == SECRET
    assert opened.of(kind) == [
        *published(kind),
        (
            settings.base_url(preview=True),
            settings.headers(preview=True).get("Authorization", ""),
        ),
    ]


def test_a_preview_of_some(wire: Wire, opened: Opened) -> None:
    """What has no credentials for drafts is read as it is published, over the same client."""
    service = wire(SANITY, WITH_DRAFTS["contentful"], operators_secret=SECRET)

    assert service.shop.preview is not None
    assert opened.of("sanity") == published("sanity")
    assert len(opened.of("contentful")) == len(published("contentful")) + 1


async def test_all_clients_are_closed(wire: Wire, opened: Opened) -> None:
    """Those of the preview, too."""
    service = wire(*WITH_DRAFTS.values(), operators_secret=SECRET)

    await service.close()

    assert sorted(opened.closed) == sorted(source for source, _, _ in opened.clients)


SIGNING = "A" * 64
WITH_WEBHOOKS: Mapping[str, dict[str, Any]] = {
    kind: chosen | {"webhook_secret": SIGNING, "name": "words"}
    for kind, chosen in ONE_OF_EACH.items()
}


async def _system(chosen: dict[str, Any], opened: Opened) -> ContentSystem:
    connections = Connections(opened.open, lambda: 0.0)
    shop = MedusaSettings.model_validate(SHOP)
    commerce = store_of(shop, upstream_of(shop, connections), lambda: 0.0)
    system = ContentWiring(
        connections, commerce, [Locale("en")], lambda: 0.0, preview=False
    ).system(_read(chosen))
    await connections.close()
    return system


@pytest.mark.parametrize("kind", ONE_OF_EACH)
async def test_each_kind_tells_of_changes(opened: Opened, kind: str) -> None:
    """By webhooks once there is a secret, and when it is asked; under the name it has here."""
    silent = await _system(ONE_OF_EACH[kind], opened)
    telling = await _system(WITH_WEBHOOKS[kind], opened)

    assert silent.webhooks is None
    assert silent.changes.name == kind
    assert telling.webhooks is not None
    assert telling.webhooks.name == telling.changes.name == telling.source.name == "words"
