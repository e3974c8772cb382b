"""Why a merge came out as it did: every place that was looked at, and what became of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from bff.domain.merge import Halves, is_missing, value_at
from bff.domain.merge_policy import Field, MergePlan, Place


class Outcome(Enum):
    """What happened in one place of a merge."""

    WON = "won"
    LATER = "has a value, but comes later in the order"
    MISSING = "has no value here"
    NO_DOCUMENT = "has no document for this product"
    NO_ANSWER = "did not answer"
    NOT_ASKED = "has a value, but is asked only for translations into the shopper's language"


@dataclass(frozen=True, slots=True)
class Considered:
    """One place that was looked at for a field."""

    place: Place
    outcome: Outcome


def explain(halves: Halves, plan: MergePlan) -> Mapping[str, tuple[Considered, ...]]:
    """Return for each field every place in order: who won, who lost, and why.

    Keys are the fields' paths in the public schema; attributes are listed one by one, since
    each is won by itself. The thumbnail is Medusa's, else the first of the images.
    """
    explained: dict[str, tuple[Considered, ...]] = {}
    for name in Field:
        if name is Field.ATTRIBUTES:
            for key in sorted(_attribute_keys(halves, plan)):
                explained[f"attributes.{key}"] = _walked(halves, plan, name, _attribute(key))
        else:
            explained[name.value] = _walked(halves, plan, name, lambda value: value)
    images = explained[Field.IMAGES.value]
    explained["thumbnail"] = _thumbnail(halves, plan, images)
    return explained


def _attribute(key: str) -> Callable[[object], object]:
    return lambda values: values.get(key) if isinstance(values, Mapping) else None


def _attribute_keys(halves: Halves, plan: MergePlan) -> set[str]:
    places = (*plan.places[Field.ATTRIBUTES], *plan.skipped.get(Field.ATTRIBUTES, ()))
    found = (value_at(halves, plan, Field.ATTRIBUTES, place) for place in places)
    return {key for values in found if isinstance(values, Mapping) for key in values}


def _walked(
    halves: Halves, plan: MergePlan, name: Field, part: Callable[[object], object]
) -> tuple[Considered, ...]:
    asked = list(_asked(halves, plan, name, part))
    not_asked = [
        Considered(place, Outcome.NOT_ASKED)
        for place in plan.skipped.get(name, ())
        if not is_missing(part(value_at(halves, plan, name, place)))
    ]
    return (*asked, *not_asked)


def _asked(
    halves: Halves, plan: MergePlan, name: Field, part: Callable[[object], object]
) -> Iterator[Considered]:
    is_decided = False
    for place in plan.places[name]:
        if place.source != plan.commerce and halves.contents.get(place.source) is None:
            silent = place.source not in halves.contents
            outcome = Outcome.NO_ANSWER if silent else Outcome.NO_DOCUMENT
        elif is_missing(part(value_at(halves, plan, name, place))):
            outcome = Outcome.MISSING
        else:
            outcome = Outcome.LATER if is_decided else Outcome.WON
            is_decided = True
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
