"""Strawberry's decorators, with types that mypy can follow without the plugin."""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeVar, cast

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

Resolver = TypeVar("Resolver", bound=Callable[..., object])
Member = TypeVar("Member", bound=Enum)


def field(description: str) -> Callable[[Resolver], Resolver]:
    """Make a method a described field of its GraphQL type."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))


def enum(kind: type[Member], description: str, values: Mapping[Member, str]) -> None:
    """Make an enum of the domain a described one of the schema.

    Raises:
        KeyError: a value has no description.
    """
    strawberry.enum(kind, description=description)
    definition: StrawberryEnumDefinition = kind.__strawberry_definition__  # type: ignore[attr-defined] # set above
    for value in definition.values:
        # Strawberry takes these from the members, and the domain's know nothing of Strawberry.
        value.description = values[kind(value.value)]
