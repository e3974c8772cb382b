"""The schema as a document: complete, described, and the one that is kept in the repository."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    parse,
    validate,
)
from graphql import build_schema as read_schema

from bff.domain.richtext import Mark, Node
from bff.web.schema import build_schema
from tests.web.storefront import OPERATIONS

KEPT = Path(__file__).parents[2] / "schema.graphql"
HOW = "run: python -m bff schema > schema.graphql"


def printed() -> str:
    return f"{build_schema()}\n"


def descriptions() -> Iterator[tuple[str, str | None]]:
    """Yield everything that has a name in the schema, with its description."""
    schema = read_schema(printed())
    for name, kind in schema.type_map.items():
        if name.startswith("__"):
            continue
        yield name, kind.description
        if isinstance(kind, GraphQLEnumType):
            for value_name, value in kind.values.items():
                yield f"{name}.{value_name}", value.description
        if isinstance(kind, GraphQLInputObjectType):
            for input_name, input_field in kind.fields.items():
                yield f"{name}.{input_name}", input_field.description
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in kind.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument_name, argument in field.args.items():
                    yield f"{name}.{field_name}({argument_name}:)", argument.description


def test_everything_is_described() -> None:
    """Whoever reads the schema finds a sentence for each type, field, argument and value."""
    missing = [name for name, description in descriptions() if not (description or "").strip()]

    assert missing == []


def test_the_kept_schema_is_the_real_one() -> None:
    """The file that storefronts generate their types from is what the service answers."""
    kept = KEPT.read_text("utf-8") if KEPT.is_file() else ""

    assert kept == printed(), HOW


@pytest.mark.parametrize(
    "name",
    ["ProductPage", "ProductById", "ProductCardsWithAddons", "ContentPage", "Navigation"],
)
def test_the_contracts_operations_are_valid(name: str) -> None:
    """The operations of the public contract stand against the printed schema, word for word."""
    document = parse((OPERATIONS / f"{name}.graphql").read_text("utf-8"))

    assert validate(read_schema(printed()), document) == []


def test_only_what_medusa_always_knows_is_never_null() -> None:
    """A content system that is down, or a price that is missing, can never cost a product."""
    schema = read_schema(printed())
    product, variant = schema.type_map["Product"], schema.type_map["Variant"]
    assert isinstance(product, GraphQLObjectType)
    assert isinstance(variant, GraphQLObjectType)

    shown = {name: str(field.type) for name, field in product.fields.items()}
    never_null = {
        name for name, kind in shown.items() if kind.endswith("!") and not kind.startswith("[")
    }
    lists = {kind for kind in shown.values() if kind.startswith("[")}
    assert never_null == {"id", "handle", "title", "context"}
    assert all(kind.endswith("!]!") for kind in lists)
    for name in ("price", "priceWithTax", "compareAtPrice", "availability", "quantity"):
        assert not str(variant.fields[name].type).endswith("!")
    assert not str(schema.type_map["Query"].fields["product"].type).endswith("!")  # type: ignore[attr-defined] # an object type


def test_nothing_can_be_changed() -> None:
    """There are queries and nothing else."""
    schema = read_schema(printed())

    assert schema.mutation_type is None
    assert schema.subscription_type is None


def test_all_blocks_of_rich_text_are_described() -> None:
    """Who renders them need not read our code: every type and every mark is named."""
    described = dict(descriptions())["RichText.blocks"]
    every = (field for kind in get_args(Node) for field in fields(kind))
    types = [field.default for field in every if field.name == "type"]

    assert described
    assert [name for name in types if f"`{name}`" not in described] == []
    assert [mark for mark in get_args(Mark) if mark not in described] == []
