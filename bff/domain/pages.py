"""Pages and menus as a shopper is shown them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bff.domain.commerce import Image
from bff.domain.richtext import RichText
from bff.domain.storefront import (
    Addon,
    Alternate,
    Localized,
    ShopperContext,
    StorefrontGroup,
)


@dataclass(frozen=True, slots=True)
class Page:
    """An editor's page in one language, with the products that it shows priced in one market.

    `slug` is the one in the language of `context`, or the nearest that there is; `source` and
    `id` say which document of which content system it is.
    """

    id: str
    source: str
    slug: str
    title: Localized[str] | None
    body: Localized[RichText] | None
    seo_title: Localized[str] | None
    seo_description: Localized[str] | None
    images: Localized[tuple[Image, ...]] | None
    attributes: Mapping[str, Localized[object]]
    context: ShopperContext
    items: tuple[Addon, ...] = ()
    alternates: tuple[Alternate, ...] = ()


@dataclass(frozen=True, slots=True)
class PageTarget:
    """A page that a menu leads to, with its slug in the shopper's language."""

    id: str
    slug: str


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of a menu. `url` is the editor's own, else made from the shop's templates."""

    label: Localized[str] | None
    url: str | None
    page: PageTarget | None
    product: Addon | None
    category: StorefrontGroup | None
    collection: StorefrontGroup | None
    children: "tuple[MenuItem, ...]" = ()


@dataclass(frozen=True, slots=True)
class Menu:
    """A menu in one language."""

    id: str
    source: str
    items: tuple[MenuItem, ...]
