"""An operator who warms the cache is told what other processes will find there."""

from collections.abc import Sequence

from bff.domain.commerce import ProductId
from bff.domain.freshness import Policy
from bff.operations.cache_kept import kept_products
from bff.ports import Entry, Kept, Reading
from bff.stores.nothing import NoStore

ENTRY = Entry("anything", Policy("TEXT", 60), 0.0, 0.0, 0)


class Shelf(NoStore):
    """A store with some keys in it, which answers nothing the first few times."""

    def __init__(self, *keys: str, silent: int = 0) -> None:
        super().__init__()
        self.longest = 0
        self._keys = keys
        self._silent = silent

    async def read(self, keys: Sequence[str]) -> Reading:
        self.longest = max(self.longest, len(keys))
        self._silent -= 1
        there = self._keys if self._silent < 0 else ()
        return Reading({key: Kept(ENTRY) for key in keys if key in there}, 0)


class Pauses:
    """Notes how long was waited."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


TEE, CAP = ProductId("tee"), ProductId("cap")
KEYS = {TEE: {"text:tee", "offer:tee"}, CAP: {"text:cap", "offer:cap"}}


async def test_a_product_of_which_half_is_there() -> None:
    """A shopper would wait for the rest of it, so that it does not count."""
    shelf, pauses = Shelf("text:tee", "offer:tee", "text:cap"), Pauses()

    assert await kept_products(KEYS, shelf, pauses) == 1
    assert await kept_products({}, shelf, pauses) == 0


async def test_a_redis_that_was_busy() -> None:
    """It is asked once more before anything is said to be missing, and no more than that."""
    pauses = Pauses()

    assert await kept_products(KEYS, Shelf(*KEYS[TEE], *KEYS[CAP], silent=1), pauses) == 2
    assert len(pauses.seconds) == 1
    assert await kept_products(KEYS, Shelf(*KEYS[TEE], *KEYS[CAP], silent=9), pauses) == 0
    assert len(pauses.seconds) == 2


async def test_a_large_shop_is_looked_for_in_parts() -> None:
    """No single question is so large that Redis takes too long for it."""
    keys = {ProductId(f"prod_{number}"): {f"text:{number}"} for number in range(1_000)}
    shelf, pauses = Shelf(*(f"text:{number}" for number in range(1_000))), Pauses()

    assert await kept_products(keys, shelf, pauses) == 1_000
    assert shelf.longest <= 100
    assert pauses.seconds == []
