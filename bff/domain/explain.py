"""Why a merge came out as it did: every place that was looked at, and what became of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bff.domain.commerce import Handle, ProductId
from bff.domain.merge import Halves, written_of
from bff.domain.merge_policy import Field, MergePlan, Place
from bff.domain.storefront import ShopperContext
from bff.domain.walk import Languages, Written, is_missing, languages_of, places_for, value_at


class Outcome(Enum):
    """What happened in one place of a merge."""

    WON = "won"
    LATER = "has a value, but comes later in the order"
    MISSING = "has no value here"
    NO_DOCUMENT = "has no document for this product"
    NO_ANSWER = "did not answer"
    NOT_ASKED = "has a value, but is asked only for translations into the shopper's language"
    OTHER_LANGUAGE = "has a value, but the fields that move together are in another language"


@dataclass(frozen=True, slots=True)
class Considered:
    """One place that was looked at for a field."""

    place: Place
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Decided:
    """How one product was merged for a shopper; `fields` as `explain` returns them."""

    product: ProductId
    handle: Handle
    context: ShopperContext
    fields: Mapping[str, tuple[Considered, ...]]


@dataclass(frozen=True, slots=True)
class _Case:
    """A product in one plan, and in which language each group of fields is taken."""

    halves: Halves
    written: Written
    plan: MergePlan
    languages: Languages


def explain(halves: Halves, plan: MergePlan) -> Mapping[str, tuple[Considered, ...]]:
    """Return for each field every place in order: who won, who lost, and why.

    Keys are the fields' paths in the public schema; attributes are listed one by one, since
    each is won by itself. The thumbnail is Medusa's, else the first of the images.
    """
    written = written_of(halves)
    case = _Case(halves, written, plan, languages_of(written, plan))
    explained: dict[str, tuple[Considered, ...]] = {}
    for name in Field:
        if name is Field.ATTRIBUTES:
            for key in sorted(_attribute_keys(case)):
                explained[f"attributes.{key}"] = _walked(case, name, _attribute(key))
        else:
            explained[name.value] = _walked(case, name, lambda value: value)
    images = explained[Field.IMAGES.value]
    explained["thumbnail"] = _thumbnail(halves, plan, images)
    return explained


def decided(halves: Halves, plan: MergePlan) -> Decided:
    """Return how a product was merged."""
    text = halves.text
    return Decided(text.id, text.handle, plan.context, explain(halves, plan))


def _value_at(case: _Case, name: Field, place: Place) -> object:
    if name is not Field.ADDONS:
        return value_at(case.written, case.plan, name, place)
    # The list itself is one for the shopper's language, only its titles differ.
    content = case.halves.contents.get(place.source)
    return content.addon_refs(case.plan.lists) if content and place.locale is None else None


def _attribute(key: str) -> Callable[[object], object]:
    return lambda values: values.get(key) if isinstance(values, Mapping) else None


def _attribute_keys(case: _Case) -> set[str]:
    name = Field.ATTRIBUTES
    places = (*case.plan.places[name], *case.plan.skipped.get(name, ()))
    found = (_value_at(case, name, place) for place in places)
    return {key for values in found if isinstance(values, Mapping) for key in values}


def _walked(case: _Case, name: Field, part: Callable[[object], object]) -> tuple[Considered, ...]:
    asked = list(_asked(case, name, part))
    not_asked = [
        Considered(place, Outcome.NOT_ASKED)
        for place in case.plan.skipped.get(name, ())
        if not is_missing(part(_value_at(case, name, place)))
    ]
    return (*asked, *not_asked)


def _asked(case: _Case, name: Field, part: Callable[[object], object]) -> Iterator[Considered]:
    places = case.plan.places[name]
    filled = [place for place in places if not is_missing(part(_value_at(case, name, place)))]
    looked_at = [place for place in places_for(name, case.plan, case.languages) if place in filled]
    for place in places:
        if place.source != case.plan.commerce and case.halves.contents.get(place.source) is None:
            silent = place.source not in case.halves.contents
            outcome = Outcome.NO_ANSWER if silent else Outcome.NO_DOCUMENT
        elif place not in filled:
            outcome = Outcome.MISSING
        elif place not in looked_at:
            outcome = Outcome.OTHER_LANGUAGE
        else:
            outcome = Outcome.WON if place == looked_at[0] else Outcome.LATER
        yield Considered(place, outcome)


def _thumbnail(
    halves: Halves, plan: MergePlan, images: Sequence[Considered]
) -> tuple[Considered, ...]:
    own = Place(plan.commerce, None)
    if is_missing(halves.text.thumbnail):
        return (Considered(own, Outcome.MISSING), *images)
    later = (
        Considered(place, Outcome.LATER if outcome is Outcome.WON else outcome)
        for place, outcome in ((one.place, one.outcome) for one in images)
    )
    return (Considered(own, Outcome.WON), *later)
