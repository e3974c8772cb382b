"""REST for pages rendered on a server: one whole merged product, or several, per request."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from bff.errors import BadInput, BffError
from bff.web.answers import caching, degraded_entries, to_json
from bff.web.context import RequestContext
from bff.web.errors import NotFound, cause_of, problem
from bff.web.executor import Executor, Operation
from bff.web.incoming import Incoming, request_id
from bff.web.inputs import MAX_KEYS, checked_key, read_optional
from bff.web.scalars import read_country, read_locale
from bff.web.whole_objects import whole_selection

_Handle = Annotated[str, Path(description="The product's readable name in URLs.")]
_Locale = Annotated[
    str | None,
    Query(description="A BCP 47 tag. Without it `Accept-Language` decides, then the default."),
]
_Country = Annotated[
    str | None,
    Query(description="An ISO 3166-1 alpha-2 code. Without it the shop's default market."),
]
_List = Annotated[str | None, Query(description="Several, separated by commas; 1 to 100.")]

_SCHEMAS = "#/components/schemas/"
_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": _SCHEMAS + "Problem"}}}}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {"description": "The request cannot be answered.", **_PROBLEM},
    500: {"description": "Something went wrong on our side.", **_PROBLEM},
    502: {"description": "Medusa refused us, or answered nonsense.", **_PROBLEM},
    503: {"description": "Medusa is not available.", **_PROBLEM},
    504: {"description": "Medusa did not answer in time.", **_PROBLEM},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    404: {"description": "There is no such product.", **_PROBLEM}
}


def _answers(name: str) -> dict[int | str, dict[str, Any]]:
    schema = {"$ref": _SCHEMAS + name}
    found = {"description": "Found.", "content": {"application/json": {"schema": schema}}}
    return {200: found, **_RESPONSES}


class ProductPages:
    """Answers `/v1/products`."""

    def __init__(self, executor: Executor, incoming: Incoming) -> None:
        self._executor = executor
        self._incoming = incoming
        selection = whole_selection(executor.schema, "Product")
        view = "$locale: Locale, $country: CountryCode"
        given = "locale: $locale, country: $country"
        self._one = (
            f"query($handle: String!, {view}) {{ product(handle: $handle, {given}) {selection} }}"
        )
        self._many = (
            f"query($first: Int!, $filter: ProductFilter!, {view})"
            f" {{ products(first: $first, filter: $filter, {given})"
            f" {{ edges {{ node {selection} }} }} }}"
        )
        self.router = APIRouter(prefix="/v1", tags=["products"])
        self.router.add_api_route(
            "/products/{handle}",
            self.one,
            response_class=Response,
            responses={**_answers("ProductPage"), **_NOT_FOUND},
            operation_id="getProduct",
            summary="One merged product",
        )
        self.router.add_api_route(
            "/products",
            self.many,
            response_class=Response,
            responses=_answers("ProductPages"),
            operation_id="getProducts",
            summary="Several merged products, by handles or by ids",
        )

    async def one(
        self, request: Request, handle: _Handle, locale: _Locale = None, country: _Country = None
    ) -> Response:
        """Return one product in one language and market."""
        context = self._incoming.context(request)
        try:
            variables = {"handle": checked_key("handle", handle), **_view(locale, country)}
            data = await self._read(Operation(self._one, variables), context)
            if data["product"] is None:
                msg = "handle: there is no such product"
                raise NotFound(msg)
        except BffError as failure:
            return problem_response(failure, request)
        return _answer(data["product"], context)

    async def many(
        self,
        request: Request,
        handles: _List = None,
        ids: _List = None,
        *,
        locale: _Locale = None,
        country: _Country = None,
    ) -> Response:
        """Return several products in the order they were asked for, and which are missing."""
        context = self._incoming.context(request)
        try:
            by, keys = _picked(handles, ids)
            variables = {"first": len(keys), "filter": {by: keys}, **_view(locale, country)}
            data = await self._read(Operation(self._many, variables), context)
        except BffError as failure:
            return problem_response(failure, request)
        products = [edge["node"] for edge in data["products"]["edges"]]
        found = {product["id" if by == "ids" else "handle"] for product in products}
        missing = [key for key in keys if key not in found]
        return _answer({"products": products, "missing": missing}, context)

    async def _read(self, operation: Operation, context: RequestContext) -> Mapping[str, Any]:
        """Return the data; the first failure ends the whole answer."""
        execution = await self._executor.run(operation, context)
        if execution.errors:
            raise cause_of(execution.errors[0])
        return execution.data or {}


def _view(locale: str | None, country: str | None) -> dict[str, str | None]:
    return {
        "locale": read_optional("locale", locale, read_locale),
        "country": read_optional("country", country, read_country),
    }


def _picked(handles: str | None, ids: str | None) -> tuple[str, list[str]]:
    if (handles is None) == (ids is None):
        msg = "give either handles or ids"
        raise BadInput(msg)
    by, text = ("handles", handles) if handles is not None else ("ids", ids or "")
    keys = [checked_key(by, key.strip()) for key in text.split(",")]
    if len(keys) > MAX_KEYS:
        msg = f"{by}: at most {MAX_KEYS} at once"
        raise BadInput(msg)
    return by, list(dict.fromkeys(keys))


def _answer(body: Mapping[str, Any], context: RequestContext) -> Response:
    whole = not context.degraded
    if not whole:
        body = {**body, "degraded": degraded_entries(context.degraded)}
    headers = dict(caching(is_whole=whole, header_resolved=context.header_resolved))
    if context.applied:
        headers["Content-Language"] = ", ".join(context.applied)
    return Response(to_json(body), 200, headers, "application/json")


def problem_response(failure: BaseException, request: Request) -> Response:
    """Return a failure as problem details; nobody is to keep it."""
    details = problem(failure, request_id(request.scope))
    return Response(
        to_json(details),
        details["status"],
        {"Cache-Control": "no-store"},
        "application/problem+json",
    )
