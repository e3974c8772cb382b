"""The page as tutorials build it: FastAPI, Strawberry's router, resolvers, cachetools.

Every default is the library's. It has an advantage over the service: the data in its cache is
merged already, and in the shape of the answer.
"""

from collections.abc import Mapping
from decimal import Decimal
from multiprocessing.connection import Connection
from typing import Any, Self

import strawberry
from cachetools import TTLCache
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter
from strawberry.scalars import JSON

from benchmarks.processes import run_app

Data = Mapping[str, Any]
Key = tuple[str, str, str]

_CACHE: TTLCache[Key, Data] = TTLCache(maxsize=1024, ttl=3600)


@strawberry.type
class Money:
    """An amount."""

    amount: Decimal
    currency_code: str

    @classmethod
    def of(cls, data: Data | None) -> Self | None:
        """Read it."""
        if not data:
            return None
        return cls(amount=Decimal(data["amount"]), currency_code=data["currencyCode"])


@strawberry.type
class PriceRange:
    """A span."""

    min: Money | None
    max: Money | None

    @classmethod
    def of(cls, data: Data | None) -> Self | None:
        """Read it."""
        if not data:
            return None
        return cls(min=Money.of(data["min"]), max=Money.of(data["max"]))


@strawberry.type
class Image:
    """A picture."""

    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None


@strawberry.type
class Description:
    """A text."""

    html: str
    text: str
    locale: str | None
    source: str
    is_fallback: bool | None

    @strawberry.field
    def excerpt(self, length: int = 160) -> str:
        """Shorten it."""
        words = " ".join(self.text.split())
        return words if len(words) <= length else words[: length - 1].rstrip() + "…"


@strawberry.type
class Seo:
    """For search engines."""

    title: str | None
    description: str | None


@strawberry.type
class Attribute:
    """A field of the CMS."""

    key: str
    value: JSON


@strawberry.type
class Collection:
    """A collection."""

    id: strawberry.ID
    handle: str
    title: str


@strawberry.type
class Category:
    """A category."""

    id: strawberry.ID
    handle: str
    name: str


@strawberry.type
class Option:
    """An option."""

    name: str
    values: list[str]


@strawberry.type
class OptionValue:
    """A chosen option."""

    name: str
    value: str


@strawberry.type
class Variant:
    """A variant."""

    id: strawberry.ID
    sku: str | None
    title: str
    options: list[OptionValue]
    price: Money | None
    compare_at_price: Money | None
    price_status: str
    tax_included: bool | None
    availability: str
    quantity: int | None

    @classmethod
    def of(cls, data: Data) -> Self:
        """Read it."""
        return cls(
            id=strawberry.ID(data["id"]),
            sku=data["sku"],
            title=data["title"],
            options=[OptionValue(**option) for option in data["options"]],
            price=Money.of(data["price"]),
            compare_at_price=Money.of(data["compareAtPrice"]),
            price_status=data["priceStatus"],
            tax_included=data["taxIncluded"],
            availability=data["availability"],
            quantity=data["quantity"],
        )


@strawberry.type
class Addon:
    """An addon."""

    status: str
    data: strawberry.Private[Data | None]

    @strawberry.field
    def product(self) -> "Product | None":
        """Resolve it."""
        return Product.of(self.data) if self.data else None


@strawberry.type
class AddonGroup:
    """Addons."""

    title: str | None
    items: list[Addon]


@strawberry.type
class Context:
    """For whom it is."""

    locale: str
    country: str
    region_id: strawberry.ID
    currency_code: str


@strawberry.type
class Provenance:
    """Who wrote a field."""

    field: str
    source: str | None
    locale: str | None
    is_fallback: bool | None


@strawberry.type
class Product:
    """A product: plain fields are values, what is composed has a resolver."""

    id: strawberry.ID
    handle: str
    title: str
    subtitle: str | None
    tags: list[str]
    availability: str
    data: strawberry.Private[Data]

    @classmethod
    def of(cls, data: Data) -> Self:
        """Read it."""
        return cls(
            id=strawberry.ID(data["id"]),
            handle=data["handle"],
            title=data["title"],
            subtitle=data.get("subtitle"),
            tags=data.get("tags", []),
            availability=data["availability"],
            data=data,
        )

    @strawberry.field
    def description(self) -> Description | None:
        """Resolve it."""
        text = self.data["description"]
        if not text:
            return None
        return Description(
            html=text["html"],
            text=text["text"],
            locale=text["locale"],
            source=text["source"],
            is_fallback=text["isFallback"],
        )

    @strawberry.field
    def thumbnail(self) -> Image | None:
        """Resolve it."""
        return Image(**self.data["thumbnail"]) if self.data["thumbnail"] else None

    @strawberry.field
    def images(self) -> list[Image]:
        """Resolve them."""
        return [Image(**image) for image in self.data["images"]]

    @strawberry.field
    def seo(self) -> Seo | None:
        """Resolve it."""
        return Seo(**self.data["seo"]) if self.data["seo"] else None

    @strawberry.field
    def attributes(self) -> list[Attribute]:
        """Resolve them."""
        return [Attribute(**attribute) for attribute in self.data["attributes"]]

    @strawberry.field
    def collection(self) -> Collection | None:
        """Resolve it."""
        return Collection(**self.data["collection"]) if self.data["collection"] else None

    @strawberry.field
    def categories(self) -> list[Category]:
        """Resolve them."""
        return [Category(**category) for category in self.data["categories"]]

    @strawberry.field
    def options(self) -> list[Option]:
        """Resolve them."""
        return [Option(**option) for option in self.data["options"]]

    @strawberry.field
    def price_range(self) -> PriceRange | None:
        """Resolve it."""
        return PriceRange.of(self.data["priceRange"])

    @strawberry.field
    def variants(self) -> list[Variant]:
        """Resolve them."""
        return [Variant.of(variant) for variant in self.data["variants"]]

    @strawberry.field
    def addons(self) -> list[AddonGroup]:
        """Resolve them."""
        return [
            AddonGroup(
                title=group["title"],
                items=[
                    Addon(status=item["status"], data=item["product"]) for item in group["items"]
                ],
            )
            for group in self.data["addons"]
        ]

    @strawberry.field
    def context(self) -> Context:
        """Resolve it."""
        applied = self.data["context"]
        return Context(
            locale=applied["locale"],
            country=applied["country"],
            region_id=applied["regionId"],
            currency_code=applied["currencyCode"],
        )

    @strawberry.field
    def provenance(self) -> list[Provenance]:
        """Resolve it."""
        return [
            Provenance(
                field=won["field"],
                source=won["source"],
                locale=won["locale"],
                is_fallback=won["isFallback"],
            )
            for won in self.data["provenance"]
        ]


@strawberry.type
class Query:
    """The root."""

    @strawberry.field
    async def product(
        self, handle: str, locale: str = "en", country: str = "US"
    ) -> Product | None:
        """Resolve it from the cache."""
        data = _CACHE.get((handle, locale, country))
        return Product.of(data) if data else None


def serve_tutorial(parent: Connection, products: Mapping[Key, Data]) -> None:
    """Serve these products; tell the parent the port."""
    _CACHE.update(products)
    app = FastAPI()
    app.include_router(GraphQLRouter(strawberry.Schema(Query)), prefix="/graphql")
    run_app(parent, app)
