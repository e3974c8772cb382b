"""No secret, address or payload shows up anywhere but where it has to go."""

import gc
import logging
import traceback
import warnings
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, ValidationError

from bff import wiring
from bff.demo import EmbeddedUpstream
from bff.demo.catalogue import load_catalogue
from bff.demo.medusa import medusa_app
from bff.settings import Settings
from bff.settings.content import KINDS, TARGET_KINDS
from bff.wiring import Service
from tests.fault_server import FaultServer, Peer, Script, reply
from tests.leaks.planted import (
    OPERATORS,
    PUBLISHABLE_KEY,
    canaries_of,
    found_in,
    secret_fields,
    secrets_in,
    shop,
    told_by_upstreams,
)
from tests.sources.webhook_deliveries import as_json
from tests.web.failing import FailingUpstream
from tests.web.storefront import PREMIUM, operation

_NAMES = ("medusa", "sanity", "contentful", "strapi", "redis", "target")
NOWHERE = {name: f"http://canary0{name}.test" for name in _NAMES} | {
    "redis": "redis://bff:canary0redis0password@canary0redis.test/0"
}
_JSON = as_json(told_by_upstreams())
_TELLING = {"400", "500"}  # a service waits some seconds for its targets before it ends
_CONTENT = {"sanity", "contentful", "new", "old"}
_CANARY = b"canary0payload"


def says(body: bytes, *headers: str, status: str = "200 canary0payload") -> Script:
    """Answer every request with the same, in which everything is a canary."""

    async def script(peer: Peer) -> None:
        while True:
            await peer.request()
            more = ("x-powered-by: canary0payload", "set-cookie: id=canary0payload", *headers)
            await peer.send(reply(body, *more, status=status))

    return script


def breaks_off(sent: bytes) -> Script:
    """Send a part of an answer that is a canary, and reset the connection."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(sent)
        peer.reset()

    return script


async def hangs(peer: Peer) -> None:
    await peer.request()
    await peer.left()


FAULTS: Mapping[str, Script] = {
    "wrong shape": says(_JSON, "content-type: application/json"),
    "400": says(_JSON, "content-type: application/json", status="400 canary0payload"),
    "401": says(_JSON, "content-type: application/json", status="401 canary0payload"),
    "404": says(_JSON, "content-type: application/json", status="404 canary0payload"),
    "429": says(_JSON, "retry-after: 1", status="429 canary0payload"),
    "500": says(_JSON, status="500 canary0payload"),
    "page": says(b"<h1>canary0payload</h1>", "content-type: text/html"),
    "redirect": says(b"", "location: http://canary0payload.test/", status="302 canary0payload"),
    "packed wrongly": says(_CANARY, "content-encoding: gzip"),
    "not HTTP": breaks_off(b"canary0payload 200 canary0payload\r\n\r\n"),
    "bad header": breaks_off(b"HTTP/1.1 200 OK\r\ncanary0payload\x00: x\r\n\r\ncanary0payload"),
    "cut short": breaks_off(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{canary0payload"),
    "hang": hangs,
}


@dataclass
class Emitted:
    """All that came out: answers with their headers, and log lines with what hangs on them."""

    pieces: list[tuple[str, str]] = field(default_factory=list)

    def take(self, where: str, text: str) -> None:
        self.pieces.append((where, text))

    def answer(self, answer: httpx.Response) -> None:
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
        where = f"{answer.request.method} {answer.request.url.path}"
        self.take(where, f"{answer.status_code}\n{head}\n\n{answer.text}")

    def leaks(self, canaries: frozenset[str]) -> set[tuple[str, str]]:
        return {(where, one) for where, text in self.pieces for one in found_in(text, canaries)}


class _Everything(logging.Handler):
    """Takes every record of every logger as any operator's handler may show it."""

    def __init__(self, emitted: Emitted) -> None:
        super().__init__(logging.NOTSET)
        self._emitted = emitted

    def emit(self, record: logging.LogRecord) -> None:
        text = f"{record.getMessage()}\n{vars(record)!r}"
        if record.exc_info:
            text += "".join(traceback.format_exception(*record.exc_info))
        self._emitted.take(f"log {record.name}", text)


@pytest.fixture
def emitted() -> Iterator[Emitted]:
    """Everything that is logged, down to the finest level, by whomever."""
    found = Emitted()
    handler = _Everything(found)
    loggers = [logging.getLogger(), logging.getLogger("bff")]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.addHandler(handler)
        one.setLevel(logging.DEBUG)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield found
    for one, level in zip(loggers, levels, strict=True):
        one.removeHandler(handler)
        one.setLevel(level)


@asynccontextmanager
async def served(
    fault: Script, *, has_medusa: bool
) -> AsyncIterator[tuple[Service, Settings, Mapping[str, str]]]:
    """Serve a shop of which every upstream, and whoever is told of changes, has a fault."""
    async with AsyncExitStack() as stack:
        servers = {name: FaultServer(fault) for name in _NAMES}
        if has_medusa:
            app = medusa_app(load_catalogue(), PUBLISHABLE_KEY)
            servers["medusa"] = FailingUpstream(EmbeddedUpstream(app)).server
        for server in servers.values():
            await stack.enter_async_context(server)
        addresses = {name: server.url for name, server in servers.items()}
        redis = addresses["redis"].removeprefix("http://")
        addresses["redis"] = f"redis://bff:canary0redis0password@{redis}/0"
        settings = Settings.model_validate(shop(addresses))
        service = wiring.production(settings)
        await service.start()
        stack.push_async_callback(service.close)
        yield service, settings, addresses


def test_every_secret_that_can_be_set_is_planted() -> None:
    """A secret that is added to the settings is added to these tests as well."""
    settings = Settings.model_validate(shop(NOWHERE))
    planted = {place.rpartition(".")[2] for place, _ in secrets_in(settings)}
    models: list[type[BaseModel]] = [Settings, *KINDS.values(), *TARGET_KINDS.values()]
    named = {field for model in models for field in secret_fields(model)}

    assert named
    for one in named:
        name = one.partition(".")[2]
        assert name in planted or any(f".{name}." in place for place, _ in secrets_in(settings)), (
            one
        )
    for place, secret in secrets_in(settings):
        assert "canary0" in secret or place.endswith(".secret"), place


def test_settings_show_no_secret_and_no_address() -> None:
    """Settings end up in debuggers, error reports and log lines of others."""
    settings = Settings.model_validate(shop(NOWHERE))
    canaries = canaries_of(settings, NOWHERE)

    assert found_in(repr(settings) + str(settings), canaries) == set()
    for source in settings.content:
        assert found_in(repr(source) + str(source), canaries) == set()


@pytest.mark.parametrize("wrong", ["number", "list", "long", "short"])
def test_wrong_settings_are_refused_without_their_values(wrong: str) -> None:
    """A secret in the wrong place, or of the wrong form, is not repeated by the refusal."""
    bad = {"number": 5, "list": ["canary0"], "long": "canary0\n" * 9, "short": "canary0\u00e9"}

    def spoil(given: Any) -> Any:
        if isinstance(given, dict):
            return {key: spoil(value) for key, value in given.items()}
        if isinstance(given, list):
            return [spoil(value) for value in given]
        return bad[wrong] if isinstance(given, str) and "canary0" in given else given

    with pytest.raises(ValidationError) as refused:
        Settings.model_validate(spoil(shop(NOWHERE)))

    assert "canary0" not in str(refused.value)


@pytest.mark.parametrize("has_medusa", [True, False], ids=["content fails", "all fails"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_nothing_leaks_while_upstreams_fail(
    fault: str, emitted: Emitted, *, has_medusa: bool
) -> None:
    """Whatever upstreams say, and however they fail: clients, logs and figures show none of it."""
    async with served(FAULTS[fault], has_medusa=has_medusa) as (service, settings, addresses):
        transport = httpx.ASGITransport(service.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
            await _ask_everything(client, emitted)
            if fault in _TELLING:
                await _tell_of_a_change(client, emitted)
        for thing in [one for one in gc.get_objects() if _is_ours(one)]:
            emitted.take(f"repr {type(thing).__name__}", repr(thing))
    canaries = canaries_of(settings, addresses)

    failing = _CONTENT if has_medusa else {"medusa"}
    said = "".join(text for where, text in emitted.pieces if where == "log bff")
    assert {name for name in failing if f"source={name} " in said} == failing
    assert emitted.leaks(canaries) == set()
    assert not [
        text for where, text in emitted.pieces if "Traceback" in text and where[:3] != "log"
    ]


async def _ask_everything(client: httpx.AsyncClient, emitted: Emitted) -> None:
    """Ask all that can be asked, with and without the operators' secret."""
    page = {"handle": PREMIUM, "locale": "de", "country": "DE"}
    preview = await client.post("/v1/preview", headers={"authorization": f"Bearer {OPERATORS}"})
    assert preview.status_code == 200
    drafts = {"x-bff-preview": preview.json()["token"]}
    page_of = {"query": operation("ProductPage"), "variables": page}
    requests = [
        client.build_request("POST", "/graphql", json=page_of),
        client.build_request("POST", "/graphql", json=page_of, headers=drafts),
        client.build_request("POST", "/graphql", json=page_of, headers={"x-bff-explain": "1"}),
        client.build_request(
            "POST", "/graphql", json={"query": '{page(slug:"a"){title} markets{name}}'}
        ),
        client.build_request(
            "POST", "/graphql", json={"query": '{navigation(handle:"a"){title}}'}
        ),
        client.build_request("POST", "/graphql", json={"query": "{nonsense}"}),
        client.build_request("GET", f"/v1/products/{PREMIUM}?country=DE"),
        client.build_request("GET", "/v1/products?handles=a,b"),
        client.build_request("GET", "/v1/pages/about", headers=drafts),
        client.build_request("POST", "/v1/preview", headers={"authorization": "Bearer wrong"}),
        *(
            client.build_request(
                "POST",
                f"/webhooks/{name}",
                content=b'{"a": 1}',
                headers={"authorization": "Bearer no", "x-medusa-signature": "sha256=00"},
            )
            for name in ("medusa", "sanity", "contentful", "new", "old")
        ),
        client.build_request("GET", "/readyz"),
        client.build_request("GET", "/metrics"),
        client.build_request("GET", "/openapi.json"),
        client.build_request("GET", "/docs"),
    ]
    for request in requests:
        emitted.answer(await client.send(request))


async def _tell_of_a_change(client: httpx.AsyncClient, emitted: Emitted) -> None:
    """Post an authentic webhook: storefronts and CDNs are told, and they fail like all others."""
    change = {"event": "entry.update", "uid": "api::product.product", "entry": {"id": 1}}
    headers = {"authorization": "Bearer canary0strapi0hook"}
    emitted.answer(await client.post("/webhooks/new", json=change, headers=headers))


def _is_ours(thing: object) -> bool:
    module: object = type(thing).__module__
    # The embedded upstreams are no part of what is being looked at.
    return isinstance(module, str) and module.startswith("bff.") and ".demo" not in module
