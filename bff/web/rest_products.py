"""REST for product pages: one whole merged product, or several, per request."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from bff.errors import BadInput, BffError
from bff.web.executor import Executor
from bff.web.incoming import Incoming
from bff.web.inputs import MAX_KEYS, checked_key
from bff.web.rest import (
    READING,
    CountryParameter,
    LocaleParameter,
    Reading,
    answer,
    answers,
    problem_response,
)
from bff.web.whole_objects import whole_selection

_Handle = Annotated[str, Path(description="The product's readable name in URLs.")]
_List = Annotated[str | None, Query(description="Several, separated by commas; 1 to 100.")]


class ProductPages:
    """Answers `/v1/products`."""

    def __init__(self, executor: Executor, incoming: Incoming) -> None:
        self._reading = Reading(executor, incoming)
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
            responses=answers(
                "ProductPage", missing="There is no such product.", has_alternates=True
            ),
            operation_id="getProduct",
            summary="One merged product",
            openapi_extra=READING,
        )
        self.router.add_api_route(
            "/products",
            self.many,
            response_class=Response,
            responses=answers("ProductPages"),
            operation_id="getProducts",
            summary="Several merged products, by handles or by ids",
            openapi_extra=READING,
        )

    async def one(
        self,
        request: Request,
        handle: _Handle,
        locale: LocaleParameter = None,
        country: CountryParameter = None,
    ) -> Response:
        """Return one product in one language and market."""
        return await self._reading.one(self._one, ("handle", handle), (locale, country), request)

    async def many(
        self,
        request: Request,
        handles: _List = None,
        ids: _List = None,
        *,
        locale: LocaleParameter = None,
        country: CountryParameter = None,
    ) -> Response:
        """Return several products in the order they were asked for, and which are missing."""
        try:
            context = self._reading.context(request)
            by, keys = _picked(handles, ids)
            variables = {"first": len(keys), "filter": {by: keys}}
            data = await self._reading.read(self._many, variables, (locale, country), context)
        except BffError as failure:
            return problem_response(failure, request)
        products = [edge["node"] for edge in data["products"]["edges"]]
        found = {product["id" if by == "ids" else "handle"] for product in products}
        missing = [key for key in keys if key not in found]
        return answer({"products": products, "missing": missing}, context)


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
