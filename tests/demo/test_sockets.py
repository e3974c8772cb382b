"""Upstreams on real sockets, as a client meets them when they misbehave."""

import asyncio

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bff.demo.sockets import Peer, SocketServer, head, reply
from bff.demo.sockets_upstream import Meant, SocketUpstream


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with what was asked."""
    request = Request(scope, receive)
    told = {
        "path": request.url.path,
        "body": (await request.body()).decode(),
        "token": request.headers.get("authorization"),
    }
    answer: Response = JSONResponse(told, 201)
    await answer(scope, receive, send)


async def says_hello(peer: Peer) -> None:
    while True:
        await peer.request()
        await peer.send(reply(b"hello"))


async def get(url: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        return (await client.get(url)).text


async def test_a_server_that_is_shut() -> None:
    """Its connections are refused, nobody else gets its port, and it is back at its address."""
    async with SocketServer(says_hello) as server:
        url = server.url
        before = await get(url)
        server.shut()
        with pytest.raises(httpx.ConnectError):
            await get(url)
        await server.open()

        assert (before, await get(url), server.url) == ("hello", "hello", url)
        assert server.connections == 2


async def test_connections_that_are_dropped() -> None:
    """Whoever waits for an answer learns at once that there will be none."""

    async def hangs(peer: Peer) -> None:
        await peer.request()
        arrived.set()
        await peer.left()

    arrived = asyncio.Event()
    async with SocketServer(hangs, says_hello) as server:
        waiting = asyncio.create_task(get(server.url))
        await arrived.wait()
        server.drop()

        with pytest.raises(httpx.ReadError):
            await waiting
        assert await get(server.url) == "hello"


async def test_a_script_with_a_mistake() -> None:
    """It is not taken for a fault that was wanted."""

    async def stumbles(_: Peer) -> None:
        raise KeyError

    async def is_served() -> None:
        async with SocketServer(stumbles) as server:
            with pytest.raises(httpx.HTTPError):
                await get(server.url)

    with pytest.raises(ExceptionGroup, match="a script has failed"):
        await is_served()


async def test_an_upstream_that_works() -> None:
    """The app answers as it would without a socket, but for headers it is not to see."""
    async with (
        SocketUpstream(echo, drops=frozenset({"authorization"})) as upstream,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        answer = await client.post(
            f"{upstream.server.url}/a?b=c", content=b"{}", headers={"Authorization": "Bearer t"}
        )

    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {"path": "/a", "body": "{}", "token": None}


async def test_an_upstream_that_misbehaves() -> None:
    """Each request is met in that way, until it heals."""

    async def breaks_off(peer: Peer, meant: Meant) -> None:
        await peer.send(head(len(meant.body)) + meant.body[:3])

    async with SocketUpstream(echo) as upstream:
        upstream.misbehave(breaks_off)
        with pytest.raises(httpx.RemoteProtocolError):
            await get(upstream.server.url)
        await upstream.heal()
        healed = await get(upstream.server.url)
        upstream.refuse()
        with pytest.raises(httpx.ConnectError):
            await get(upstream.server.url)
        await upstream.heal()

        assert await get(upstream.server.url) == healed
