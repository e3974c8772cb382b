"""REST for product pages: one whole merged product, or several, per request."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from bff.errors import BadInput
from bff.web.inputs import MAX_KEYS, checked_key
from bff.web.rest import Reading, Shown
from bff.web.rest_description import READING, CountryParameter, LocaleParameter, answers
from bff.web.whole_objects import whole_selection

_Handle = Annotated[str, Path(description="The product's readable name in URLs.")]
_List = Annotated[str | None, Query(description="Several, separated by commas; 1 to 100.")]


class ProductPages:
    """Answers `/v1/products`."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        selection = whole_selection(reading.executor.schema, "Product")
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
        asked: dict[str, list[str]] = {}

        def variables() -> Mapping[str, Any]:
            by, keys = _picked(handles, ids)
            asked[by] = keys
            return {"first": len(keys), "filter": {by: keys}}

        def show(data: Mapping[str, Any]) -> Shown:
            ((by, keys),) = asked.items()
            products = [edge["node"] for edge in data["products"]["edges"]]
            found = {product["id" if by == "ids" else "handle"] for product in products}
            missing = [key for key in keys if key not in found]
            return Shown({"products": products, "missing": missing})

        return await self._reading.answer(request, self._many, variables, (locale, country), show)


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
