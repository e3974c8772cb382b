"""Settings that are lists of objects with a `kind`: content systems and revalidation targets.

Another content system is a line here.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, TypeAlias, get_args

from pydantic import BaseModel, Field

from bff.sources.contentful import ContentfulSettings
from bff.sources.sanity import SanitySettings
from bff.sources.strapi import StrapiSettings
from bff.targets import TargetSettings

ContentSettings: TypeAlias = Annotated[
    ContentfulSettings | SanitySettings | StrapiSettings,
    Field(discriminator="kind"),
]
"""One content system; the kinds are told apart by `kind`."""


def _classes(settings: object) -> Iterator[type[BaseModel]]:
    if isinstance(settings, type) and issubclass(settings, BaseModel):
        yield settings
    for alternative in get_args(settings):
        yield from _classes(alternative)


def _kinds(settings: object) -> Mapping[str, type[BaseModel]]:
    return {one.model_fields["kind"].default: one for one in _classes(settings)}


KINDS = _kinds(ContentSettings)
"""The settings of each kind of content system, by `kind`."""
TARGET_KINDS = _kinds(TargetSettings)
"""The settings of each kind of revalidation target, by `kind`."""
LISTS: Mapping[str, Mapping[str, type[BaseModel]]] = {"content": KINDS, "revalidate": TARGET_KINDS}
"""The settings that are lists of objects, and the kinds of each."""


def keys_of_objects() -> frozenset[str]:
    """Return every key that the JSON of a content system or a target may have, at any depth."""
    kinds = (*KINDS.values(), *TARGET_KINDS.values())
    return frozenset(name for settings in kinds for name in _keys(settings))


def _keys(annotation: object) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, setting in annotation.model_fields.items():
            yield name
            yield from _keys(setting.annotation)
    for part in get_args(annotation):
        yield from _keys(part)
