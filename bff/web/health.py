"""Whether to send this process requests, and its figures: `/readyz` and `/metrics`.

They are for the operator, not for shoppers: where there is an operations port, they are on that
one only. Each process counts for itself, so that each is to be scraped by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bff.telemetry.metrics import REGISTRY

_NOT_READY = 503
_UNKEPT: Mapping[str, str] = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True)
class Check:
    """Something that this process depends on.

    `look` says in a few words what is not well, or nothing; it does no I/O, and its words name no
    address. Without what `is_needed` no requests are to come here; the rest is only shown.
    """

    name: str
    look: Callable[[], str | None]
    is_needed: bool = False


def health_routes(
    checks: Sequence[Check], *, registry: CollectorRegistry = REGISTRY
) -> list[BaseRoute]:
    """Return the routes `/readyz` and `/metrics`."""

    async def ready(_: Request) -> Response:
        looks = [(check, check.look()) for check in checks]
        is_ready = not any(words and check.is_needed for check, words in looks)
        states = {
            check.name: {"ok": words is None, **({"detail": words} if words else {})}
            for check, words in looks
        }
        return JSONResponse(
            {"ready": is_ready, "checks": states}, 200 if is_ready else _NOT_READY, _UNKEPT
        )

    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), headers={**_UNKEPT, "Content-Type": content_type})

    return [Route("/readyz", ready), Route("/metrics", metrics)]
