"""A document of any content system in one neutral form: what a source reads and a mapping maps.

A source translates what only it knows (envelopes, links, assets, rich text, which language a value
is in) into these values; what a field is called and where it belongs is the mapping's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeAlias

from bff.domain.commerce import Handle, ProductId
from bff.domain.locale import Locale
from bff.domain.marks import Version
from bff.domain.richtext import Block


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture, a film or another file. `url` is absolute.

    `alts` describes it, by language; `media_type` is like `image/jpeg`, `None` if nobody says.
    Width and height are in pixels.
    """

    url: str
    alts: Mapping[Locale | None, str] = field(default_factory=dict)
    width: int | None = None
    height: int | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Prose:
    """Rich text that the source has read; a plain string is no prose."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another document.

    `target` is `None` where the content system does not show it: missing, unpublished, or deeper
    than anybody looks. What is known of the product behind it all the same is in `product` and
    `handle`.
    """

    document_id: str
    target: Document | None = None
    product: ProductId | None = None
    handle: Handle | None = None


@dataclass(frozen=True, slots=True)
class ByLocale:
    """A value per language; `None` holds what belongs to none. It may stand anywhere in a tree."""

    values: Mapping[Locale | None, Value]


@dataclass(frozen=True, slots=True)
class Document:
    """One document, with all its languages.

    `id` is the content system's own. `product` and `handle` say whom it is about, as far as the
    document itself does. `made_of` has the ids of everything that was read to make it, itself and
    targets that are missing included: a change to one of them changes this. With each is the
    version that was read, `None` where there is none.
    """

    id: str
    type: str
    fields: Mapping[str, Value]
    product: ProductId | None = None
    handle: Handle | None = None
    made_of: Mapping[str, Version | None] = field(default_factory=dict)


Value: TypeAlias = (
    bool
    | int
    | float
    | Decimal
    | str
    | Asset
    | Prose
    | Link
    | ByLocale
    | list["Value"]
    | dict[str, "Value"]
    | None
)
"""What a field may hold. Names within it are as the editor wrote them."""
