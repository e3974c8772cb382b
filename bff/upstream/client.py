"""The production client: httpx over aiohttp, without what a reader of JSON has no use for."""

import ssl
from collections.abc import Mapping
from functools import lru_cache
from weakref import WeakSet

import aiohttp
import httpx
import httpx_aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace


def open_client(
    base_url: str,
    headers: Mapping[str, str],
    *,
    connections: int = 8,
    idle_seconds: float = 4.0,
) -> httpx.AsyncClient:
    """Return the production client for one source; whoever opens it closes it.

    At most `connections` are open; waiting for a free one counts against the call's deadline.
    They are dropped after `idle_seconds`: Medusa closes idle ones after 5 s, and Node answers
    several calls at once no faster than few. Certificates are verified against the system's
    authorities. The environment's proxies are ignored, no cookie is kept, no redirect followed.
    Sockets are opened on the running event loop, at the first request.
    """

    def session() -> aiohttp.ClientSession:
        pool = _Pool(limit=connections, keepalive_timeout=idle_seconds, tls=tls)
        return aiohttp.ClientSession(
            connector=pool,
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(pool.send_once_more,),
            trust_env=False,
        )

    tls = _tls()
    return _StraightClient(
        httpx_aiohttp.AiohttpTransport(verify=tls, client=session, trust_env=False),
        base_url=base_url,
        headers={"user-agent": "bff", **headers},
    )


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Return what verifies certificates: reading the system's authorities takes 50 ms."""
    return ssl.create_default_context()


class _StraightClient(httpx.AsyncClient):
    """Hands requests to the transport and does nothing else.

    What httpx does around that costs a fifth of the call, stores cookies, prepares redirects
    and logs addresses.
    """

    def __init__(
        self, transport: httpx.AsyncBaseTransport, *, base_url: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(transport=transport, base_url=base_url, headers=headers, trust_env=False)
        self._straight = transport

    async def send(
        self, request: httpx.Request, *, stream: bool = False, **_options: object
    ) -> httpx.Response:
        """Send it as it is; authentication and redirects are options that do not count."""
        if self.is_closed:
            message = "the client is closed"
            raise RuntimeError(message)
        response = await self._straight.handle_async_request(request)
        response.request = request
        if not stream:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response


class _Pool(aiohttp.TCPConnector):
    """Connections of which it is known whether they were used before.

    A source that closes an idle connection may do so while a request is on its way: that request
    is sent once more, on a new connection. aiohttp by itself would repeat any GET, after the
    loss of a new connection too, perhaps on the next stale one, and never a POST.
    """

    def __init__(self, *, limit: int, keepalive_timeout: float, tls: ssl.SSLContext) -> None:
        super().__init__(limit=limit, keepalive_timeout=keepalive_timeout, ssl=tls)
        self._used: WeakSet[ResponseHandler] = WeakSet()
        self._on_used: WeakSet[aiohttp.ClientRequest] = WeakSet()

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - the name is aiohttp's
    ) -> Connection:
        """Return a connection; to a request that comes back from a used one, a new one."""
        connection = await super().connect(req, traces, timeout)
        while req in self._on_used and connection.protocol in self._used:
            connection.close()
            connection = await super().connect(req, traces, timeout)
        protocol = connection.protocol
        if protocol in self._used:
            self._on_used.add(req)
        elif protocol is not None:
            self._used.add(protocol)
        return connection

    async def send_once_more(
        self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        """Repeat a request whose used connection was closed before any byte came back."""
        try:
            return await send(request)
        except _LOST as lost:
            if request not in self._on_used or _is_answered(lost):
                raise _ConnectionLostError from lost
        try:
            return await send(request)
        except _LOST as lost:
            raise _ConnectionLostError from lost


class _ConnectionLostError(aiohttp.ClientConnectionError):
    """A loss that aiohttp does not take for one of those that it repeats by itself."""


_LOST = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


def _is_answered(lost: Exception) -> bool:
    # aiohttp puts what it had of the answer's head in the place of the message.
    return isinstance(lost, aiohttp.ServerDisconnectedError) and not isinstance(lost.message, str)
