"""What is to be asked of Redis, and in which order it goes out."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from bff.stores.redis.clients import Answer, Command
from bff.stores.redis.scripts import NEWS

_MOST_COMMANDS = 2000


class Unreachable(Exception):
    """Redis did not answer, or is known not to. It has been logged and counted."""


@dataclass(slots=True, eq=False)
class Asked:
    """Commands that belong together, and who waits for their answers."""

    operation: str
    commands: Sequence[Command]
    is_patient: bool
    """Whether it may take longer than a shopper would wait."""
    answers: "asyncio.Future[list[Answer]]"

    def fail(self) -> None:
        """Tell who waits that there is no answer, unless there is one."""
        if not self.answers.done():
            self.answers.set_exception(Unreachable())


class Queue:
    """What waits to go out.

    What is patient goes out by itself, one batch at a time: it must neither hold up what
    shoppers wait for, nor take all connections of a server that hangs.
    """

    def __init__(self) -> None:
        self._waiting: deque[Asked] = deque()
        self._patient: deque[Asked] = deque()

    def add(self, asked: Asked) -> None:
        """Let something wait for its turn."""
        (self._patient if asked.is_patient else self._waiting).append(asked)

    def next_batch(self, *, may_be_patient: bool) -> list[Asked]:
        """Return what is to go out next in one pipeline; nothing if nothing waits."""
        queue = self._patient if may_be_patient and self._patient else self._waiting
        batch: list[Asked] = []
        size = 0
        while queue and (not batch or size + len(queue[0].commands) <= _MOST_COMMANDS):
            size += len(queue[0].commands)
            batch.append(queue.popleft())
        return batch

    def fail(self) -> None:
        """Tell all who wait that there is no answer."""
        for queue in (self._waiting, self._patient):
            while queue:
                queue.popleft().fail()


def without_repeats(batch: Sequence[Asked]) -> tuple[list[Command], list[list[int]]]:
    """Return what to send for a batch, and where in it each one's answers are.

    What several requests read is read once for all.
    """
    first: dict[Command, int] = {}
    sent: list[Command] = []
    places: list[list[int]] = []
    for asked in batch:
        mine = []
        for command in asked.commands:
            is_reading = command[0] == "GET" or command[:2] == ("EVAL", NEWS)
            place = first.setdefault(command, len(sent)) if is_reading else len(sent)
            if place == len(sent):
                sent.append(command)
            mine.append(place)
        places.append(mine)
    return sent, places
