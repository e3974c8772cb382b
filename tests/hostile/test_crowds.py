"""Hostile clients that come in numbers, or again and again with something else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from tests.hostile.attempts import HOST, JSON, Attempt, document, get
from tests.hostile.client import PATIENCE, Bystander, attempt
from tests.hostile.shop import CONNECTIONS, serving
from tests.hostile.test_corpus import UNAFFECTED

FINE = b"GET /graphql?query=%7B__typename%7D HTTP/1.1\r\n" + HOST + b"\r\n"
PAGE = Attempt("a page", (FINE,), frozenset({200}))
HALF = b"POST /graphql HTTP/1.1\r\n" + HOST + JSON + b"content-length: 1000\r\n\r\n{"

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a service that the other tests leave alone."""
    with serving() as port:
        yield port


@asynccontextmanager
async def opened(port: int, count: int, sent: bytes = b"") -> AsyncIterator[list[Connection]]:
    """Open so many connections, and send the same on each; in the end they are cut."""
    connections: list[Connection] = []
    try:
        for _ in range(count):
            connections.append(await asyncio.open_connection("127.0.0.1", port))
            connections[-1][1].write(sent)
        yield connections
    finally:
        for _, writer in connections:
            writer.transport.abort()


async def told(reader: asyncio.StreamReader) -> bytes:
    """Return all that comes until the other side ends."""
    with contextlib.suppress(ConnectionError):
        return await asyncio.wait_for(reader.read(), PATIENCE)
    return b""


async def test_more_connections_than_there_is_room_for(port: int) -> None:
    """Those that came too late are told so; those that are in go on, and there is room again."""
    async with Bystander.shopping(port) as bystander:
        async with opened(port, CONNECTIONS + 20) as connections:
            refused = [await told(reader) for reader, _ in connections[-10:]]
        assert all(one.startswith(b"HTTP/1.1 503 ") or not one for one in refused)
        assert any(refused)
        await bystander.look()
        for _ in range(100):
            if (await attempt(port, PAGE)).answers[0].status == 200:
                break
        else:
            pytest.fail("there never was room again")
    assert bystander.longest < UNAFFECTED


async def test_a_hundred_halves_of_requests(port: int) -> None:
    """Each is told within two seconds that it was too slow; nobody else waits."""
    async with Bystander.shopping(port) as bystander:
        async with opened(port, 100, HALF) as connections:
            answers = await asyncio.wait_for(
                asyncio.gather(*(told(reader) for reader, _ in connections)), PATIENCE
            )
        await bystander.look()

    assert all(answer.startswith(b"HTTP/1.1 408 ") for answer in answers)
    assert bystander.longest < UNAFFECTED


async def test_requests_without_waiting_for_answers(port: int) -> None:
    """Ten thousand on one connection: as many as are bearable are answered, in order."""
    async with Bystander.shopping(port) as bystander:
        async with opened(port, 1, FINE * 10_000) as ((reader, _),):
            answers = await told(reader)
        await bystander.look()

    assert answers.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 5" not in answers
    assert bystander.longest < UNAFFECTED


async def test_answers_that_nobody_reads(port: int) -> None:
    """Who asks for much and reads nothing keeps what was written to him, and no more."""
    large = "{ products(first: 31) { edges { node { description { html } images { url } } } } }"
    (sent,) = document("large", large).sends
    async with Bystander.shopping(port) as bystander:
        async with opened(port, 50, sent * 10):
            for _ in range(50):
                await bystander.look()
        await bystander.look()

    assert bystander.longest < UNAFFECTED


async def test_clients_that_leave_at_once(port: int) -> None:
    """Whoever leaves before he is answered leaves nothing behind."""
    async with Bystander.shopping(port) as bystander:
        for _ in range(5):
            async with opened(port, 60, FINE):
                pass
            async with opened(port, 60, HALF):
                pass
        await bystander.look()

    assert bystander.longest < UNAFFECTED
    assert (await attempt(port, PAGE)).answers[0].status == 200


def new_document(number: int) -> Attempt:
    """Return a document that nobody has sent yet."""
    fields = " ".join(f"a{number}x{n}: title" for n in range(60))
    text = f'{{ product(handle: "organic-cotton-tshirt") {{ {fields} }} }}'
    return document("new", text, 200, None)


def new_handle(number: int) -> Attempt:
    """Return a product that nobody has."""
    return get("handle", b"/v1/products/no-such-product-%d" % number, 404)


def new_locale(number: int) -> Attempt:
    """Return a language that nobody speaks, for a product that is there."""
    path = b"/v1/products/organic-cotton-tshirt?country=DE&locale=de-x-%d" % number
    return get("locale", path, 200)


def new_variables(number: int) -> Attempt:
    """Return variables that nothing reads, as long as they may be."""
    text = 'query { product(handle: "organic-cotton-tshirt") { title } }'
    return document("variables", text, 200, None, variables={"x": f"{number}" + "y" * 20_000})


def new_language(number: int) -> Attempt:
    """Return a header that nobody has sent yet."""
    return get(
        "header",
        b"/graphql?query=%7Bproduct(handle:%22organic-cotton-tshirt%22)%7Btitle%7D%7D",
        200,
        headers=b"accept-language: de;q=0.%d, " % (number % 900 + 1) + b"x-%d" % number + b"\r\n",
    )


@pytest.mark.parametrize(
    "new", [new_document, new_handle, new_locale, new_variables, new_language]
)
async def test_something_else_each_time(port: int, new: Callable[[int], Attempt]) -> None:
    """What nobody has asked before is answered, and the page of all others stays at hand."""
    async with Bystander.shopping(port) as bystander:
        for number in range(150):
            made = new(number)
            (answer,) = (await attempt(port, made)).answers
            assert answer.status in made.statuses, answer
        await bystander.look()

    assert bystander.longest < UNAFFECTED
