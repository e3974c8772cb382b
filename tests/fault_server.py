"""An upstream on a real socket that fails on purpose, the way a script says.

    async with FaultServer(answers(reply(b"{}"))) as server:
        ... server.url, server.asked, server.connections

Nothing sleeps: a script that must wait, waits for the client or for an event.
"""

import asyncio
import socket

from bff.demo.sockets import Asked, Peer, Script, reply
from bff.demo.sockets import SocketServer as FaultServer

__all__ = [
    "Asked",
    "FaultServer",
    "Peer",
    "Script",
    "answers",
    "never_reads",
    "nobody_there",
    "reply",
    "says_and_closes",
    "says_and_hangs",
    "says_and_resets",
    "says_at_once",
]


def answers(*replies: bytes) -> Script:
    """Answer request after request, the last reply again and again."""

    async def script(peer: Peer) -> None:
        turn = 0
        while True:
            await peer.request()
            await peer.send(replies[min(turn, len(replies) - 1)])
            turn += 1

    return script


def says_at_once(data: bytes) -> Script:
    """Send bytes without waiting for a request, then listen until the client leaves."""

    async def script(peer: Peer) -> None:
        await peer.send(data)
        await peer.left()

    return script


def says_and_closes(data: bytes) -> Script:
    """Read a request, send bytes as they are, close."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(data)

    return script


def says_and_resets(data: bytes) -> Script:
    """Read a request, send bytes as they are, reset the connection."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(data)
        peer.reset()

    return script


def says_and_hangs(data: bytes) -> Script:
    """Read a request, send bytes as they are, and nothing more until the client leaves."""

    async def script(peer: Peer) -> None:
        await peer.request()
        await peer.send(data)
        await peer.left()

    return script


async def never_reads(_peer: Peer) -> None:
    """Accept the connection and look at nothing."""
    await asyncio.Event().wait()


def nobody_there() -> str:
    """Return an address at which every connection is refused."""
    with socket.socket() as plug:
        plug.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{plug.getsockname()[1]}"
