"""One walk for everything that is merged: the first place that has something to say.

Fields that move together (`MergePlan.together`) are taken in one language. Which one: along the
plan's languages, the one in which the most of them have a value, the earlier of several. What
belongs to no language counts in all of them; Medusa's translated text, whose language nobody
tells, counts as the one that it was asked for. In that language each field still asks its own
sources in its own order. A field without a value there is missing, except for the title.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TypeVar

from bff.domain.commerce import Image
from bff.domain.content import ContentFields, Film, Picture, Texts
from bff.domain.locale import Locale
from bff.domain.merge_policy import Field, MergePlan, Place
from bff.domain.richtext import RichText
from bff.domain.storefront import Localized, Video
from bff.domain.text import is_blank

T = TypeVar("T")

Languages = Mapping[Field, Locale]
"""The language of each field that moves together with others; the rest is absent."""

_ANY: Languages = {}


@dataclass(frozen=True, slots=True)
class Written:
    """All that is written about one thing: Medusa's own values, and texts per content system.

    A content system that has nothing about it is absent, or there with `None`.
    """

    own: Mapping[Field, object] = field(default_factory=dict)
    texts: Mapping[str, Texts | None] = field(default_factory=dict)


_READ: Mapping[Field, Callable[[ContentFields], object]] = {
    Field.TITLE: attrgetter("title"),
    Field.SUBTITLE: attrgetter("subtitle"),
    Field.DESCRIPTION: attrgetter("description"),
    Field.SEO_TITLE: attrgetter("seo_title"),
    Field.SEO_DESCRIPTION: attrgetter("seo_description"),
    Field.IMAGES: attrgetter("images"),
    Field.VIDEOS: attrgetter("videos"),
    Field.ATTRIBUTES: attrgetter("attributes"),
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


def value_at(written: Written, plan: MergePlan, name: Field, place: Place) -> object:
    """Return what stands in one place; attributes without the blank ones."""
    value = _at(written, plan, name, place)
    if name is Field.ATTRIBUTES and isinstance(value, Mapping):
        return {key: one for key, one in value.items() if not is_missing(one)}
    return value


def _at(written: Written, plan: MergePlan, name: Field, place: Place) -> object:
    if place.source == plan.commerce:
        return written.own.get(name)
    texts = written.texts.get(place.source)
    found = texts.get(place.locale) if texts else None
    return None if found is None else _READ[name](found)


def localized(value: T, place: Place, plan: MergePlan) -> Localized[T]:
    """Return a value together with where it was found."""
    is_fallback = plan.context.language.is_fallback(place.locale) if place.is_known else None
    return Localized(value, place.source, place.locale, is_fallback)


def first(
    written: Written, plan: MergePlan, name: Field, kind: type[T], languages: Languages = _ANY
) -> Localized[T] | None:
    """Return the first value of a field, and where it stands; `None` if nobody has one."""
    places = places_for(name, plan, languages) if languages else plan.places[name]
    for place in places:
        value = _at(written, plan, name, place)
        if isinstance(value, kind) and not is_missing(value):
            return localized(value, place, plan)
    return None


def places_for(name: Field, plan: MergePlan, languages: Languages) -> Sequence[Place]:
    """Return the places of a field, best first, that may be looked at in these languages.

    Behind them stands, for a title, the one that makes nothing nameless: Medusa's, and where
    Medusa has no say, as for a page, whatever would be shown by itself.
    """
    places = plan.places[name]
    if name not in languages:
        return places
    near = [place for place in places if is_in(place, languages[name], plan)]
    if name is Field.TITLE:
        last = [place for place in places if place.source == plan.commerce]
        near.extend(place for place in last or places if place not in near)
    return near


def images_of(
    written: Written, plan: MergePlan, languages: Languages = _ANY
) -> Localized[tuple[Image, ...]] | None:
    """Return the first gallery, its words in the language that is read first."""
    found = first(written, plan, Field.IMAGES, tuple, languages)
    if found is None or found.source == plan.commerce:
        return found
    shown = tuple(_image(one, plan) for one in found.value)
    return Localized(shown, found.source, found.locale, found.is_fallback)


def videos_of(
    written: Written, plan: MergePlan, languages: Languages = _ANY
) -> Localized[tuple[Video, ...]] | None:
    """Return the first list of films, their titles in the language that is read first."""
    found = first(written, plan, Field.VIDEOS, tuple, languages)
    if found is None:
        return None
    shown = tuple(_video(one, plan) for one in found.value)
    return Localized(shown, found.source, found.locale, found.is_fallback)


def _image(image: Picture, plan: MergePlan) -> Image:
    return Image(image.url, words(image.alts, plan), image.width, image.height, image.role)


def _video(film: Film, plan: MergePlan) -> Video:
    return Video(film.url, words(film.titles, plan), film.media_type)


def words(texts: Mapping[Locale | None, str], plan: MergePlan) -> str | None:
    """Return a text that has no place of its own in the language that is read first."""
    found = (texts.get(locale) for locale in plan.reading)
    return next((text for text in found if not is_missing(text)), None)


def attributes_of(
    written: Written, plan: MergePlan, languages: Languages = _ANY
) -> Mapping[str, Localized[object]]:
    """Merge attribute by attribute: one that the first place lacks is taken from the next."""
    won: dict[str, Localized[object]] = {}
    for place in places_for(Field.ATTRIBUTES, plan, languages):
        values = _at(written, plan, Field.ATTRIBUTES, place)
        if isinstance(values, Mapping):
            for key, value in values.items():
                if key not in won and not is_missing(value):
                    won[key] = localized(value, place, plan)
    return dict(sorted(won.items()))


def is_in(place: Place, language: Locale, plan: MergePlan) -> bool:
    """Tell whether what stands in a place may be shown next to texts in a language."""
    if not place.is_known:
        return language == plan.context.language.applied
    return place.locale is None or place.locale == language


def languages_of(written: Written, plan: MergePlan) -> Languages:
    """Return the language of each field that moves together with others; see the module."""
    if not plan.together:
        return _ANY
    chosen: dict[Field, Locale] = {}
    for group in plan.together:
        spoken = [_languages_with(written, plan, name) for name in group]
        counts = [sum(language in found for found in spoken) for language in plan.languages]
        if any(counts):
            language = plan.languages[counts.index(max(counts))]
            chosen.update(dict.fromkeys(group, language))
    return chosen


def _languages_with(written: Written, plan: MergePlan, name: Field) -> frozenset[Locale]:
    found: set[Locale] = set()
    for place in plan.places[name]:
        if is_missing(value_at(written, plan, name, place)):
            continue
        if not place.is_known:
            found.add(plan.context.language.applied)
        elif place.locale is None:
            return frozenset(plan.languages)
        else:
            found.add(place.locale)
    return frozenset(found)
