"""The GraphQL types of the groups that products are in: collections and categories."""

import strawberry

from bff.domain.storefront import StorefrontGroup
from bff.web.content_types import ImageType, RichTextType, SeoType
from bff.web.fields import field

_CALLED = "What it is called: in the CMS's words if it has any, else in Medusa's."


@strawberry.type
class _Group:
    """What both have; no type of the schema."""

    id: strawberry.ID = strawberry.field(description="Medusa's id.")
    handle: str = strawberry.field(description="Its readable name in URLs.")
    merged: strawberry.Private[StorefrontGroup]

    @field("What it is about.")
    def description(self) -> RichTextType | None:
        """Show the description."""
        return RichTextType.from_optional(self.merged.description)

    @field("What search engines are to show.")
    def seo(self) -> SeoType | None:
        """Show title and description for search engines."""
        return SeoType.from_domain(self.merged.seo_title, self.merged.seo_description)

    @field("Its pictures.")
    def images(self) -> list[ImageType]:
        """Show the pictures."""
        return ImageType.all_of(self.merged.images)


@strawberry.type(name="Collection", description="A Medusa collection.")
class CollectionType(_Group):
    """`Collection` in the schema."""

    title: str = strawberry.field(description=_CALLED)

    @classmethod
    def from_domain(cls, group: StorefrontGroup) -> "CollectionType":
        """Show a collection."""
        return cls(
            id=strawberry.ID(group.id),
            handle=group.handle,
            title=group.title.value,
            merged=group,
        )


@strawberry.type(name="Category", description="An active Medusa category.")
class CategoryType(_Group):
    """`Category` in the schema."""

    name: str = strawberry.field(description=_CALLED)

    @field(
        "The active categories right below it, in the shop's order. Asking for those of a "
        "product's or a menu's category is refused: see `categories` of the root."
    )
    def children(self) -> "list[CategoryType]":
        """Show the categories below."""
        return [CategoryType.from_domain(child) for child in self.merged.children]

    @classmethod
    def from_domain(cls, group: StorefrontGroup) -> "CategoryType":
        """Show a category."""
        return cls(
            id=strawberry.ID(group.id),
            handle=group.handle,
            name=group.title.value,
            merged=group,
        )
