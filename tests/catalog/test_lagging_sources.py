"""A content system's own cache lags behind its webhook: what it has still is not kept for long."""

from bff.domain.marks import DOUBT, EVERYTHING
from tests.catalog.origin import Cache


async def test_a_lagging_answer_after_the_log_was_lost() -> None:
    """That everything was marked since does not make the editor's version any less known."""
    cache = Cache()
    cache.origin.version = 1
    await cache.read("tee")
    await cache.mark("tee", version=2)
    await cache.mark(EVERYTHING)

    assert await cache.read("tee") == "tee 1"
    cache.origin.edition = cache.origin.version = 2
    cache.clock.advance(0.25)
    assert await cache.read("tee") == "tee 2"


async def test_what_was_taken_back_and_still_comes() -> None:
    """A text that an editor took back is asked for again, and does not stay for another hour."""
    cache = Cache()
    cache.origin.version = 1
    await cache.read("tee")
    await cache.mark("tee", is_gone=True)

    assert await cache.read("tee") == "tee 1"
    cache.origin.missing = {"tee"}
    cache.clock.advance(0.25)
    assert await cache.read("tee") is None
    assert cache.origin.calls[-1].after_edit


async def test_what_was_taken_back_and_published_again() -> None:
    """Nobody told of it: after a minute of doubt it is kept as all else."""
    cache = Cache()
    cache.origin.version = 1
    await cache.read("tee")
    await cache.mark("tee", is_gone=True)
    cache.clock.advance(61)

    await cache.read("tee")
    asked = len(cache.origin.asked)
    cache.clock.advance(59)
    assert await cache.read("tee") == "tee 1"
    assert len(cache.origin.asked) == asked


async def test_what_is_gone_and_has_no_versions() -> None:
    """Medusa tells none: a product that it still sells is sold, whatever it told before."""
    cache = Cache()
    await cache.read("tee")
    await cache.mark("tee", is_gone=True)

    await cache.read("tee")
    cache.clock.advance(59)
    assert await cache.read("tee") == "tee 1"
    assert len(cache.origin.asked) == 2


async def test_what_was_published_and_is_not_to_be_found_yet() -> None:
    """An addon that a page refers to appears once its source shows it, not an hour later."""
    cache = Cache()
    await cache.read("tee")
    await cache.mark("all", version=1)

    assert await cache.read("tee") == "tee 1"
    cache.origin.edition = 2
    cache.clock.advance(0.25)
    assert await cache.read("tee") == "tee 2"


async def test_what_refers_to_a_document_and_does_not_show_it() -> None:
    """Its own text is all there is to it: it is not asked for again and again."""
    cache = Cache()
    await cache.read("tee")
    await cache.mark("all", version=1)
    cache.clock.advance(DOUBT)

    await cache.read("tee")
    asked = len(cache.origin.asked)
    cache.clock.advance(59)
    await cache.read("tee")
    assert len(cache.origin.asked) == asked
