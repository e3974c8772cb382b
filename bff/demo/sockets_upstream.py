"""An embedded upstream on a real socket, which answers until it is told to misbehave."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx
from starlette.types import ASGIApp

from bff.demo.sockets import Peer, SocketServer, reply


@dataclass(frozen=True, slots=True)
class Meant:
    """What would have been answered to a request."""

    status: int
    content_type: str
    body: bytes


Misbehaviour = Callable[[Peer, Meant], Awaitable[None]]
"""What is done to a request instead of answering it; after that the connection is closed."""


class SocketUpstream:
    """An ASGI app behind a port of this machine.

    `drops` are request headers that the app does not get: credentials of an upstream that is
    public here.
    """

    def __init__(self, app: ASGIApp, *, drops: frozenset[str] = frozenset()) -> None:
        self.server = SocketServer(self._serve)
        self._misbehaviour: Misbehaviour | None = None
        self._drops = drops
        self._app = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://embedded.test"
        )

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.server.__aexit__(kind, exc, trace)
        await self._app.aclose()

    def misbehave(self, misbehaviour: Misbehaviour) -> None:
        """Do this to every request from now on."""
        self._misbehaviour = misbehaviour

    def refuse(self) -> None:
        """Refuse every connection from now on, and reset those that there are."""
        self.server.shut()

    async def heal(self) -> None:
        """Answer again. Connections that are held up end, as if it had been started anew."""
        self._misbehaviour = None
        self.server.drop()
        await self.server.open()

    async def _serve(self, peer: Peer) -> None:
        while True:
            asked = await peer.request()
            answer = await self._app.request(
                asked.method,
                asked.target,
                headers=[pair for pair in asked.headers if pair[0] not in self._drops],
                content=asked.body,
            )
            meant = Meant(
                answer.status_code, answer.headers.get("content-type", ""), answer.content
            )
            if self._misbehaviour is not None:
                await self._misbehaviour(peer, meant)
                return
            await peer.send(
                reply(
                    meant.body,
                    f"content-type: {meant.content_type}",
                    status=f"{meant.status} Answered",
                )
            )
