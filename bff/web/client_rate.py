"""How often one client may ask, and how often it may be wrong.

A client has a store of requests that fills again at a steady rate: it may spend all of it at once,
and then as many as come in. One number for each client says when its store will be full again
(the generic cell rate algorithm of ATM networks).

Why not the library `limits`: it takes 5 to 8 µs for what takes less than one here, starts threads,
knows no such store, and keeps an entry for each address that came by until its time is over,
however many there are.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Self

from bff.web.addresses import Addresses, Network
from bff.web.errors import RateLimited

_MOST_CLIENTS: Final = 50_000
"""Clients that are remembered, about 10 MB of them. Who has not come for longest is forgotten,
and begins with a full store."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second in the long run, and so many at once after a pause."""

    per_second: float
    at_once: int


_GUESSES: Final = Rate(1 / 30, 10)
_MISTAKES: Final = Rate(1, 60)
"""Of what nobody guesses but many may have wrong: a page of an editor whose preview has ended asks
for dozens of things."""


class Stores:
    """What each client may still spend. `clock` only ever goes forward, in seconds."""

    def __init__(
        self, rate: Rate, clock: Callable[[], float], most_clients: int = _MOST_CLIENTS
    ) -> None:
        self._interval = 1.0 / rate.per_second
        self._tolerance = self._interval * (rate.at_once - 1)
        self._clock = clock
        self._most_clients = most_clients
        self._full_at: dict[str, float] = {}

    def wait(self, client: str) -> float:
        """Return for how many seconds a client's store stays empty, 0 if it is not."""
        full_at = self._full_at.get(client)
        if full_at is None:
            return 0.0
        return max(0.0, full_at - self._clock() - self._tolerance)

    def spend(self, client: str) -> float:
        """Take one out of a client's store. If it was empty, return how long it stays so."""
        now = self._clock()
        full_at = self._full_at.pop(client, now)
        wait = full_at - now - self._tolerance
        if wait > 0.0:
            self._full_at[client] = full_at
            return wait
        self._full_at[client] = max(full_at, now) + self._interval
        if len(self._full_at) > self._most_clients:
            del self._full_at[next(iter(self._full_at))]
        return 0.0

    def __len__(self) -> int:
        return len(self._full_at)


class ClientRates:
    """Refuses who asks too often. Without a `rate` nobody is counted."""

    def __init__(
        self, rate: Rate | None, addresses: Addresses, clock: Callable[[], float]
    ) -> None:
        self._stores = Stores(rate, clock) if rate else None
        self._addresses = addresses

    @property
    def counts(self) -> bool:
        """Whether anybody is counted."""
        return self._stores is not None

    def check(self, peer: str, forwarded: str) -> None:
        """Count a request of whoever has connected; see `Addresses.client`.

        Raises:
            RateLimited: it is one too many.
        """
        client = self._addresses.client(peer, forwarded)
        if self._stores is None or not client:
            return
        wait = self._stores.spend(client)
        if wait:
            raise RateLimited(wait)


class WrongAttempts:
    """Counts who sends wrong secrets, tokens or signatures of one kind."""

    def __init__(self, rate: Rate, addresses: Addresses, clock: Callable[[], float]) -> None:
        self._addresses = addresses
        self._stores = Stores(rate, clock)

    def check(self, peer: str, forwarded: str) -> None:
        """Do nothing for who may still be wrong.

        Raises:
            RateLimited: it was wrong too often of late.
        """
        wait = self._stores.wait(self._addresses.client(peer, forwarded))
        if wait:
            raise _too_often(wait)

    def count(self, peer: str, forwarded: str) -> None:
        """Count a wrong attempt.

        Raises:
            RateLimited: it is one too many; there is nothing else to be said.
        """
        wait = self._stores.spend(self._addresses.client(peer, forwarded))
        if wait:
            raise _too_often(wait)


@dataclass(frozen=True, slots=True)
class Clients:
    """What is counted of each client.

    `rates` are all requests of shoppers; `secrets`, `tokens` and `signatures` are wrong ones: of
    operators, of previews, of webhooks.
    """

    rates: ClientRates
    secrets: WrongAttempts
    tokens: WrongAttempts
    signatures: WrongAttempts

    @classmethod
    def of(cls, rate: Rate | None, proxies: Iterable[Network], clock: Callable[[], float]) -> Self:
        """Return a count that begins now."""
        addresses = Addresses(proxies)
        secrets, tokens, signatures = (
            WrongAttempts(wrong, addresses, clock) for wrong in (_GUESSES, _MISTAKES, _MISTAKES)
        )
        return cls(ClientRates(rate, addresses, clock), secrets, tokens, signatures)


def _too_often(wait: float) -> RateLimited:
    return RateLimited(wait, "too many wrong attempts: wait before the next one")
