"""The demo's shop as a production service in a process of its own, for the hostile to try.

Run as a module it serves until it is killed; its settings are an operator's, but for secrets that
the corpus looks for in all it is answered, and fewer connections than a file of them would need.
"""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bff import wiring
from bff.commands.servers import run
from bff.commands.serving import ports_of
from bff.demo import demo_upstreams
from bff.settings import Settings
from bff.telemetry import show_log

OPERATORS_SECRET = "operators-canary-0f3a9c77d1e24b58a6c9"
WEBHOOK_SECRET = "webhook-canary-7be21d0a55aa49d2b1c0"
CONNECTIONS = 150
SECRETS = (OPERATORS_SECRET, WEBHOOK_SECRET, "pk_demo", "preview-canary")


def settings() -> Settings:
    """Return the settings of the shop."""
    upstreams = demo_upstreams()
    return Settings.model_validate(
        {
            "port": 0,
            "medusa": {
                "url": "http://medusa.internal:9000",
                "publishable_key": upstreams.publishable_key,
                "webhook_secret": WEBHOOK_SECRET,
            },
            "content": (
                {
                    "kind": "sanity",
                    "url": "http://sanity.internal:3333",
                    "project_id": upstreams.project_id,
                    "dataset": upstreams.dataset,
                    "preview_token": "preview-canary",
                    "webhook_secret": WEBHOOK_SECRET,
                },
            ),
            "locales": tuple(upstreams.locales),
            "default_country": upstreams.default_country,
            "operators_secret": OPERATORS_SECRET,
            "reconcile_seconds": 0,
            "limits": {"connections": CONNECTIONS},
        }
    )


def serve() -> int:
    """Serve it until the end."""
    chosen = settings()
    show_log("warning", "text")
    service = wiring.wire(chosen, example=None, clients=wiring.demo_client(demo_upstreams()))

    def started(port: int) -> None:
        sys.stdout.write(f"port {port}\n")
        sys.stdout.flush()

    return run(service, ports_of(chosen), started)


@contextmanager
def serving() -> Iterator[int]:
    """Run it in a process of its own; give out its port. It is gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.hostile.shop"], stdout=subprocess.PIPE, text=True
    )
    impatience = threading.Timer(600, process.kill)
    impatience.start()
    try:
        assert process.stdout
        found = re.match(r"port (\d+)$", process.stdout.readline())
        assert found, "the service has not started"
        yield int(found[1])
        assert process.poll() is None, "the service did not survive"
    finally:
        impatience.cancel()
        process.kill()
        process.communicate()


if __name__ == "__main__":
    sys.exit(serve())
