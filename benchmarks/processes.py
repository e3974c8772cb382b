"""Servers in processes of their own, so that each one's processor time is its own."""

import asyncio
import gc
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.commands.servers import YOUNG

_START_SECONDS = 120
_CORES = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []


@contextmanager
def on_core(number: int) -> Iterator[None]:
    """Stay on one core, as do the processes started meanwhile; where there is one to spare.

    Without it the load and the servers wait for each other by turns.
    """
    if sys.platform != "linux" or len(_CORES) < 2:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {_CORES[number]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def started(serve: Callable[..., None], *arguments: object) -> Iterator[Any]:
    """Run `serve(connection, *arguments)` in a new process; yield what it reports first."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=serve, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()
    try:
        if not ours.poll(_START_SECONDS):
            msg = f"{serve.__name__} did not start"
            raise RuntimeError(msg)
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


class Measured:
    """An app that also tells at `/bench/cpu` what its process has cost so far, in seconds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == "/bench/cpu":
            await JSONResponse(time.process_time())(scope, receive, send)
            return
        await self._app(scope, receive, send)


def run_app(parent: Connection, app: ASGIApp, http: type[asyncio.Protocol] | None = None) -> None:
    """Serve an app as uvicorn does, on a free port that is told to the parent.

    `bff serve` brings a protocol (`http`) of its own.
    """
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    config = uvicorn.Config(
        Measured(app),
        http=http or "httptools",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        timeout_keep_alive=60,  # one app's connection is idle while the other is measured
    )
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
    parent.send(listening.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listening])
