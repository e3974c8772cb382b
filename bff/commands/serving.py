"""`bff serve` and `bff demo`."""

import argparse
import asyncio
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from socket import socket

import uvicorn
from starlette.types import ASGIApp

from bff import wiring
from bff.commands.connection import guarded
from bff.commands.door import DEFAULT, ConnectionLimits
from bff.commands.settings import settings_of
from bff.demo import demo_upstreams, things_to_try
from bff.settings.limits import LimitSettings
from bff.telemetry import log, show_log

YOUNG = 10_000
"""New objects until cyclic garbage is looked for. A page makes thousands: at Python's 700 they are
all looked through several times while it is being made."""
_STOPPING = 5  # seconds for answers that are under way when the service is told to stop


def serve(options: argparse.Namespace) -> int:
    """Serve the shop that the settings describe, until told to stop."""
    settings = settings_of(options)
    show_log()

    def started(port: int) -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        log("service_started", url=f"http://{host}:{port}")

    service = wiring.production(settings)
    limits = connection_limits(settings.limits)
    _run(
        service,
        settings.host,
        settings.port,
        started,
        operations_port=settings.operations_port,
        limits=limits,
    )
    return 0


def demo(options: argparse.Namespace) -> int:
    """Serve the demo shop, until told to stop."""
    host = "127.0.0.1"
    url = f"http://{host}:{options.port}"

    def welcome(_: int) -> None:
        tries = "".join(f"\n  {title}:\n    {command}\n" for title, command in things_to_try(url))
        sys.stdout.write(
            f"The demo shop is at\n  {url}/graphiql   explore\n  {url}/graphql    query\n"
            f"  {url}/docs       REST\n\nThings to try:\n{tries}\nStop it with Ctrl-C.\n"
        )
        sys.stdout.flush()

    _run(wiring.demo(demo_upstreams()), host, options.port, welcome)
    return 0


class _Operations(uvicorn.Server):
    """Answers the operator at a port of its own; signals are for the other one.

    `was_tried` is set once it listens, or has `refusal` for not doing so.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.was_tried = asyncio.Event()
        self.refusal: SystemExit | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit as refusal:  # it would end the loop from within a task, loudly
            self.refusal = refusal
            self.should_exit = True
        self.was_tried.set()


class _Server(uvicorn.Server):
    """Says when it listens, and at which port: not before, since the port may be taken.

    The operations port is there before it, and for as long as it.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        started: Callable[[int], None],
        operations: uvicorn.Config | None,
    ) -> None:
        super().__init__(config)
        self._tell_started = started
        self._operations = _Operations(operations) if operations else None
        self._beside: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket] | None = None) -> None:
        if self._operations is not None:
            self._beside = asyncio.create_task(self._operations.serve())
            await self._operations.was_tried.wait()
            if self._operations.refusal is not None:
                raise self._operations.refusal
        try:
            await super().startup(sockets)
        except SystemExit:
            await self._end_operations()
            raise
        if self.started:
            self._tell_started(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._end_operations()

    async def _end_operations(self) -> None:
        if self._operations is not None and self._beside is not None:
            self._operations.should_exit = True
            await self._beside


def _run(
    service: wiring.Service,
    host: str,
    port: int,
    started: Callable[[int], None],
    *,
    operations_port: int | None = None,
    limits: ConnectionLimits = DEFAULT,
) -> None:
    # What is there now stays. Looked through by every full collection, it stopped the service
    # for 50 ms each time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    operations = None
    if service.operations is not None and operations_port is not None:
        operations = _config(service.operations, host, operations_port, limits)
    with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in order
        _Server(_config(service.app, host, port, limits), started, operations).run()


def connection_limits(limits: LimitSettings) -> ConnectionLimits:
    """Return what a port lets in, as the settings say."""
    return ConnectionLimits(
        head_bytes=limits.header_kilobytes * 1024,
        receive_seconds=limits.receive_seconds,
        idle_seconds=limits.idle_seconds,
        connections=limits.connections,
    )


def _config(app: ASGIApp, host: str, port: int, limits: ConnectionLimits) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=guarded(limits),
        ws="none",  # there is nothing to upgrade to
        access_log=False,
        server_header=False,
        log_level="warning",
        # Without it a client that sends half a request and then nothing keeps a stopping
        # service alive for as long as it likes.
        timeout_graceful_shutdown=_STOPPING,
    )
