"""An operator purges by hand: the tags are real ones, and everybody hears of it."""

from collections.abc import Sequence

import pytest

from bff.domain.marks import EVERYTHING, Position, Tag, Touched
from bff.errors import StoreUnavailable, UpstreamUnavailable
from bff.operations.cache_purge import Purged, purge, wrong_tags
from bff.operations.patience import Patience
from bff.ports import Call, Message
from bff.stores.memory import MemoryStore
from bff.stores.nothing import NoStore

SOURCES = ("sanity", "old-words")


class Cdn:
    """Somebody who keeps copies, and may be out of order for so many calls."""

    def __init__(self, name: str, failures: int = 0) -> None:
        self.name = name
        self.told: list[tuple[Tag, ...]] = []
        self._failures = failures

    async def tell(self, message: Message, call: Call) -> None:
        assert call.deadline > 0
        if self._failures:
            self._failures -= 1
            raise UpstreamUnavailable(self.name, "purge")
        self.told.append(tuple(message.tags))


class DeafStore(NoStore):
    """Redis is down."""

    async def mark(self, touched: Sequence[Touched]) -> Position:
        assert touched
        raise StoreUnavailable


async def at_once(_: float) -> None:
    """Pause for no time at all."""


def patience() -> Patience:
    return Patience(lambda: 0.0, at_once)


@pytest.mark.parametrize(
    "tag",
    [
        *("product:prod_01", "offer:prod_01", "variant:variant_1", "region:reg_1"),
        *("collection:pcol_1", "category:pcat_1", "handles", "listings", "markets", "groups"),
        *("offers", "texts", "sanity:doc.with-dots", "sanity:*", "old-words:?", EVERYTHING),
    ],
)
def test_tags_that_something_carries(tag: Tag) -> None:
    """All that `bff cache inspect` shows can be named."""
    assert [*wrong_tags([tag], SOURCES)] == []


@pytest.mark.parametrize(
    "tag",
    [
        "prod_01",
        "product:",
        "product",
        "products:prod_01",
        "strapi:doc",
        "sanity",
        "offer:a b",
        "",
    ],
)
def test_tags_that_nothing_carries(tag: Tag) -> None:
    """A slip would purge nothing, and the operator would look for the reason elsewhere."""
    (words,) = wrong_tags(["offers", tag], SOURCES)

    assert words.startswith(f"{tag!r} is no tag: they are groups, handles,")
    assert "old-words" in words


async def test_everybody_is_told() -> None:
    """Replicas by a mark, the targets by a call each; nothing twice."""
    store, one, other = MemoryStore(1_000_000, lambda: 5.0), Cdn("cdn"), Cdn("shop")

    purged = await purge(["offer:prod_01", "handles", "handles"], store, [one, other], patience())

    assert purged == Purged(("cdn", "shop"), ())
    assert one.told == other.told == [("offer:prod_01", "handles")]
    mark = store.marks.newest(["handles"], 0)
    assert mark is not None
    assert mark.marked_at == 5.0
    assert store.marks.newest(["offer:prod_02"], 0) is None


async def test_everything() -> None:
    """Each entry and each answer goes with a tag for it."""
    store, cdn = MemoryStore(1_000_000, lambda: 5.0), Cdn("cdn")

    await purge([EVERYTHING], store, [cdn], patience())

    assert store.marks.newest(["offer:prod_02"], 0) is not None
    assert cdn.told == [(EVERYTHING,)]


async def test_a_target_that_fails() -> None:
    """In passing it is asked once more; for good it is named, and the others are told."""
    store = MemoryStore(1_000_000, lambda: 5.0)
    down, slow, well = Cdn("down", 2), Cdn("slow", 1), Cdn("well")

    purged = await purge(["texts"], store, [down, slow, well], patience())

    assert purged == Purged(("slow", "well"), ("down",))


async def test_replicas_that_cannot_be_told() -> None:
    """Then a CDN would only fetch the old answer again from one of them."""
    cdn = Cdn("cdn")

    with pytest.raises(StoreUnavailable):
        await purge(["texts"], DeafStore(), [cdn], patience())

    assert cdn.told == []
