"""Strapi's REST API in memory, of version 5 or 4."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.sources.contract.harnesses.strapi_store import (
    OF_EVERY_ENTRY,
    InvalidKeyError,
    Row,
    Store,
    Tree,
)
from tests.sources.contract.system import SECRETS

Json = Any
READER, EDITOR, PASSWORD, *_ = SECRETS
IDENTIFIER = "storefront"
LOGIN = "/api/auth/local"
_SESSION = f"{PASSWORD}-session"
_LONGEST_LINE = 16 * 1024
_MOST_ROWS = 100
_STEP = re.compile(r"\[([^\]]*)\]")


class Rest:
    """Answers for one Strapi. `key` is the attribute that products are known by."""

    def __init__(self, store: Store, key: str, default: str) -> None:
        self._store = store
        self._key = key
        self._default = default
        self.answers_with_drafts = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:  # noqa: PLR0911 - one answer per kind of request
        url = urlsplit(str(request.url))
        if len(request.url.raw_path) > _LONGEST_LINE:
            return httpx.Response(431)
        if url.path == LOGIN:
            return self._log_in(json.loads(request.content))
        authorization = request.headers.get("authorization", "")
        if not authorization.startswith("Bearer "):
            return _error(403, "ForbiddenError")
        if authorization.removeprefix("Bearer ") not in (READER, EDITOR, _SESSION):
            return _error(401, "UnauthorizedError")
        endpoint = url.path.removeprefix("/api/")
        if endpoint not in self._store.names:
            return _error(404, "NotFoundError")
        try:
            answer = self._listed(endpoint, nested(parse_qsl(url.query, keep_blank_values=True)))
        except InvalidKeyError as wrong:
            details = {
                "key": wrong.key,
                "path": wrong.path or wrong.key,
                "source": "query",
                "param": wrong.param,
            }
            return _error(400, "ValidationError", details)
        return httpx.Response(200, json=answer)

    def product_documents(self) -> dict[str, str]:
        rows = self._store.seen("products", drafts=False)
        if self._store.version == 5:
            return {row.document: str(row.value(self._key)) for row in rows}
        first: dict[str, Row] = {}
        for row in sorted(rows, key=lambda one: one.id):  # its languages are rows of their own
            first.setdefault(row.document, row)
        return {str(row.id): str(row.value(self._key)) for row in first.values()}

    def _log_in(self, said: Json) -> httpx.Response:
        if said == {"identifier": IDENTIFIER, "password": PASSWORD}:
            return httpx.Response(200, json={"jwt": _SESSION, "user": {"id": 1}})
        return _error(400, "ValidationError")

    def _listed(self, endpoint: str, tree: Tree) -> Json:
        drafts = self.answers_with_drafts or self._wants_drafts(tree)
        seen = self._store.seen(endpoint, drafts=drafts)
        found = [
            row
            for row in seen
            if self._speaks(row, tree.get("locale"))
            and self._matches(row, tree.get("filters", {}))
        ]
        for name in reversed([*tree.get("sort", {}).values()]):
            self._check(endpoint, name, "sort")
            found.sort(key=lambda row: (row.value(name) is None, row.value(name)))
        pages = tree.get("pagination", {})
        size = max(1, min(int(pages.get("pageSize", "25")), _MOST_ROWS))
        page = max(1, int(pages.get("page", "1")))
        shown = found[(page - 1) * size : page * size]
        said = {
            "page": page,
            "pageSize": size,
            "pageCount": -(-len(found) // size),
            "total": len(found),
        }
        return {
            "data": [self._store.entry(row, tree, drafts=drafts) for row in shown],
            "meta": {"pagination": said},
        }

    def _wants_drafts(self, tree: Tree) -> bool:
        if self._store.version == 4:
            return bool(tree.get("publicationState") == "preview")
        return bool(tree.get("status", "published") != "published")  # any other word is a draft

    def _speaks(self, row: Row, asked: Json) -> bool:
        if isinstance(asked, dict):
            return row.locale in asked.values()
        everything = "*" if self._store.version == 5 else "all"
        return bool(asked == everything) or row.locale == (asked or self._default)

    def _matches(self, row: Row, filters: Tree) -> bool:
        for name, test in filters.items():
            if name == "$or":
                holds = any(self._matches(row, one) for one in test.values())
            elif name == "localizations":
                others = self._store.languages(row.endpoint, row.document, drafts=row.is_draft)
                holds = any(self._matches(one, test) for one in others if one is not row)
            else:
                self._check(row.endpoint, name, "filters")
                holds = all(self._holds(row.value(name), *one) for one in test.items())
            if not holds:
                return False
        return True

    def _holds(self, value: Json, operator: str, given: Json) -> bool:
        match operator:
            case "$in":
                return value in (given.values() if isinstance(given, dict) else [given])
            case "$gt":
                return value is not None and value > (
                    int(given) if isinstance(value, int) else given
                )
            case _ if self._store.version == 4:
                return True  # what version 4 does not know, it ignores
            case _:
                raise InvalidKeyError(operator, "filters")

    def _check(self, endpoint: str, name: str, param: str) -> None:
        if name not in (*OF_EVERY_ENTRY, *self._store.names[endpoint]):
            raise InvalidKeyError(name, param)


def nested(pairs: Sequence[tuple[str, str]]) -> Mapping[str, Json]:
    """Return parameters as their brackets nest them: `a[b][0]=c` is `{a: {b: {0: c}}}`."""
    tree: dict[str, Json] = {}
    for name, value in pairs:
        first, _, rest = name.partition("[")
        steps = [first, *_STEP.findall(f"[{rest}" if rest else "")]
        at = tree
        for step in steps[:-1]:
            inside = at.setdefault(step, {})
            if not isinstance(inside, dict):
                inside = at[step] = {}
            at = inside
        at[steps[-1]] = value
    return tree


def _error(status: int, name: str, details: Mapping[str, Json] | None = None) -> httpx.Response:
    error = {"status": status, "name": name, "message": "LEAK", "details": details or {}}
    return httpx.Response(status, json={"data": None, "error": error})
