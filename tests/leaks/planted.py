"""A shop in which every secret, and every word of an upstream's error, can be told again.

Canaries are texts that occur nowhere else. `found_in` says which of them are in something that
was emitted.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel, SecretStr

from bff.settings import Settings

Json = dict[str, Any]

PUBLISHABLE_KEY = "pk_canary0medusa0key"
OPERATORS = "canary0operators0secret0000000000000000"
_SIGNING = "whsec_" + base64.b64encode(b"canary0storefront0secret0000").decode()
CONTENTFUL_SIGNS = "canary0contentful0signs".ljust(64, "0")

_REPLIES = "canary0payload"
"""In each body that an upstream sends, in its headers and in its status line."""


def shop(addresses: Mapping[str, str]) -> Json:
    """Return settings of a shop with everything that can be secret; `addresses` by source."""
    return {
        "medusa": {
            "url": addresses["medusa"],
            "publishable_key": PUBLISHABLE_KEY,
            "admin_token": "sk_canary0medusa0admin",
            "webhook_secret": "canary0medusa0hook00",
        },
        "content": [
            {
                "kind": "sanity",
                "project_id": "abcd1234",
                "url": addresses["sanity"],
                "token": "canary0sanity0token",
                "preview_token": "canary0sanity0preview",
                "webhook_secret": "canary0sanity0hook00",
            },
            {
                "kind": "contentful",
                "space_id": "space1",
                "url": addresses["contentful"],
                "preview_url": addresses["contentful"],
                "token": "canary0contentful0token",
                "preview_token": "canary0contentful0preview",
                "webhook_secret": CONTENTFUL_SIGNS,
                "locales": {"en": "en-US"},
            },
            {
                "kind": "strapi",
                "name": "new",
                "url": addresses["strapi"],
                "token": "canary0strapi0token",
                "preview_token": "canary0strapi0preview",
                "webhook_secret": "Bearer canary0strapi0hook",
            },
            {
                "kind": "strapi",
                "name": "old",
                "url": addresses["strapi"],
                "identifier": "shop@example.com",
                "password": "canary0strapi0password",
                "version": 4,
            },
        ],
        "redis_url": addresses["redis"],
        "revalidate": [
            {"kind": "storefront", "url": addresses["target"], "secret": _SIGNING},
            {
                "kind": "purge",
                "url": addresses["target"] + "/canary0purge0path",
                "headers": {"authorization": "Bearer canary0purge0token"},
                "body": '{"key": "canary0purge0body", "tags": {tags_json}}',
            },
        ],
        "operators_secret": OPERATORS,
        "locales": ["en", "de"],
        "default_country": "DE",
        "reconcile_seconds": 0,
        "drain_seconds": 0,
        "deadline_seconds": 0.5,
        "content_budget_seconds": 0.1,
        "flight_seconds": 0.5,
    }


def secrets_in(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Return each secret of some settings, with its place."""
    if isinstance(value, SecretStr):
        yield place, value.get_secret_value()
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from secrets_in(getattr(value, name), f"{place}.{name}")
    elif isinstance(value, tuple | list):
        for at, one in enumerate(value):
            yield from secrets_in(one, f"{place}[{at}]")
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from secrets_in(one, f"{place}.{key}")


def secret_fields(model: type[BaseModel]) -> Iterator[str]:
    """Return the names of all fields of settings, wherever they are, that hold secrets."""
    for name, field in model.model_fields.items():
        for part in _parts(field.annotation):
            if part is SecretStr:
                yield f"{model.__name__}.{name}"
            elif isinstance(part, type) and issubclass(part, BaseModel):
                yield from secret_fields(part)


def _parts(annotation: object) -> Iterator[object]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from _parts(one)


def canaries_of(settings: Settings, addresses: Mapping[str, str]) -> frozenset[str]:
    """Return what must not be seen again: secrets, addresses, and what upstreams say."""
    hosts = {address.partition("//")[2].partition("/")[0] for address in addresses.values()}
    secrets = {secret for _, secret in secrets_in(settings)}
    more = {"canary0", *(secret.removeprefix("Bearer ") for secret in secrets)}
    return frozenset({*secrets, *more, *addresses.values(), *hosts} - {""})


def found_in(emitted: str, canaries: frozenset[str]) -> set[str]:
    """Return which canaries are in something, be it as JSON, URLs or Base64 spell them."""
    return {canary for canary in canaries for text in _spellings(canary) if text in emitted}


def _spellings(text: str) -> Iterator[str]:
    yield text
    yield json.dumps(text)[1:-1]
    yield text.replace(":", "%3A").replace("/", "%2F")
    yield base64.b64encode(text.encode()).decode().rstrip("=")


def told_by_upstreams() -> Json:
    """Return an error body in the words of all systems at once."""
    return {
        "type": _REPLIES,
        "message": f"Region with id {_REPLIES}",
        "code": _REPLIES,
        "error": {
            "type": _REPLIES,
            "name": _REPLIES,
            "status": 400,
            "message": _REPLIES,
            "description": _REPLIES,
            "details": {"errors": [{"message": _REPLIES}]},
        },
        "errorCode": _REPLIES,
        "sys": {"type": "Error", "id": _REPLIES},
        "details": {"type": _REPLIES, "errors": [{"name": _REPLIES, "path": [_REPLIES]}]},
        "data": {"id": _REPLIES},
        "items": _REPLIES,
        "result": {_REPLIES: _REPLIES},
        "products": [{"id": _REPLIES}],
        "regions": [{"id": _REPLIES}],
    }
