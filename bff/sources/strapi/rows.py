"""Asks Strapi for entries: with credentials, for published ones, all pages of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from pydantic import BaseModel, RootModel

from bff.errors import UpstreamRejected
from bff.ports import Call, Clock
from bff.sources.strapi import questions as ask
from bff.sources.strapi.envelopes import version_of
from bff.sources.strapi.populate import Params
from bff.sources.strapi.session import ServiceAccount
from bff.sources.strapi.settings import StrapiSettings, Version
from bff.upstream import Question, Upstream, together

Answer = TypeVar("Answer", bound=BaseModel)

_UNAUTHORIZED = 401
_MOST_PAGES = 200  # of one question: some 20 000 rows


class Page(BaseModel):
    """One page of entries, in whichever envelope."""

    data: list[Any]
    meta: object = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries are wanted; `operation` names the question in errors and logs.

    With `published` not even a preview wants a draft.
    """

    operation: str
    endpoint: str
    params: Params
    published: bool = False


class _Languages(RootModel[list[object]]):
    """Languages come without an envelope."""


class _Files(RootModel[list[object]]):
    """Neither do files, of either version."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows there are, and how many Strapi puts on a page: it may clamp what was asked."""

    total: int
    size: int

    @classmethod
    def of(cls, page: Page, asked: int) -> "Extent":
        """Read an answer's own word; without one the page is all there is."""
        meta = page.meta if isinstance(page.meta, dict) else {}
        pagination = meta.get("pagination")
        said = pagination if isinstance(pagination, dict) else {}
        total, size = _count(said.get("total")), _count(said.get("pageSize"))
        return cls(len(page.data) if total is None else total, min(size or asked, asked))

    @property
    def pages(self) -> int:
        """How many pages that is."""
        return -(-self.total // self.size)


class Rows:
    """The entries of one Strapi, as this service may see them."""

    def __init__(
        self, upstream: Upstream, settings: StrapiSettings, clock: Clock, *, preview: bool
    ) -> None:
        self._upstream = upstream
        self._drafts = preview
        self._size = settings.page_size
        self._said: Version | None = None if settings.version == "detect" else settings.version
        self.seen: Version | None = None
        account = settings.account(preview=preview)
        self._account = ServiceAccount(upstream, clock, *account) if account else None

    @property
    def source(self) -> str:
        """The source's name."""
        return self._upstream.source

    @property
    def version(self) -> Version | None:
        """Strapi's version; `None` where nobody says and no entry has told it yet."""
        return self._said or self.seen

    async def every(self, query: Query, call: Call) -> Sequence[object]:
        """Return the entries of all pages; what is after the first is asked for at once.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        first, extent = await self.page(query, call)
        rest = range(2, min(extent.pages, _MOST_PAGES) + 1)
        if not rest:
            return first.data
        others = await together(
            [partial(self._page, query, number, extent.size, call) for number in rest]
        )
        return [entry for page in (first, *others) for entry in page.data]

    async def page(
        self, query: Query, call: Call, *, size: int | None = None
    ) -> tuple[Page, Extent]:
        """Return the first page.

        Raises:
            UpstreamError: Strapi could not answer within the call's deadline.
        """
        wanted = size or self._size
        page = await self._page(query, 1, wanted, call)
        return page, Extent.of(page, wanted)

    async def files(self, operation: str, params: Params, call: Call) -> Sequence[object]:
        """Return files of the media library: all that are found, for that has no pages.

        Raises:
            UpstreamError: Strapi could not answer, or not everybody may know.
        """
        question = Question(operation, "/api/upload/files", params)
        return (await self._read(question, call, _Files)).root

    async def languages(self, call: Call) -> frozenset[str]:
        """Return the tags of Strapi's languages.

        Raises:
            UpstreamError: Strapi could not answer, or not everybody may know.
        """
        question = Question("languages", "/api/i18n/locales")
        found = (await self._read(question, call, _Languages)).root
        codes = (one.get("code") for one in found if isinstance(one, dict))
        return frozenset(code for code in codes if isinstance(code, str))

    async def _page(self, query: Query, number: int, size: int, call: Call) -> Page:
        visible = ask.visible(self.version, drafts=self._drafts and not query.published)
        question = Question(
            query.operation,
            f"/api/{query.endpoint}",
            (*visible, *query.params, *ask.paged(number, size)),
        )
        page = await self._read(question, call, Page)
        self.seen = next(map(version_of, page.data[:1]), None) or self.seen
        return page

    async def _read(self, question: Question, call: Call, answer: type[Answer]) -> Answer:
        """Ask with a token, and once more with a new one if Strapi takes the old one no longer."""
        account = self._account
        if account is None:
            return await self._upstream.read(question, call, answer)
        token = await account.token(call)
        try:
            return await self._upstream.read(_signed(question, token), call, answer)
        except UpstreamRejected as refused:
            if refused.status != _UNAUTHORIZED:
                raise
        token = await account.token(call, refused=token)
        return await self._upstream.read(_signed(question, token), call, answer)


def _signed(question: Question, token: str) -> Question:
    return replace(question, headers=(("authorization", f"Bearer {token}"),))


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if value >= 0 else None
