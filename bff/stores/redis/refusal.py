"""Why a Redis that answers stores nothing, told from what it says."""

import logging
import re
from collections.abc import Iterable, Sequence
from enum import Enum

from redis.exceptions import NoPermissionError, OutOfMemoryError, ReadOnlyError

from bff.stores.redis.clients import Answer
from bff.telemetry import log
from bff.telemetry.metrics import STORE_FAULTS

_SAYS = re.compile(r"\b(OOM|READONLY|MISCONF|NOPERM|NOREPLICAS)\b")
"""Redis 6 puts words before it where a script was refused."""


class Refusal(Enum):
    """Why nothing is stored, as the figures name it."""

    FULL = "full"
    REPLICA = "replica"
    DISK = "disk"
    """It cannot save what it is given, or has too few replicas that would have it, too."""
    RIGHTS = "rights"
    OTHER = "other"


_KINDS = {
    "OOM": Refusal.FULL,
    "READONLY": Refusal.REPLICA,
    "MISCONF": Refusal.DISK,
    "NOREPLICAS": Refusal.DISK,
    "NOPERM": Refusal.RIGHTS,
}

TAKES_NOTHING = frozenset({Refusal.FULL, Refusal.REPLICA, Refusal.DISK})
"""Whatever is asked, and whoever asks."""


def refusal_of(exc: BaseException) -> Refusal:
    """Return why a command was refused."""
    # redis-py takes the word away where it has a class for it.
    if isinstance(exc, OutOfMemoryError):
        return Refusal.FULL
    if isinstance(exc, ReadOnlyError):
        return Refusal.REPLICA
    if isinstance(exc, NoPermissionError):
        return Refusal.RIGHTS
    said = _SAYS.search(str(exc))
    return _KINDS[said[1]] if said else Refusal.OTHER


def refusal_among(answers: Iterable[Answer]) -> Refusal | None:
    """Return why the first refused of some commands was; `None` if none was."""
    refused = (answer for answer in answers if isinstance(answer, Exception))
    return next(map(refusal_of, refused), None)


class Refusals:
    """Counts what was refused; says so once, and once when it is over."""

    def __init__(self) -> None:
        self._refused: set[str] = set()
        """The operations of which something was, and nothing was done since."""

    def note(self, operation: str, answers: Sequence[Answer]) -> None:
        """Take note of the answers to what an operation asked."""
        refused = [answer for answer in answers if isinstance(answer, Exception)]
        was_refused = bool(self._refused)
        if refused:
            STORE_FAULTS.labels(operation).inc(len(refused))
            self._refused.add(operation)
            if not was_refused:
                kind = type(refused[0]).__name__
                log("shared_cache_refused", level=logging.WARNING, operation=operation, kind=kind)
        elif was_refused and answers:
            self._refused.discard(operation)
            if not self._refused:
                log("shared_cache_accepted", operation=operation)
