"""An embedded Sanity: answers the queries that our adapter asks, and no others.

It is no GROQ engine. It tells the queries apart by their parameters and by the names they give
to their results, and refuses everything else in the shape of a query that does not parse.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import TypeGuard

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bff.demo.catalogue import Catalogue, Entity
from bff.demo.sanity_documents import documents

_LISTED = 1000


def sanity_app(catalogue: Catalogue, dataset: str) -> Starlette:
    """Return an ASGI app that publishes the catalogue's content in a public dataset."""
    lake = _Lake(documents(catalogue), dataset)
    return Starlette(
        routes=[Route("/v{version}/data/query/{dataset}", lake.query, methods=["GET", "POST"])],
        exception_handlers={HTTPException: _no_route},
    )


class _Lake:
    def __init__(self, found: Sequence[Entity], dataset: str) -> None:
        self._documents = {document["_id"]: document for document in found}
        self._dataset = dataset

    async def query(self, request: Request) -> Response:
        if "authorization" in request.headers:
            # Sanity refuses an unknown token even where none is needed; the demo knows no token.
            return _gateway(401, "Unauthorized", "Session not found", errorCode="SIO-401-ANF")
        if request.path_params["dataset"] != self._dataset:
            return _gateway(404, "Dataset not found", "There is no such dataset in the demo")
        try:
            query, params = await _asked(request)
        except (ValueError, TypeError, AttributeError):
            return _gateway(400, "Bad Request", "Request body or parameters are not valid JSON")
        if not query:
            return _gateway(400, "Bad Request", 'Missing required parameter "query"')
        result = self._result(query, params)
        if result is None:
            return _not_parsed(query)
        tag = zlib.crc32(orjson.dumps(params, option=orjson.OPT_SORT_KEYS))
        answer: Entity = {"result": result, "syncTags": [f"s1:{tag:08x}"], "ms": 1}
        if request.query_params.get("returnQuery") != "false":
            answer["query"] = query
        return _json(answer)

    def _result(self, query: str, params: Mapping[str, object]) -> object:
        """Return the answer to one of the queries that we know, `None` for any other."""
        everything = list(self._documents.values())
        found = [each for each in everything if each["_type"] == params.get("type")]
        texts = {name: value for name, value in params.items() if _are_texts(value)}
        words = {name: value for name, value in params.items() if isinstance(value, str)}
        if len(texts) + len(words) < len(params):
            return None
        result: object = None
        match sorted(params):
            case ["type"] if _names(query, '"products"', "count("):
                result = {"products": len(found), "documents": len(everything)}
            case ["ids", "type"] if _names(query, '"asked"', '"linked"'):
                result = _contents(found, texts.get("ids", []))
            case ["ids", "type"] if query == "*[_type == $type && _id in $ids]":
                result = [each for each in found if each["_id"] in texts.get("ids", [])]
            case ["ids"] if query == "*[_id in $ids]":
                result = [each for each in everything if each["_id"] in texts.get("ids", [])]
            case ["slugs", "type"] if _names(query, '"asked"', "slug"):
                slugs = {*texts.get("slugs", [])}
                result = {"asked": [each for each in found if _slugs(each) & slugs]}
            case ["keys", "type"] if _names(query, "key"):
                result = [each for each in found if each.get("key") in texts.get("keys", [])]
            case ["after", "type"] if _names(query, "order(_id)"):
                result = _listed(found, words.get("after", ""))
            case _:
                pass
        return result


def _listed(found: Sequence[Entity], after: str) -> list[Entity]:
    rest = [each for each in found if each["_id"] > after]
    return [{"_id": each["_id"], "_type": each["_type"]} for each in rest[:_LISTED]]


def _names(query: str, *words: str) -> bool:
    return all(word in query for word in words)


def _contents(found: Sequence[Entity], ids: Sequence[str]) -> Entity:
    asked = [document for document in found if document["_id"] in ids]
    named = {ref for document in asked for ref in _addon_ids(document)} - set(ids)
    return {"asked": asked, "linked": [each for each in found if each["_id"] in named]}


def _slugs(page: Entity) -> set[str]:
    """Return a page's slugs in all languages."""
    written = [page.get("slug"), *(spec.get("slug") for spec in page.get("specs", []))]
    return {slug["current"] for slug in written if slug}


async def _asked(request: Request) -> tuple[str, Mapping[str, object]]:
    """Return query and parameters.

    Raises:
        ValueError, TypeError, AttributeError: they are no JSON, or of another shape.
    """
    if request.method == "POST":
        body = orjson.loads(await request.body())
        query, params = body.get("query", ""), body.get("params", {})
    else:
        items = request.query_params.items()
        query = request.query_params.get("query", "")
        params = {name[1:]: orjson.loads(value) for name, value in items if name.startswith("$")}
    return str(query), dict(params)


def _addon_ids(document: Entity) -> list[str]:
    addons = document.get("addons") or {}
    return [reference["_ref"] for reference in addons.get("products", [])]


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _not_parsed(query: str) -> Response:
    description = (
        "the demo's Sanity is no GROQ engine: it answers only the queries of this service's own "
        "Sanity source, told apart by their parameters"
    )
    error = {"type": "queryParseError", "query": query, "start": 0, "end": len(query)}
    return _json({"error": {**error, "description": description}}, 400)


def _gateway(status: int, error: str, message: str, **more: str) -> Response:
    return _json({"statusCode": status, "error": error, "message": message, **more}, status)


def _json(body: Entity, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json; charset=utf-8")


async def _no_route(_request: Request, _error: Exception) -> Response:
    return _gateway(404, "Not Found", "No such route")
