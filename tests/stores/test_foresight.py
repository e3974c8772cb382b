"""A page whose values are in Redis is read from there at once, however many steps it takes."""

from pathlib import Path

import pytest

from bff.domain.marks import Touched
from tests.stores.replicas import entry, replica, until, value
from tests.stores.servers import Server, server, wire

QUESTION = "what the tee's page asks"


@pytest.fixture
def fresh(redis_server: Path) -> str:
    """Return the URL of an empty Redis."""
    running = Server(redis_server.parent)
    with running.client as client:
        client.flushall()
    return running.url


def is_listed(url: str) -> bool:
    with Server(Path(url.removeprefix("unix://")).parent).client as client:
        return bool(client.keys("bff:needs:*"))


async def test_another_replica_reads_all_steps_in_one(redis_server: Path, fresh: str) -> None:
    """It has never answered the question: the list of keys comes with what is under them."""
    async with wire(redis_server) as (line, url), replica(fresh) as one, replica(url) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({key: entry(key, stamp) for key in ("tee", "text", "hat")})
        one.foresight.remember(QUESTION, {"tee", "text", "hat", "gone"})
        await until(lambda: is_listed(fresh))
        before = line.turns

        brought = await other.foresight.bring(QUESTION)
        read = [await value(other, key) for key in ("tee", "text", "hat")]

        assert brought == {"tee", "text", "hat"}
        assert read == ["tee", "text", "hat"]
        assert line.turns == before + 1


async def test_a_replica_that_knows_the_page_asks_for_what_it_lacks(
    redis_server: Path, fresh: str
) -> None:
    """What is in memory is not asked for, and if all of it is, nobody is."""
    async with wire(redis_server) as (line, url), replica(fresh) as one, replica(url) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({key: entry(key, stamp) for key in ("tee", "hat")})
        await other.store.read(["tee"])
        other.foresight.remember(QUESTION, {"tee", "hat"})
        await until(lambda: is_listed(fresh))

        assert await other.foresight.bring(QUESTION) == {"hat"}
        before = line.turns
        assert not await other.foresight.bring(QUESTION)
        assert line.turns == before


async def test_what_was_marked_is_known_as_marked(fresh: str) -> None:
    """An edit that the replica has not heard of comes with the values it condemns."""
    async with replica(fresh) as one, replica(fresh) as other:
        stamp = (await one.store.read(["tee"])).position
        await one.store.write({"tee": entry("old", stamp, "product:tee")})
        one.foresight.remember(QUESTION, {"tee"})
        await until(lambda: is_listed(fresh))

        await one.store.mark([Touched("product:tee")])
        await other.foresight.bring(QUESTION)

        assert await value(other, "tee") is None


async def test_a_list_that_is_wrong_costs_nothing_but_a_reading(fresh: str) -> None:
    """Whatever is there, the answer is that of the store."""
    async with replica(fresh) as one, replica(fresh) as other:
        one.foresight.remember(QUESTION, {"tee"})
        await until(lambda: is_listed(fresh))
        with Server(Path(fresh.removeprefix("unix://")).parent).client as client:
            (key,) = client.keys("bff:needs:*")
            for wrong in (b"", b"\n\n", b"\xff\xfe\n", b"x" * 100_000):
                client.set(key, wrong)
                await other.foresight.bring(QUESTION)
            client.delete(key)
            client.rpush(key, "a list")
            assert not await other.foresight.bring(QUESTION)
        assert other.is_up


async def test_without_redis_nothing_is_foreseen() -> None:
    """Requests go on: what is known is guessed, what cannot be read is fetched."""
    with server() as own:
        async with replica(own.url, timeout_seconds=0.2) as one:
            one.foresight.remember(QUESTION, {"tee"})
            own.kill()
            assert not await one.foresight.bring(QUESTION)
            assert not await one.foresight.bring("another question")


async def test_questions_do_not_fill_the_memory(fresh: str) -> None:
    """Those asked last are remembered; one with too many values is not."""
    async with replica(fresh) as one:
        for number in range(150):
            one.foresight.remember(f"question {number}", {f"{number} {key}" for key in range(399)})
        one.foresight.remember("far too much", {*map(str, range(5_000))})

        known = one.foresight._known
        assert sum(map(len, known.values())) <= 50_000
        assert "question 149" in known
        assert "question 0" not in known
        assert "far too much" not in known
