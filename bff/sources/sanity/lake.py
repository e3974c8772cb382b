"""Asks the Content Lake: what every question has in common, and in which form it is sent."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel

from bff.ports import Call
from bff.sources.sanity.settings import SanitySettings
from bff.upstream import Question, Upstream

Answer = TypeVar("Answer", bound=BaseModel)

_LONGEST_URL = 11_000  # Sanity takes 11 KB


class Documents(BaseModel):
    """A list of documents."""

    result: list[dict[str, Any]]


class Contents(BaseModel):
    """Documents asked for, those that they name, and what is known of the latters' targets."""

    asked: list[dict[str, Any]]
    linked: list[dict[str, Any]]
    targets: list[dict[str, Any]] = []


class ContentsAnswer(BaseModel):
    """The envelope of `Contents`."""

    result: Contents


class Pages(BaseModel):
    """Pages, and with them the ids of documents that are one page in several languages."""

    asked: list[dict[str, Any]]
    linked: list[dict[str, Any]] = []
    families: list[object] | None = None


class PagesAnswer(BaseModel):
    """The envelope of `Pages`."""

    result: Pages


class Counts(BaseModel):
    """How many documents are visible."""

    products: int
    documents: int


class CountsAnswer(BaseModel):
    """The envelope of `Counts`."""

    result: Counts


class Lake:
    """One dataset, as the public sees it or, for a preview, with the drafts over it.

    `live` is asked for what has just been edited, where `upstream` is a CDN: that may lag behind
    Sanity's own webhooks.
    """

    def __init__(
        self,
        upstream: Upstream,
        settings: SanitySettings,
        *,
        preview: bool,
        live: Upstream | None = None,
    ) -> None:
        self.name = upstream.source
        self._upstream = upstream
        self._live = live or upstream
        self._path = f"/v{settings.api_version}/data/query/{settings.dataset}"
        origins = (settings.base_url(preview=preview), settings.past_cdn or "")
        self._origin_length = max(map(len, origins))
        self._perspective = "drafts" if preview else "published"

    async def ask(
        self,
        operation: str,
        query: str,
        values: Mapping[str, str | Sequence[str]],
        call: Call,
        answer: type[Answer],
    ) -> Answer:
        """Return the answer to a query with its parameters.

        Raises:
            UpstreamError: Sanity could not answer within the call's deadline.

        Source: Content Lake, GET or POST /data/query, recorded in tests/golden/sanity/.
        """
        asked = self._live if call.after_edit else self._upstream
        return await asked.read(self._question(operation, query, values), call, answer)

    def _question(
        self, operation: str, query: str, values: Mapping[str, str | Sequence[str]]
    ) -> Question:
        options = (("perspective", self._perspective), ("returnQuery", "false"))
        asking = (("query", query), *options)
        about = tuple(
            (f"${name}", json.dumps(value, separators=(",", ":")))
            for name, value in values.items()
        )
        query_length = _asking_length(asking) + 1 + len(urlencode(about))
        if self._origin_length + len(self._path) + 1 + query_length <= _LONGEST_URL:
            return Question(operation, self._path, (*asking, *about))
        return Question(operation, self._path, options, {"query": query, "params": values})


@lru_cache
def _asking_length(params: tuple[tuple[str, str], ...]) -> int:
    """Return the length, in a URL, of what is the same in every question of a kind."""
    return len(urlencode(params))
