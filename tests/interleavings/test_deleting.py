"""Why edits mark and do not delete: what is usual is found wanting by the same search."""

from bff.stores.redis.clients import Command
from tests.interleavings.schedules import interleavings
from tests.interleavings.test_store import Editor, Shopper, search
from tests.interleavings.world import Site, World

_MEMORY: dict[tuple[str, str], int] = {}
"""What the replicas have in memory, by replica and key."""


class Deleting(Shopper):
    """Keeps values without stamps, and notes in a set which keys carry a tag."""

    async def read(self) -> None:
        world, site = self.world, self.site
        shown = _MEMORY.get((site.name, world.key))
        if shown is None:
            acknowledged = world.acknowledged
            (found,) = await site.connection.send("read", [("GET", f"plain:{world.key}")])
            site.told = max(site.told, acknowledged)
            shown = None if found is None else int(found)
        if shown is not None:
            world.compare(site, shown, site.told)
            _MEMORY[site.name, world.key] = shown
            self.is_served = True

    async def keep(self, version: int) -> None:
        key = self.world.key
        commands: list[Command] = [
            ("SET", f"plain:{key}", version),
            ("SADD", f"plain:{self.world.tag}", key),
        ]
        await self.site.connection.send("write", commands)
        _MEMORY[self.site.name, key] = version


class DeletingEditor(Editor):
    """Deletes what is known to carry the tag, everywhere."""

    async def mark(self) -> None:
        send = self.by.connection.send
        (keys,) = await send("mark", [("SMEMBERS", f"plain:{self.world.tag}")])
        await send("mark", [("DEL", f"plain:{self.world.key}", *_plain(keys))])
        _forget(self.by, self.world)
        await self.world.mark(self.by)

    async def hear(self) -> None:
        if self.other.inbox:
            _forget(self.other, self.world)
        await super().hear()


def _plain(keys: set[bytes]) -> list[str]:
    return [f"plain:{key.decode()}" for key in keys]


def _forget(site: Site, world: World) -> None:
    _MEMORY.pop((site.name, world.key), None)


async def test_a_set_of_keys_and_a_delete(over_redis: World) -> None:
    """A slow fetch puts the old value back after the delete, and shoppers see it as current."""
    wrong = await search(over_redis, interleavings(3, 3, 3), Deleting, DeletingEditor)

    assert wrong
