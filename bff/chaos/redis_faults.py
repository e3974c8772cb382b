"""How Redis fails: a proxy before a real one, which tells each fault in Redis's own protocol.

500                an error (`ERR`), or that it is still loading (`LOADING`)
429, with and      busy with somebody's script (`BUSY`), which passes by itself; out of
without a wish     memory (`OOM`), which does not
reset, truncated   in the middle of a reply
invalid JSON       what is no reply at all
wrong shape        a number, whatever was asked
empty              a list of nothing
slow drip          a text that comes byte by byte, for ever
HTML               the page of a web server
expired token      the password does not hold any more (`NOAUTH`)
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from hiredis import Reader

from bff.chaos.cells import Fault
from bff.demo.sockets import Peer, SocketServer

_PIECE = 65_536
_PAUSE = 0.02
"""Seconds between two bytes of a reply that never ends."""
_REPLIES: Mapping[Fault, tuple[bytes, ...]] = {
    Fault.SERVER_ERROR: (
        b"-ERR internal error\r\n",
        b"-LOADING Redis is loading the dataset in memory\r\n",
    ),
    Fault.LIMITED_WITH_WISH: (b"-BUSY Redis is busy running a script.\r\n",),
    Fault.LIMITED: (b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",),
    Fault.INVALID_JSON: (b"\x00\xff{nothing that Redis says}\r\n",),
    Fault.WRONG_SHAPE: (b":7\r\n",),
    Fault.EMPTY: (b"*0\r\n",),
    Fault.HTML: (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n<!doctype html><p>Hello.</p>\r\n",
    ),
    Fault.EXPIRED_TOKEN: (b"-NOAUTH Authentication required.\r\n",),
}
"""What is said to each command instead of the answer, in turns."""
_BREAKING_OFF = frozenset({Fault.RESET, Fault.TRUNCATED})


class RedisProxy:
    """A port of this machine that leads to a Redis on a unix socket, as long as all is well."""

    def __init__(self, socket: Path) -> None:
        self.server = SocketServer(self._serve)
        self.spoilt = 0
        """How many commands were not answered as Redis would have."""
        self._socket = socket
        self._fault: Fault | None = None

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

    @property
    def url(self) -> str:
        """The address to connect to."""
        return f"redis://127.0.0.1:{self.server.port}"

    def fail(self, fault: Fault) -> None:
        """Fail in this way from now on, on the connections that there are as well."""
        if fault is Fault.REFUSED:
            self.server.shut()
        else:
            self._fault = fault

    async def heal(self) -> None:
        """Lead to Redis again. Connections that are held up end."""
        self._fault = None
        self.server.drop()
        await self.server.open()

    async def _serve(self, peer: Peer) -> None:
        reader, writer = await asyncio.open_unix_connection(str(self._socket))
        both = (
            asyncio.create_task(self._ask(peer, writer)),
            asyncio.create_task(self._answer(reader, peer)),
        )
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            writer.close()

    async def _ask(self, peer: Peer, redis: asyncio.StreamWriter) -> None:
        """Pass commands on, or see to it that they are not answered."""
        commands = Reader()
        while said := await peer.read():
            commands.feed(said)
            many = 0
            while commands.gets() is not False:
                many += 1
            fault = self._fault
            if fault is None or fault in _BREAKING_OFF:
                redis.write(said)
                await redis.drain()
                continue
            self.spoilt += many
            if fault is Fault.DRIP:
                await _drips(peer)
            elif fault is not Fault.HANG:
                replies = _REPLIES[fault]
                await peer.send(b"".join(replies[turn % len(replies)] for turn in range(many)))

    async def _answer(self, redis: asyncio.StreamReader, peer: Peer) -> None:
        """Pass answers on, or no more than half of one."""
        while said := await redis.read(_PIECE):
            fault = self._fault
            if fault not in _BREAKING_OFF:
                await peer.send(said)
                continue
            self.spoilt += 1
            await peer.send(said[: len(said) // 2])
            if fault is Fault.RESET:
                peer.reset()
            return


async def _drips(peer: Peer) -> None:
    """Send a text that never is complete."""
    await peer.send(b"$400000000\r\n")
    while True:
        await peer.send(b" ")
        await asyncio.sleep(_PAUSE)
