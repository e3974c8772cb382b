"""The ports of a service, from the first request to the last.

SIGTERM           `/readyz` says that the service stops, and everything is answered as before
                  for as long as load balancers need to notice; answers end their connections
then              no new connections; what has begun to arrive is answered; work ends in order
SIGINT (Ctrl-C)   the same without the first part: nobody balances anything
a second signal   the end, at once
"""

import asyncio
import gc
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from socket import socket
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp
from uvicorn.server import HANDLED_SIGNALS

from bff import wiring
from bff.commands.connection import guarded
from bff.commands.descriptors import room_for
from bff.commands.door import DEFAULT, ConnectionLimits, Door
from bff.telemetry import log

YOUNG: Final = 10_000
"""New objects until cyclic garbage is looked for. A page makes thousands: at Python's 700 they are
all looked through several times while it is being made."""
_ENDED_BY: Final = 128
"""With a signal's number added the exit code of who was ended by it, as shells have it."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a service listens, what it lets in there, and how it stops.

    `drain_seconds` is how long it goes on after a SIGTERM, `finishing_seconds` how long answers
    that are under way may take after that.
    """

    host: str
    port: int
    operations_port: int | None = None
    limits: ConnectionLimits = DEFAULT
    drain_seconds: float = 0.0
    finishing_seconds: float = 5.0


def run(service: wiring.Service, ports: Ports, started: Callable[[int], None]) -> int:
    """Serve until told to stop; return 0, since that is what was wanted.

    `started` is called with the port once it listens.

    Raises:
        SystemExit: it cannot listen, or not start; the log says why.
    """
    # What is there now stays. Looked through by every full collection, it stopped the service
    # for 50 ms each time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    room = room_for(ports.limits.connections)
    if room < ports.limits.connections:
        log("connections_limited", most=room, wanted=ports.limits.connections)
        ports = replace(ports, limits=replace(ports.limits, connections=room))
    operations = None
    if service.operations is not None and ports.operations_port is not None:
        operations, _ = _config(service.operations, ports, ports.operations_port)
    config, door = _config(service.app, ports, ports.port)
    server = _Server(config, started, operations)
    server.stops = _Stop(service, door, ports.drain_seconds)
    server.run()
    return 0


class _Stop:
    """How the service stops: what is told, and when the ports close."""

    def __init__(self, service: wiring.Service, door: Door, drain_seconds: float) -> None:
        self.drain_seconds = drain_seconds
        self._service = service
        self._door = door

    def begin(self) -> None:
        """Send everybody away who can go elsewhere."""
        self._service.ending.tell()
        self._door.is_closing = True


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
            _tell_refusal("BFF_OPERATIONS_PORT", self.config)
            self.refusal = refusal
            self.should_exit = True
        self.was_tried.set()


class _Server(uvicorn.Server):
    """Says when it listens, and at which port: not before, since the port may be taken.

    The operations port is there before it, and for as long as it.
    """

    stops: _Stop

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
        self._was_told = False
        self._ends_at: float | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take signals until the end. uvicorn would raise them once more after it."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in HANDLED_SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Begin to stop, or end at once who was told already."""
        if self._was_told:
            os._exit(_ENDED_BY + sig)  # whatever is being waited for
        self._was_told = True
        self.stops.begin()
        if sig != signal.SIGTERM or not self.started or not self.stops.drain_seconds:
            self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Tell whether the ports are to be closed now; uvicorn asks ten times a second."""
        is_over = await super().on_tick(counter)
        if not self._was_told or is_over:
            return is_over
        now = asyncio.get_running_loop().time()
        if self._ends_at is None:
            self._ends_at = now + self.stops.drain_seconds
            log("service_stopping", drain_seconds=self.stops.drain_seconds)
        return now >= self._ends_at

    async def startup(self, sockets: list[socket] | None = None) -> None:
        if self._operations is not None:
            self._beside = asyncio.create_task(self._operations.serve())
            await self._operations.was_tried.wait()
            if self._operations.refusal is not None:
                raise self._operations.refusal
        try:
            await super().startup(sockets)
        except SystemExit:
            _tell_refusal("BFF_PORT", self.config)
            await self._end_operations()
            raise
        if self.started:
            self._tell_started(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        await super().shutdown(sockets)
        await self._end_operations()
        log("service_stopped")

    async def _end_operations(self) -> None:
        if self._operations is not None and self._beside is not None:
            self._operations.should_exit = True
            await self._beside


def _tell_refusal(variable: str, config: uvicorn.Config) -> None:
    """Say which port cannot be listened at, and what sets it; uvicorn has said why."""
    log("port_not_opened", level=logging.ERROR, variable=variable, port=config.port)


def _config(app: ASGIApp, ports: Ports, port: int) -> tuple[uvicorn.Config, Door]:
    connection = guarded(ports.limits)
    config = uvicorn.Config(
        app,
        host=ports.host,
        port=port,
        http=connection,
        ws="none",  # there is nothing to upgrade to
        access_log=False,
        server_header=False,
        proxy_headers=False,  # who the client is, is looked for only where somebody counts
        log_config=None,  # its lines are written as ours are
        log_level="warning",
        # Half a request ends by its own limit; this is for what nobody has thought of.
        timeout_graceful_shutdown=ports.finishing_seconds,  # type: ignore[arg-type] # it waits for fractions, too
    )
    return config, connection.door
