"""Large answers are worked on where they hold nobody up."""

import asyncio
import threading

import pytest

from bff.upstream import off_loop
from bff.upstream.off_loop import LIGHT, is_light

LARGE = {"description": ["x" * LIGHT]}


async def test_a_small_answer_is_worked_on_at_once() -> None:
    """Usual pages do not pay for a change of threads."""
    assert await off_loop(threading.get_ident, {"title": "Tee"}) == threading.get_ident()


async def test_other_shoppers_are_served_while_a_large_answer_is_read() -> None:
    """The event loop runs on while a long text is rendered."""
    may_end = threading.Event()

    def render() -> str:
        assert may_end.wait(10), "the event loop stood still"
        return "<p>long</p>"

    rendering = asyncio.create_task(off_loop(render, LARGE))
    await asyncio.sleep(0)
    may_end.set()

    assert await rendering == "<p>long</p>"


async def test_a_failure_is_that_of_the_work() -> None:
    """What goes wrong in the thread goes wrong for whoever waits."""

    def broken() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await off_loop(broken, LARGE)


@pytest.mark.parametrize("odd", [2**70, "\ud800", {1: 2}])
def test_what_cannot_be_measured_counts_as_large(odd: object) -> None:
    """No answer of a content system's fails for being measured."""
    assert not is_light(odd)
    assert is_light({"a": [1, 2.5, None, "b"]})
