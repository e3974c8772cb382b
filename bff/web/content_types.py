"""The GraphQL types of what editors write: texts, pictures, films, and where they came from."""

from collections.abc import Mapping, Sequence
from typing import Annotated

import strawberry

from bff.domain.commerce import Image
from bff.domain.locale import Locale
from bff.domain.richtext import RichText
from bff.domain.richtext_json import to_json
from bff.domain.storefront import Localized, Video
from bff.domain.text import excerpt
from bff.web.fields import field
from bff.web.scalars import Json

_BLOCKS = """\
The same as JSON, for storefronts that render it themselves: a list of blocks, whatever the CMS.
Every node has a `type`; what is inside it is in `children`, in order.

Blocks:

- `paragraph`; `heading` with `level`, 1 to 6: sentences inside
- `quote`: blocks inside
- `list` with `ordered`: `item`s inside, each with blocks inside
- `table`: `row`s inside, of `cell`s with `header`, `columns` and `rows` (how many it spans), with
  blocks inside
- `image` with `url`, `alt`, `width` and `height`, null when not known
- `code` with `text` and `language`, null when not known
- `embed`, another document of the CMS, with `kind`, `id`, `title` and `href`, null when not known
- `divider`

In sentences:

- `text` with `text`, which is not escaped
- `mark` with `mark`: strong, em, code, underline, strike, superscript, subscript; or unknown, with
  the editor's own word in `name`, which is not sanitised
- `link` with `href`
- `lineBreak`; `image` and `embed` as above

Every `href` and `url` is safe to be followed. There may be more types one day: of one that you do
not know, show the children."""


@strawberry.type(name="Image", description="A picture.")
class ImageType:
    """`Image` in the schema."""

    url: str = strawberry.field(description="Where the picture is.")
    alt: str | None = strawberry.field(description="What it shows, for those who cannot see it.")
    width: int | None = strawberry.field(description="In pixels, where the source says so.")
    height: int | None = strawberry.field(description="In pixels, where the source says so.")
    role: str | None = strawberry.field(description="What it is for, as the CMS calls it: `hero`.")

    @classmethod
    def from_domain(cls, image: Image) -> "ImageType":
        """Show a picture."""
        return cls(
            url=image.url,
            alt=image.alt,
            width=image.width,
            height=image.height,
            role=image.role,
        )

    @classmethod
    def all_of(cls, images: Localized[tuple[Image, ...]] | None) -> "list[ImageType]":
        """Show merged pictures, in the editor's order."""
        return [cls.from_domain(image) for image in images.value] if images else []


@strawberry.type(name="Video", description="A film.")
class VideoType:
    """`Video` in the schema."""

    url: str = strawberry.field(description="Where the film is.")
    title: str | None = strawberry.field(description="What it is called.")
    media_type: str | None = strawberry.field(
        description="Its media type, `video/mp4` for example, where the source says so."
    )

    @classmethod
    def all_of(cls, videos: Localized[tuple[Video, ...]] | None) -> "list[VideoType]":
        """Show merged films, in the editor's order."""
        return [
            cls(url=video.url, title=video.title, media_type=video.media_type)
            for video in (videos.value if videos else ())
        ]


@strawberry.type(name="RichText", description="Formatted text, safe to show as it is.")
class RichTextType:
    """`RichText` in the schema."""

    html: str = strawberry.field(description="Sanitised HTML.")
    text: str = strawberry.field(description="The same without any formatting.")
    locale: Locale | None = strawberry.field(
        description="The language it is in; null when it belongs to no language or none is known."
    )
    source: str = strawberry.field(description="Who wrote it: `medusa`, or a CMS's name.")
    is_fallback: bool | None = strawberry.field(
        description="Whether it is in another language than requested; null when not known."
    )

    document: strawberry.Private[RichText]

    @field(_BLOCKS)
    def blocks(self) -> Json:
        """Write the blocks as JSON."""
        return Json(to_json(self.document.blocks))

    @field("The beginning of the text, cut at a word.")
    def excerpt(
        self,
        length: Annotated[
            int, strawberry.argument(description="At most so many characters, the ellipsis too.")
        ] = 160,
    ) -> str:
        """Shorten the text."""
        return excerpt(self.text, length)

    @classmethod
    def from_optional(cls, merged: Localized[RichText] | None) -> "RichTextType | None":
        """Show a merged text if there is one."""
        return cls.from_domain(merged) if merged else None

    @classmethod
    def from_domain(cls, merged: Localized[RichText]) -> "RichTextType":
        """Show a merged text."""
        return cls(
            html=merged.value.html,
            text=merged.value.text,
            locale=merged.locale,
            source=merged.source,
            is_fallback=merged.is_fallback,
            document=merged.value,
        )


@strawberry.type(name="Seo", description="What search engines are to show.")
class SeoType:
    """`Seo` in the schema."""

    title: str | None = strawberry.field(description="The page's title.")
    description: str | None = strawberry.field(description="One or two sentences of plain text.")

    @classmethod
    def from_domain(
        cls, title: Localized[str] | None, description: Localized[str] | None
    ) -> "SeoType | None":
        """Show what there is, `None` when there is neither title nor description."""
        if title is None and description is None:
            return None
        return cls(
            title=title.value if title else None,
            description=description.value if description else None,
        )


@strawberry.type(name="Attribute", description="A field of the CMS that has no place of its own.")
class AttributeType:
    """`Attribute` in the schema."""

    key: str = strawberry.field(description="The field's name in camelCase.")
    value: Json = strawberry.field(description="Its value.")

    @classmethod
    def picked(
        cls, attributes: Mapping[str, Localized[object]], keys: Sequence[str] | None
    ) -> "list[AttributeType]":
        """Show the attributes called `keys`, or all without them."""
        wanted = None if keys is None else frozenset(keys)
        return [
            cls(key=key, value=Json(value.value))
            for key, value in attributes.items()
            if wanted is None or key in wanted
        ]


@strawberry.type(name="Provenance", description="Where the value of a merged field came from.")
class ProvenanceType:
    """`Provenance` in the schema."""

    field: str = strawberry.field(description="The field: `title`, `seo.title`, `attributes.x`.")
    source: str | None = strawberry.field(
        description="Who had the value: `medusa`, or a CMS's name; null when nobody had one."
    )
    locale: Locale | None = strawberry.field(
        description="The value's language; null when it belongs to none or none is known."
    )
    is_fallback: bool | None = strawberry.field(
        description="Whether it is in another language than requested; null when not known."
    )

    @classmethod
    def from_domain(cls, path: str, merged: Localized[object] | None) -> "ProvenanceType":
        """Show who won a field."""
        if merged is None:
            return cls(field=path, source=None, locale=None, is_fallback=False)
        return cls(
            field=path,
            source=merged.source,
            locale=merged.locale,
            is_fallback=merged.is_fallback,
        )


AttributeKeys = Annotated[
    list[str] | None,
    strawberry.argument(description="Only these, in camelCase. All without it."),
]
"""The argument of every field that shows attributes."""
