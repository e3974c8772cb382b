"""Reads many product documents, and those of their addons, with one query."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel

from bff.domain.content import ProductContent
from bff.ports import Call, MatchBy
from bff.sources.sanity.assets import Assets
from bff.sources.sanity.documents import is_published_id, to_content
from bff.sources.sanity.settings import SanitySettings
from bff.upstream import Question, Upstream, together

# Stage by stage: the documents asked for; the ids that their addons point at, in each of the
# three shapes that `addons` has (a draft's or release's id ends in the published one); those of
# them that are not there yet, each once.
_CONTENTS = (
    '{"asked": *[_type == $type && _id in $ids]}'
    "{asked,"
    ' "named": [...asked[].addons.products[], ...asked[].addons[].products[], ...asked[].addons[]]'
    '{"id": string::split(_ref, ".")[-1]}.id}'
    '{asked, "linked": *[_type == $type && !(_id in $ids) && _id in ^.named]}'
)
_COUNTS = '{"products": count(*[_type == $type]), "documents": count(*)}'

_CHUNK = 400  # keeps an answer well below the 10 MB that the CDN still caches
_LONGEST_URL = 11_000  # Sanity takes 11 KB


class _Documents(BaseModel):
    asked: list[dict[str, Any]]
    linked: list[dict[str, Any]]


class _ContentsAnswer(BaseModel):
    result: _Documents


class _Counts(BaseModel):
    products: int
    documents: int


class _CountsAnswer(BaseModel):
    result: _Counts


@dataclass(frozen=True, slots=True)
class SanityHealth:
    """What Sanity let us see: published product documents, and documents of any type."""

    products: int
    documents: int
    has_token: bool
    document_type: str

    @property
    def problem(self) -> str | None:
        """Say in words what an operator should look at; `None` when there are products.

        To a reader without a token a private dataset looks like an empty one: Sanity answers
        both with nothing and no error, so the two are not told apart here either.
        """
        if self.products:
            return None
        if self.documents:
            return f"the dataset has no published documents of type {self.document_type!r}"
        if self.has_token:
            return "the dataset is empty, or the token may not read it"
        return "nothing is visible: the dataset is empty, or it is private and needs a token"


class SanityContent:
    """Products' content from one dataset. `name` is the upstream's."""

    def __init__(self, upstream: Upstream, settings: SanitySettings) -> None:
        self._upstream = upstream
        self._path = f"/v{settings.api_version}/data/query/{settings.dataset}"
        self._origin_length = len(settings.base_url())
        self._type = settings.document_type
        self._has_token = settings.token is not None
        self._assets = Assets(settings.project_id, settings.dataset)

    @property
    def matches_by(self) -> MatchBy:
        """What the keys of products are."""
        return MatchBy.ID

    @property
    def name(self) -> str:
        """The source's name in provenance, degraded entries, errors and logs."""
        return self._upstream.source

    async def contents(
        self, keys: Sequence[str], call: Call
    ) -> Mapping[str, ProductContent | None]:
        """Return the published content of `ids`, and of the addons that it names.

        `None` says that there is no published document, be it asked for or named as an addon.
        An addon's own addons are named in its content but not read.

        Raises:
            UpstreamError: Sanity could not answer within the call's deadline.

        Source: Content Lake, GET or POST /data/query, recorded in tests/golden/sanity/.
        """
        asked = tuple(dict.fromkeys(keys))
        askable = [product_id for product_id in asked if is_published_id(product_id)]
        chunks = [askable[start : start + _CHUNK] for start in range(0, len(askable), _CHUNK)]
        answers = await together([partial(self._read, chunk, call) for chunk in chunks])
        documents = self._published(
            document
            for part in ([*(a.asked for a in answers), *(a.linked for a in answers)])
            for document in part
        )
        found: dict[str, ProductContent | None] = {
            product_id: self._content(documents, product_id) for product_id in asked
        }
        for content in tuple(found.values()):
            for addon in content.addon_refs((None,)) if content else ():
                if addon.key not in found:
                    found[addon.key] = self._content(documents, addon.key)
        return found

    async def health(self, call: Call) -> SanityHealth:
        """Count what is visible: proof that project, dataset and token are right.

        Raises:
            UpstreamError: they are wrong (`UpstreamRejected.reason`), or Sanity did not answer.
        """
        question = self._question("health", _COUNTS, {"type": self._type})
        counts = (await self._upstream.read(question, call, _CountsAnswer)).result
        return SanityHealth(counts.products, counts.documents, self._has_token, self._type)

    async def _read(self, ids: Sequence[str], call: Call) -> _Documents:
        question = self._question("contents", _CONTENTS, {"type": self._type, "ids": list(ids)})
        return (await self._upstream.read(question, call, _ContentsAnswer)).result

    def _question(
        self, operation: str, query: str, values: Mapping[str, str | list[str]]
    ) -> Question:
        options = (("perspective", "published"), ("returnQuery", "false"))
        asking = (("query", query), *options)
        about = tuple(
            (f"${name}", json.dumps(value, separators=(",", ":")))
            for name, value in values.items()
        )
        query_length = _asking_length(asking) + 1 + len(urlencode(about))
        if self._origin_length + len(self._path) + 1 + query_length <= _LONGEST_URL:
            return Question(operation, self._path, (*asking, *about))
        return Question(operation, self._path, options, {"query": query, "params": values})

    def _published(self, documents: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
        """Return the documents by id, and only those that every shopper may see.

        The query asks for nothing else; a proxy or a wrong perspective must not leak a draft.
        """
        published: dict[str, Mapping[str, Any]] = {}
        for document in documents:
            document_id = document.get("_id")
            if (
                isinstance(document_id, str)
                and is_published_id(document_id)
                and document.get("_originalId", document_id) == document_id
                and document.get("_type") == self._type
            ):
                published.setdefault(document_id, document)
        return published

    def _content(
        self, documents: Mapping[str, Mapping[str, Any]], product_id: str
    ) -> ProductContent | None:
        document = documents.get(product_id)
        return None if document is None else to_content(document, self._assets)


@lru_cache
def _asking_length(params: tuple[tuple[str, str], ...]) -> int:
    """Return the length, in a URL, of what is the same in every question of a kind."""
    return len(urlencode(params))
