"""The log of marks that all replicas share, in Redis; see `bff.domain.marks`.

All its keys are in one slot of a cluster, since its scripts need them together.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from bff.domain.marks import EVERYTHING, Mark, Position, Tag, Touched
from bff.ports import WallClock
from bff.stores.mark_table import MarkTable
from bff.stores.redis.clients import Answer, Command
from bff.stores.redis.connection import Connection, Unreachable
from bff.stores.redis.refusal import refusal_among
from bff.stores.redis.scripts import MARK, NEWS
from bff.telemetry import log

_PAGE = 1000
_AT_ONCE = 500
_MOST_UNTOLD = 10_000
_MICROSECONDS = 1_000_000
_NOBODY = "-"
"""What is never marked: tags have a kind and an id."""


class Refused(Unreachable):
    """Redis answered, and would not do what it was asked to."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long marks are kept, in seconds, and how many of them.

    What is dropped leaves a mark on everything that is as old, so neither can be too little:
    it costs fetches, and is never wrong. As long as the longest lifetime nothing is lost.
    """

    seconds: float = 100_000.0
    marks: int = 50_000


class SharedLog:
    """Reads and writes the log, and keeps the table of this process up with it.

    `cursor` is the position up to which every mark is known here. It may be behind the table's
    position: a mark of our own can come back before those of others have been heard.
    """

    def __init__(
        self,
        connection: Connection,
        table: MarkTable,
        now: WallClock,
        prefix: str,
        limits: Limits | None = None,
    ) -> None:
        self.table = table
        self.cursor: Position = 0
        self.is_whole = True
        """Whether all marks are in the log: not while Redis refuses them, and for as long after
        that as others may take to tell theirs. It is for the feed to set."""
        self.channel = f"{{{prefix}}}:news:{connection.database}"
        self.key = f"{{{prefix}}}:log"
        self._keys = (self.key, f"{{{prefix}}}:marks", f"{{{prefix}}}:about")
        self._connection = connection
        self._now = now
        self._limits = limits or Limits()
        self._untold: dict[Tag, Touched] = {}

    def asking(self) -> Command:
        """Return the command that reads the news: what was marked behind the cursor."""
        # In whole seconds, so that what many requests ask at once is the same command.
        return ("EVAL", NEWS, *self._common(int(self._now())), _PAGE)

    def take(self, answer: Answer) -> bool:
        """Take in what `asking` brought; return whether that was all of the news.

        Raises:
            Unreachable: Redis refused, or what it told makes no sense.
        """
        try:
            last, is_lost, found, told = answer
            last = int(last)
            tags, positions = found[::2], found[1::2]
            news = tuple(map(_mark, tags, positions, told))
        except (TypeError, ValueError) as exc:
            raise Unreachable from exc
        self.table.add(news)
        if is_lost:
            log("shared_cache_voided", position=last)
        if len(news) == _PAGE:
            self.cursor = max(self.cursor, news[-1].position)
            return False
        self._reach(last)
        return True

    async def catch_up(self, *, is_probe: bool = False) -> None:
        """Read all news.

        Raises:
            Refused: Redis would not tell.
            Unreachable: Redis could not be asked.
        """
        while True:
            answers = await self._connection.send("news", [self.asking()], is_probe=is_probe)
            self._raise_refused(answers)
            if self.take(answers[0]):
                return

    async def try_marking(self) -> None:
        """Find out whether Redis would take a mark: by writing where one is written.

        Reading tells nothing: a server that is full, whose disk is, or that has become a replica
        answers as before. What is written has no meaning.

        Raises:
            Refused: it would not.
            Unreachable: Redis could not be asked.
        """
        log_key, marks, _ = self._keys
        writing: list[Command] = [("HSET", log_key, "beat", 1), ("ZADD", marks, "XX", 0, _NOBODY)]
        self._raise_refused(await self._connection.send("beat", writing, is_probe=True))
        self._connection.refuses(None)

    async def mark(self, touched: Sequence[Touched]) -> None:
        """Mark tags for all replicas, this one included.

        Raises:
            Unreachable: others cannot be told. Here the tags are marked, and others are told
                once that is possible again (`tell_untold`).
        """
        told = 0
        try:
            for told in range(0, len(touched), _AT_ONCE):
                await self._mark(touched[told : told + _AT_ONCE])
        except (asyncio.CancelledError, Exception) as exc:
            # Nobody knows what Redis has done of it.
            self._mark_here(touched[told:])
            if isinstance(exc, Refused):
                self._connection.lost.set()  # so that it is looked at, not at the next beat only
            if isinstance(exc, asyncio.CancelledError | Unreachable):
                raise
            raise Unreachable from exc

    async def tell_untold(self) -> None:
        """Tell the others what they could not be told.

        Raises:
            Unreachable: that is still so.
        """
        while self._untold:
            some = tuple(self._untold.values())[:_AT_ONCE]
            await self._mark(some)
            for one in some:
                if self._untold.get(one.tag) == one:
                    del self._untold[one.tag]

    def heard(self, message: bytes) -> bool:
        """Take in what another replica has just marked; return whether anything was missed."""
        try:
            before, last, news = orjson.loads(message)
            marks = tuple(_mark(*each) for each in news)
            before, last = int(before), int(last)
        except (TypeError, ValueError):
            return False
        self.table.add(marks)
        if before <= self.cursor:
            self._reach(last)
        return last <= self.cursor

    def _reach(self, position: Position) -> None:
        self.cursor = max(self.cursor, position)
        # Without marks since: it is still a position that new stamps may have.
        self.table.position = max(self.table.position, position)

    async def _mark(self, touched: Sequence[Touched]) -> None:
        now = self._now()
        limits = (int(self._limits.seconds * _MICROSECONDS), self._limits.marks)
        pairs = (part for one in touched for part in (_bytes(one.tag), _told(one, now)))
        command = ("EVAL", MARK, *self._common(now), *limits, *pairs)
        (answer,) = answers = await self._send_mark(command)
        self._raise_refused(answers)
        try:
            before, last, is_lost, news = answer
            self.table.add(_mark(*each) for each in news)
            if is_lost:
                log("shared_cache_voided", position=int(before))
            if int(before) <= self.cursor:
                self._reach(int(last))
        except (TypeError, ValueError) as exc:
            raise Unreachable from exc

    async def _send_mark(self, command: Command) -> list[Answer]:
        """Send a mark, with more time than a shopper has: a sender has that, and tries again.

        If the way to Redis is lost meanwhile, it is tried once more. Twice is harmless.

        Raises:
            Unreachable: Redis is known to be down, or did not answer.
        """
        time = asyncio.get_running_loop().time
        until = time() + self._connection.patience / 2
        while not self._connection.is_known_down:
            try:
                return await self._connection.send(
                    "mark", [command], is_probe=True, is_patient=True
                )
            except Unreachable:
                if time() > until:
                    raise
                until = -math.inf
        raise Unreachable

    def _raise_refused(self, answers: Sequence[Answer]) -> None:
        why = refusal_among(answers)
        if why is not None:
            self._connection.refuses(why)
            raise Refused

    def _mark_here(self, touched: Sequence[Touched]) -> None:
        """Mark what others could not be told of.

        The positions are just above what is known, not those of this process's clock: a stamp
        must not be above what Redis will give to later marks.
        """
        now, position = self._now(), self.table.position
        self.table.add(Mark(one, position + 1, now) for one in touched)
        self._untold.update((one.tag, one) for one in touched)
        if len(self._untold) > _MOST_UNTOLD:
            self._untold = {EVERYTHING: Touched(EVERYTHING)}

    def _common(self, now: float) -> tuple[str | int, ...]:
        known = self.table.position
        return (len(self._keys), *self._keys, self.cursor, known, repr(now), self.channel)


def _told(one: Touched, now: float) -> str:
    version = "-" if one.version is None else str(one.version)
    changed_at = "-" if one.changed_at is None else repr(one.changed_at)
    return f"{int(one.is_gone)} {version} {changed_at} {now!r}"


def _mark(tag: str | bytes, position: str | bytes, told: str | bytes) -> Mark:
    gone, version, changed_at, marked_at = _text(told).split(" ")
    touched = Touched(
        _text(tag),
        gone == "1",
        None if version == "-" else int(version),
        None if changed_at == "-" else float(changed_at),
    )
    return Mark(touched, int(position), float(marked_at))


def _bytes(tag: Tag) -> bytes:
    # An id from outside may hold half a character; no entry carries such a tag.
    return tag.encode("utf-8", "replace")


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, str):
        return value
    raise TypeError
