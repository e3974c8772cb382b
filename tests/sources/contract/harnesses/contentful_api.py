"""Contentful's Delivery and Preview API in memory: one space, two hosts."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.sources.contract.system import SECRETS

Json = Any
READER, EDITOR, *_ = SECRETS
DELIVERY, PREVIEW = "https://delivery.test", "https://preview.test"
CODES = ("en-US", "de-DE", "es-ES", "pt-BR", "fr-FR")
PATH = "/spaces/space1/environments/master"
_LONGEST_URL = 7_600
_OPTIONS = {"content_type", "locale", "include", "order", "limit", "skip", "select"}
_FILTER = re.compile(r"fields\.(?P<name>\w+)(?:\.(?P<code>[\w-]+))?\[in\]")


class RefusedError(Exception):
    """The request is refused, with a status, the error's id and its details."""

    def __init__(self, status: int, error: str, message: str = "", **details: Json) -> None:
        super().__init__(status, error)
        said = {"sys": {"type": "Error", "id": error}, "message": f"{message} LEAK"}
        self.response = httpx.Response(status, json={**said, "details": details})


@dataclass(frozen=True)
class Stored:
    """An entry as it is published and as it is edited; either may be `None`."""

    published: Json | None
    edited: Json | None


class Space:
    """Answers for one space. `types` say of each content type's fields whether it is localised."""

    def __init__(
        self,
        types: Mapping[str, Mapping[str, bool]],
        entries: Sequence[Stored],
        assets: Sequence[Json],
        key: str,
    ) -> None:
        self._types = types
        self._stored = entries
        self._assets = {each["sys"]["id"]: each for each in assets}
        self._key = key
        self.answers_with_drafts = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        url = urlsplit(str(request.url))
        try:
            return httpx.Response(200, json=self._answer(request, url.path, url.query))
        except RefusedError as refused:
            return refused.response

    def product_documents(self) -> dict[str, str]:
        return {
            each["sys"]["id"]: each["fields"][self._key]["en-US"]
            for each in self._seen(drafts=False).values()
            if _type_of(each) == "product"
        }

    def _answer(self, request: httpx.Request, path: str, query: str) -> Json:
        if len(str(request.url)) > _LONGEST_URL:
            raise RefusedError(414, "UriTooLong")
        drafts = str(request.url).startswith(PREVIEW)
        if request.headers.get("authorization") != f"Bearer {EDITOR if drafts else READER}":
            raise RefusedError(401, "AccessTokenInvalid")
        params = parse_qsl(query, keep_blank_values=True)
        match path.removeprefix(PATH):
            case "/content_types":
                types = [_content_type(name, fields) for name, fields in self._types.items()]
                return {"sys": {"type": "Array"}, "total": len(types), "items": types}
            case "/locales":
                codes = [{"code": code, "default": code == "en-US"} for code in CODES]
                return {"sys": {"type": "Array"}, "total": len(codes), "items": codes}
            case "/entries":
                seen = self._seen(drafts=drafts or self.answers_with_drafts)
                return self._entries(dict(params), seen)
            case _:
                raise RefusedError(404, "NotFound", type="Space")

    def _seen(self, *, drafts: bool) -> dict[str, Json]:
        found = (
            (one.edited or one.published) if drafts else one.published for one in self._stored
        )
        return {each["sys"]["id"]: each for each in found if each}

    def _entries(self, params: Mapping[str, str], seen: Mapping[str, Json]) -> Json:
        include = int(params.get("include", "1"))
        limit, skip = int(params.get("limit", "100")), int(params.get("skip", "0"))
        if include > 10 or limit > 1000 or params.get("locale") != "*":
            raise RefusedError(400, "BadRequest", "Unknown locale")
        found = [each for each in seen.values() if self._matches(each, params)]
        if params.get("order") == "sys.id":
            found.sort(key=lambda each: str(each["sys"]["id"]))
        asked = found[skip : skip + limit]
        entries, assets, missing = self._linked(asked, seen, include)
        only = params.get("select")
        items = [_selected(each, only.split(",")) for each in asked] if only else asked
        answer: Json = {
            "sys": {"type": "Array"},
            "total": len(found),
            "skip": skip,
            "limit": limit,
        }
        answer["items"] = items
        if entries or assets:
            answer["includes"] = {"Entry": entries, "Asset": assets}
        if missing:
            answer["errors"] = [_not_resolvable(link) for link in missing]
        return answer

    def _matches(self, entry: Json, params: Mapping[str, str]) -> bool:
        content_type = params.get("content_type", "")
        if content_type not in self._types:
            errors: Json = [{"name": "unknownContentType", "value": "LEAK"}]
            raise RefusedError(400, "InvalidQuery", errors=errors)
        holds = _type_of(entry) == content_type
        for name, value in params.items():
            if name in _OPTIONS:
                continue
            asked = _FILTER.fullmatch(name)
            if asked is None:
                raise RefusedError(
                    400, "InvalidQuery", errors=[{"name": "unknown", "path": [name]}]
                )
            if asked["name"] not in self._types[content_type]:
                errors = [{"name": "unknown", "path": ["fields", asked["name"]]}]
                raise RefusedError(400, "InvalidQuery", errors=errors)
            code = asked["code"] or "en-US"
            if code not in CODES:
                raise RefusedError(400, "BadRequest", "Unknown locale: LEAK")
            own = entry["fields"].get(asked["name"], {}).get(code)
            holds = holds and own in value.split(",")
        return holds

    def _linked(
        self, asked: Sequence[Json], seen: Mapping[str, Json], levels: int
    ) -> tuple[list[Json], list[Json], list[Json]]:
        """Return entries and assets that are referred to, and references that lead nowhere."""
        known = {each["sys"]["id"] for each in asked}
        entries: dict[str, Json] = {}
        assets: dict[str, Json] = {}
        missing: dict[str, Json] = {}
        level = list(asked)
        for _ in range(levels):
            below = []
            for link in (link for each in level for link in _links(each["fields"])):
                target = link["id"]
                if link["linkType"] == "Asset" and target in self._assets:
                    assets[target] = self._assets[target]
                elif link["linkType"] == "Entry" and target in seen:
                    if target not in known and target not in entries:
                        entries[target] = seen[target]
                        below.append(seen[target])
                else:
                    missing[target] = link
            level = below
        return [*entries.values()], [*assets.values()], [*missing.values()]


def _type_of(entry: Json) -> str:
    return str(entry["sys"]["contentType"]["sys"]["id"])


def _content_type(name: str, fields: Mapping[str, bool]) -> Json:
    listed = [{"id": field, "localized": localised} for field, localised in fields.items()]
    return {"sys": {"id": name, "type": "ContentType"}, "fields": listed}


def _selected(entry: Json, names: Sequence[str]) -> Json:
    wanted = {name.removeprefix("fields.") for name in names}
    fields = {name: value for name, value in entry["fields"].items() if name in wanted}
    return {"sys": entry["sys"], "fields": fields}


def _links(value: Json) -> Iterator[Json]:
    """Yield the links within some fields, those in rich text too."""
    if isinstance(value, list):
        for item in value:
            yield from _links(item)
    elif isinstance(value, dict):
        sys = value.get("sys")
        if isinstance(sys, dict) and sys.get("type") == "Link":
            yield sys
        else:
            yield from _links([*value.values()])


def _not_resolvable(link: Json) -> Json:
    return {"sys": {"id": "notResolvable", "type": "error"}, "details": link}
