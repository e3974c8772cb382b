"""Where to look for each field of a product, in which order: policy plus language is a plan."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile

from bff.domain.commerce import MEDUSA
from bff.domain.locale import Language, Locale
from bff.domain.storefront import ShopperContext


class Field(Enum):
    """The fields of a product that have more than one possible source."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    DESCRIPTION = "description"
    SEO_TITLE = "seo.title"
    SEO_DESCRIPTION = "seo.description"
    IMAGES = "images"
    VIDEOS = "videos"
    ATTRIBUTES = "attributes"
    ADDONS = "addons"

    __hash__ = object.__hash__  # each is there once; that of enums is written in Python


_TRANSLATABLE = frozenset(Field) - {
    *(Field.IMAGES, Field.VIDEOS, Field.ATTRIBUTES, Field.ADDONS),
}
"""What Medusa writes in a language; its pictures and metadata belong to none."""


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

    `base_language` is the language of Medusa's own text. `lists` says in which language an
    editor's list of products counts where there is one per language: the first along it that is
    not empty. `None` leaves that to the shopper's own chain. `together` are groups of fields
    that are taken in one language, so that a page is not in two: how is told in `walk`.
    """

    rules: Mapping[Field, tuple[SourceRule, ...]]
    base_language: Locale
    order: MergeOrder = MergeOrder.SOURCE
    lists: tuple[Locale | None, ...] | None = None
    commerce: str = MEDUSA
    together: tuple[tuple[Field, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value may be found.

    `locale` `None` is what belongs to no language; unless `is_known` is false: then it is in a
    language that the source does not tell.
    """

    source: str
    locale: Locale | None
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The places to look for each field, best first.

    `skipped` are places that the policy leaves out although the chain leads there. No place is
    there twice, however often the policy names its source. `reading` is the order of languages
    for what has no place of its own, such as the words below a picture; `lists` that of lists.

    `own_text` is where Medusa's texts stand. `together` are the groups of fields that move
    together, and `languages` the order in which a language is chosen for each of them.
    """

    context: ShopperContext
    commerce: str
    places: Mapping[Field, tuple[Place, ...]]
    skipped: Mapping[Field, tuple[Place, ...]]
    reading: tuple[Locale | None, ...]
    lists: tuple[Locale | None, ...]
    own_text: Place
    languages: tuple[Locale, ...]
    together: tuple[tuple[Field, ...], ...] = ()


def stand_ins(plan: MergePlan, source: str, answered: Collection[str]) -> tuple[str, ...]:
    """Return who speaks for what a source would have said, had it answered; Medusa at last.

    Those are the others that come after it for some field, as far as they have answered.
    """
    later: dict[str, None] = {}
    for places in plan.places.values():
        names = list(dict.fromkeys(place.source for place in places))
        if source in names:
            later.update(dict.fromkeys(names[names.index(source) + 1 :]))
    later.pop(plan.commerce, None)
    return (*(name for name in later if name in answered), plan.commerce)


def merge_plan(
    policy: MergePolicy, context: ShopperContext, *, commerce_translates: bool
) -> MergePlan:
    """Return where to look for each field when answering in `context`.

    Medusa is the last resort for the title, whatever the policy: a product is never nameless.
    """
    places, skipped = {}, {}
    for name in Field:
        own = _own_place(policy, name, commerce_translates=commerce_translates)
        found: list[Place] = []
        within_reach: list[Place] = []
        for rule in policy.rules.get(name, ()):
            if rule.source == policy.commerce:
                found.append(own)
                continue
            found.extend(_walk(rule, context.language, policy.base_language))
            anywhere = SourceRule(rule.source, Reach.CHAIN)
            within_reach.extend(_walk(anywhere, context.language, policy.base_language))
        if policy.order is MergeOrder.LANGUAGE:
            found.sort(key=lambda place: _rank(place, context.language))
        if name is Field.TITLE:
            found.append(own)
        places[name] = tuple(dict.fromkeys(found))
        skipped[name] = tuple(dict.fromkeys(one for one in within_reach if one not in found))
    reading = reading_order(context.language)
    return MergePlan(
        context=context,
        commerce=policy.commerce,
        places=places,
        skipped=skipped,
        reading=reading,
        lists=reading if policy.lists is None else policy.lists,
        own_text=_own_place(policy, Field.TITLE, commerce_translates=commerce_translates),
        languages=tuple(dict.fromkeys((*context.language.chain, policy.base_language))),
        together=_groups(policy),
    )


def _groups(policy: MergePolicy) -> tuple[tuple[Field, ...], ...]:
    """Return the groups that mean something: each field in the first that names it.

    A list of addons has a language of its own (`MergePolicy.lists`), and a field alone nothing
    to move with.
    """
    taken = {Field.ADDONS}
    groups = []
    for group in policy.together:
        fields = tuple(name for name in dict.fromkeys(group) if name not in taken)
        taken.update(fields)
        if len(fields) > 1:
            groups.append(fields)
    return tuple(groups)


def _own_place(policy: MergePolicy, name: Field, *, commerce_translates: bool) -> Place:
    if name not in _TRANSLATABLE:
        return Place(policy.commerce, None)
    if commerce_translates:
        return Place(policy.commerce, None, is_known=False)
    return Place(policy.commerce, policy.base_language)


def _walk(rule: SourceRule, language: Language, base: Locale) -> Iterator[Place]:
    if rule.reach is Reach.TRANSLATED:
        near, _ = _near_and_far(language)
        own = takewhile(lambda locale: locale != base, near)
        yield from (Place(rule.source, locale) for locale in own)
        return
    yield from (Place(rule.source, locale) for locale in reading_order(language))


def reading_order(language: Language) -> tuple[Locale | None, ...]:
    """Return the languages to look through, best first; `None` is what belongs to none."""
    near, far = _near_and_far(language)
    return (*near, None, *far)


def _near_and_far(language: Language) -> tuple[tuple[Locale, ...], tuple[Locale, ...]]:
    """Split the chain before its first foreign language: `es-MX`, `es`, then `en`.

    Neutral values stand between the two: they beat a foreign language. What comes after one
    stays there, even the shopper's own language: the order of the chain is the shop's.
    """
    primary = language.requested.split("-")[0]
    near = tuple(takewhile(lambda tag: tag.split("-")[0] == primary, language.chain))
    return near, language.chain[len(near) :]


def _rank(place: Place, language: Language) -> int:
    """Return how early a place comes when languages are walked first.

    Sorting by it is stable: within one language the sources keep their order. Text in a language
    outside the chain, or in one that nobody tells, stays the last resort.
    """
    order = reading_order(language)
    return order.index(place.locale) if place.is_known and place.locale in order else len(order)
