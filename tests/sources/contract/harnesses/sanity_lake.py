"""A Content Lake in memory: one dataset, asked in GROQ, in a perspective."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.sources.contract.harnesses.groq import GroqError, parsed
from tests.sources.contract.harnesses.groq_values import Scope
from tests.sources.contract.system import SECRETS

Json = Any
READER, EDITOR, *_ = SECRETS
_LONGEST_URL = 11_264


class Lake:
    """Answers `GET` and `POST /data/query`. Ids with a dot are of drafts and releases."""

    def __init__(self, documents: Sequence[Mapping[str, Json]], key: str) -> None:
        # Nobody promises an order that was not asked for.
        self._documents = [*reversed(documents)]
        self._key = key
        self.answers_with_drafts = False

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        url = urlsplit(str(request.url))
        if len(str(request.url)) > _LONGEST_URL:
            return _gateway(414, "URI Too Long")
        if not url.path.endswith("/data/query/production"):
            return _gateway(404, "Dataset not found")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in (READER, EDITOR):
            return _gateway(401, "Session not found")
        asked = {name: values[-1] for name, values in parse_qs(url.query).items()}
        query = asked.get("query", "")
        params = {
            name[1:]: json.loads(value) for name, value in asked.items() if name.startswith("$")
        }
        if request.method == "POST":
            body = json.loads(request.content)
            query, params = body["query"], body["params"]
        seen = self._seen(asked.get("perspective", "published"), token)
        try:
            result = parsed(query)(Scope(None, seen, params))
        except (GroqError, KeyError):
            error = {"type": "queryParseError", "description": "LEAK", "query": query}
            return httpx.Response(400, json={"error": error})
        answer = json.dumps({"result": result, "syncTags": [], "ms": 1})
        return httpx.Response(200, content=answer)

    def product_documents(self) -> dict[str, str]:
        published = self._published()
        return {
            each["_id"]: _text(each[self._key]) for each in published if each["_type"] == "product"
        }

    def _published(self) -> list[Mapping[str, Json]]:
        return [each for each in self._documents if "." not in each["_id"]]

    def _seen(self, perspective: str, token: str) -> list[Mapping[str, Json]]:
        if (perspective != "drafts" or not token) and not self.answers_with_drafts:
            return self._published()
        seen = {each["_id"]: each for each in self._published()}
        for each in self._documents:
            if each["_id"].startswith("drafts."):
                own = each["_id"].removeprefix("drafts.")
                seen[own] = {**each, "_id": own, "_originalId": each["_id"]}
        drafts = [each for each in self._documents if "." in each["_id"]]
        return [*seen.values(), *(drafts if self.answers_with_drafts else [])]


def _text(value: Json) -> str:
    return str(value["current"] if isinstance(value, dict) else value)


def _gateway(status: int, message: str) -> httpx.Response:
    said = {"statusCode": status, "error": "LEAK", "message": f"{message} LEAK"}
    return httpx.Response(status, json=said)
