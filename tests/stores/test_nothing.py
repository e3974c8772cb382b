"""What a store that keeps nothing promises: an editor sees each draft as it is now."""

from bff.ports import Entry, Store
from bff.stores.nothing import NoStore

STORE: Store = NoStore()


async def test_nothing_is_kept() -> None:
    """What was written a moment ago is not there, however long it was to be used."""
    await STORE.write({"tee": Entry("draft", 0.0, 3600.0)})

    assert await STORE.read(["tee"]) == {}


async def test_nothing_asked_nothing_read() -> None:
    """No keys, no entries; writing none is allowed as well."""
    await STORE.write({})

    assert await STORE.read([]) == {}
