"""Which Strapi to read, how to reach it, and what the shop's model is called there."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, HttpUrl, SecretStr, model_validator

from bff.mapping import (
    GroupMapping,
    MenuMapping,
    PageMapping,
    ProductMapping,
    ReferencesMapping,
    SourceSettings,
    VariantMapping,
)
from bff.mapping.settings import Paths
from bff.upstream.credentials import OptionalToken, blank_is_none

Version = Literal[5, 4]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
Endpoint = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$")]
Component = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$")]
FieldPath = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*){0,5}$")]


def _as_number(value: object) -> object:
    """Versions come as text from the environment."""
    text = value.strip().lower().removeprefix("v") if isinstance(value, str) else value
    return int(text) if text in ("4", "5") else text


class StrapiProduct(ProductMapping):
    """The product of a shop that keeps plain, rich and long descriptions side by side."""

    description: Paths = ("rich_description", "long_description", "description")
    markdown: Paths = ("long_description",)
    seo_title: Paths = ("seo.meta_title",)
    seo_description: Paths = ("seo.meta_description",)
    images: Mapping[str, Paths] = Field(
        default_factory=lambda: {"hero": ("thumbnail",), "gallery": ("images",)}
    )
    videos: Paths = ()
    addons: tuple[ReferencesMapping, ...] = (
        ReferencesMapping(groups="addons", title="title", products="products"),
    )
    variants: VariantMapping = VariantMapping(items="")


class StrapiGroup(GroupMapping):
    """What is written about a collection or a category: there is no usual model for it."""

    description: Paths = ("rich_description", "long_description", "description")
    markdown: Paths = ("long_description",)
    seo_title: Paths = ("seo.meta_title",)
    seo_description: Paths = ("seo.meta_description",)
    images: Mapping[str, Paths] = Field(default_factory=lambda: {"hero": ("image",)})
    videos: Paths = ()


class StrapiPage(PageMapping):
    """A page of blocks, with sections that may show a picture or products."""

    description: Paths = ("body",)
    seo_title: Paths = ("seo.meta_title",)
    seo_description: Paths = ("seo.meta_description",)
    images: Mapping[str, Paths] = Field(default_factory=lambda: {"hero": ("sections.image",)})
    videos: Paths = ()
    items: Paths = ("sections.products",)


class StrapiMenu(MenuMapping):
    """A menu of links to addresses and pages."""

    product: str = ""
    children: str = ""


class StrapiSettings(SourceSettings):
    """One Strapi, of version 5 or 4."""

    kind: Literal["strapi"] = Field("strapi", description="Says that this source is Strapi.")
    url: HttpUrl = Field(
        repr=False, description="Strapi's address, as this machine reaches it; without /api."
    )
    public_url: Annotated[HttpUrl | None, BeforeValidator(blank_is_none)] = Field(
        None,
        repr=False,
        description="Its address for shoppers' browsers, where pictures are; else `url`.",
    )
    version: Annotated[Version | Literal["detect"], BeforeValidator(_as_number)] = Field(
        "detect", description="Strapi's version, 5 or 4; or `detect`, which costs no extra call."
    )
    token: OptionalToken = Field(
        None, description="API token that may find what is read here. Blank is none."
    )
    identifier: Annotated[str | None, BeforeValidator(blank_is_none)] = Field(
        None, description="User name or e-mail of a service account, instead of `token`."
    )
    password: Annotated[SecretStr | None, BeforeValidator(blank_is_none)] = Field(
        None, description="The service account's password."
    )
    preview_token: OptionalToken = Field(
        None, description="API token to read drafts with, for previews. Blank is none."
    )
    preview: bool = Field(
        default=False,
        description="Read drafts for previews with the same credentials as everything else.",
    )
    products: Endpoint = Field("products", description="Plural API name of the products.")
    pages: Endpoint = Field("pages", description="Plural API name of the pages.")
    navigations: Endpoint = Field("navigations", description="Plural API name of the menus.")
    collections: Annotated[Endpoint | None, BeforeValidator(blank_is_none)] = Field(
        None, description="Plural API name of what is written about collections, if anything is."
    )
    categories: Annotated[Endpoint | None, BeforeValidator(blank_is_none)] = Field(
        None, description="Plural API name of what is written about categories, if anything is."
    )
    id_field: FieldName = Field("medusa_id", description="Field that holds Medusa's id.")
    handle_field: FieldName = Field("handle", description="Field that holds Medusa's handle.")
    not_localized: frozenset[FieldName] = Field(
        frozenset(
            {
                *("medusa_id", "handle", "key", "images", "thumbnail"),
                *("made_in", "certifications", "sustainability_score"),
            }
        ),
        description="Fields for which localisation is off in Strapi: the same in every language.",
    )
    dynamic_zones: Mapping[FieldName, Mapping[Component, tuple[FieldName, ...]]] = Field(
        default_factory=lambda: {
            "sections": {"page.hero": ("image",), "page.product-list": ("products",)}
        },
        description="Dynamic zones, the components to read of each, and which of a component's "
        "fields are media or relations.",
    )
    populate: tuple[FieldPath, ...] = Field(
        (), description="More components of products to read, for attributes."
    )
    page_size: Annotated[int, Field(ge=1, le=1000)] = Field(
        100, description="Rows per answer; Strapi's own `maxLimit`, 100 unless raised."
    )
    product: StrapiProduct = Field(
        default_factory=StrapiProduct, description="Which field of a product is what."
    )
    collection: StrapiGroup = Field(
        default_factory=StrapiGroup, description="Which field of a collection is what."
    )
    category: StrapiGroup = Field(
        default_factory=StrapiGroup, description="Which field of a category is what."
    )
    page: StrapiPage = Field(
        default_factory=StrapiPage, description="Which field of a page is what."
    )
    navigation: StrapiMenu = Field(
        default_factory=StrapiMenu, description="Which field of a menu is what."
    )

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if (self.identifier is None) != (self.password is None):
            msg = "identifier and password belong together"
            raise ValueError(msg)
        if self.token is not None and self.identifier is not None:
            msg = "set either token or identifier and password, not both"
            raise ValueError(msg)
        return self

    @property
    def has_preview(self) -> bool:
        """Whether drafts may be read, for those who hold a preview token."""
        return self.preview or self.preview_token is not None

    def base_url(self, *, preview: bool = False) -> str:  # noqa: ARG002 - drafts are in the same place
        """Return where the HTTP client has to send its requests, without a slash at the end."""
        return str(self.url).rstrip("/")

    def media_url(self) -> str:
        """Return what comes before a relative address of a picture, without a slash at the end."""
        return str(self.public_url or self.url).rstrip("/")

    def headers(self, *, preview: bool = False) -> dict[str, str]:
        """Return the headers of every request.

        A service account's token is not among them: it changes, and is sent with each question.
        """
        token = self.token
        if preview and self.preview_token is not None:
            token = self.preview_token
        return {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}

    def account(self, *, preview: bool = False) -> tuple[str, SecretStr] | None:
        """Return who has to log in, with the password; `None` where a token does or nobody."""
        if (preview and self.preview_token is not None) or self.identifier is None:
            return None
        return None if self.password is None else (self.identifier, self.password)
