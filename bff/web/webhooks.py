"""`POST /webhooks/{source}`: what the sources say has changed."""

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bff.catalog.invalidate import Invalidator
from bff.ports import WallClock, WebhookReader
from bff.web.errors import NotFound
from bff.web.rest import problem_response


class Webhooks:
    """Receives webhooks. Sources without a reader are not known here."""

    def __init__(
        self, readers: Iterable[WebhookReader], invalidator: Invalidator, now: WallClock
    ) -> None:
        self._readers = {reader.name: reader for reader in readers}
        self._invalidator = invalidator
        self._now = now

    @property
    def routes(self) -> list[BaseRoute]:
        """The routes for `create_app`."""
        return [Route("/webhooks/{name}", self._receive, methods=["POST"])]

    async def _receive(self, request: Request) -> Response:
        return problem_response(NotFound("there is nothing at this path"), request)
