"""What is known of settings of which some are wrong: the rest."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from bff.settings.content import LISTS
from bff.settings.table import model_in
from bff.settings.wrong import Place


class _Unknown(Exception):
    """There is no telling what was meant."""


class _Nothing(BaseModel):
    """An object of which nothing is known but that it is there."""


def known_part(
    model: type[BaseModel], given: Mapping[str, Any], wrong: Collection[Place]
) -> BaseModel:
    """Return settings that lack the attributes whose values are not known.

    `given` are values as they were read, `wrong` the places of those that cannot be used.
    What nobody set has its default, unless a key that is no setting may have been meant for it.
    """
    known: dict[str, Any] = {}
    is_misspelled = any(place[:1] and place[0] not in model.model_fields for place in wrong)
    for name, setting in model.model_fields.items():
        inside = [place[1:] for place in wrong if place[:1] == (name,)]
        if name in given:
            with suppress(_Unknown):
                known[name] = _value(name, setting, given[name], inside)
        elif not is_misspelled and not setting.is_required():
            known[name] = setting.get_default(call_default_factory=True, validated_data={})
    part = model.model_construct(**known)
    for name in model.model_fields.keys() - known.keys():
        vars(part).pop(name, None)  # it has its default there
    return part


def _value(name: str, setting: FieldInfo, given: object, wrong: Collection[Place]) -> object:
    nested = model_in(setting.annotation)
    if nested is not None and isinstance(given, Mapping):
        return known_part(nested, given, wrong)
    if name in LISTS and isinstance(given, Sequence) and not isinstance(given, str):
        return tuple(
            _one(LISTS[name], item, [place[1:] for place in wrong if place[:1] == (number,)])
            for number, item in enumerate(given)
        )
    if wrong:
        raise _Unknown
    try:
        return TypeAdapter[object](setting.rebuild_annotation()).validate_python(given)
    except ValidationError:
        raise _Unknown from None


def _one(
    kinds: Mapping[str, type[BaseModel]], given: object, wrong: Collection[Place]
) -> BaseModel:
    """Return an object of a list. One of no kind is there, and nothing of it is known."""
    kind = given.get("kind") if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or not isinstance(kind, str) or kind not in kinds:
        return _Nothing()
    return known_part(kinds[kind], given, wrong)
