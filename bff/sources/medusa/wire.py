"""What the Store API answers: only what we ask for, only what we read.

Text and offer are models of their own, so that an answer without what was asked for is malformed
instead of quietly empty. Source: Medusa 2.21, recorded in tests/golden/medusa/.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

# Beyond it decimal arithmetic would fail (28 digits, some of them decimals); no price is near.
_BEYOND_MONEY = 10**20
Amount = Annotated[Decimal, Field(gt=-_BEYOND_MONEY, lt=_BEYOND_MONEY)]


class RawAmount(BaseModel):
    """The exact amount, which JSON's own number only approximates."""

    value: Amount


class PriceOrigin(BaseModel):
    """Where a price comes from; the type is `sale`, `override`, or null without a price list."""

    price_list_type: str | None = None


class CalculatedPrice(BaseModel):
    """A variant's price in the region; the amounts with tax are there when Medusa can tell."""

    calculated_amount: Amount | None
    raw_calculated_amount: RawAmount | None = None
    is_calculated_price_tax_inclusive: bool = False
    calculated_amount_with_tax: Amount | None = None
    calculated_amount_without_tax: Amount | None = None
    original_amount: Amount | None = None
    raw_original_amount: RawAmount | None = None
    is_original_price_tax_inclusive: bool = False
    original_amount_with_tax: Amount | None = None
    original_amount_without_tax: Amount | None = None
    currency_code: str | None
    calculated_price: PriceOrigin | None = None


class OfferVariant(BaseModel):
    """A variant's price and stock; Medusa leaves out the quantity of what it does not track."""

    id: str
    manage_inventory: bool
    allow_backorder: bool
    calculated_price: CalculatedPrice | None
    inventory_quantity: Amount | None = None


class WireImage(BaseModel):
    """A picture; `rank` is its place."""

    id: str
    url: str
    rank: int | None = None


class OptionOfValue(BaseModel):
    """Which option a value belongs to. Its title here is not translated, so it is not read."""

    id: str


class WireOptionValue(BaseModel):
    """What a variant chose for an option."""

    value: str
    option: OptionOfValue | None


class WireOption(BaseModel):
    """An option of the product, its title in the language that was asked for."""

    id: str
    title: str


class TextVariant(BaseModel):
    """What a variant is called, how it differs and where it stands."""

    id: str
    title: str
    sku: str | None = None
    variant_rank: int | None = None
    created_at: AwareDatetime | None = None
    options: tuple[WireOptionValue, ...]
    images: tuple[WireImage, ...] = ()


class WireCollection(BaseModel):
    """A collection."""

    id: str
    handle: str
    title: str


class WireCategory(BaseModel):
    """A category."""

    id: str
    handle: str
    name: str
    description: str | None = None
    parent_category_id: str | None = None


class WireProductCategory(WireCategory):
    """A category that a product is in; Medusa also names those that shoppers must not see."""

    is_active: bool
    is_internal: bool


class WireTag(BaseModel):
    """A tag of a product."""

    value: str


class WireProduct(BaseModel):
    """What every answer says about a product."""

    id: str
    handle: str


class OfferProduct(WireProduct):
    """A product's offers."""

    variants: tuple[OfferVariant, ...]


class TextProduct(WireProduct):
    """A product's text."""

    title: str
    subtitle: str | None
    description: str | None
    thumbnail: str | None
    metadata: dict[str, object] | None = None
    variants: tuple[TextVariant, ...]
    options: tuple[WireOption, ...]
    images: tuple[WireImage, ...] = ()
    collection: WireCollection | None = None
    categories: tuple[WireProductCategory, ...] = ()
    tags: tuple[WireTag, ...] = ()


class WholeVariant(TextVariant, OfferVariant):
    """A variant's text and offer."""


class WholeProduct(TextProduct, OfferProduct):
    """A product's text and offers."""

    variants: tuple[WholeVariant, ...]


class ProductPage(BaseModel):
    """A list of products; `count` is how many there are in all."""

    products: tuple[WireProduct, ...]
    count: int


class OfferPage(ProductPage):
    """A list of products' offers."""

    products: tuple[OfferProduct, ...]


class TextPage(ProductPage):
    """A list of products' texts."""

    products: tuple[TextProduct, ...]


class WholePage(ProductPage):
    """A list of products' texts and offers."""

    products: tuple[WholeProduct, ...]


class WireCountry(BaseModel):
    """A country of a region; `iso_2` is in lower case."""

    iso_2: str
    display_name: str


class WireRegion(BaseModel):
    """A region; its currency is in lower case."""

    id: str
    name: str
    currency_code: str
    countries: tuple[WireCountry, ...]


class RegionPage(BaseModel):
    """A list of regions; `count` is how many there are in all."""

    regions: tuple[WireRegion, ...]
    count: int


class RankedCategory(WireCategory):
    """A category in the list of all; its place among its siblings begins with 0."""

    rank: int | None = None


class CategoryPage(BaseModel):
    """A list of categories; `count` is how many there are in all."""

    product_categories: tuple[RankedCategory, ...]
    count: int


class CollectionPage(BaseModel):
    """A list of collections; `count` is how many there are in all."""

    collections: tuple[WireCollection, ...]
    count: int
