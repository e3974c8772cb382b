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

    # Those of the class until they are set: making one for a kept answer costs next to nothing.
    began: float = 0.0
    answer: Answer | None = None
    way: Way | None = None
    trail: Trail | None = None
    code: str | None = None
    operation: str = NONE
    span: Span | None = None


def keep_seen(scope: Scope, seen: Seen) -> None:
    """Let those who answer a request find what is seen of it."""
    scope.setdefault("state", {})[_KEY] = seen


def seen_of(scope: Scope) -> Seen:
    """Return what is seen of a request: something that nobody looks at, where nobody watches."""
    seen = scope.get("state", {}).get(_KEY)
    return seen if isinstance(seen, Seen) else Seen()
