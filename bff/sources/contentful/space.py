"""What a space looks like: its languages, and which fields are in more than one of them.

An entry does not say so itself: a field that is not localised carries the default language's
code, just as one that nobody has translated yet.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from bff.domain.attributes import camel_case
from bff.errors import UpstreamError, UpstreamTimeout
from bff.ports import Call, Clock
from bff.sources.contentful.wire import Collection, Resource
from bff.upstream import Question, Upstream, together

_FRESH_FOR = 300.0
_FRESH_AFTER_EDIT = 1.0
_SETTLED_AFTER = 15.0
"""What a space does not know after so many seconds, it is asked for again."""
_LIMIT = (("limit", "1000"),)
_SECONDS = 10.0
"""How long reading the space may take, however little time the one has who began it."""


@dataclass(frozen=True, slots=True)
class Space:
    """The languages of a space by its own codes, and by content type and field what is localised.

    `default` is the code that fields carry which are in no language.
    """

    default: str
    codes: tuple[str, ...]
    types: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)

    def is_neutral(self, content_type: str, name: str) -> bool:
        """Tell whether a field is known to be in no language."""
        return self.types.get(content_type, {}).get(name) is False

    def knows(self, entries: Iterable[Resource]) -> bool:
        """Tell whether content types and fields of some entries are known."""
        return all(
            entry.type in self.types and entry.fields.keys() <= self.types[entry.type].keys()
            for entry in entries
        )

    def field_called(self, content_type: str, name: str) -> str | None:
        """Return the id of a field, which may be written in another way."""
        wanted = camel_case(name)
        fields = self.types.get(content_type, {})
        return next((found for found in fields if camel_case(found) == wanted), None)


def to_space(content_types: Iterable[object], locales: Iterable[object]) -> Space:
    """Read content types and locales, however odd; without any locale it is `en-US`."""
    listed = [locale for locale in locales if isinstance(locale, dict)]
    codes = {code: locale for locale in listed if isinstance(code := locale.get("code"), str)}
    default = next((code for code, locale in codes.items() if locale.get("default") is True), "")
    types: dict[str, Mapping[str, bool]] = {}
    for content_type in content_types:
        sys = content_type.get("sys") if isinstance(content_type, dict) else None
        type_id = sys.get("id") if isinstance(sys, dict) else None
        if isinstance(content_type, dict) and isinstance(type_id, str):
            types[type_id] = _to_fields(content_type.get("fields"))
    return Space(default or next(iter(codes), "en-US"), tuple(codes), types)


def _to_fields(fields: object) -> Mapping[str, bool]:
    return {
        name: one.get("localized") is True
        for one in (fields if isinstance(fields, list) else ())
        if isinstance(one, dict) and isinstance(name := one.get("id"), str)
    }


class SpaceReader:
    """Reads the space, keeps it for some minutes, and asks once however many want to know."""

    def __init__(self, upstream: Upstream, path: str, clock: Clock) -> None:
        self._upstream = upstream
        self._path = path
        self._clock = clock
        self._space: Space | None = None
        self._read_at = 0.0
        self._flight: asyncio.Task[Space] | None = None

    async def space(self, call: Call) -> Space:
        """Return the space as it was some minutes ago at most, or as it was last seen.

        Raises:
            UpstreamError: it was never seen, and Contentful could not answer in time.
        """
        if self._space is not None and self._is_fresh(call):
            return self._space
        return await self._fetched(call)

    async def space_with(self, entries: Iterable[Resource], call: Call) -> Space:
        """Return the space; it is read anew where it does not know what some entries have.

        Raises:
            UpstreamError: it was never seen, and Contentful could not answer in time.
        """
        space = await self.space(call)
        # What stays unknown is not asked for again and again.
        if self._clock() - self._read_at < _SETTLED_AFTER or space.knows(entries):
            return space
        return await self._fetched(call)

    def begin(self, call: Call) -> None:
        """Start reading the space, if it is time to, while something else is waited for."""
        if not self._is_fresh(call):
            self._start(call)

    def _is_fresh(self, call: Call) -> bool:
        # What is read after an edit is kept for long, and a content type may have been edited.
        seconds = _FRESH_AFTER_EDIT if call.after_edit else _FRESH_FOR
        return self._space is not None and self._clock() - self._read_at < seconds

    def _start(self, call: Call) -> asyncio.Task[Space]:
        flight = self._flight
        if flight is None or flight.done():
            flight = self._flight = asyncio.create_task(self._fetch(call))
            # A failure that nobody waited for is no news: it was logged where it was met.
            flight.add_done_callback(lambda done: done.cancelled() or done.exception())
        return flight

    async def _fetched(self, call: Call) -> Space:
        flight = self._start(call)
        try:
            async with asyncio.timeout(call.deadline - self._clock()):
                return await asyncio.shield(flight)
        except TimeoutError as late:
            if self._space is not None:
                return self._space
            raise UpstreamTimeout(self._upstream.source, "space") from late
        except UpstreamError:
            if self._space is not None:
                return self._space
            raise

    async def _fetch(self, call: Call) -> Space:
        ask = [
            Question("space", f"{self._path}/content_types", _LIMIT),
            Question("space", f"{self._path}/locales"),
        ]
        # Others wait for it, too.
        own = replace(call, deadline=self._clock() + _SECONDS, after_edit=False)
        content_types, locales = await together(
            [partial(self._upstream.read, question, own, Collection) for question in ask]
        )
        self._space = to_space(content_types.items, locales.items)
        self._read_at = self._clock()
        return self._space
