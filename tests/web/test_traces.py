"""What a tracing system is shown of a product page: who waited for whom, and what overlapped."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id

from bff import wiring
from bff.demo import DemoUpstreams
from bff.demo.faults import Faults
from bff.telemetry.otel import OtelTracer
from bff.telemetry.spans import TRACING, Kind, Span, Tracer, Words
from tests.web.recording import recording_clients
from tests.web.settings import shop_settings
from tests.web.storefront import PREMIUM, Storefront, operation

TRACE_ID, SPAN_ID = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAMPLED, NOT_SAMPLED = (f"00-{TRACE_ID}-{SPAN_ID}-{flags}" for flags in ("01", "00"))
PAGE = {"handle": PREMIUM, "locale": "de", "country": "DE"}
BY_ID = """query ProductById($id: ID!) { productById(id: $id, locale: "de", country: "DE") {
  title addons { items { product { title } } } } }"""

Sent = list[tuple[str, httpx.Request]]


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Where spans end up while the test runs; all traces are taken down."""
    exporter = InMemorySpanExporter()
    TRACING.use(OtelTracer(SimpleSpanProcessor(exporter), ratio=1.0, version="1"))
    yield exporter
    TRACING.use(None)


@pytest.fixture
def sent() -> Sent:
    """What the upstreams were sent."""
    return []


def product(field: str) -> str:
    """Return an operation that asks for one field of a product."""
    return f'{{ product(handle: "{PREMIUM}", country: "DE") {{ {field} }} }}'


@asynccontextmanager
async def shop(
    upstreams: DemoUpstreams, sent: Sent, gates: "Gates | None" = None
) -> AsyncIterator[Storefront]:
    """A client of a service whose upstream requests are remembered, and may be held up."""
    open_recording = recording_clients(upstreams, sent)

    def open_one(
        source: str, base_url: str, headers: Mapping[str, str], *, connections: int
    ) -> httpx.AsyncClient:
        client = open_recording(source, base_url, headers, connections=connections)

        async def wait(request: httpx.Request) -> None:
            if gates is not None:
                await gates.pass_through(source, request)

        client.event_hooks = {"request": [*client.event_hooks["request"], wait], "response": []}
        return client

    service = wiring.wire(shop_settings(upstreams), example=None, clients=open_one)
    async with Storefront(service) as storefront:
        yield storefront


class Gates:
    """Lets Medusa's products and Sanity's texts through once both have been asked for."""

    def __init__(self) -> None:
        self.asked = {"medusa": asyncio.Event(), "sanity": asyncio.Event()}
        self.is_closed = False

    async def pass_through(self, source: str, request: httpx.Request) -> None:
        if not self.is_closed or (source == "medusa" and request.url.path != "/store/products"):
            return
        self.asked[source].set()
        for event in self.asked.values():
            await event.wait()


def named(spans: tuple[ReadableSpan, ...], pattern: str) -> list[ReadableSpan]:
    """Return spans by their names, in the order in which they began."""
    found = [span for span in spans if re.fullmatch(pattern, span.name)]
    return sorted(found, key=began)


def id_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return format_span_id(span.context.span_id)


def trace_of(span: ReadableSpan) -> str:
    assert span.context is not None
    return format_trace_id(span.context.trace_id)


def parent_of(span: ReadableSpan) -> str | None:
    return format_span_id(span.parent.span_id) if span.parent else None


def overlap(one: ReadableSpan, other: ReadableSpan) -> bool:
    return began(one) < ended(other) and began(other) < ended(one)


def began(span: ReadableSpan) -> int:
    assert span.start_time
    return span.start_time


def ended(span: ReadableSpan) -> int:
    assert span.end_time
    return span.end_time


async def test_the_fan_out_of_a_product_page(
    upstreams: DemoUpstreams, sent: Sent, exporter: InMemorySpanExporter
) -> None:
    """Commerce and content are asked at once; the addons as soon as content has named them."""
    gates = Gates()
    async with shop(upstreams, sent, gates) as storefront:
        found = await storefront.send(product("id"))
        id_ = found.json()["data"]["product"]["id"]
        sent.clear()
        # In another country: its prices are known to nobody, and no editor's text is yet.
        exporter.clear()
        gates.is_closed = True
        answer = await storefront.send(
            BY_ID.replace('"DE"', '"JP"'), {"id": id_}, {"traceparent": SAMPLED}
        )
    assert answer.json()["data"]["productById"]["addons"]

    spans = exporter.get_finished_spans()
    (request,) = named(spans, "POST /graphql")
    commerce, *later = named(spans, "fetch medusa .*")
    content = named(spans, "fetch sanity contents")[0]
    assert parent_of(request) == SPAN_ID
    assert {parent_of(one) for one in (commerce, content, *later)} == {id_of(request)}
    assert {trace_of(span) for span in spans} == {TRACE_ID}
    assert overlap(commerce, content)
    addons = later[-1]
    calls = [span for span in spans if span.kind is SpanKind.CLIENT]
    flights = {id_of(span): span for span in spans if span.name.startswith("fetch ")}
    assert len(calls) == len(sent) == 3
    for call in calls:
        above = flights[parent_of(call) or ""]
        assert began(above) <= began(call)
        assert ended(call) <= ended(above)
    texts = next(one for one in calls if parent_of(one) == id_of(content))
    of_addons = [one for one in calls if parent_of(one) == id_of(addons)]
    assert of_addons
    assert all(began(one) >= ended(texts) for one in of_addons)


async def test_a_source_is_told_the_span_of_its_own_call(
    upstreams: DemoUpstreams, sent: Sent, exporter: InMemorySpanExporter
) -> None:
    """What Medusa traces hangs below the very call that it answers."""
    async with shop(upstreams, sent) as storefront:
        await storefront.send(operation("ProductPage"), PAGE, {"traceparent": SAMPLED})

    calls = {id_of(one) for one in exporter.get_finished_spans() if one.kind is SpanKind.CLIENT}
    told = [request.headers["traceparent"].split("-") for _, request in sent]
    assert {span for _, _, span, _ in told} == calls
    assert {(version, trace, flags) for version, trace, _, flags in told} == {
        ("00", TRACE_ID, "01")
    }


async def test_what_is_not_sampled_is_not_taken_down(
    upstreams: DemoUpstreams, sent: Sent, exporter: InMemorySpanExporter
) -> None:
    """Whoever began the trace decides; the sources are told the same."""
    async with shop(upstreams, sent) as storefront:
        await storefront.send(operation("ProductPage"), PAGE, {"traceparent": NOT_SAMPLED})

    assert exporter.get_finished_spans() == ()
    assert {request.headers["traceparent"][-3:] for _, request in sent} == {"-00"}
    assert {request.headers["traceparent"][3:35] for _, request in sent} == {TRACE_ID}


async def test_a_request_without_a_trace_begins_one(
    upstreams: DemoUpstreams, sent: Sent, exporter: InMemorySpanExporter
) -> None:
    """A storefront that does not trace still sees its pages in the operator's traces."""
    async with shop(upstreams, sent) as storefront:
        await storefront.http.get("/v1/products/wool-blanket?country=JP")

    spans = exporter.get_finished_spans()
    (request,) = named(spans, "GET /rest")
    assert request.parent is None
    assert {trace_of(span) for span in spans} == {trace_of(request)}
    assert {request.headers["traceparent"][3:35] for _, request in sent} == {trace_of(request)}


class Noticing:
    """A tracer that says when somebody begins to wait for another's flight."""

    def __init__(self, tracer: Tracer) -> None:
        self.joined = asyncio.Event()
        self._tracer = tracer

    def begin(
        self, name: str, kind: Kind, parent: str | None, links: Sequence[str], words: Words
    ) -> Span:
        if name.startswith("join "):
            self.joined.set()
        return self._tracer.begin(name, kind, parent, links, words)


async def test_who_joins_a_flight_refers_to_it(
    upstreams: DemoUpstreams, sent: Sent, exporter: InMemorySpanExporter
) -> None:
    """Of two shoppers of one product one fetches; the other's trace shows for whom it waited."""
    noticing = Noticing(OtelTracer(SimpleSpanProcessor(exporter), ratio=1.0, version="1"))
    TRACING.use(noticing)
    gates = Gates()
    gates.is_closed = True
    async with shop(upstreams, sent, gates) as storefront:
        one = asyncio.create_task(storefront.send(product("id")))
        await gates.asked["medusa"].wait()
        other = asyncio.create_task(storefront.send(product("handle")))
        await noticing.joined.wait()
        gates.asked["sanity"].set()
        await asyncio.gather(one, other)

    spans = exporter.get_finished_spans()
    join = named(spans, "join medusa .*")[0]
    (link,) = join.links
    flight = next(
        span
        for span in named(spans, "fetch medusa .*")
        if id_of(span) == format_span_id(link.context.span_id)
    )
    assert trace_of(join) != trace_of(flight)
    requests = {id_of(span): trace_of(span) for span in named(spans, "POST /graphql")}
    assert requests[parent_of(join) or ""] == trace_of(join)
    assert requests[parent_of(flight) or ""] == trace_of(flight)


async def test_a_failure_is_told_by_its_code(
    upstreams: DemoUpstreams, sent: Sent, exporter: InMemorySpanExporter
) -> None:
    """Whoever looks for what went wrong finds the call, its flight, and why; no address."""
    upstreams.sanity.faults = Faults(status=401)
    async with shop(upstreams, sent) as storefront:
        await storefront.send(operation("ProductPage"), PAGE)

    spans = exporter.get_finished_spans()
    failed = [span for span in spans if span.status.status_code is StatusCode.ERROR]
    assert {span.attributes["error.type"] for span in failed if span.attributes} == {
        "UPSTREAM_REJECTED"
    }
    assert {span.kind for span in failed} == {SpanKind.CLIENT, SpanKind.INTERNAL}
    said = "".join(span.to_json() for span in spans)
    for word in ("http://", "medusa.test", "sanity.test", upstreams.publishable_key, PREMIUM):
        assert word not in said


async def test_a_kept_answer_is_one_span(
    upstreams: DemoUpstreams, sent: Sent, exporter: InMemorySpanExporter
) -> None:
    """What came out of the cache says so, and that it asked nobody."""
    async with shop(upstreams, sent) as storefront:
        await storefront.send(operation("ProductPage"), PAGE)
        exporter.clear()
        await storefront.send(operation("ProductPage"), PAGE)

    (span,) = exporter.get_finished_spans()
    assert span.attributes is not None
    assert dict(span.attributes) == {
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "graphql.operation.name": "ProductPage",
        "bff.surface": "graphql",
        "bff.verdict": "kept",
    }
