"""A Strapi that answers what a test gives it, for the tests of its source."""

import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl, urlsplit

import httpx

from bff.domain.locale import Locale
from bff.ports import Call, Clock
from bff.sources.strapi import StrapiContent, StrapiSettings, reason_of
from bff.upstream import Upstream

HOST = "https://cms.test"
CALL = Call(deadline=5.0)
LOCALES = (Locale("en"), Locale("es"))
CREATED = "2026-01-01T00:00:00.000Z"
PUBLISHED = "2026-01-02T00:00:00.000Z"
Row = dict[str, object]

_TLS = ssl.create_default_context()  # takes longer than a test


@asynccontextmanager
async def strapi(
    *,
    languages: Sequence[str] = LOCALES,
    clock: Clock = lambda: 0.0,
    drafts: bool = False,
    **settings: object,
) -> AsyncIterator[StrapiContent]:
    """Open a source as the service does."""
    values = StrapiSettings.model_validate({"url": HOST, **settings})
    async with httpx.AsyncClient(
        base_url=values.base_url(preview=drafts),
        headers=values.headers(preview=drafts),
        verify=_TLS,
    ) as client:
        yield StrapiContent(
            Upstream("strapi", client, clock, reason_of),
            values,
            [Locale(tag) for tag in languages],
            clock,
            preview=drafts,
        )


def five(document: str, locale: str | None = "en", **fields: object) -> Row:
    """A published row of version 5."""
    row: Row = {
        "id": 1 + sum(map(ord, f"{document}{locale}")),
        "documentId": document,
        "locale": locale,
        "createdAt": CREATED,
        "updatedAt": CREATED,
        "publishedAt": PUBLISHED,
    }
    return {**row, **fields}


def four(entry: int, locale: str | None = "en", **fields: object) -> Row:
    """A published row of version 4."""
    stamps = {"createdAt": CREATED, "updatedAt": CREATED, "publishedAt": PUBLISHED}
    return {"id": entry, "attributes": {"locale": locale, **stamps, **fields}}


def answer(*rows: object, total: int | None = None, size: int = 100) -> dict[str, object]:
    """A list, with what Strapi says of its pages."""
    count = len(rows) if total is None else total
    pages = {"page": 1, "pageSize": size, "pageCount": -(-count // size), "total": count}
    return {"data": [*rows], "meta": {"pagination": pages}}


def refusal(
    status: int, name: str, message: str = "", details: Mapping[str, object] | None = None
) -> dict[str, object]:
    """An error, as Strapi words it."""
    error = {"status": status, "name": name, "message": message, "details": details or {}}
    return {"data": None, "error": error}


def invalid(key: str, param: str = "populate", path: str | None = None) -> httpx.Response:
    """What version 5 answers when a name is not in the shop's model."""
    details = {"key": key, "path": path, "source": "query", "param": param}
    return httpx.Response(400, json=refusal(400, "ValidationError", f"Invalid key {key}", details))


FORBIDDEN = refusal(403, "ForbiddenError", "Forbidden")
UNAUTHORIZED = refusal(401, "UnauthorizedError", "Missing or invalid credentials")
NOT_FOUND = refusal(404, "NotFoundError", "Not Found")


def params_of(request: httpx.Request) -> dict[str, str]:
    """Return what was asked, by parameter; none was sent twice."""
    pairs = parse_qsl(urlsplit(str(request.url)).query, keep_blank_values=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def values_of(request: httpx.Request, start: str) -> list[str]:
    """Return the values of the parameters whose names begin like this."""
    return [value for name, value in params_of(request).items() if name.startswith(start)]
