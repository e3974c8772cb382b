"""What a sender of webhooks is answered, and when."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import Message

from bff.catalog.invalidate import Invalidator
from bff.domain import tags
from bff.domain.changes import Change, DocumentChanged
from bff.errors import BadInput, StoreUnavailable, WebhookRejected
from bff.ports import Delivery
from bff.telemetry.metrics import REGISTRY
from bff.web.middleware import Faults, RequestIds
from bff.web.webhooks import MAX_BODY, Webhooks
from tests.catalog.test_invalidate import Listener, Marks, Pauses, Readers, settled
from tests.clock import HandClock

EDITED = DocumentChanged("cms", "shirt")


class Reader:
    """Knows one source's webhooks: what it reads is what the test says."""

    name = "cms"

    def __init__(self) -> None:
        self.read_from: list[Delivery] = []
        self.outcome: Sequence[Change] | Exception = (EDITED,)
        self.nows: list[float] = []

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        self.read_from.append(delivery)
        self.nows.append(now)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Hook:
    """A sender, and all that stands behind the address that it posts to."""

    def __init__(self) -> None:
        self.store, self.reader, self.refetch = Marks(), Reader(), Readers()
        self.target = Listener()
        self.clock = HandClock()
        invalidator = Invalidator(
            self.store,
            clock=self.clock,
            now=self.clock,
            refetch=self.refetch,
            targets=[self.target],
            sleep=Pauses(),
        )
        webhooks = Webhooks([self.reader], invalidator, self.clock)
        self.app = Starlette(
            routes=webhooks.routes, middleware=[Middleware(RequestIds), Middleware(Faults)]
        )
        transport = httpx.ASGITransport(self.app)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://shop.test")
        self.invalidator = invalidator

    async def post(self, body: bytes = b"{}", path: str = "/webhooks/cms") -> httpx.Response:
        return await self.http.post(path, content=body)


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    yield hook
    await hook.http.aclose()
    await hook.invalidator.close()


def counted(outcome: str, source: str = "cms") -> float:
    labels = {"source": source, "outcome": outcome}
    return REGISTRY.get_sample_value("bff_webhooks_total", labels) or 0.0


async def test_a_sender_is_thanked_once_the_mark_is_stored(hook: Hook) -> None:
    answer = await hook.post()

    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert hook.store.tags == [{tags.document_tag("cms", "shirt"), tags.names_tag("cms")}]


async def test_the_reader_is_given_the_request_as_it_came(hook: Hook) -> None:
    """Signatures are over raw bytes, and over paths as their sender wrote them."""
    body = b'{ "a":\t"\xc3\xa4" }'
    await hook.http.post(
        "/webhooks/cms?x=a%20b&y=%C3%A4", content=body, headers={"X-Signature": "Ab"}
    )

    (delivery,) = hook.reader.read_from
    assert (delivery.method, delivery.body) == ("POST", body)
    assert delivery.path == "/webhooks/cms?x=a%20b&y=%C3%A4"
    assert delivery.headers["x-signature"] == "Ab"
    assert hook.reader.nows == [hook.clock.now]


async def test_a_path_that_was_written_oddly_is_not_put_right(hook: Hook) -> None:
    """Its sender has signed it as it is."""
    answer = await hook.post(path="/webhooks/c%6Ds")

    assert answer.status_code == 204
    assert hook.reader.read_from[0].path == "/webhooks/c%6Ds"


async def test_a_delivery_of_no_interest_is_thanked_for_and_marks_nothing(hook: Hook) -> None:
    before = counted("ignored")
    hook.reader.outcome = ()

    assert (await hook.post()).status_code == 204
    assert hook.store.calls == []
    assert counted("ignored") == before + 1


@pytest.mark.parametrize("reason", ["forged", "too_old", "no_signature"])
async def test_a_forger_is_not_told_what_was_wrong(
    hook: Hook, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    """The log is."""
    caplog.set_level(logging.INFO, "bff")
    hook.reader.outcome = WebhookRejected(reason)

    answer = await hook.post(b'{"secret": "of the sender"}')

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Webhook"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:bff:problem:unauthenticated",
        "title": "Unauthenticated",
        "status": 401,
        "detail": "the webhook is not authentic",
        "code": "UNAUTHENTICATED",
        "retryable": False,
    }
    assert f"webhook_refused source=cms reason={reason}" in caplog.text
    assert "of the sender" not in caplog.text
    assert hook.store.calls == []


async def test_nonsense_is_told_as_such(hook: Hook) -> None:
    hook.reader.outcome = BadInput("_id: not an id")

    answer = await hook.post()

    assert (answer.status_code, answer.json()["detail"]) == (400, "_id: not an id")


async def test_a_sender_is_asked_to_try_again_while_the_mark_cannot_be_stored(hook: Hook) -> None:
    """The shared cache is away: whoever tries again gets through when it is back."""
    hook.store.failures = [StoreUnavailable("redis://secret@host is down")]

    answer = await hook.post()
    again = await hook.post()

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["retryable"] is True
    assert "secret" not in answer.text
    assert again.status_code == 204


async def test_a_fault_of_ours_is_never_the_senders(hook: Hook) -> None:
    """After a 4xx nobody would try again."""
    before = counted("fault")
    hook.reader.outcome = RuntimeError("bug")

    answer = await hook.post()

    assert answer.status_code == 500
    assert "bug" not in answer.text
    assert counted("fault") == before + 1


@pytest.mark.parametrize("path", ["/webhooks/other", "/webhooks/CMS", "/webhooks/cms%00"])
async def test_a_source_without_a_secret_is_not_there(hook: Hook, path: str) -> None:
    before = counted("unknown", "unknown")

    answer = await hook.post(path=path)

    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"
    assert hook.reader.read_from == []
    assert counted("unknown", "unknown") == before + 1


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_only_what_is_posted_is_a_webhook(hook: Hook, method: str) -> None:
    answer = await hook.http.request(method, "/webhooks/cms")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert hook.reader.read_from == []


async def test_a_body_of_a_megabyte_is_read(hook: Hook) -> None:
    assert (await hook.post(b" " * MAX_BODY)).status_code == 204


async def test_a_longer_body_is_refused(hook: Hook) -> None:
    """By what it says of itself, and by what comes."""

    async def too_much() -> AsyncIterator[bytes]:
        for _ in range(17):
            yield b" " * 65_536

    told = await hook.post(b" " * (MAX_BODY + 1))
    untold = await hook.http.post("/webhooks/cms", content=too_much())

    assert (told.status_code, untold.status_code) == (413, 413)
    assert hook.reader.read_from == []


@pytest.mark.parametrize(
    ("headers", "read"), [([], 17), ([(b"content-length", b"9999999")], 0)], ids=["untold", "told"]
)
async def test_what_is_too_long_is_not_read_to_its_end(
    hook: Hook, headers: list[tuple[bytes, bytes]], read: int
) -> None:
    """Whoever goes on sending fills no memory; whoever says how much it is, is not read at all."""
    chunks = 0

    async def receive() -> Message:
        nonlocal chunks
        chunks += 1
        return {"type": "http.request", "body": b" " * 65_536, "more_body": True}

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/webhooks/cms",
        "raw_path": b"/webhooks/cms",
        "query_string": b"",
        "headers": headers,
    }
    await hook.app(scope, receive, send)

    assert (sent[0]["status"], chunks) == (413, read)


async def test_neither_sources_nor_storefronts_are_waited_for(hook: Hook) -> None:
    """Both hang; the sender has its answer all the same."""
    hook.store.keys = {"content|shirt": {tags.document_tag("cms", "shirt")}}
    hook.refetch.may_go_on.clear()
    hook.target.may_go_on.clear()

    async with asyncio.timeout(5):
        answer = await hook.post()
        await settled()

    assert answer.status_code == 204
    assert hook.refetch.read == [["content|shirt"]]
    hook.refetch.may_go_on.set()
    hook.target.may_go_on.set()


async def test_a_replay_is_harmless(hook: Hook) -> None:
    """The same mark again, later: what was fetched since is fetched once more."""
    first, second = await hook.post(), await hook.post()

    assert (first.status_code, second.status_code) == (204, 204)
    assert hook.store.tags[0] == hook.store.tags[1]


async def test_a_burst_of_three_thousand_is_few_marks(hook: Hook) -> None:
    """Medusa tells about as many events after its first start."""
    before = counted("accepted")

    answers = await asyncio.gather(*(hook.post() for _ in range(3_000)))

    assert {answer.status_code for answer in answers} == {204}
    assert counted("accepted") == before + 3_000
    assert len(hook.store.calls) <= 300  # its tags once per call, not thousands
    assert all(len(call) == 2 for call in hook.store.calls)


async def test_a_hanging_storefront_is_told_once_of_a_burst(hook: Hook) -> None:
    hook.target.may_go_on.clear()
    for _ in range(50):
        await hook.post()
    hook.target.may_go_on.set()
    await settled()

    assert hook.target.calls <= 2


async def test_the_way_of_a_webhook_is_measured(hook: Hook) -> None:
    """An operator sees how long after an edit its webhook comes, where the sender says when."""
    dated = DocumentChanged("cms", "shirt", changed_at=hook.clock.now - 12.0)
    before = lag("count"), lag("sum")

    hook.reader.outcome = (dated, EDITED)
    await hook.post()
    hook.reader.outcome = (EDITED,)
    await hook.post()

    assert (lag("count") - before[0], lag("sum") - before[1]) == (1, 12.0)


def lag(part: str) -> float:
    labels = {"source": "cms"}
    return REGISTRY.get_sample_value(f"bff_webhook_lag_seconds_{part}", labels) or 0.0
