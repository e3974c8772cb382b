"""Reads entries, however many parts and pages it takes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from urllib.parse import urlencode

from bff.errors import UpstreamRejected
from bff.ports import Call
from bff.sources.contentful.questions import Search, halves, in_parts
from bff.sources.contentful.wire import Collection, Pool
from bff.upstream import Upstream, together

_MOST_PAGES = 100
"""Of one search: some 100 000 entries."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One environment of one space; `origin` is where the client sends its requests."""

    upstream: Upstream
    path: str
    origin: str = field(repr=False)

    async def pool(self, searches: Sequence[Search], call: Call) -> Pool:
        """Return everything that some searches find, with what it refers to.

        Raises:
            UpstreamError: Contentful could not answer within the call's deadline.
        """
        parts = [part for search in searches for part in self._parts(search)]
        pool = Pool()
        for answers in await together([partial(self._found, part, call) for part in parts]):
            for answer in answers:
                pool.add(answer)
        return pool

    async def page(self, search: Search, skip: int, call: Call) -> Collection:
        """Return one page of what a search finds.

        Raises:
            UpstreamError: Contentful could not answer within the call's deadline.
        """
        question = search.question(f"{self.path}/entries", skip)
        return await self.upstream.read(question, call, Collection)

    def _parts(self, search: Search) -> list[Search]:
        if not search.name:
            return [search]
        empty = replace(search, values=()).question("/", skip=0)
        length = len(f"{self.origin}{self.path}/entries?{urlencode(empty.params)}")
        return [replace(search, values=part) for part in in_parts(search.values, length)]

    async def _found(self, search: Search, call: Call) -> list[Collection]:
        try:
            return await self._pages(search, call)
        except UpstreamRejected as refusal:
            if refusal.reason != "answer-too-large" or len(search.values) <= 1:
                raise
        parts = [replace(search, values=half) for half in halves(search.values)]
        found = await together([partial(self._found, part, call) for part in parts])
        return [answer for answers in found for answer in answers]

    async def _pages(self, search: Search, call: Call) -> list[Collection]:
        answers = [await self.page(search, 0, call)]
        read = len(answers[0].items)
        while answers[-1].items and read < answers[-1].size and len(answers) < _MOST_PAGES:
            answer = await self.page(search, read, call)
            if answer.items == answers[-1].items:  # a proxy that takes no notice of `skip`
                break
            answers.append(answer)
            read += len(answer.items)
        return answers
