"""The whole product as one GraphQL selection and as one OpenAPI schema.

REST answers are GraphQL answers to a fixed document, so that both surfaces show the same objects;
the document and its description are read off the schema, so that a new field is in both.
"""

from collections.abc import Mapping
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
    """Return a selection set of all that a type has; products below a product have no addons."""
    return _selection(_object(schema, type_name), inside=())


def _object(schema: GraphQLSchema, name: str) -> GraphQLObjectType:
    found = schema.get_type(name)
    if not isinstance(found, GraphQLObjectType):
        msg = f"{name} is no object type of the schema"
        raise TypeError(msg)
    return found


def _selection(shown: GraphQLObjectType, inside: tuple[str, ...]) -> str:
    names = []
    for name, field in _fields(shown, inside).items():
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLObjectType):
            names.append(f"{name} {_selection(inner, (*inside, shown.name))}")
        else:
            names.append(name)
    return "{ " + " ".join(names) + " }"


def _fields(shown: GraphQLObjectType, inside: tuple[str, ...]) -> Mapping[str, GraphQLField]:
    again = shown.name in inside
    return {
        name: field for name, field in shown.fields.items() if not (again and _leads_back(field))
    }


def _leads_back(field: GraphQLField) -> bool:
    return getattr(get_named_type(field.type), "name", "") == "AddonGroup"


def openapi_components(schema: GraphQLSchema, type_name: str) -> dict[str, Any]:
    """Return JSON schemas of a type and all that it leads to, by name."""
    components: dict[str, Any] = {}
    waiting = [_object(schema, type_name)]
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
                name
                for name, field in shown.fields.items()
                if not (shown.name == type_name and _leads_back(field))
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
