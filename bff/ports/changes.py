"""Who tells us of changes, and whom we tell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

from bff.domain.changes import Change
from bff.domain.marks import Tag
from bff.ports.calls import Call


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook's request as it came. `path` has the query, `headers` are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class WebhookReader(Protocol):
    """Knows one source's webhooks."""

    @property
    def name(self) -> str:
        """The source's name: the last part of the path that it posts to."""
        ...

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """Return what a delivery says has changed; nothing if it is of no interest.

        `now` is an instant of the `WallClock`.

        Raises:
            WebhookRejected: it is not from the source, or too old.
            BadInput: it is from the source, and makes no sense.
        """
        ...


class ChangeFeed(Protocol):
    """What has changed in one source since it was last asked: for events that were lost."""

    @property
    def name(self) -> str:
        """The source's name."""
        ...

    async def since(self, cursor: str | None, call: Call) -> tuple[Sequence[Change], str]:
        """Return what changed, and the cursor to go on with. `None` begins now.

        Raises:
            UpstreamError: the source could not answer within the call's deadline.
        """
        ...


class Cursors(Protocol):
    """Remembers how far the change feeds were read. It never fails: in doubt they begin anew."""

    async def load(self, name: str) -> str | None:
        """Return the cursor of a feed; `None` if nobody remembers one."""
        ...

    async def save(self, name: str, cursor: str) -> None:
        """Remember the cursor of a feed."""
        ...


def _new_number() -> str:
    return f"msg_{uuid4().hex}"


@dataclass(frozen=True, slots=True)
class Message:
    """What a target is told at one time: the tags that were marked.

    `number` tells it from all others, and stays when it is told again.
    """

    tags: Sequence[Tag]
    number: str = field(default_factory=_new_number)


class Target(Protocol):
    """Somebody who keeps copies of our answers and wants to know which have become old."""

    @property
    def name(self) -> str:
        """Its name in settings, logs and metrics."""
        ...

    async def tell(self, message: Message, call: Call) -> None:
        """Tell which tags were marked.

        Raises:
            UpstreamError: it did not take it; telling again is harmless.
        """
        ...
