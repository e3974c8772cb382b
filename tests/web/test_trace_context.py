"""Which trace of a client's is believed, and what of it the sources are told.

Source: W3C Trace Context, sections 3.2 and 3.3.
"""

import asyncio
from collections.abc import Mapping

import httpx
import pytest

from bff import wiring
from bff.demo import DemoUpstreams
from bff.web.incoming import Caller
from tests.web.recording import recording_clients
from tests.web.settings import shop_settings
from tests.web.storefront import PREMIUM, Storefront, operation

IDS = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"
TRACE = f"00-{IDS}-01"
PAGE = {"handle": PREMIUM, "locale": "de", "country": "DE"}


def caller(*headers: tuple[str, str]) -> Caller:
    return Caller(
        {"headers": [(name.encode(), value.encode("latin-1")) for name, value in headers]}
    )


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (TRACE, TRACE),
        (f"00-{IDS}-00", f"00-{IDS}-00"),
        (f"cc-{IDS}-01", TRACE),  # a later version: its beginning is this one's
        (f"cc-{IDS}-03-what-will-come", TRACE),
        (f"cc-{IDS}-02", f"00-{IDS}-00"),
        (f"ff-{IDS}-01", None),
        (f"00-{IDS}-01-more", None),
        (f"cc-{IDS}-01.more", None),
        (TRACE.upper(), None),
        (f"00-{'0' * 32}-b7ad6b7169203331-01", None),
        (f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01", None),
        (f"00-{IDS}-1", None),
        (f" {TRACE}", None),
        ("", None),
        ("00-ä", None),
    ],
)
def test_a_trace_is_read_or_there_is_none(sent: str, read: str | None) -> None:
    """What no tracing system would write is no trace of anybody's."""
    assert caller(("traceparent", sent)).traceparent() == read


def test_two_traces_are_none() -> None:
    """Nobody knows which of them is meant."""
    assert caller(("traceparent", TRACE), ("traceparent", TRACE)).traceparent() is None


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("dd=s:1;o:rum", "dd=s:1;o:rum"),
        ("a=1 , b=2,\t,c=3", "a=1,b=2,c=3"),
        ("acme@vendor=x", "acme@vendor=x"),
        ("", None),
        (",", None),
        ("a=1,a=2", None),
        ("A=1", None),
        ("a", None),
        ("a=", None),
        ("a=b=c", None),
        ("a=ä", None),
        ("a=\x01", None),
        (",".join(f"k{number}=1" for number in range(33)), None),
        (f"a={'x' * 256}", f"a={'x' * 256}"),
        (f"a={'x' * 257}", None),
        (",".join(f"k{number}={'x' * 100}" for number in range(6)), None),
    ],
)
def test_others_words_are_passed_on_whole_or_not_at_all(sent: str, read: str | None) -> None:
    """What systems around us write there reaches the sources, within bounds."""
    assert caller(("traceparent", TRACE), ("tracestate", sent)).tracestate() == read


def test_words_without_a_trace_mean_nothing() -> None:
    """They are about a trace; without one they are not even read."""
    assert caller(("tracestate", "a=1")).tracestate() is None
    assert caller(("traceparent", "nonsense"), ("tracestate", "a=1")).tracestate() is None


def test_words_in_several_headers_are_one_list() -> None:
    """Proxies split lists; their order says who wrote last."""
    sent = caller(("traceparent", TRACE), ("tracestate", "a=1"), ("tracestate", "b=2"))

    assert sent.tracestate() == "a=1,b=2"


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({"traceparent": TRACE, "tracestate": "dd=s:1"}, (TRACE, "dd=s:1")),
        ({"traceparent": TRACE}, (TRACE, None)),
        ({"tracestate": "dd=s:1"}, (None, None)),
        ({}, (None, None)),
    ],
)
async def test_the_sources_are_told(
    upstreams: DemoUpstreams, headers: Mapping[str, str], told: tuple[str | None, str | None]
) -> None:
    """Without a collector of our own a trace goes through us as if we were not there."""
    sent: list[tuple[str, httpx.Request]] = []
    service = wiring.wire(
        shop_settings(upstreams), example=None, clients=recording_clients(upstreams, sent)
    )
    async with Storefront(service) as storefront:
        await storefront.send(operation("ProductPage"), PAGE, headers)

    assert {source for source, _ in sent} == {"medusa", "sanity"}
    assert {
        (request.headers.get("traceparent"), request.headers.get("tracestate"))
        for _, request in sent
    } == {told}


async def test_a_refresh_is_in_nobodys_trace(upstreams: DemoUpstreams) -> None:
    """What is fetched anew for the next shoppers did not hold up the one who set it off."""
    sent: list[tuple[str, httpx.Request]] = []
    now = 1_000_000.0
    service = wiring.wire(
        shop_settings(upstreams),
        example=None,
        clients=recording_clients(upstreams, sent),
        now=lambda: now,
    )
    async with Storefront(service) as storefront:
        await storefront.send(operation("ProductPage"), PAGE, {"traceparent": TRACE})
        known = len(sent)
        now += 75.0  # prices are no longer fresh, and may still be shown
        page = await storefront.send(operation("ProductPage"), PAGE, {"traceparent": TRACE})
        while len(sent) == known:  # noqa: ASYNC110 - the recording tells nobody
            await asyncio.sleep(0)

    refreshes = sent[known:]
    assert "errors" not in page.json()
    assert refreshes
    assert not any("traceparent" in request.headers for _, request in refreshes)
