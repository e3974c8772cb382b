"""The content systems that there are: another one is a line here."""

from collections.abc import Iterator
from typing import Annotated, TypeAlias, get_args

from pydantic import BaseModel, Field

from bff.mapping import SourceSettings
from bff.sources.contentful import ContentfulSettings
from bff.sources.sanity import SanitySettings
from bff.sources.strapi import StrapiSettings

ContentSettings: TypeAlias = Annotated[
    ContentfulSettings | SanitySettings | StrapiSettings,
    Field(discriminator="kind"),
]
"""One content system; the kinds are told apart by `kind`."""


def _classes(settings: object) -> Iterator[type[SourceSettings]]:
    if isinstance(settings, type) and issubclass(settings, SourceSettings):
        yield settings
    for alternative in get_args(settings):
        yield from _classes(alternative)


def content_keys() -> frozenset[str]:
    """Return every key that the JSON of a content system may have, at any depth."""
    return frozenset(name for settings in KINDS.values() for name in _keys(settings))


def _keys(annotation: object) -> Iterator[str]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, setting in annotation.model_fields.items():
            yield name
            yield from _keys(setting.annotation)
    for part in get_args(annotation):
        yield from _keys(part)


KINDS = {settings.model_fields["kind"].default: settings for settings in _classes(ContentSettings)}
"""The settings of each kind, by `kind`."""
