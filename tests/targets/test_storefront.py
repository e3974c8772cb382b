"""What a storefront that keeps pages is sent, and what becomes of it."""

import base64
import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
import respx
from pydantic import ValidationError

from bff.domain.tags import COARSE
from bff.errors import UpstreamError, UpstreamRejected, UpstreamUnavailable
from bff.ports import Call, Message
from bff.targets import StorefrontSettings, StorefrontTarget, base_url, no_reason
from bff.targets.storefront import signature
from bff.upstream import Upstream
from tests.clock import HandClock

SECRET = "0123456789abcdef0123456789abcdef"
URL = "https://shop.example/api/revalidate?key=hush"


def settings(**more: object) -> StorefrontSettings:
    return StorefrontSettings.model_validate({"url": URL, "secret": SECRET, **more})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=base_url(settings())) as opened:
        yield opened


def target(
    client: httpx.AsyncClient, clock: HandClock, chosen: StorefrontSettings | None = None
) -> StorefrontTarget:
    chosen = chosen or settings()
    upstream = Upstream(chosen.name, client, clock, no_reason)
    return StorefrontTarget(upstream, chosen, lambda: 1_763_647_920.7)


@respx.mock(base_url="https://shop.example", assert_all_called=True)
async def test_the_tags_are_sent_signed(
    respx_mock: respx.MockRouter, client: httpx.AsyncClient
) -> None:
    """A storefront can tell that the tags come from us, and when they were sent."""
    route = respx_mock.post("/api/revalidate", params={"key": "hush"}).respond(202)
    clock = HandClock()

    await target(client, clock).tell(Message(["product:prod_1", "handles"]), Call(clock.now + 5))

    request = route.calls.last.request
    assert json.loads(request.content) == {"tags": ["product:prod_1", "handles", COARSE]}
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-timestamp"] == "1763647920"
    number = request.headers["webhook-id"]
    expected = signature(SECRET.encode(), number, 1_763_647_920, request.content)
    assert request.headers["webhook-signature"] == expected


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """Their libraries verify it: this is the example that those are tested with."""
    assert (
        signature(
            base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


@respx.mock(base_url="https://shop.example")
async def test_a_secret_of_theirs_signs(
    respx_mock: respx.MockRouter, client: httpx.AsyncClient
) -> None:
    """A secret as Standard Webhooks write it is decoded before it signs."""
    route = respx_mock.post("/api/revalidate").respond(200)
    clock = HandClock()
    key = b"24 bytes or even more of it"
    chosen = settings(secret=f"whsec_{base64.b64encode(key).decode()}")

    await target(client, clock, chosen).tell(Message(["offers"]), Call(clock.now + 5))

    request = route.calls.last.request
    expected = signature(key, request.headers["webhook-id"], 1_763_647_920, request.content)
    assert request.headers["webhook-signature"] == expected


@respx.mock(base_url="https://shop.example")
async def test_many_tags_are_sent_in_parts(
    respx_mock: respx.MockRouter, client: httpx.AsyncClient
) -> None:
    """No tag is lost and none is sent twice; each part has an id of its own."""
    route = respx_mock.post("/api/revalidate").respond(200)
    clock = HandClock()
    tags = [f"product:prod_{number}" for number in range(5)]

    await target(client, clock, settings(keys_per_call=2)).tell(
        Message([*tags, tags[0]]), Call(clock.now + 5)
    )

    parts = [json.loads(call.request.content)["tags"] for call in route.calls]
    assert parts == [tags[:2], tags[2:4], [tags[4], COARSE]]
    assert len({call.request.headers["webhook-id"] for call in route.calls}) == 3


@respx.mock(base_url="https://shop.example")
async def test_what_is_sent_again_has_the_same_id(
    respx_mock: respx.MockRouter, client: httpx.AsyncClient
) -> None:
    """A storefront drops what it has had by its id; another change with these tags is not that."""
    route = respx_mock.post("/api/revalidate").mock(
        side_effect=[httpx.Response(status) for status in (204, 503, 204, 204, 204, 204)]
    )
    clock, message = HandClock(), Message(["product:prod_1"])
    subject = target(client, clock, settings(keys_per_call=1))

    with pytest.raises(UpstreamUnavailable):
        await subject.tell(message, Call(clock.now + 5))
    await subject.tell(message, Call(clock.now + 5))
    await subject.tell(Message(message.tags), Call(clock.now + 5))

    ids = [call.request.headers["webhook-id"] for call in route.calls]
    assert ids[:2] == ids[2:4]
    assert len({*ids}) == 4


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, UpstreamRejected), (404, UpstreamRejected), (503, UpstreamUnavailable)],
)
@respx.mock(base_url="https://shop.example")
async def test_a_refusal_says_nothing_of_what_was_sent(
    respx_mock: respx.MockRouter,
    client: httpx.AsyncClient,
    caplog: pytest.LogCaptureFixture,
    status: int,
    kind: type[UpstreamError],
) -> None:
    """Whoever tries again learns whether that can help; the log names no address and no secret."""
    caplog.set_level(logging.DEBUG, "bff")
    respx_mock.post("/api/revalidate").respond(status, text=f"{SECRET} {URL}")
    clock = HandClock()

    with pytest.raises(kind) as failed:
        await target(client, clock).tell(Message(["handles"]), Call(clock.now + 5))

    said = f"{failed.value} {caplog.text}"
    assert "storefront" in said
    assert "hush" not in said
    assert "shop.example" not in said
    assert SECRET not in said
    assert failed.value.retryable is (kind is UpstreamUnavailable)


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "short"},
        {"secret": "whsec_not base64"},
        {"secret": "whsec_c2hvcnQ="},
        {"url": "https://name:word@shop.example/x"},
        {"url": "https://shop.example/x#y"},
        {"url": "https://shop.example/a%2Fb"},
        {"url": "shop.example"},
        {"name": "Shop Front"},
        {"keys_per_call": 0},
        {"header": "x"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    """An operator learns at the start what is wrong, without the secret being shown."""
    with pytest.raises(ValidationError) as refused:
        settings(**wrong)

    assert str(wrong.get("secret", "-no secret-")) not in str(refused.value)


def test_settings_do_not_show_the_secret() -> None:
    """Nobody who prints the settings prints the secret."""
    assert SECRET not in repr(settings())
