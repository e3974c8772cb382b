"""Field by field, the first source and language that has something to say."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeVar, assert_never

from bff.domain.commerce import CommerceProduct, Image, ProductText
from bff.domain.content import ContentFields, Film, Picture, ProductContent
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergePlan, Place
from bff.domain.richtext import RichText
from bff.domain.storefront import Localized, StorefrontProduct, Video
from bff.domain.text import is_blank

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Halves:
    """All that is known of one product: Medusa's text, and per content system its document.

    A content system that has no document is there with `None`; one that did not answer is
    absent.
    """

    commerce: CommerceProduct
    text: ProductText
    contents: Mapping[str, ProductContent | None] = field(default_factory=dict)


_NOTHING = ContentFields()

_IN_CONTENT: Mapping[Field, Callable[[ContentFields], object]] = {
    Field.TITLE: attrgetter("title"),
    Field.SUBTITLE: attrgetter("subtitle"),
    Field.DESCRIPTION: attrgetter("description"),
    Field.SEO_TITLE: attrgetter("seo_title"),
    Field.SEO_DESCRIPTION: attrgetter("seo_description"),
    Field.IMAGES: attrgetter("images"),
    Field.VIDEOS: attrgetter("videos"),
    Field.ATTRIBUTES: attrgetter("attributes"),
}
_IN_COMMERCE: Mapping[Field, Callable[[ProductText], object]] = {
    Field.TITLE: attrgetter("title"),
    Field.SUBTITLE: attrgetter("subtitle"),
    Field.DESCRIPTION: attrgetter("description"),
    Field.SEO_TITLE: attrgetter("title"),
    Field.SEO_DESCRIPTION: lambda text: text.description.text if text.description else None,
    Field.IMAGES: attrgetter("images"),
    Field.VIDEOS: lambda _: None,
    Field.ATTRIBUTES: attrgetter("attributes"),
    Field.ADDONS: lambda _: None,
}


def is_missing(value: object) -> bool:
    """Tell whether nobody wrote anything: `None`, blank text, an empty document or list.

    Zero and `False` are values.
    """
    match value:
        case None:
            return True
        case str():
            return is_blank(value)
        case RichText():
            return value.is_blank
        case Mapping() | list() | tuple():
            return not value
        case _:
            return False


def value_at(halves: Halves, plan: MergePlan, name: Field, place: Place) -> object:
    """Return what stands in one place; attributes without the blank ones."""
    if place.source == plan.commerce:
        value = _IN_COMMERCE[name](halves.text)
    else:
        content = halves.contents.get(place.source)
        value = _in_document(content, name, place, plan) if content else None
    if name is Field.ATTRIBUTES and isinstance(value, Mapping):
        return {key: written for key, written in value.items() if not is_missing(written)}
    return value


def _in_document(content: ProductContent, name: Field, place: Place, plan: MergePlan) -> object:
    if name is Field.ADDONS:  # the list itself is one for all languages, only its titles differ
        return content.addon_refs(plan.lists) if place.locale is None else None
    value = _IN_CONTENT[name](content.fields.get(place.locale, _NOTHING))
    if isinstance(value, tuple):
        return tuple(_shown(one, plan) for one in value)
    return value


def _shown(media: Picture | Film, plan: MergePlan) -> Image | Video:
    """Return a picture or a film with its words in the language that is read first."""
    match media:
        case Picture():
            words = _words(media.alts, plan)
            return Image(media.url, words, media.width, media.height, media.role)
        case Film():
            return Video(media.url, _words(media.titles, plan), media.media_type)
        case _:
            assert_never(media)


def _words(texts: Mapping[Locale | None, str], plan: MergePlan) -> str | None:
    found = (texts.get(locale) for locale in plan.reading)
    return next((text for text in found if not is_missing(text)), None)


def localized(value: T, place: Place, plan: MergePlan) -> Localized[T]:
    """Return a value together with where it was found."""
    is_fallback = plan.context.language.is_fallback(place.locale) if place.is_known else None
    return Localized(value, place.source, place.locale, is_fallback)


def merge_product(halves: Halves, plan: MergePlan) -> StorefrontProduct:
    """Return the product as the shopper is to see it, still without its addons."""
    images = _first(halves, plan, Field.IMAGES, tuple)
    nameless = Localized(halves.text.title, plan.commerce, None, is_fallback=False)
    return StorefrontProduct(
        commerce=halves.commerce,
        text=halves.text,
        context=plan.context,
        title=_first(halves, plan, Field.TITLE, str) or nameless,
        subtitle=_first(halves, plan, Field.SUBTITLE, str),
        description=_first(halves, plan, Field.DESCRIPTION, RichText),
        seo_title=_first(halves, plan, Field.SEO_TITLE, str),
        seo_description=_first(halves, plan, Field.SEO_DESCRIPTION, str),
        images=images,
        videos=_first(halves, plan, Field.VIDEOS, tuple),
        thumbnail=_thumbnail(halves.text, images, plan),
        attributes=_attributes(halves, plan),
    )


def _first(halves: Halves, plan: MergePlan, name: Field, kind: type[T]) -> Localized[T] | None:
    for place in plan.places[name]:
        value = value_at(halves, plan, name, place)
        if isinstance(value, kind) and not is_missing(value):
            return localized(value, place, plan)
    return None


def _attributes(halves: Halves, plan: MergePlan) -> Mapping[str, Localized[object]]:
    """Merge attribute by attribute: one that the CMS lacks is still taken from Medusa."""
    won: dict[str, Localized[object]] = {}
    for place in plan.places[Field.ATTRIBUTES]:
        values = value_at(halves, plan, Field.ATTRIBUTES, place)
        if isinstance(values, Mapping):
            for key, value in values.items():
                won.setdefault(key, localized(value, place, plan))
    return dict(sorted(won.items()))


def _thumbnail(
    text: ProductText, images: Localized[tuple[Image, ...]] | None, plan: MergePlan
) -> Localized[Image] | None:
    """Return Medusa's thumbnail, else the first merged image."""
    if text.thumbnail is None or is_missing(text.thumbnail):
        if images is None:
            return None
        return Localized(images.value[0], images.source, images.locale, images.is_fallback)
    known = (*text.images, *(images.value if images else ()))
    image = next((image for image in known if image.url == text.thumbnail), Image(text.thumbnail))
    return localized(image, Place(plan.commerce, None), plan)
