"""An embedded Medusa: the part of its Store API that a storefront's reads need.

It keeps the real server's manners where an adapter can trip over them: parameters are strict, a
bad key is a 400, prices need a region, rows come in an order of their own. Measured against
Medusa 2.21; its translations are off.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bff.demo.catalogue import Catalogue, Entity, MarketEntry
from bff.demo.medusa_entities import (
    categories,
    collections,
    markets_by_region,
    products,
    regions,
)
from bff.demo.medusa_fields import (
    CATEGORIES,
    COLLECTIONS,
    PRODUCTS,
    REGIONS,
    picked,
    selected,
)
from bff.demo.medusa_prices import PriceBook

_REGION_PARAMETERS = frozenset({"limit", "offset", "order", "fields", "locale"})
_GROUP_PARAMETERS = _REGION_PARAMETERS | {"id", "handle"}
_PRODUCT_PARAMETERS = _REGION_PARAMETERS | {"id", "handle", "region_id", "country_code"}
_PAGE = 50
_COLLECTION_PAGE = 10
_SERVER_ERROR = 500
_PRICE = "variants.calculated_price"
_STOCK = "variants.inventory_quantity"


class _Refusal(Exception):
    def __init__(self, message: str, kind: str = "invalid_data") -> None:
        super().__init__(message)
        self.kind = kind


def medusa_app(catalogue: Catalogue, publishable_key: str) -> Starlette:
    """Return an ASGI app that sells the catalogue to who knows the key."""
    store = _Store(catalogue)

    def guarded(answer: Callable[[Request], Entity]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            _check_key(request.headers.get("x-publishable-api-key"), publishable_key)
            return _json(answer(request))

        return endpoint

    async def health(_request: Request) -> Response:
        return PlainTextResponse("OK")

    return Starlette(
        routes=[
            Route("/health", health),
            Route("/store/products", guarded(store.products)),
            Route("/store/regions", guarded(store.regions)),
            Route("/store/product-categories", guarded(store.categories)),
            Route("/store/collections", guarded(store.collections)),
        ],
        exception_handlers={HTTPException: _fail, _Refusal: _refuse},
    )


class _Store:
    def __init__(self, catalogue: Catalogue) -> None:
        self._products = products(catalogue)
        self._regions = regions(catalogue)
        self._categories = categories(catalogue)
        self._collections = collections(catalogue)
        self._markets = markets_by_region(catalogue)
        self._book = PriceBook(catalogue)

    def products(self, request: Request) -> Entity:
        query = _Query.read(request, _PRODUCT_PARAMETERS)
        names = selected(query.one("fields"), PRODUCTS)
        market = self._market(query.one("region_id"), priced=_PRICE in names)
        if market:
            names |= {_PRICE}  # the real server adds prices as soon as it knows the region
        if _STOCK in names:
            names |= {"variants.manage_inventory"}
        rows = [row for row in self._products if query.wants(row)]
        page = query.page("products", rows)
        country = query.one("country_code")
        page["products"] = [
            picked(self._priced(row, market, country) if market else row, names)
            for row in page["products"]
        ]
        return page

    def regions(self, request: Request) -> Entity:
        query = _Query.read(request, _REGION_PARAMETERS)
        names = selected(query.one("fields"), REGIONS)
        page = query.page("regions", self._regions)
        page["regions"] = [picked(row, names) for row in page["regions"]]
        return page

    def categories(self, request: Request) -> Entity:
        query = _Query.read(request, _GROUP_PARAMETERS)
        names = selected(query.one("fields"), CATEGORIES)
        rows = [row for row in self._categories if query.wants(row)]
        page = query.page("product_categories", rows)
        page["product_categories"] = [picked(row, names) for row in page["product_categories"]]
        return page

    def collections(self, request: Request) -> Entity:
        query = _Query.read(request, _GROUP_PARAMETERS)
        names = selected(query.one("fields"), COLLECTIONS)
        rows = [row for row in self._collections if query.wants(row)]
        page = query.page("collections", rows, limit=_COLLECTION_PAGE)
        page["collections"] = [picked(row, names) for row in page["collections"]]
        return page

    def _market(self, region: str | None, *, priced: bool) -> MarketEntry | None:
        if region:
            if region not in self._markets:
                message = f"Region with id {region} not found when populating the pricing context"
                raise _Refusal(message)
            return self._markets[region]
        if priced:
            message = "Missing required pricing context to calculate prices - region_id"
            raise _Refusal(message)
        return None

    def _priced(self, product: Entity, market: MarketEntry, country: str | None) -> Entity:
        variants = [
            {**variant, "calculated_price": self._book.price(variant["id"], market, country)}
            for variant in product["variants"]
        ]
        return {**product, "variants": variants}


@dataclass(frozen=True, slots=True)
class _Query:
    """A query string: the values of each parameter, `id[]=` and `id=` being the same."""

    values: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, request: Request, known: frozenset[str]) -> "_Query":
        values: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            # Only a list's own spelling is split at commas; `id=a,b` is one strange id.
            parts = value.split(",") if name.endswith("[]") else [value]
            values.setdefault(name.removesuffix("[]"), []).extend(parts)
        unknown = [name for name in values if name not in known]
        if unknown:
            message = f"Invalid request: Unrecognized fields: '{', '.join(unknown)}'"
            raise _Refusal(message)
        return cls(values)

    def one(self, name: str) -> str | None:
        values = self.values.get(name)
        return values[-1] if values else None

    def wants(self, row: Entity) -> bool:
        return all(row[name] in self.values.get(name, [row[name]]) for name in ("id", "handle"))

    def page(self, name: str, rows: Sequence[Entity], limit: int = _PAGE) -> Entity:
        offset, limit = self._number("offset", 0), self._number("limit", limit)
        order = self.one("order")
        if order is not None:
            column = order.removeprefix("-")
            if any(column not in row or isinstance(row[column], list | dict) for row in rows):
                message = f"Order field {column} is not valid"
                raise _Refusal(message)
            rows = sorted(rows, key=lambda row: row[column], reverse=order.startswith("-"))
        page = rows[offset : offset + limit]
        return {name: page, "count": len(rows), "offset": offset, "limit": limit}

    def _number(self, name: str, default: int) -> int:
        text = self.one(name)
        if text is None:
            return default
        if not text.removeprefix("-").isdecimal():
            message = f"Invalid request: Expected type: 'number' for field '{name}', got: '{text}'"
            raise _Refusal(message)
        if text.startswith("-"):
            raise HTTPException(_SERVER_ERROR)  # the real server stumbles here too
        return int(text)


def _check_key(given: str | None, expected: str) -> None:
    if not given:
        message = (
            "Publishable API key required in the request header: x-publishable-api-key. "
            "You can manage your keys in settings in the dashboard."
        )
        raise _Refusal(message, "not_allowed")
    if given != expected:
        message = "A valid publishable key is required to proceed with the request"
        raise _Refusal(message, "not_allowed")


def _json(body: Entity, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json; charset=utf-8")


async def _refuse(_request: Request, refusal: Exception) -> Response:
    if not isinstance(refusal, _Refusal):
        raise refusal
    return _json({"type": refusal.kind, "message": str(refusal)}, 400)


async def _fail(request: Request, error: Exception) -> Response:
    if isinstance(error, HTTPException) and error.status_code == _SERVER_ERROR:
        kind = "unknown_error"
        body = {"code": kind, "type": kind, "message": "An unknown error occurred."}
        return _json(body, _SERVER_ERROR)
    # No such route, or no such method of it: the framework below Medusa answers, in HTML.
    text = f"<!DOCTYPE html>\n<pre>Cannot {request.method} {request.url.path}</pre>\n"
    return HTMLResponse(text, 404)
