"""Whole products and pages as GraphQL selections and as OpenAPI schemas.

REST answers are GraphQL answers to fixed documents, so that both surfaces show the same objects;
the documents and their description are read off the schema, so that a new field is in both.

Types may lead back to themselves, and answers have to end: what an editor refers to has no addons
of its own, and a category is shown without the categories below it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
)

_SCALARS: Mapping[str, dict[str, Any]] = {
    "Boolean": {"type": "boolean"},
    "CountryCode": {"type": "string", "pattern": "^[A-Z]{2}$"},
    "CurrencyCode": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "Decimal": {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    "Float": {"type": "number"},
    "ID": {"type": "string"},
    "Int": {"type": "integer"},
    "JSON": {},
    "Locale": {"type": "string"},
    "String": {"type": "string"},
}


def whole_selection(schema: GraphQLSchema, type_name: str) -> str:
    """Return a selection set of all that a type has, as far as it does not lead back."""
    return _selection(_object(schema, type_name), ())


def _object(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.get_type(name)
    if not isinstance(found, GraphQLObjectType):
        msg = f"{name} is no object type of the schema"
        raise TypeError(msg)
    return found


def _selection(shown: GraphQLObjectType, above: tuple[str, ...]) -> str:
    inside = (*above, shown.name)
    names = []
    for name, field in shown.fields.items():
        inner = get_named_type(field.type)
        if not isinstance(inner, GraphQLObjectType):
            names.append(name)
        elif not _leads_back(inner.name, inside):
            names.append(f"{name} {_selection(inner, inside)}")
    return "{ " + " ".join(names) + " }"


def _leads_back(name: str, inside: Sequence[str]) -> bool:
    """Tell whether a type is to be left out inside others."""
    if name == "Product":  # it has others below it, but these have none
        return False
    return name in inside or (name == "AddonGroup" and "Addon" in inside)


def _is_always_there(field: GraphQLField, shown: GraphQLObjectType) -> bool:
    """Tell whether a type has a field wherever it is shown."""
    return getattr(get_named_type(field.type), "name", "") not in {"AddonGroup", shown.name}


def openapi_components(schema: GraphQLSchema, *type_names: str) -> dict[str, Any]:
    """Return JSON schemas of some types and all that they lead to, by name."""
    components: dict[str, Any] = {}
    waiting = [_object(schema, name) for name in type_names]
    while waiting:
        shown = waiting.pop()
        if shown.name in components:
            continue
        components[shown.name] = {
            "type": "object",
            "description": shown.description,
            "properties": {
                name: {"description": field.description, **_property(field.type)}
                for name, field in shown.fields.items()
            },
            "required": sorted(
                name for name, field in shown.fields.items() if _is_always_there(field, shown)
            ),
        }
        inner = (get_named_type(field.type) for field in shown.fields.values())
        waiting.extend(one for one in inner if isinstance(one, GraphQLObjectType))
    return components


def _property(of: object) -> dict[str, Any]:
    if isinstance(of, GraphQLNonNull):
        return _value(of.of_type)
    return {"anyOf": [_value(of), {"type": "null"}]}


def _value(of: object) -> dict[str, Any]:
    if isinstance(of, GraphQLNonNull):
        return _value(of.of_type)
    if isinstance(of, GraphQLList):
        return {"type": "array", "items": _property(of.of_type)}
    if isinstance(of, GraphQLEnumType):
        return {"type": "string", "enum": list(of.values)}
    if isinstance(of, GraphQLScalarType):
        return dict(_SCALARS[of.name])
    return {"$ref": f"#/components/schemas/{getattr(of, 'name', '')}"}
