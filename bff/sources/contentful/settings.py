"""Which space of Contentful's to read, and how to reach it."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr

from bff.mapping import ProductMapping, ReferencesMapping, SourceSettings
from bff.upstream.credentials import OptionalToken, Token, WebhookSecret, blank_is_none

_SIGNING_SECRET = 64  # characters
_PREVIEW_LIMIT = 14.0
_PREVIEW_HOST = re.compile(r"preview(\.[a-z]+)?\.contentful\.com")

ContentType = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$")]
FieldId = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")]
Levels = Annotated[int, Field(ge=0, le=10)]


def _without_drafts(url: HttpUrl) -> HttpUrl:
    if _PREVIEW_HOST.fullmatch(url.host or ""):
        msg = "must not be the preview API, which answers with drafts; that is `preview_url`"
        raise ValueError(msg)
    return url


def _as_signing_secret(secret: SecretStr) -> SecretStr:
    """Contentful's request verification takes secrets of one length only."""
    if len(secret.get_secret_value()) != _SIGNING_SECRET:
        msg = f"must have exactly {_SIGNING_SECRET} characters, as Contentful makes them"
        raise ValueError(msg)
    return secret


class ContentfulProductMapping(ProductMapping):
    """A product's own list of references with its title beside it."""

    addons: tuple[ReferencesMapping, ...] = (
        ReferencesMapping(title="addons_title", products="addons"),
    )


class ContentfulSettings(SourceSettings):
    """One environment of one space."""

    kind: Literal["contentful"] = Field(
        "contentful", description="Says that this source is Contentful."
    )
    requests_per_second: float | None = Field(
        55, gt=0, description="As for any source; its preview API is asked no more than 14 times."
    )
    space_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")] = Field(
        description="Contentful's space id, as in its settings."
    )
    environment: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")] = Field(
        "master", description="Environment to read, or an alias of one."
    )
    token: Token = Field(description="Token of the Content Delivery API.")
    preview_token: OptionalToken = Field(
        None, description="Token of the Content Preview API; without it there is no preview."
    )
    region: Literal["us", "eu"] = Field(
        "us", description="Where Contentful keeps the space: `us`, or `eu` for its EU hosts."
    )
    url: Annotated[
        Annotated[HttpUrl, AfterValidator(_without_drafts)] | None, BeforeValidator(blank_is_none)
    ] = Field(
        None,
        repr=False,
        description="Address to read from instead of Contentful's: a proxy or a stand-in.",
    )
    preview_url: Annotated[HttpUrl | None, BeforeValidator(blank_is_none)] = Field(
        None, repr=False, description="Address to read drafts from instead of Contentful's own."
    )
    webhook_secret: Annotated[
        Annotated[WebhookSecret, AfterValidator(_as_signing_secret)] | None,
        BeforeValidator(blank_is_none),
    ] = None
    webhook_path: Annotated[str | None, BeforeValidator(blank_is_none)] = Field(
        None,
        pattern=r"^/[!-~]*$",
        description="Path of the address that Contentful posts to, with its query, where a proxy "
        "changes it on the way: the path is signed.",
    )
    product_type: ContentType = Field("product", description="Content type of products.")
    collection_type: ContentType = Field("collection", description="Content type of collections.")
    category_type: ContentType = Field("category", description="Content type of categories.")
    page_type: ContentType = Field("page", description="Content type of pages.")
    navigation_type: ContentType = Field("navigation", description="Content type of menus.")
    id_field: FieldId = Field("medusaId", description="Field with Medusa's id.")
    handle_field: FieldId = Field("handle", description="Field with the handle.")
    include: Levels = Field(
        2,
        description="How many levels of references come with an entry, 0 to 10. Below 2 addons' "
        "own entries take a request more, without any their products are not known.",
    )
    navigation_include: Levels = Field(
        4, description="The same for menus, whose entries refer to entries below them."
    )
    product: ContentfulProductMapping = Field(
        default_factory=ContentfulProductMapping, description="Which field of a product is what."
    )

    @property
    def key_field(self) -> str:
        """The field that says which product or group an entry is about."""
        return self.matches_by.key(self.id_field, self.handle_field)

    def limit(self, *, preview: bool = False) -> float | None:
        """See `SourceSettings`. Source: Contentful, API rate limits of CDA and CPA."""
        own = self.requests_per_second
        return min(own, _PREVIEW_LIMIT) if preview and own is not None else own

    @property
    def has_preview(self) -> bool:
        """Whether drafts can be read."""
        return self.preview_token is not None

    def base_url(self, *, preview: bool = False) -> str:
        """Return where the HTTP client has to send its requests, without a slash at the end.

        Source: Contentful, Content Delivery API and Content Preview API, base URLs.
        """
        chosen = self.preview_url if preview else self.url
        if chosen is not None:
            return str(chosen).rstrip("/")
        host = "preview" if preview else "cdn"
        return f"https://{host}{'.eu' if self.region == 'eu' else ''}.contentful.com"

    def headers(self, *, preview: bool = False) -> dict[str, str]:
        """Return the headers of every request. The token is never part of an address."""
        token = self.preview_token if preview else self.token
        return {} if token is None else {"Authorization": f"Bearer {token.get_secret_value()}"}
