"""A shopper with two storefronts: asks for one product page by GraphQL, and the same by REST."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from starlette.types import ASGIApp

_HANDLE = "premium-cotton-t-shirt"
_LOCALE = "es"
_COUNTRY = "DE"
_DOCUMENT = """
query ProductPage($handle: String!, $locale: Locale, $country: CountryCode) {
  product(handle: $handle, locale: $locale, country: $country) {
    id
    handle
    title
    subtitle
    description { html locale source isFallback }
    thumbnail { url alt }
    images { url alt }
    seo { title description }
    attributes { key value }
    collection { id handle title }
    categories { id handle name }
    options { name values }
    priceRange { min { amount currencyCode } max { amount currencyCode } }
    availability
    variants {
      id
      sku
      title
      price { amount currencyCode }
      compareAtPrice { amount currencyCode }
      priceStatus
      availability
      quantity
    }
    addons { title items { status product {
      id
      handle
      title
      priceRange { min { amount currencyCode } }
      availability
    } } }
    context { locale country regionId currencyCode }
    provenance { field source locale isFallback }
  }
}
"""

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, whichever way it was asked for.

    `errors` are the codes of errors. `degraded` is what the answer says of itself, `is_kept`
    whether others may keep it. It took so many `seconds`.
    """

    way: str
    status: int
    product: Json | None
    errors: tuple[str, ...]
    degraded: tuple[Json, ...]
    is_kept: bool
    seconds: float


class Shopper:
    """A client of a service; close it after use."""

    def __init__(self, app: ASGIApp) -> None:
        # A fault of ours is an answer like any other here: the shopper gets to see it.
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://shop.test")

    async def pages(self) -> tuple[Page, Page]:
        """Ask for the page one way, then the other."""
        return await self._by_graphql(), await self._by_rest()

    async def troubles(self) -> frozenset[str]:
        """Return what the operator is told that is not well, by its name."""
        checks = _read(await self._http.get("/readyz"))["checks"]
        return frozenset(name for name, check in checks.items() if not check["ok"])

    async def close(self) -> None:
        """Leave."""
        await self._http.aclose()

    async def _by_graphql(self) -> Page:
        began = time.monotonic()
        variables = {"handle": _HANDLE, "locale": _LOCALE, "country": _COUNTRY}
        answer = await self._http.post(
            "/graphql", json={"query": _DOCUMENT, "variables": variables}
        )
        seconds = time.monotonic() - began
        body = _read(answer)
        return Page(
            "GraphQL",
            answer.status_code,
            (body.get("data") or {}).get("product"),
            tuple(error["extensions"]["code"] for error in body.get("errors", ())),
            tuple(body.get("extensions", {}).get("degraded", ())),
            _is_kept(answer),
            seconds,
        )

    async def _by_rest(self) -> Page:
        began = time.monotonic()
        answer = await self._http.get(
            f"/v1/products/{_HANDLE}", params={"locale": _LOCALE, "country": _COUNTRY}
        )
        seconds = time.monotonic() - began
        body = _read(answer)
        degraded = tuple(body.pop("degraded", ()))
        return Page(
            "REST",
            answer.status_code,
            body if answer.is_success else None,
            () if answer.is_success else (str(body.get("code")),),
            degraded,
            _is_kept(answer),
            seconds,
        )


def _read(answer: httpx.Response) -> dict[str, Any]:
    """Return the object that an answer is; an empty one for anything else."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _is_kept(answer: httpx.Response) -> bool:
    return "no-store" not in answer.headers.get("cache-control", "")
