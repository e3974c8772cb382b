"""What an operator may say about any content system: its name, its languages, its fields.

A field is named by its path: `description`, `seo.meta_title`, `hero.image`. Spelling does not
matter (`metaTitle` is `meta_title`); a path leads through lists and references. Of several paths
the first that has something to say counts, language by language; of pictures, videos and
references all do, one after the other.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bff.domain.locale import Locale, LocaleTags, as_locale
from bff.domain.merge_policy import Field as MergedField
from bff.domain.merge_policy import Reach
from bff.ports import GroupKind, MatchBy
from bff.upstream.credentials import OptionalWebhookSecret

CONFIG = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

Paths = tuple[Annotated[str, Field(min_length=1, max_length=200)], ...]
Part = Literal["products", "collections", "categories", "pages", "navigation"]


class TextMapping(BaseModel):
    """Where the texts of a thing are."""

    model_config = CONFIG

    title: Paths = ("title", "name")
    subtitle: Paths = ("subtitle",)
    description: Paths = ("description",)
    seo_title: Paths = ("seo.title", "seo.meta_title", "seo_title", "meta_title")
    seo_description: Paths = (
        "seo.description",
        "seo.meta_description",
        "seo_description",
        "meta_description",
    )
    images: Mapping[str, Paths] = Field(
        default_factory=lambda: {
            "hero": ("hero", "hero_image", "main_image", "image"),
            "gallery": ("images", "gallery"),
            "sizeChart": ("size_chart",),
        }
    )
    """Pictures by role, in the order in which they are shown."""
    videos: Paths = ("videos", "video")
    markdown: Paths = ()
    """Those of the fields above whose text is Markdown; the text of others is plain."""
    attributes: tuple[str, ...] | None = None
    """The only fields that become attributes; without it all that are mapped nowhere."""
    not_attributes: tuple[str, ...] = ()
    """Fields that never become attributes, besides those that mirror commerce."""


class ReferencesMapping(BaseModel):
    """Where references to products are: a group or list of groups, and within it title and list.

    An empty `groups` means the document itself, an empty `title` none.
    """

    model_config = CONFIG

    groups: str = ""
    title: str = ""
    products: str = "products"


class VariantMapping(BaseModel):
    """Where content of variants is: a list, whose items say by `key` which variant they mean."""

    model_config = CONFIG

    items: str = "variants"
    key: Paths = ("variant_id", "medusa_id", "sku")
    texts: TextMapping = TextMapping()


class ProductMapping(TextMapping):
    """Which fields of a product document feed which of ours."""

    addons: tuple[ReferencesMapping, ...] = (
        ReferencesMapping(products="addons"),  # a bare list, which has no title
        ReferencesMapping(groups="addons", title="title", products="products"),
    )
    variants: VariantMapping = VariantMapping()


class GroupMapping(TextMapping):
    """Which fields of a collection's or category's document feed which of ours."""


class PageMapping(TextMapping):
    """Which fields of a page feed which of ours; the description is its body."""

    slug: str = "slug"
    description: Paths = ("body", "content", "description")
    items: Paths = ("products", "items", "sections.products")
    """References to products, in the order in which they are shown."""


class MenuMapping(BaseModel):
    """Which fields of a menu and of its entries feed which of ours."""

    model_config = CONFIG

    handle: str = "key"
    items: str = "items"
    label: Paths = ("label", "labels", "title")
    url: Paths = ("url", "href")
    page: str = "page"
    product: str = "product"
    category: str = "category"
    collection: str = "collection"
    children: str = "children"
    slug: str = "slug"
    """Where a page that an entry leads to has its slug."""


class SourceSettings(BaseModel):
    """What every content system's settings have in common."""

    model_config = CONFIG

    kind: str
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")] | None = Field(
        None, description="The source's name, where one kind is there twice; else its kind."
    )
    serves: tuple[Part, ...] = Field(
        ("products", "pages", "navigation"), description="What this source is asked for."
    )
    match: Literal["id", "handle"] = Field(
        "id", description="What its documents know products by: Medusa's `id`, or the `handle`."
    )
    locales: Mapping[Annotated[str, AfterValidator(as_locale)], str] = Field(
        default_factory=dict,
        description='Its own tags for languages, where they differ: `{"de": "de-DE"}`.',
    )
    requests_per_second: float | None = Field(
        None,
        gt=0,
        description="Most calls a second to each of its addresses, by each process of this "
        "service: what the source allows, divided by how many there are. Without it there is no "
        "bound but the connections; Contentful's 55 and Sanity's 500 are what they document.",
    )
    webhook_secret: OptionalWebhookSecret = Field(
        None,
        description="Secret of its webhooks, which post to `/webhooks/` and the source's name: "
        "16 characters or more, Contentful's exactly 64; for Strapi the whole value of the "
        "header `Authorization`. Blank is none: then they are refused.",
    )
    product: ProductMapping = Field(
        default_factory=ProductMapping, description="Which field of a product is what."
    )
    collection: GroupMapping = Field(
        default_factory=GroupMapping, description="Which field of a collection is what."
    )
    category: GroupMapping = Field(
        default_factory=GroupMapping, description="Which field of a category is what."
    )
    page: PageMapping = Field(
        default_factory=PageMapping, description="Which field of a page is what."
    )
    navigation: MenuMapping = Field(
        default_factory=MenuMapping, description="Which field of a menu is what."
    )

    def limit(self, *, preview: bool = False) -> float | None:  # noqa: ARG002 - some have two
        """Return how many calls a second may be made, for drafts or for what is published."""
        return self.requests_per_second

    @property
    def source_name(self) -> str:
        """The name in provenance, degraded entries, merge rules and logs."""
        return self.name or self.kind

    @property
    def matches_by(self) -> MatchBy:
        """What product keys are for this source."""
        return MatchBy(self.match)

    def group_mapping(self, kind: GroupKind) -> GroupMapping:
        """Return which field of a collection, or of a category, is what."""
        return self.collection if kind is GroupKind.COLLECTION else self.category

    def locale_tags(self) -> LocaleTags:
        """Return how this source writes our locales."""
        return LocaleTags({Locale(ours): theirs for ours, theirs in self.locales.items()})

    def usual_reach(self, field: MergedField) -> Reach:  # noqa: ARG002 - a source may tell fields apart
        """Return how far this source is asked for a field where the operator says nothing."""
        return Reach.CHAIN
