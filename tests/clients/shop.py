"""The demo's shop as a process of its own, with other settings of GraphQL.

`python -m tests.clients.shop '{"trusted_only": true, ...}'` prints its address and serves until
it is stopped. Without settings it is what `bff demo` is, but for pages of `ORIGIN`, which may read
its answers; with `--production` introspection and GraphiQL are off.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bff import wiring
from bff.commands.servers import Ports, run
from bff.demo import EXAMPLE, demo_upstreams
from bff.settings.graphql import GraphQLSettings
from bff.wiring.clients import demo_client
from bff.wiring.service import demo_settings

ORIGIN = "https://shop.example.com"
ROOT = Path(__file__).parents[2]
_PATIENCE = 60.0  # seconds for a start on a busy machine


@contextmanager
def open_shop(
    graphql: Mapping[str, object] | None = None, *, production: bool = False
) -> Iterator[str]:
    """Serve the shop at a port of the system's choice; yield its address."""
    words = [json.dumps(graphql or {}), *(["--production"] if production else [])]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.clients.shop", *words],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if not name.startswith("BFF_")},
        stdout=subprocess.PIPE,
        text=True,
    )
    impatience = threading.Timer(_PATIENCE, process.kill)
    impatience.start()
    try:
        assert process.stdout
        address = process.stdout.readline().strip()
        impatience.cancel()
        assert address, "the shop did not start"
        yield address
    finally:
        impatience.cancel()
        process.kill()
        process.communicate()


def _serve(graphql: Mapping[str, object], *, production: bool) -> None:
    upstreams = demo_upstreams()
    settings = demo_settings(upstreams).model_copy(
        update={
            "graphql": GraphQLSettings.model_validate(graphql),
            "development": not production,
            "cors_origins": (ORIGIN,),
        }
    )
    service = wiring.wire(
        settings, example=None if production else EXAMPLE, clients=demo_client(upstreams)
    )

    def started(port: int) -> None:
        sys.stdout.write(f"http://127.0.0.1:{port}\n")
        sys.stdout.flush()

    run(service, Ports("127.0.0.1", 0), started)


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]), production="--production" in sys.argv)
