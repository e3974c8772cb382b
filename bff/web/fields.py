"""Strawberry's field decorator with a type that mypy can follow without the plugin."""

from collections.abc import Callable
from typing import TypeVar, cast

import strawberry

Resolver = TypeVar("Resolver", bound=Callable[..., object])


def field(description: str) -> Callable[[Resolver], Resolver]:
    """Make a method a described field of its GraphQL type."""
    return cast("Callable[[Resolver], Resolver]", strawberry.field(description=description))
