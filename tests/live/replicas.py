"""Several replicas of the service as they are run, each its own process, over one Redis of theirs.

BFF_LIVE_LAB is the folder of the laboratory: its `edit.sh` makes edits in the real systems, its
`webhooks.sh` says where they send their webhooks, and its `lab.env` has the secrets.
"""

import json
import os
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.live import lab
from tests.live.service import wait_for
from tests.live.systems import (
    LOCALES,
    contentful_settings,
    sanity_settings,
    strapi_settings,
)

Json = Any
LAB = os.environ.get("BFF_LIVE_LAB", "")
needs_edits = pytest.mark.skipif(
    not LAB, reason="BFF_LIVE_LAB is not the folder of a lab whose content may be edited"
)
FIELDS = {
    "title": ["medusa"],
    "description": ["strapi", "medusa"],
    "images": ["contentful", "medusa"],
    "addons": ["sanity"],
}
"""Each content system has a field of its own, so that an edit in each can be seen."""


def secrets() -> dict[str, str]:
    """Return what `lab.env` says."""
    pairs = shlex.split((Path(LAB) / "lab.env").read_text(encoding="utf-8"), comments=True)
    return dict(pair.split("=", 1) for pair in pairs)


def edit(*what: str) -> None:
    """Make one edit in a real system; it is done when this returns."""
    subprocess.run([f"{LAB}/edit.sh", *what], check=True, capture_output=True, timeout=60)


@contextmanager
def webhooks_to(address: str) -> Iterator[None]:
    """Let all systems send their webhooks there, once nobody else takes them in."""
    until = time.monotonic() + 300
    while (Path(LAB) / "state" / "webhooks").exists():
        if time.monotonic() > until:
            pytest.skip("somebody else takes in this lab's webhooks")
        time.sleep(1)
    command = f"{LAB}/webhooks.sh"
    subprocess.run([command, address], check=True, capture_output=True, timeout=60)
    try:
        yield
    finally:
        subprocess.run([command, "off"], check=True, capture_output=True, timeout=60)


def settings(redis_url: str, port: int) -> dict[str, str]:
    """Return the environment of one replica."""
    known = secrets()
    content = [
        sanity_settings(webhook_secret=known["SANITY_WEBHOOK_SECRET"]),
        contentful_settings(webhook_secret=known["CONTENTFUL_WEBHOOK_SECRET"]),
        strapi_settings(webhook_secret=known["STRAPI_WEBHOOK_AUTHORIZATION"]),
    ]
    return {
        "BFF_MEDUSA__URL": lab.MEDUSA_URL,
        "BFF_MEDUSA__PUBLISHABLE_KEY": lab.MEDUSA_KEY,
        "BFF_MEDUSA__WEBHOOK_SECRET": known["MEDUSA_WEBHOOK_SECRET"],
        "BFF_CONTENT": json.dumps(content),
        "BFF_MERGE__FIELDS": json.dumps(FIELDS),
        "BFF_LOCALES": json.dumps(LOCALES),
        "BFF_DEFAULT_COUNTRY": "US",
        "BFF_REDIS_URL": redis_url,
        "BFF_PORT": str(port),
    }


@contextmanager
def replicas(redis_url: str, count: int = 2, **changes: str) -> Iterator[Sequence[httpx.Client]]:
    """Run some replicas of `bff serve`; the clients know their addresses."""
    with ExitStack() as stack:
        clients = [
            stack.enter_context(_replica({**settings(redis_url, port), **changes}))
            for port in _free_ports(count)
        ]
        yield clients


@contextmanager
def _replica(environment: dict[str, str]) -> Iterator[httpx.Client]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("BFF_")}
    command = [sys.executable, "-m", "bff", "serve"]
    address = f"http://127.0.0.1:{environment['BFF_PORT']}"
    with (
        subprocess.Popen(command, env={**plain, **environment}) as process,
        httpx.Client(base_url=address, timeout=30) as client,
    ):
        try:
            wait_for(client, process)
            yield client
        finally:
            process.terminate()
            process.wait(20)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]
