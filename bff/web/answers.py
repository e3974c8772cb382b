"""Answers as bytes, and the headers that say who may keep them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from bff.domain.storefront import Degraded
from bff.web.context import RequestContext
from bff.web.preview import HEADER

Headers = dict[str, str]


def to_json(value: object) -> bytes:
    """Return the JSON of an answer.

    Content may hold what the fast encoder refuses (integers over 64 bits, lone surrogates):
    then the standard library writes it.
    """
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def degraded_entries(degraded: Iterable[Degraded]) -> list[dict[str, Any]]:
    """Return `extensions.degraded`, and the `degraded` of REST answers."""
    return [
        {
            "source": one.source,
            "reason": one.reason,
            "served": one.served,
            "ageSeconds": one.age_seconds,
        }
        for one in degraded
    ]


def caching(
    *,
    is_whole: bool,
    header_resolved: bool,
    type_negotiated: bool = False,
    is_preview: bool = False,
) -> Mapping[str, str]:
    """Return the caching headers of an answer.

    An answer that is degraded or failed is kept by nobody, nor is a preview, not even by the
    editor's own browser. One whose language a header chose says so in `Vary` and is kept by no
    shared cache: many ignore `Vary`. The rest may be kept, but is asked about again each time,
    since it carries no lifetime yet. A media type that `Accept` chose is in `Vary` too, and no
    more: the content is the same in either.
    """
    if is_preview:
        headers = {"Cache-Control": "private, no-store", "CDN-Cache-Control": "no-store"}
    elif not is_whole:
        headers = {"Cache-Control": "no-store"}
    elif header_resolved:
        headers = {"Cache-Control": "private, no-cache", "CDN-Cache-Control": "no-store"}
    else:
        headers = {"Cache-Control": "no-cache"}
    deciding = {"Accept": type_negotiated, "Accept-Language": header_resolved, HEADER: is_preview}
    if any(deciding.values()):
        headers["Vary"] = ", ".join(name for name, decided in deciding.items() if decided)
    return headers


def languages(context: RequestContext) -> Mapping[str, str]:
    """Return `Content-Language`: all languages of the shop that something was answered in.

    They are for whom the answer is (RFC 9110, section 8.5): single texts may be borrowed from
    another language, and say so themselves. A GraphQL document may ask in several.
    """
    applied = ", ".join(sorted(context.applied))
    return {"Content-Language": applied} if applied else {}
