"""The GraphQL types of what editors make themselves: pages and menus."""

import strawberry

from bff.domain.locale import Locale
from bff.domain.pages import Menu, MenuItem, Page, PageTarget
from bff.domain.storefront import AddonStatus, Alternate
from bff.web.content_types import (
    AttributeKeys,
    AttributeType,
    ImageType,
    RichTextType,
    SeoType,
)
from bff.web.fields import field
from bff.web.group_types import CategoryType, CollectionType
from bff.web.types import AddonType, ContextType, ProductType


@strawberry.type(name="PageAlternate", description="The same page in another language.")
class PageAlternateType:
    """`PageAlternate` in the schema."""

    locale: Locale = strawberry.field(description="The language.")
    slug: str = strawberry.field(description="The page's slug there.")
    url: str | None = strawberry.field(
        description="Its address there; null where the shop has told no template of addresses."
    )

    @classmethod
    def from_domain(cls, alternate: Alternate) -> "PageAlternateType":
        """Show an alternate."""
        return cls(locale=alternate.locale, slug=alternate.name, url=alternate.url)


@strawberry.type(name="Page", description="A page that an editor made.")
class PageType:
    """`Page` in the schema."""

    id: strawberry.ID = strawberry.field(description="The CMS's own id of it.")
    source: str = strawberry.field(description="Which CMS it is from.")
    slug: str = strawberry.field(
        description="Its readable name in URLs, in this language or the nearest that has one."
    )
    title: str | None = strawberry.field(description="What it is called.")
    body: RichTextType | None = strawberry.field(description="What it says.")
    seo: SeoType | None = strawberry.field(description="What search engines are to show.")
    context: ContextType = strawberry.field(description="The language and market of this answer.")
    merged: strawberry.Private[Page]
    low_stock: strawberry.Private[int]

    @field("Its pictures.")
    def images(self) -> list[ImageType]:
        """Show the pictures."""
        return ImageType.all_of(self.merged.images)

    @field("Fields of the CMS that have no place of their own.")
    def attributes(self, keys: AttributeKeys = None) -> list[AttributeType]:
        """Pick attributes."""
        return AttributeType.picked(self.merged.attributes, keys)

    @field(
        "The products that it shows, in the editor's order. Filter by `status`: nothing is left "
        "out silently. Asking for their addons is refused."
    )
    def items(self) -> list[AddonType]:
        """Show the products."""
        return [AddonType.from_domain(item, self.low_stock) for item in self.merged.items]

    @field(
        "The languages that somebody wrote it in, this one too if it is among them: what "
        "`hreflang` is to say."
    )
    def alternates(self) -> list[PageAlternateType]:
        """Show the alternates."""
        return [PageAlternateType.from_domain(one) for one in self.merged.alternates]

    @classmethod
    def from_domain(cls, page: Page, low_stock: int) -> "PageType":
        """Show a page; at or under `low_stock` pieces the stock of its products counts as low."""
        return cls(
            id=strawberry.ID(page.id),
            source=page.source,
            slug=page.slug,
            title=page.title.value if page.title else None,
            body=RichTextType.from_optional(page.body),
            seo=SeoType.from_domain(page.seo_title, page.seo_description),
            context=ContextType.from_domain(page.context),
            merged=page,
            low_stock=low_stock,
        )


@strawberry.type(name="PageLink", description="A page that a menu leads to.")
class PageLinkType:
    """`PageLink` in the schema."""

    id: strawberry.ID = strawberry.field(description="The CMS's own id of it.")
    slug: str = strawberry.field(
        description="Its readable name in URLs, in this language or the nearest that has one."
    )

    @classmethod
    def from_domain(cls, target: PageTarget) -> "PageLinkType":
        """Show where a line leads."""
        return cls(id=strawberry.ID(target.id), slug=target.slug)


@strawberry.type(
    name="MenuItem",
    description="A line of a menu. It leads to a page, a product, a category, a collection, to "
    "some other address, or nowhere: then it is a heading.",
)
class MenuItemType:
    """`MenuItem` in the schema."""

    label: str | None = strawberry.field(description="What is to be read there.")
    url: str | None = strawberry.field(
        description="Where it leads: the editor's own address, else one made from the shop's "
        "templates; null without either."
    )
    page: PageLinkType | None = strawberry.field(description="The page it leads to, if any.")
    status: AddonStatus | None = strawberry.field(
        description="What became of the product it leads to; null when it leads to none."
    )
    merged: strawberry.Private[MenuItem]
    low_stock: strawberry.Private[int]

    @field("The product it leads to; null when there is none, or it is not sold: see `status`.")
    def product(self) -> ProductType | None:
        """Show the product."""
        addon = self.merged.product
        product = addon.product if addon else None
        return ProductType.from_domain(product, self.low_stock) if product else None

    @field("The category it leads to; null when there is none, or it is not active.")
    def category(self) -> CategoryType | None:
        """Show the category."""
        category = self.merged.category
        return CategoryType.from_domain(category) if category else None

    @field("The collection it leads to, if any.")
    def collection(self) -> CollectionType | None:
        """Show the collection."""
        collection = self.merged.collection
        return CollectionType.from_domain(collection) if collection else None

    @field("The lines below it, in the editor's order.")
    def children(self) -> "list[MenuItemType]":
        """Show the lines below."""
        return [MenuItemType.from_domain(one, self.low_stock) for one in self.merged.children]

    @classmethod
    def from_domain(cls, item: MenuItem, low_stock: int) -> "MenuItemType":
        """Show a line."""
        return cls(
            label=item.label.value if item.label else None,
            url=item.url,
            page=PageLinkType.from_domain(item.page) if item.page else None,
            status=item.product.status if item.product else None,
            merged=item,
            low_stock=low_stock,
        )


@strawberry.type(name="Navigation", description="A menu that an editor made.")
class NavigationType:
    """`Navigation` in the schema."""

    id: strawberry.ID = strawberry.field(description="The CMS's own id of it.")
    source: str = strawberry.field(description="Which CMS it is from.")
    items: list[MenuItemType] = strawberry.field(
        description="Its lines, in the editor's order. Asking for addons of products is refused."
    )

    @classmethod
    def from_domain(cls, menu: Menu, low_stock: int) -> "NavigationType":
        """Show a menu."""
        return cls(
            id=strawberry.ID(menu.id),
            source=menu.source,
            items=[MenuItemType.from_domain(item, low_stock) for item in menu.items],
        )
