"""What of a shopper's request reaches Medusa and Sanity, and what does not."""

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from bff import wiring
from bff.demo import DemoUpstreams
from tests.web.recording import recording_clients
from tests.web.settings import shop_settings
from tests.web.storefront import PREMIUM, Storefront, operation

Sent = list[tuple[str, httpx.Request]]

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
PRIVATE = {
    "Authorization": "Bearer canary-authorization",
    "Cookie": "session=canary-cookie",
    "X-Api-Key": "canary-key",
    "X-Forwarded-For": "203.0.113.7",
    "User-Agent": "canary-browser",
    "Referer": "https://shop.test/canary-referer",
    "X-Request-Id": "canary-id",
    "Baggage": "canary=baggage",
}
PAGE = {"handle": PREMIUM, "locale": "es", "country": "DE"}


@pytest.fixture
def sent() -> Sent:
    """What the upstreams were sent."""
    return []


@pytest.fixture
async def watched(upstreams: DemoUpstreams, sent: Sent) -> AsyncIterator[Storefront]:
    """A client of a service whose upstream requests are remembered."""
    service = wiring.wire(
        shop_settings(upstreams), example=None, clients=recording_clients(upstreams, sent)
    )
    async with Storefront(service) as storefront:
        yield storefront


async def test_nothing_private_goes_on(watched: Storefront, sent: Sent) -> None:
    """A shopper's cookies, credentials and address stay here, by GraphQL and by REST."""
    answer = await watched.send(operation("ProductPage"), PAGE, PRIVATE)
    page = await watched.http.get("/v1/products/wool-blanket?country=JP", headers=PRIVATE)

    assert (answer.status_code, page.status_code) == (200, 200)
    assert {source for source, _ in sent} == {"medusa", "sanity"}
    for _, request in sent:
        told = f"{request.url} {request.headers} {request.content!r}"
        assert "canary" not in told
        assert "203.0.113.7" not in told


async def test_only_our_own_headers(watched: Storefront, sent: Sent) -> None:
    """Upstreams see the headers that an operator chose, and of the shopper's none."""
    await watched.send(operation("ProductPage"), PAGE, PRIVATE)

    ours = {"host", "accept", "accept-encoding", "connection", "user-agent"}
    named = {"medusa": "x-publishable-api-key", "sanity": "x-sanity-project-id"}
    for source, request in sent:
        assert set(request.headers) == {*ours, named[source]}


async def test_answers_do_not_depend_on_who_asks(watched: Storefront) -> None:
    """Two shoppers with different cookies see the same page, and none is set."""
    one = await watched.send(operation("ProductPage"), PAGE, PRIVATE)
    two = await watched.send(operation("ProductPage"), PAGE, {"Cookie": "session=other"})

    assert one.content == two.content
    assert "set-cookie" not in one.headers


@pytest.mark.parametrize("path", ["/graphql", "/v1/products/wool-blanket"])
async def test_a_trace_is_passed_on(watched: Storefront, sent: Sent, path: str) -> None:
    """A trace that a storefront began goes on in every upstream call."""
    query = '{ product(handle: "wool-blanket") { subtitle addons { title } } }'
    headers = {"traceparent": TRACE, "tracestate": "vendor=1"}
    await watched.http.get(path, params={"query": query}, headers=headers)

    assert len(sent) >= 3
    assert {request.headers.get("traceparent") for _, request in sent} == {TRACE}
    # Those who trace write there what their own systems need (W3C Trace Context, section 3.3).
    assert {request.headers.get("tracestate") for _, request in sent} == {"vendor=1"}


@pytest.mark.parametrize(
    "trace",
    [
        *("", "nonsense", TRACE.upper(), TRACE + "-extra", " " + TRACE[1:], "ff" + TRACE[2:]),
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        TRACE[:-1],
        TRACE[:-1] + "g",
        TRACE * 100,
    ],
)
async def test_a_broken_trace_is_dropped(watched: Storefront, sent: Sent, trace: str) -> None:
    """What is no trace context is not passed on, and costs the shopper nothing."""
    answer = await watched.send(operation("ProductPage"), PAGE, {"traceparent": trace})

    assert answer.status_code == 200
    assert sent
    assert all("traceparent" not in request.headers for _, request in sent)


async def test_traces_are_not_mixed_up(watched: Storefront, sent: Sent) -> None:
    """A request without a trace does not inherit the one before."""
    await watched.send(operation("ProductPage"), PAGE, {"traceparent": TRACE})
    sent.clear()
    await watched.send('{ product(handle: "linen-apron") { subtitle } }')

    assert sent
    assert all("traceparent" not in request.headers for _, request in sent)


async def test_what_opens_a_preview_goes_no_further(
    upstreams: DemoUpstreams, sent: Sent, written: Callable[[], str]
) -> None:
    """Neither the operators' secret nor an editor's token reaches an upstream or a log line."""
    secret = "canary-operators-secret-of-many-letters"
    settings = shop_settings(upstreams, preview_token="editors-token", operators_secret=secret)
    clients = recording_clients(upstreams, sent)
    async with Storefront(wiring.wire(settings, example=None, clients=clients)) as shop:
        headers = {"Authorization": f"Bearer {secret}"}
        minted = await shop.http.post("/v1/preview", headers=headers)
        token = minted.json()["token"]
        preview = {"X-Bff-Preview": token}
        page = await shop.http.get(f"/v1/products/{PREMIUM}", headers=preview)
        answer = await shop.send(operation("ProductPage"), PAGE, preview)
        refused = await shop.send(operation("ProductPage"), PAGE, {"X-Bff-Preview": token + "x"})

    assert (page.status_code, answer.status_code, refused.status_code) == (200, 200, 401)
    assert page.headers["cache-control"] == "private, no-store"
    assert "medusa" in {source for source, _ in sent}
    told = " ".join(f"{one.url} {one.headers} {one.content!r}" for _, one in sent)
    said = page.text + answer.text + refused.text + written()
    assert "x-bff-preview" not in told.lower()
    for private in (secret, token):
        assert private not in told
    for private in (secret, token, "editors-token"):
        assert private not in said
