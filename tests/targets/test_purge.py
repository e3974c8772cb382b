"""What a CDN is sent, by the template that its operator wrote."""

import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
import respx
from pydantic import ValidationError

from bff.domain.tags import COARSE
from bff.errors import UpstreamRejected
from bff.ports import Call, Message
from bff.targets import PurgeSettings, PurgeTarget, base_url, no_reason
from bff.upstream import Upstream
from tests.clock import HandClock

FASTLY: dict[str, object] = {
    "url": "https://cdn.example/service/abc/purge",
    "headers": {"Fastly-Key": "hush", "Fastly-Soft-Purge": "1", "Surrogate-Key": "{tags}"},
    "keys_per_call": 256,
}
CLOUDFLARE: dict[str, object] = {
    "url": "https://cdn.example/client/v4/zones/abc/purge_cache",
    "headers": {"Authorization": "Bearer hush"},
    "body": '{"tags": {tags_json}}',
}
BUNNY: dict[str, object] = {
    "url": "https://cdn.example/pullzone/1/purgeCache",
    "headers": {"AccessKey": "hush"},
    "body": '{"CacheTag": "{tags}"}',
    "keys_per_call": 1,
}
VARNISH: dict[str, object] = {
    "url": "https://cdn.example",
    "method": "PURGE",
    "headers": {"xkey-purge": "{tags}"},
    "separator": ", ",
}


def settings(template: dict[str, object], **more: object) -> PurgeSettings:
    return PurgeSettings.model_validate({**template, **more})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=base_url(settings(FASTLY))) as opened:
        yield opened


async def told(
    client: httpx.AsyncClient, chosen: PurgeSettings, tags: list[str]
) -> list[httpx.Request]:
    """Return what the CDN was sent."""
    clock = HandClock()
    target = PurgeTarget(Upstream(chosen.name, client, clock, no_reason), chosen)
    with respx.mock(base_url="https://cdn.example") as cdn:
        route = cdn.route().respond(200, json={})
        await target.tell(Message(tags), Call(clock.now + 5))
        return [call.request for call in route.calls]


async def test_fastly(client: httpx.AsyncClient) -> None:
    """Fastly reads the tags from a header of a POST without a body."""
    (request,) = await told(client, settings(FASTLY), ["product:prod_1", "sanity:*"])

    assert (request.method, request.url.path) == ("POST", "/service/abc/purge")
    assert request.headers["surrogate-key"] == f"product:prod_1 sanity:* {COARSE}"
    assert request.headers["fastly-key"] == "hush"
    assert request.headers["fastly-soft-purge"] == "1"
    assert request.content == b""


async def test_cloudflare(client: httpx.AsyncClient) -> None:
    """Cloudflare reads a JSON list of at most 30 tags a call."""
    tags = [f"product:prod_{number}" for number in range(40)]

    requests = await told(client, settings(CLOUDFLARE), tags)

    assert [json.loads(one.content)["tags"] for one in requests] == [
        tags[:30],
        [*tags[30:], COARSE],
    ]
    assert requests[0].headers["content-type"] == "application/json"
    assert requests[0].headers["authorization"] == "Bearer hush"


async def test_bunny(client: httpx.AsyncClient) -> None:
    """Bunny takes one tag a call."""
    requests = await told(client, settings(BUNNY), ["handles"])

    assert [json.loads(one.content) for one in requests] == [
        {"CacheTag": "handles"},
        {"CacheTag": COARSE},
    ]


async def test_varnish(client: httpx.AsyncClient) -> None:
    """Varnish takes a method of its own, at the root."""
    (request,) = await told(client, settings(VARNISH), ["offers"])

    assert (request.method, request.url.path) == ("PURGE", "/")
    assert request.headers["xkey-purge"] == f"offers, {COARSE}"


async def test_odd_ids_change_nothing_else(client: httpx.AsyncClient) -> None:
    """An id that somebody made up cannot add a header, a tag or JSON of its own."""
    odd = 'product:a b,c"\r\nx-evil: 1{tags}é'

    (by_header,) = await told(client, settings(FASTLY), [odd])
    (by_body,) = await told(client, settings(CLOUDFLARE), [odd])

    assert len(by_header.headers["surrogate-key"].split()) == 2
    assert "x-evil" not in by_header.headers
    assert json.loads(by_body.content)["tags"] == by_header.headers["surrogate-key"].split()


@respx.mock(base_url="https://cdn.example")
async def test_a_refusal_ends_it(
    respx_mock: respx.MockRouter, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """After a part that was refused the rest is not sent; nothing says what was."""
    caplog.set_level(logging.DEBUG, "bff")
    route = respx_mock.route().respond(403, json={"sent": "Bearer hush"})
    clock = HandClock()
    chosen = settings(CLOUDFLARE, keys_per_call=1)
    target = PurgeTarget(Upstream(chosen.name, client, clock, no_reason), chosen)

    with pytest.raises(UpstreamRejected) as refused:
        await target.tell(Message(["a", "b"]), Call(clock.now + 5))

    assert route.call_count == 1
    assert "hush" not in f"{refused.value} {caplog.text}"
    assert "cdn.example" not in f"{refused.value} {caplog.text}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"headers": {"Fastly-Key": "hush"}},
        {"headers": {"Surrogate-Key": "{tags}\r\nx: hush"}},
        {"headers": {"Surrogate Key": "{tags}"}},
        {"headers": {"Surrogate-Key": "{tags}", "Content-Length": "0"}},
        {"body": '{"tags": {tags_json}'},
        {"body": "tags={tags}"},
        {"method": "post it"},
        {"separator": "\n"},
    ],
)
def test_wrong_templates_are_refused(wrong: dict[str, object]) -> None:
    """An operator learns at the start that nothing would be purged, or not what was meant."""
    with pytest.raises(ValidationError) as refused:
        settings(FASTLY, **wrong)

    assert "hush" not in str(refused.value)


def test_other_bodies_say_what_they_are() -> None:
    """A form is as good as JSON for whoever says so."""
    chosen = settings(
        {"url": "https://cdn.example/purge", "body": "tags={tags}"},
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )

    assert chosen.body == "tags={tags}"


def test_settings_do_not_show_their_secrets() -> None:
    """Nobody who prints the settings prints a CDN's key."""
    assert "hush" not in repr(settings(FASTLY))
    assert "hush" not in repr(settings(CLOUDFLARE, body='{"key": "hush", "tags": {tags_json}}'))
