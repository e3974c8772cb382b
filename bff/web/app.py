"""The application: its routes, and what answers when none of them does."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bff.errors import BadInput
from bff.web.answering import Answering
from bff.web.client_rate import Clients
from bff.web.context import Shop
from bff.web.cors import Cors
from bff.web.errors import MethodNotAllowed, NotFound
from bff.web.executor import Executor
from bff.web.graphql import GraphQLEndpoint
from bff.web.middleware import Faults, HeadAsGet, Rated, RequestIds
from bff.web.openapi import describe
from bff.web.pages import developer_pages
from bff.web.problems import problem_response
from bff.web.rest import Reading
from bff.web.rest_pages import ContentPages
from bff.web.rest_preview import PreviewMint
from bff.web.rest_products import ProductPages
from bff.web.schema import build_schema
from bff.web.surface import DEFAULT, Surface
from bff.web.watching import Lines, Watched

_METHOD_NOT_ALLOWED = 405


def create_app(
    shop: Shop,
    *,
    example: str | None,
    version: str,
    close: Callable[[], Awaitable[None]],
    start: Callable[[], Awaitable[None]] | None = None,
    surface: Surface = DEFAULT,
    clients: Clients | None = None,
    lines: Lines = Lines.TROUBLED,
    routes: Sequence[BaseRoute] = (),
) -> FastAPI:
    """Return the ASGI application.

    Args:
        shop: what it serves.
        example: the operation that GraphiQL opens with; `None` switches GraphiQL and
            introspection off.
        version: this service's own version.
        close: called once when the application ends.
        start: called once before it takes requests.
        surface: what it lets in, and how it answers.
        clients: what is counted of each client; a count of its own without it.
        lines: which requests are written to the log.
        routes: what else it answers, such as webhooks.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if start is not None:
            await start()
        yield
        await close()

    app = _Application(
        title="bff",
        summary="Merged products and pages of one shop: Medusa's offers with CMSs' texts.",
        version=version,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a detour would lead to whatever host the request names
        lifespan=lifespan,
    )
    executor = Executor(build_schema(), introspection=example is not None, surface=surface)
    clients = clients or Clients.of(surface.rate, surface.proxies, shop.clock)
    answering = Answering(shop, lines=lines, clients=clients)
    reading = Reading(executor, answering)
    app.include_router(ProductPages(reading).router)
    app.include_router(ContentPages(reading).router)
    if shop.preview is not None:
        app.include_router(PreviewMint(shop.preview, clients, surface.body_bytes).router)
    describe(app, executor.schema, has_preview=shop.preview is not None)
    app.graphql = GraphQLEndpoint(executor, answering, surface, has_graphiql=example is not None)
    if surface.cors_origins:
        app.graphql = Cors(app.graphql, surface.cors_origins)
    app.router.routes.append(Route("/livez", _alive))
    app.router.routes.extend(developer_pages(example))
    app.router.routes.extend(routes)
    app.add_exception_handler(HTTPException, _http_problem)
    app.add_exception_handler(RequestValidationError, _input_problem)
    app.add_middleware(Faults)
    if clients.rates.counts:
        app.add_middleware(Rated, rates=clients.rates)
    app.add_middleware(Watched, watch=answering.watch)
    app.add_middleware(RequestIds)
    app.add_middleware(HeadAsGet)
    if surface.cors_origins:
        app.add_middleware(Cors, origins=surface.cors_origins)
    return app


class _Application(FastAPI):
    """The application. `/graphql` is answered before its router and middlewares are entered."""

    graphql: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == scope.get("root_path", "") + "/graphql":
            await self.graphql(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _alive(_: Request) -> Response:
    """Say that the process runs; it depends on nobody else."""
    return Response("ok", media_type="text/plain", headers={"Cache-Control": "no-store"})


async def _http_problem(request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, HTTPException) or refusal.status_code != _METHOD_NOT_ALLOWED:
        return problem_response(NotFound("there is nothing at this path"), request)
    response = problem_response(MethodNotAllowed("this path does not take that method"), request)
    response.headers["Allow"] = _allowed(refusal.headers or {})  # RFC 9110, section 15.5.6
    return response


def _allowed(headers: Mapping[str, str]) -> str:
    """Return the methods of a path in a fixed order; where there is GET, there is HEAD."""
    methods = {method.strip() for method in headers.get("Allow", "").split(",")}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


async def _input_problem(request: Request, _: Exception) -> Response:
    return problem_response(BadInput("a parameter of the request cannot be read"), request)
