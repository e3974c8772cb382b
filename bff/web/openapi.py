"""The OpenAPI description of the REST side, read off the GraphQL schema it shares objects with."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from graphql import GraphQLSchema

from bff.web.whole_objects import openapi_components

_TEXT = {"type": "string"}
_DEGRADED = {
    "type": "array",
    "description": "What a healthy system would have answered better; absent when it is healthy.",
    "items": {"$ref": "#/components/schemas/Degraded"},
}
_OWN: dict[str, Any] = {
    "Degraded": {
        "type": "object",
        "properties": {
            "source": {**_TEXT, "description": "The source that failed or was late."},
            "reason": {**_TEXT, "description": "The code of its failure."},
            "served": {**_TEXT, "description": "What stands in its place."},
            "ageSeconds": {
                "anyOf": [{"type": "number"}, {"type": "null"}],
                "description": "How old that is, when it is an old copy.",
            },
        },
        "required": ["source", "reason", "served", "ageSeconds"],
    },
    "ProductPage": {
        "allOf": [
            {"$ref": "#/components/schemas/Product"},
            {"type": "object", "properties": {"degraded": _DEGRADED}},
        ]
    },
    "ProductPages": {
        "type": "object",
        "properties": {
            "products": {"type": "array", "items": {"$ref": "#/components/schemas/Product"}},
            "missing": {
                "type": "array",
                "items": _TEXT,
                "description": "The handles or ids that nothing was found for.",
            },
            "degraded": _DEGRADED,
        },
        "required": ["products", "missing"],
    },
    "ContentPage": {
        "allOf": [
            {"$ref": "#/components/schemas/Page"},
            {"type": "object", "properties": {"degraded": _DEGRADED}},
        ]
    },
    "Problem": {
        "type": "object",
        "description": "Problem details, RFC 9457.",
        "properties": {
            "type": {**_TEXT, "description": "Stable per code."},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": {**_TEXT, "description": "For people."},
            "code": {**_TEXT, "description": "For programs; the same codes as in GraphQL."},
            "retryable": {"type": "boolean", "description": "Whether trying again may help."},
        },
        "required": ["type", "title", "status", "detail", "code", "retryable"],
    },
}

_PREVIEW: dict[str, Any] = {
    "PreviewWish": {
        "type": "object",
        "properties": {
            "seconds": {
                "type": "integer",
                "minimum": 1,
                "description": "For how long; as long as the service allows without it.",
            }
        },
    },
    "PreviewToken": {
        "type": "object",
        "properties": {
            "token": {**_TEXT, "description": "What to send as `X-Bff-Preview`; opaque."},
            "expiresAt": {**_TEXT, "format": "date-time", "description": "When it ends."},
        },
        "required": ["token", "expiresAt"],
    },
}
_SECRETS = {
    "operators": {
        "type": "http",
        "scheme": "bearer",
        "description": "The operators' secret, as it stands in the settings.",
    }
}


def describe(app: FastAPI, schema: GraphQLSchema, *, has_preview: bool) -> None:
    """Make the application answer `/openapi.json` with the objects of the GraphQL schema.

    Without a preview there is nothing to be told about its tokens.
    """

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, routes=app.routes)
            shown = openapi_components(schema, "Product", "Page")
            document["components"] = {"schemas": {**shown, **_OWN}}
            if has_preview:
                document["components"]["schemas"].update(_PREVIEW)
                document["components"]["securitySchemes"] = _SECRETS
            for path in document["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)  # bad input is a problem with 400
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the way FastAPI documents
