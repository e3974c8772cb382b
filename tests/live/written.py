"""What the editors of one content system wrote, as that system itself tells it.

The modules `written_*` read each system's own answers in the plainest way. Like the oracle they
import nothing of the service, so that they can disagree with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Json = Any
Tag = str | None
"""A language as the shop writes it; `None` is what the system does not localise."""


@dataclass(frozen=True)
class Picture:
    """A picture with its words by language."""

    url: str
    alts: Mapping[Tag, str]
    width: int | None
    height: int | None
    role: str


@dataclass(frozen=True)
class References:
    """Products that an editor listed, by Medusa's id or as `lost`."""

    lists: Mapping[Tag, Sequence[str]]
    titles: Mapping[Tag, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Written:
    """Everything about one product.

    `texts` holds by language `title`, `subtitle`, `description`, `seo.title` and
    `seo.description`, the description as the answer has to show it, without blank ones.
    """

    texts: Mapping[Tag, Mapping[str, Json]]
    attributes: Mapping[Tag, Mapping[str, Json]]
    images: Mapping[Tag, Sequence[Picture]] = field(default_factory=dict)
    addons: Sequence[References] = ()


@dataclass(frozen=True)
class WrittenPage:
    """A page: `texts` as those of a product, the body as `description`."""

    id: str
    slugs: Mapping[Tag, str]
    texts: Mapping[Tag, Mapping[str, Json]]
    items: Mapping[Tag, Sequence[str]]


@dataclass(frozen=True)
class WrittenEntry:
    """One line of a menu; `page` are the slugs of the page that it leads to."""

    labels: Mapping[Tag, str]
    urls: Mapping[Tag, str]
    page: Mapping[Tag, str] | None = None
    product: str | None = None
    children: "Sequence[WrittenEntry]" = ()


Menu = Mapping[Tag, Sequence[WrittenEntry]]
"""A menu: one list for all languages, or one per language."""


@dataclass(frozen=True)
class System:
    """One content system: its name in provenance, and what it publishes.

    Products are by Medusa's id, menus by their handle. `copies_titles` says that the title in
    the shop's own language is Medusa's, synced.
    """

    name: str
    products: Mapping[str, Written]
    copies_titles: bool = False
    pages: Sequence[WrittenPage] = ()
    menus: Mapping[str, Menu] = field(default_factory=dict)


def lost(document_id: str) -> str:
    """Return what stands for the product of a document that its own system does not show."""
    return f"?{document_id}"


def distinct(pictures: Iterable[Picture]) -> list[Picture]:
    """Return the pictures, each file once."""
    by_url: dict[str, Picture] = {}
    for picture in pictures:
        by_url.setdefault(picture.url, picture)
    return list(by_url.values())


def is_blank(value: Json) -> bool:
    return value is None or (isinstance(value, str | list) and not (str(value).strip() and value))


def camel_case(name: str) -> str:
    first, *others = name.replace("-", "_").split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def present(values: Mapping[str, Json]) -> dict[str, Json]:
    """Return what is there of some values."""
    return {name: value for name, value in values.items() if not is_blank(value)}
