"""What a content system knows about one product, in every language it has."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bff.domain.commerce import Image, ProductId
from bff.domain.locale import Locale
from bff.domain.richtext import RichText


@dataclass(frozen=True, slots=True)
class ContentFields:
    """The texts of a product in one language. `None` and empty mean that nobody wrote one."""

    title: str | None = None
    subtitle: str | None = None
    description: RichText | None = None
    seo_title: str | None = None
    seo_description: str | None = None
    images: tuple[Image, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddonReferences:
    """One group of addons as the editor listed it: order, duplicates and mistakes included."""

    titles: Mapping[Locale | None, str]
    products: tuple[ProductId, ...]


@dataclass(frozen=True, slots=True)
class ProductContent:
    """One product's content document.

    `fields` holds a value per language; the key `None` holds what the content system does not
    localise, which is neutral: right in every language and never a fallback. `document_id` is
    the content system's own id: what it will say has changed, when it tells of an edit.
    """

    product_id: ProductId
    document_id: str
    fields: Mapping[Locale | None, ContentFields]
    addons: tuple[AddonReferences, ...] = ()

    def addon_ids(self) -> tuple[ProductId, ...]:
        """Return the ids of all addons, in the editor's order, each once and never itself."""
        ids = dict.fromkeys(target for group in self.addons for target in group.products)
        ids.pop(self.product_id, None)
        return tuple(ids)
