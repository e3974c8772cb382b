"""What a store that keeps nothing promises: an editor sees each draft as it is now."""

from bff.domain.freshness import Policy
from bff.domain.marks import Touched
from bff.ports import Entry, Store
from bff.stores.nothing import NoStore

STORE: Store = NoStore()


async def test_nothing_is_kept() -> None:
    """What was written a moment ago is not there, however long it was to be used."""
    await STORE.write({"tee": Entry("draft", Policy("content", 3600.0), 0.0)})

    reading = await STORE.read(["tee"])

    assert reading.kept == {}
    assert not STORE.hot({"product:tee"})


async def test_nothing_asked_nothing_read() -> None:
    """No keys, no entries; writing none is allowed as well."""
    await STORE.write({})

    assert (await STORE.read([])).kept == {}


async def test_nothing_is_marked() -> None:
    """Where nothing is kept nothing becomes wrong."""
    assert await STORE.mark([Touched("product:tee")]) == 0
    assert STORE.marks.newest(["product:tee"], 0) is None
    assert STORE.marks.is_live
