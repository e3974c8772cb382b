"""What is seen of one request while it is answered: by it the request is counted and told of."""

from typing import Final

from starlette.types import Scope

from bff.ports import Trail
from bff.telemetry.requests import NONE
from bff.telemetry.spans import Span
from bff.web.answers import Answer
from bff.web.cache_status import Way

_KEY: Final = "seen"


class Seen:
    """What is seen of one request.

    `answer` is what it was given, and `way` how that came about; `trail` is what the cache gave
    out for it. `code` is what a client was told that was given no answer. `operation` names what
    was asked for, where the answer does not.
    """

    __slots__ = ("answer", "began", "code", "operation", "span", "trail", "way")

    def __init__(self) -> None:
        self.began = 0.0
        self.answer: Answer | None = None
        self.way: Way | None = None
        self.trail: Trail | None = None
        self.code: str | None = None
        self.operation = NONE
        self.span: Span | None = None


def keep_seen(scope: Scope, seen: Seen) -> None:
    """Let those who answer a request find what is seen of it."""
    scope.setdefault("state", {})[_KEY] = seen


def seen_of(scope: Scope) -> Seen:
    """Return what is seen of a request: something that nobody looks at, where nobody watches."""
    seen = scope.get("state", {}).get(_KEY)
    return seen if isinstance(seen, Seen) else Seen()
