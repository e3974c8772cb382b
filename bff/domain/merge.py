"""Field by field, the first source and language that has something to say.

A merge is decided in two steps. `merge_plan` turns the shop's policy and the shopper's language
into the places to look, in order; `merge_product` takes the first value that is there.
`explain` walks the same places and says what it saw.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from itertools import takewhile
from operator import attrgetter
from typing import TypeVar

from bff.domain.commerce import CommerceProduct, Image, ProductText
from bff.domain.content import ContentFields, ProductContent
from bff.domain.locale import Language, Locale
from bff.domain.richtext import RichText
from bff.domain.storefront import Localized, ShopperContext, StorefrontProduct

T = TypeVar("T")


class Field(Enum):
    """The fields of a product that have more than one possible source."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    DESCRIPTION = "description"
    SEO_TITLE = "seo.title"
    SEO_DESCRIPTION = "seo.description"
    IMAGES = "images"
    ATTRIBUTES = "attributes"
    ADDONS = "addons"


class Reach(Enum):
    """How far along the fallback chain a source is asked.

    `TRANSLATED` is for a text that is a mere copy in the shop's own language: it counts only in
    the shopper's language, and never in the shop's own.
    """

    CHAIN = "chain"
    TRANSLATED = "translated"


@dataclass(frozen=True, slots=True)
class SourceRule:
    """One source in the order of a field."""

    source: str
    reach: Reach = Reach.CHAIN


class MergeOrder(Enum):
    """What is walked first: the sources (each through all languages), or the languages."""

    SOURCE = "source"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class MergePolicy:
    """Who may speak for which field. `commerce` names Medusa among the sources.

    `base_language` is the language of Medusa's own text.
    """

    rules: Mapping[Field, tuple[SourceRule, ...]]
    base_language: Locale
    order: MergeOrder = MergeOrder.SOURCE
    commerce: str = "medusa"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value may be found. `locale` `None` is what belongs to no language."""

    source: str
    locale: Locale | None


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The places to look for each field, best first.

    `commerce_locale` is the language of Medusa's text, `None` when Medusa translates and does
    not say into what.
    """

    places: Mapping[Field, tuple[Place, ...]]
    context: ShopperContext
    commerce: str
    commerce_locale: Locale | None


def merge_plan(
    policy: MergePolicy, context: ShopperContext, *, commerce_translates: bool
) -> MergePlan:
    """Return where to look for each field when answering in `context`."""
    own = None if commerce_translates else policy.base_language
    plan = {}
    for name in Field:
        walks = [
            (Place(rule.source, own),)
            if rule.source == policy.commerce
            else tuple(_walk(rule, context.language, policy.base_language))
            for rule in policy.rules.get(name, ())
        ]
        places = [place for walk in walks for place in walk]
        if policy.order is MergeOrder.LANGUAGE:
            ranks = _language_ranks(context.language)
            last = len(ranks)
            # Sorting is stable: within one language the sources keep their order. Medusa's text
            # in a language outside the chain stays the last resort.
            places.sort(key=lambda place: ranks.get(place.locale, last))
        plan[name] = tuple(places)
    return MergePlan(plan, context, policy.commerce, own)


def _walk(rule: SourceRule, language: Language, base: Locale) -> Iterator[Place]:
    near, far = _near_and_far(language)
    if rule.reach is Reach.TRANSLATED:
        for locale in near:
            if locale == base:
                return
            yield Place(rule.source, locale)
        return
    yield from (Place(rule.source, locale) for locale in (*near, None, *far))


def _near_and_far(language: Language) -> tuple[tuple[Locale, ...], tuple[Locale, ...]]:
    """Split the chain before its first foreign language: `es-MX`, `es`, then `en`.

    Neutral values stand between the two: they beat a foreign language. What comes after one
    stays there, even the shopper's own language: the order of the chain is the shop's.
    """
    primary = language.requested.split("-")[0]
    near = tuple(takewhile(lambda tag: tag.split("-")[0] == primary, language.chain))
    return near, language.chain[len(near) :]


def _language_ranks(language: Language) -> Mapping[Locale | None, int]:
    near, far = _near_and_far(language)
    return {locale: rank for rank, locale in enumerate((*near, None, *far))}


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
    Field.ATTRIBUTES: attrgetter("attributes"),
}
_IN_COMMERCE: Mapping[Field, Callable[[ProductText], object]] = {
    Field.TITLE: attrgetter("title"),
    Field.SUBTITLE: attrgetter("subtitle"),
    Field.DESCRIPTION: attrgetter("description"),
    Field.SEO_TITLE: attrgetter("title"),
    Field.SEO_DESCRIPTION: lambda text: text.description.text if text.description else None,
    Field.IMAGES: attrgetter("images"),
    Field.ATTRIBUTES: attrgetter("attributes"),
    Field.ADDONS: lambda _: None,
}


def _value(halves: Halves, plan: MergePlan, name: Field, place: Place) -> object:
    """Return what stands in one place, `None` when nothing does; attributes without the blanks."""
    value = _found(halves, plan, name, place)
    if name is Field.ATTRIBUTES and isinstance(value, Mapping):
        return {key: written for key, written in value.items() if not is_missing(written)}
    return value


def _found(halves: Halves, plan: MergePlan, name: Field, place: Place) -> object:
    if place.source == plan.commerce:
        return _IN_COMMERCE[name](halves.text)
    content = halves.contents.get(place.source)
    if content is None:
        return None
    if name is Field.ADDONS:  # the list itself is one for all languages, only its titles differ
        return content.addon_ids() if place.locale is None else None
    return _IN_CONTENT[name](content.fields.get(place.locale, _NOTHING))


def is_missing(value: object) -> bool:
    """Tell whether nobody wrote anything: `None`, blank text, an empty document or list.

    Zero and `False` are values.
    """
    match value:
        case None:
            return True
        case str():
            return not value.strip()
        case RichText():
            return value.is_blank
        case Mapping() | list() | tuple():
            return not value
        case _:
            return False


def _localized(value: T, place: Place, plan: MergePlan) -> Localized[T]:
    if place.source == plan.commerce and plan.commerce_locale is None:
        return Localized(value, place.source, None, None)
    is_fallback = plan.context.language.is_fallback(place.locale)
    return Localized(value, place.source, place.locale, is_fallback)


def _first(halves: Halves, plan: MergePlan, name: Field, kind: type[T]) -> Localized[T] | None:
    for place in plan.places[name]:
        value = _value(halves, plan, name, place)
        if isinstance(value, kind) and not is_missing(value):
            return _localized(value, place, plan)
    return None


def _attributes(halves: Halves, plan: MergePlan) -> Mapping[str, Localized[object]]:
    """Merge attribute by attribute: one that the CMS lacks is still taken from Medusa."""
    won: dict[str, Localized[object]] = {}
    for place in plan.places[Field.ATTRIBUTES]:
        values = _value(halves, plan, Field.ATTRIBUTES, place)
        if isinstance(values, Mapping):
            for key, value in values.items():
                won.setdefault(key, _localized(value, place, plan))
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
    return _localized(image, Place(plan.commerce, plan.commerce_locale), plan)


def merge_product(halves: Halves, plan: MergePlan) -> StorefrontProduct:
    """Return the product as the shopper is to see it, still without its addons.

    The title is Medusa's when no source in the policy has one: a product is never nameless.
    """
    own_title = _localized(halves.text.title, Place(plan.commerce, plan.commerce_locale), plan)
    images = _first(halves, plan, Field.IMAGES, tuple)
    return StorefrontProduct(
        commerce=halves.commerce,
        text=halves.text,
        context=plan.context,
        title=_first(halves, plan, Field.TITLE, str) or own_title,
        subtitle=_first(halves, plan, Field.SUBTITLE, str),
        description=_first(halves, plan, Field.DESCRIPTION, RichText),
        seo_title=_first(halves, plan, Field.SEO_TITLE, str),
        seo_description=_first(halves, plan, Field.SEO_DESCRIPTION, str),
        images=images,
        thumbnail=_thumbnail(halves.text, images, plan),
        attributes=_attributes(halves, plan),
    )


class Outcome(Enum):
    """What happened in one place of a merge."""

    WON = "won"
    LATER = "has a value, but comes later in the order"
    MISSING = "has no value here"
    NO_DOCUMENT = "has no document for this product"
    NO_ANSWER = "did not answer"


@dataclass(frozen=True, slots=True)
class Considered:
    """One place that was looked at for a field."""

    place: Place
    outcome: Outcome


def explain(halves: Halves, plan: MergePlan) -> Mapping[Field, tuple[Considered, ...]]:
    """Return for each field every place in order: who won, who lost, and why."""
    return {name: tuple(_considered(halves, plan, name)) for name in Field}


def _considered(halves: Halves, plan: MergePlan, name: Field) -> Iterator[Considered]:
    decided = False
    for place in plan.places[name]:
        missing = is_missing(_value(halves, plan, name, place))
        if place.source != plan.commerce and place.source not in halves.contents:
            outcome = Outcome.NO_ANSWER
        elif place.source != plan.commerce and halves.contents[place.source] is None:
            outcome = Outcome.NO_DOCUMENT
        elif missing:
            outcome = Outcome.MISSING
        else:
            outcome = Outcome.LATER if decided else Outcome.WON
            decided = True
        yield Considered(place, outcome)
