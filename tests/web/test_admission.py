"""Which requests are looked into: the same for what is kept and for what is executed."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.types import Message, Scope

from bff.errors import BadInput
from bff.web import admission as module
from bff.web.admission import Admission, Admitted
from bff.web.errors import PayloadTooLarge
from bff.web.incoming import Caller, Incoming
from bff.web.surface import DEFAULT
from tests.web.editors import Editors, open_shop
from tests.web.storefront import Storefront


@pytest.fixture
def admission() -> Admission:
    """The door of a shop."""
    return Admission(Incoming(Editors().service().shop))


@pytest.fixture
async def shop() -> AsyncIterator[Storefront]:
    """A client of a shop that keeps answers."""
    async with open_shop(Editors(answers_bytes=1_000_000)) as client:
        yield client


def pieces(*chunks: bytes) -> list[Message]:
    """Return a body as it arrives from the network."""
    return [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    ]


async def let_in(admission: Admission, arriving: list[Message]) -> Admitted:
    """Post a body; what is not read of it is left over."""
    headers = [(b"content-type", b"application/json")]
    scope: Scope = {"type": "http", "method": "POST", "headers": headers}

    async def receive() -> Message:
        return arriving.pop(0)

    return await admission.admit(Caller(scope), scope, receive)


async def test_a_body_may_come_in_pieces(admission: Admission) -> None:
    """However the network cuts a request, it is the same question."""
    whole = await let_in(admission, pieces(b'{"query": "{ a }"}'))
    cut = await let_in(admission, pieces(b'{"que', b'ry": "{ a', b' }"}'))

    assert whole.read() == cut.read()
    assert whole.question == cut.question is not None


async def test_what_is_too_long_is_not_read_to_its_end(admission: Admission) -> None:
    """An endless body is refused as soon as it is too long."""
    piece = b" " * (DEFAULT.body_bytes // 2 + 1)
    arriving = pieces(piece, piece, piece, piece)
    with pytest.raises(PayloadTooLarge):
        await let_in(admission, arriving)

    assert len(arriving) == 2


async def test_bodies_are_remembered_up_to_a_bound(
    admission: Admission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Millions of different questions do not fill the memory, and each is still read right."""
    monkeypatch.setattr(module, "_MOST_SEEN", 2_000)
    for number in range(100):
        body = b'{"query": "{ a%d }"}' % number
        for _ in range(2):
            admitted = await let_in(admission, pieces(body))
            assert admitted.read().document == f"{{ a{number} }}"
        remembered = sum(len(each) + module._OVERHEAD for each in admission._seen)
        assert remembered == admission._seen_bytes <= 2_000


async def test_what_was_refused_is_refused_again(admission: Admission) -> None:
    """A body that made no sense is not remembered as one that did."""
    for _ in range(2):
        with pytest.raises(BadInput):
            await let_in(admission, pieces(b'{"query": 1}'))


@pytest.mark.parametrize(
    ("name", "sent", "taken"),
    [
        ("accept-language", ["de", "en"], "de, en"),
        ("accept-language", [], ""),
        ("traceparent", ["a", "b"], "a, b"),
    ],
)
def test_a_header_that_came_twice_is_joined(name: str, sent: list[str], taken: str) -> None:
    """A proxy that splits a list changes nothing."""
    headers = [(name.encode(), value.encode()) for value in sent]

    assert Caller({"type": "http", "headers": headers}).header(name.encode()) == taken


@pytest.mark.parametrize("root", ["", "/shop"])
async def test_graphql_below_a_path(shop: Storefront, root: str) -> None:
    """Behind a proxy that mounts the service below a path, GraphQL is found there."""
    transport = shop.http._transport
    app = transport.app  # type: ignore[attr-defined] # of the ASGI transport
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": f"{root}/graphql",
        "root_path": root,
        "query_string": b"query={__typename}",
        "headers": [],
    }
    await app(scope, receive, send)

    assert sent[0]["status"] == 200
    assert sent[1]["body"] == b'{"data":{"__typename":"Query"}}'


async def test_many_at_once_are_kept_apart(shop: Storefront) -> None:
    """Different questions at the same moment never get each other's answers."""
    handles = ["tee", "jeans", "nope"] * 20
    answers = await asyncio.gather(
        *(
            shop.send(f'{{ product(handle: "{handle}", locale: "en") {{ handle }} }}')
            for handle in handles
        )
    )

    for handle, answer in zip(handles, answers, strict=True):
        expected = None if handle == "nope" else {"handle": handle}
        assert answer.json()["data"] == {"product": expected}
