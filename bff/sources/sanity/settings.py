"""Which Sanity project to read, how to reach it, and how its documents are modelled."""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, model_validator

from bff.domain.merge_policy import Field as MergedField
from bff.domain.merge_policy import Reach
from bff.mapping import ProductMapping, ReferencesMapping, SourceSettings
from bff.mapping.settings import Paths
from bff.upstream.credentials import OptionalToken, blank_is_none

OLDEST_API_VERSION = "2025-02-19"  # from here on `published` is the default perspective

_VERSION = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_OWN_ID = "_id"

Model = Literal["specs", "internationalized-array", "locale-object", "document"]
_Type = Annotated[str, Field(min_length=1, max_length=128)]
_FieldPath = Annotated[
    str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$", max_length=128)
]


def _as_version(text: str) -> str:
    version = text.strip().removeprefix("v")
    if not _VERSION.fullmatch(version):
        msg = f"must be a date such as {OLDEST_API_VERSION}"
        raise ValueError(msg)
    date.fromisoformat(version)  # there is no 30th of February
    if version < OLDEST_API_VERSION:
        msg = f"must be {OLDEST_API_VERSION} or later: before it, a token made drafts readable"
        raise ValueError(msg)
    return version


class SanityProductMapping(ProductMapping):
    """Which fields of a product document feed which of ours, as schemas in Sanity usually are."""

    description: Paths = ("content", "description")
    addons: tuple[ReferencesMapping, ...] = (
        ReferencesMapping(products="addons"),  # a bare list, which has no title
        ReferencesMapping(groups="addons", title="title", products="products"),
    )


class SanitySettings(SourceSettings):
    """One dataset of one Sanity project."""

    kind: Literal["sanity"] = Field("sanity", description="Says that this source is Sanity.")
    requests_per_second: float | None = Field(
        500, gt=0, description="As for any source; Sanity's CDN itself takes more."
    )
    project_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,61}$")] = Field(
        description="Sanity's project id, as in its dashboard."
    )
    dataset: Annotated[str, Field(pattern=r"^~?[a-z0-9][A-Za-z0-9_-]{0,63}$")] = Field(
        "production", description="Dataset to read."
    )
    token: OptionalToken = Field(
        None, description="Token with read access; only private datasets need one. Blank is none."
    )
    preview_token: OptionalToken = Field(
        None, description="Token that may read drafts; without one there is no preview."
    )
    api_version: Annotated[str, AfterValidator(_as_version)] = Field(
        OLDEST_API_VERSION, description="Date of the API to speak; 2025-02-19 or later."
    )
    use_cdn: bool = Field(
        default=True,
        description="Read from Sanity's CDN; otherwise from the live API, which is never stale "
        "but has a rate limit.",
    )
    url: Annotated[HttpUrl | None, BeforeValidator(blank_is_none)] = Field(
        None,
        repr=False,
        description="Address to read from instead of Sanity's own: a proxy or a stand-in.",
    )
    live_url: Annotated[HttpUrl | None, BeforeValidator(blank_is_none)] = Field(
        None,
        repr=False,
        description="Where `url` is a proxy or a stand-in of Sanity's CDN: the live API behind "
        "it, to read drafts and what has just been edited. Without `url` that is Sanity's own.",
    )
    model: Model = Field(
        "specs",
        description="How languages are kept: `specs` (an array of objects, one per language), "
        "`internationalized-array`, `locale-object`, or `document` (one document per language).",
    )
    specs_field: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)] = Field(
        "specs", description="The array of the model `specs`; its language is in `lang`."
    )
    language_field: Annotated[str, Field(pattern=r"^[A-Za-z_]\w*$", max_length=64)] = Field(
        "language", description="Where a document of the model `document` has its language."
    )
    id_field: _FieldPath = Field(
        _OWN_ID, description="Where a document has Medusa's id; `_id` is the document's own."
    )
    handle_field: _FieldPath = Field(
        "handle", description="Where a document has the handle, a text or a slug."
    )
    document_type: _Type = Field("product", description="`_type` of the product documents.")
    collection_type: _Type = Field("collection", description="`_type` of collections' documents.")
    category_type: _Type = Field("category", description="`_type` of categories' documents.")
    page_type: _Type = Field("page", description="`_type` of the pages.")
    navigation_type: _Type = Field("navigation", description="`_type` of the menus.")
    product: SanityProductMapping = Field(
        default_factory=SanityProductMapping, description="Which field of a product is what."
    )

    @model_validator(mode="after")
    def _languages_share_an_id(self) -> Self:
        if self.model == "document" and self.knows_products_by_document:
            msg = "id_field must be a field such as medusaId where each language has a document"
            raise ValueError(msg)
        return self

    @property
    def knows_products_by_document(self) -> bool:
        """Whether a product document's own id is Medusa's product id."""
        return self.match == "id" and self.id_field == _OWN_ID

    @property
    def key_field(self) -> str:
        """Where a document has what it is known by: Medusa's id or the handle."""
        return self.matches_by.key(self.id_field, self.handle_field)

    @property
    def has_preview(self) -> bool:
        """Whether drafts can be read."""
        return self.preview_token is not None

    def base_url(self, *, preview: bool = False) -> str:
        """Return where the HTTP client has to send its requests, without a slash at the end.

        The CDN knows no drafts, so that a preview is read from the live API.
        """
        address = self.live_url if preview and self.live_url is not None else self.url
        if address is not None:
            return str(address).rstrip("/")
        host = "apicdn" if self.use_cdn and not preview else "api"
        return f"https://{self.project_id}.{host}.sanity.io"

    @property
    def past_cdn(self) -> str | None:
        """Where to read what has just been edited; `None` where the usual address will do."""
        if self.live_url is not None:
            return str(self.live_url).rstrip("/")
        if self.url is not None or not self.use_cdn:
            return None
        return f"https://{self.project_id}.api.sanity.io"

    def usual_reach(self, field: MergedField) -> Reach:
        """Return how far this source is asked for a field where the operator says nothing.

        In the model `specs` a document's title in the shop's own language is a copy of Medusa's.
        """
        is_copy = self.model == "specs" and field is MergedField.TITLE
        return Reach.TRANSLATED if is_copy else Reach.CHAIN

    def headers(self, *, preview: bool = False) -> dict[str, str]:
        """Return the headers of every request.

        Without a token there is no Authorization at all: Sanity refuses an empty or placeholder
        one even for public datasets. Where the host does not name the project, a header does.
        """
        headers = {}
        if self.url is not None or self.live_url is not None:
            headers["X-Sanity-Project-ID"] = self.project_id
        token = self.preview_token if preview else self.token
        if token is not None:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        return headers
