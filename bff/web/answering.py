"""Giving answers: one that is kept where there is one, else one that is executed and then kept.

A kept answer is used while all of this holds:

- its least fresh part is fresh, so that lifetimes never add up;
- no part carries a mark from after it was fetched;
- the marks of other replicas arrive here.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from bff.domain.freshness import head_start
from bff.ports import Trail
from bff.telemetry.metrics import ANSWERS, REQUESTS
from bff.telemetry.requests import NONE
from bff.telemetry.spans import TRACING
from bff.web.answers import Answer, Head, Parts, Story
from bff.web.cache_status import Way
from bff.web.client_rate import Clients
from bff.web.conditional import has_already
from bff.web.context import RequestContext, Shop
from bff.web.dimensions import Dimension, Dimensions
from bff.web.heads import Heads, not_modified
from bff.web.incoming import Caller, Incoming
from bff.web.responses import KeptAnswers, QuestionHash
from bff.web.watching import Lines, Watch

Execute = Callable[[RequestContext], Awaitable[Answer]]
"""Executes what a request asks for."""

Reply: TypeAlias = tuple[int, Head, bytes]
"""Status, headers and body."""
Made: TypeAlias = tuple[Answer, Story]
"""An answer that was executed, and how that went."""

_EARLY_AGAIN: Final = 1.0
"""Seconds after which another request is chosen, if the first one came back with nothing newer."""
_HELD: Final = 0.25
"""Seconds in which others are given an answer that is not kept: they ask at the same moment."""
_SERVED: Final = frozenset({"copy", "nothing"})
_KEPT = ANSWERS.labels(Way.KEPT.value)
_COUNTS = {way: ANSWERS.labels(way.value) for way in Way}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks, of whom it comes, and why there is no kept answer for it.

    With `explains` the answer is to tell how it came about.
    """

    question: QuestionHash | None
    caller: Caller
    dimensions: Dimensions
    way: Way
    explains: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Making:
    """An answer that is being executed, and the trace of the request that it is executed for."""

    landing: asyncio.Future[Made | None]
    traceparent: str | None


class Answering:
    """Gives answers for one shop. `luck` returns random numbers from 0 up to 1.

    `watch` is told of each; `lines` says which requests it writes to the log. `clients` counts
    whose they are.
    """

    def __init__(
        self,
        shop: Shop,
        luck: Callable[[], float] = random.random,
        lines: Lines = Lines.TROUBLED,
        clients: Clients | None = None,
    ) -> None:
        self.incoming = Incoming(shop, clients)
        self.watch = Watch(shop.clock, shop.deadline_seconds / 2, lines)
        self.kept = KeptAnswers(shop.answers_bytes)
        self._shop = shop
        self._now = shop.now
        self._luck = luck
        self._heads = Heads(
            has_preview=shop.preview is not None, browser_seconds=shop.browser_seconds
        )
        self._flights: dict[tuple[object, ...], _Making] = {}

    def find(
        self,
        question: QuestionHash | None,
        caller: Caller,
        *,
        media_type: str,
        is_fetch: bool,
        explains: bool = False,
    ) -> Reply | Asked:
        """Return the reply that is kept, or what to execute.

        Args:
            question: what was asked and admitted; `None` is answered, and not kept.
            caller: whose preview was checked.
            media_type: what `Accept` chose, for answers that leave that to it.
            is_fetch: whether it is a GET or a HEAD, which need no body that is known already.
            explains: whether the answer is to tell how it came about; it is not kept then, nor is
                a kept one given.
        """
        if explains:
            return self._explaining(caller)
        asked = self._find(question, caller)
        if isinstance(asked, Asked):
            return asked
        seen = caller.seen
        seen.answer, seen.way = asked, Way.KEPT
        head = self._heads.kept(asked, self._now(), media_type=media_type, is_fetch=is_fetch)
        return _reply(asked, head, media_type, caller if is_fetch else None)

    async def make(
        self, asked: Asked, execute: Execute, *, media_type: str, is_fetch: bool
    ) -> Reply:
        """Return the reply to what `find` has found nothing for.

        Raises:
            BffError: as `execute` does.
        """
        caller = asked.caller
        answer, story = await self._make(asked, execute)
        seen = caller.seen
        seen.answer, seen.way, seen.trail = answer, story.way, story.trail
        head = self._heads.executed(
            answer,
            self._now(),
            story,
            media_type=media_type,
            is_fetch=is_fetch,
            is_preview=caller.asks_for_preview(),
        )
        return _reply(answer, head, media_type, caller if is_fetch else None)

    def refusal(self, answer: Answer, media_type: str = "") -> Reply:
        """Return the reply to a request that was not looked into."""
        return answer.status, self._heads.refused(answer, media_type), answer.body

    def _explaining(self, caller: Caller) -> Asked:
        dimensions = self.incoming.dimensions(caller)
        return Asked(None, caller, dimensions, Way.BYPASSED, explains=True)

    def _find(self, question: QuestionHash | None, caller: Caller) -> Answer | Asked:
        """Return the kept answer to a question, or with what to execute it."""
        dimensions = self.incoming.dimensions(caller)
        if question is None or self._shop.answers_bytes <= 0 or caller.asks_for_preview():
            return Asked(None, caller, dimensions, Way.BYPASSED)
        answer = self.kept.get(question, dimensions)
        if answer is None:
            return Asked(question, caller, dimensions, Way.MISSING)
        way = self._judge(answer)
        if way is Way.KEPT:
            _KEPT.value += 1
            return answer
        if way is Way.OUTDATED:
            self.kept.drop(question, dimensions, answer)
        return Asked(question, caller, dimensions, way)

    def _judge(self, answer: Answer) -> Way:
        parts, marks, now = answer.parts, self._shop.marks, self._now()
        if now < answer.held_until and answer.held_at == marks.changes:
            return Way.KEPT
        if parts is None or not answer.is_whole or now >= parts.ends.fresh_until:
            return Way.OUTDATED
        if not marks.is_live:
            return Way.MISSING
        changes = marks.changes
        if changes != answer.checked:
            if self._is_overtaken(parts):
                return Way.OUTDATED
            answer.checked = changes
        ahead = head_start(parts.took, 1.0 - self._luck())
        if now + ahead >= parts.ends.fresh_until and now >= answer.early_from:
            answer.early_from = now + _EARLY_AGAIN
            return Way.EARLY
        return Way.KEPT

    async def _make(self, asked: Asked, execute: Execute) -> Made:
        """Return an answer that is executed now, and how that went.

        Those who ask the same at the same moment are given the same, unless it went wrong: then
        each tries for himself.

        Raises:
            BffError: as `execute` does.
        """
        if asked.question is None:
            return await self._execute(asked, execute)
        # What was asked after a mark must not be answered with what was read before it.
        changes = self._shop.marks.changes
        flight = (asked.question, asked.dimensions.values(Dimension), changes)
        joined = self._flights.get(flight)
        if joined is not None:
            with TRACING.span(
                "join execution", parent=asked.caller.traceparent(), links=[joined.traceparent]
            ):
                landed = await asyncio.shield(joined.landing)
            if landed is not None:
                answer, story = landed
                _COUNTS[Way.JOINED].inc()
                return answer, replace(story, way=Way.JOINED)
        landing: asyncio.Future[Made | None] = asyncio.get_running_loop().create_future()
        making = self._flights[flight] = _Making(landing, asked.caller.traceparent())
        made: Made | None = None
        try:
            made = await self._execute(asked, execute)
        finally:
            if self._flights.get(flight) is making:
                del self._flights[flight]
            landing.set_result(made if made and made[0].may_be_shared else None)
        return made

    async def _execute(self, asked: Asked, execute: Execute) -> Made:
        clock, trail, foresight = self._shop.clock, Trail(), self._shop.foresight
        started_at, changes = clock(), self._shop.marks.changes
        if asked.explains:
            trail.decided = []
        context = self.incoming.context(asked.caller, asked.dimensions, trail)
        needs = _needs(asked) if foresight is not None else None
        if foresight is not None and needs is not None:
            trail.brought = await foresight.bring(needs)
        asked.caller.seen.way, asked.caller.seen.trail = asked.way, trail
        answer = await execute(context)
        _note(answer, context)
        if foresight is not None and needs is not None and not trail.was_at_hand:
            foresight.remember(needs, trail.keys)
        answer.used = asked.dimensions.used()
        answer.parts = parts = Parts.of(trail)
        if parts is not None and self._is_overtaken(parts):
            # It may be shown to whoever asked before the edit. A CDN could get it after the purge.
            answer.is_whole, answer.etag = False, ""
        if asked.way is Way.EARLY:
            answer.early_from = self._now() + _EARLY_AGAIN
        stored = self._keep(asked, answer, changes)
        _COUNTS[asked.way].inc()
        return answer, Story(asked.way, trail, clock() - started_at, stored)

    def _is_overtaken(self, parts: Parts) -> bool:
        """Tell whether a part was changed after it was fetched."""
        newest = self._shop.marks.newest
        return any(newest(tags, stamp) is not None for stamp, tags in parts.stamps)

    def _keep(self, asked: Asked, answer: Answer, changes: int) -> bool:
        """Keep an answer if it may be kept; tell whether it is, for as long as it holds.

        In an outage nothing holds, and executing all that is asked would take several times the
        processor time that it usually takes: just when it must not fail. So a degraded answer is
        held for a moment, and so is a whole one while the marks of others do not arrive. After
        that a whole one lies there, and is given to nobody until they do.
        """
        parts, now = answer.parts, self._now()
        if asked.question is None or parts is None or not answer.may_be_shared:
            return False
        is_live = self._shop.marks.is_live
        if not answer.is_whole or not is_live:
            answer.held_until = min(now + _HELD, parts.ends.error_until)
            answer.held_at = changes
        elif now >= parts.ends.fresh_until:
            return False  # a part of it was old already: it is being fetched anew
        is_kept = self.kept.keep(asked.question, asked.dimensions, answer)
        return is_kept and answer.is_whole and is_live


def _note(answer: Answer, context: RequestContext) -> None:
    """Write on an answer what is told of it to operators."""
    answer.operation = REQUESTS.name_of(context.operation) if context.operation else NONE
    answer.codes = tuple(context.codes)
    answer.degraded = tuple(
        dict.fromkeys(
            (one.source, one.reason, one.served if one.served in _SERVED else "others")
            for one in context.degraded
        )
    )


def _needs(asked: Asked) -> str | None:
    """Return what decides which values an answer needs; `None` if nobody is to know."""
    if asked.question is None:
        return None
    values = asked.dimensions.values(Dimension)
    return ":".join((asked.question.hex(), *(value or "" for value in values)))


def _reply(answer: Answer, head: Head, media_type: str, fetching: Caller | None) -> Reply:
    """Return an answer with its headers; without its body for whoever is `fetching` it again."""
    if fetching is not None and answer.etag and not fetching.asks_for_preview():
        known = fetching.header(b"if-none-match")
        if known and has_already(known, answer.etag_as(media_type)):
            return 304, not_modified(head), b""
    return answer.status, head, answer.body
