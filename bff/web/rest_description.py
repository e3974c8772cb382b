"""How OpenAPI describes what all of REST shares: parameters, headers and failures."""

from typing import Annotated, Any, Final

from fastapi import Query

from bff.web.preview import HEADER

LocaleParameter = Annotated[
    str | None,
    Query(description="A BCP 47 tag. Without it `Accept-Language` decides, then the default."),
]
CountryParameter = Annotated[
    str | None,
    Query(description="An ISO 3166-1 alpha-2 code. Without it the shop's default market."),
]
SCHEMAS: Final = "#/components/schemas/"
PROBLEM: Final[dict[str, Any]] = {
    "content": {"application/problem+json": {"schema": {"$ref": SCHEMAS + "Problem"}}}
}
UNAUTHENTICATED: Final[dict[int | str, dict[str, Any]]] = {
    401: {
        "description": "The credentials are missing, wrong or out of date.",
        "headers": {
            "WWW-Authenticate": {
                "description": "Which credentials are asked for.",
                "schema": {"type": "string"},
            }
        },
        **PROBLEM,
    }
}
RATE_LIMITED: Final[dict[int | str, dict[str, Any]]] = {
    429: {
        "description": "The client asks more often than it may, or was wrong too often.",
        "headers": {
            "Retry-After": {
                "description": "For how many seconds asking again would be refused, too.",
                "schema": {"type": "integer"},
            }
        },
        **PROBLEM,
    }
}
READING: Final[dict[str, Any]] = {
    "parameters": [
        {
            "name": HEADER,
            "in": "header",
            "required": False,
            "description": "A token of `POST /v1/preview`: the answer then shows drafts, and is "
            "kept by nobody. Without it only what is published is shown.",
            "schema": {"type": "string"},
        },
        {
            "name": "If-None-Match",
            "in": "header",
            "required": False,
            "description": "Entity tags of answers that the client has already.",
            "schema": {"type": "string"},
        },
    ]
}
"""What every operation that reads takes besides its own parameters."""

_LANGUAGE: Final = {
    "description": "The shop's language that serves the requested one best.",
    "schema": {"type": "string"},
}
_LINK: Final = {
    "description": 'The same in other languages: `<...>; rel="alternate"; hreflang="de"`, for '
    "each of `alternates` that has an absolute address.",
    "schema": {"type": "string"},
}
_CACHING: Final = {
    name: {"description": description, "schema": {"type": "string"}}
    for name, description in {
        "ETag": "A strong entity tag, for `If-None-Match`.",
        "Cache-Control": "For how long a browser may use the answer: never longer than its least "
        "fresh part holds.",
        "CDN-Cache-Control": "The same for shared caches (RFC 9213).",
        "Surrogate-Key": "What the answer was made of, for purging it; separated by spaces.",
        "Cache-Tag": "The same, separated by commas.",
        "Cache-Status": "How the answer came about (RFC 9211).",
    }.items()
}
_FAILURES: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "The request cannot be answered.", **PROBLEM},
    **UNAUTHENTICATED,
    **RATE_LIMITED,
    500: {"description": "Something went wrong on our side.", **PROBLEM},
    502: {"description": "A source that is needed refused us, or answered nonsense.", **PROBLEM},
    503: {
        "description": "A source that is needed is not available.",
        "headers": {
            "Retry-After": {
                "description": "After how many seconds it may be, where the source has said so.",
                "schema": {"type": "integer"},
            }
        },
        **PROBLEM,
    },
    504: {"description": "A source that is needed did not answer in time.", **PROBLEM},
}
_UNCHANGED: Final = {
    "description": "The client has it already: see `If-None-Match`.",
    "headers": _CACHING,
}


def answers(
    schema: str, *, missing: str = "", has_alternates: bool = False
) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI responses of an operation that reads.

    `missing` is what a 404 says; without it there is none.
    """
    headers = {
        "Content-Language": _LANGUAGE,
        **({"Link": _LINK} if has_alternates else {}),
        **_CACHING,
    }
    found = {
        "description": "Found.",
        "headers": headers,
        "content": {"application/json": {"schema": {"$ref": SCHEMAS + schema}}},
    }
    responses: dict[int | str, dict[str, Any]] = {200: found, 304: _UNCHANGED, **_FAILURES}
    if missing:
        responses[404] = {"description": missing, **PROBLEM}
    return responses
