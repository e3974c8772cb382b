"""What background jobs do with sources that fail, and with those that are guarded already."""

import pytest

from bff.errors import UpstreamError, UpstreamUnavailable
from bff.operations.patience import Patience
from bff.ports import Call


async def test_a_job_retries_by_itself() -> None:
    """Once; the source's guard adds no tries of its own, and shoppers go before it."""
    calls: list[Call] = []

    async def pause(_: float) -> None:
        pass

    async def fails(call: Call) -> None:
        calls.append(call)
        raise UpstreamUnavailable("cms", "listed")  # noqa: EM101 - a source

    with pytest.raises(UpstreamError):
        await Patience(lambda: 0.0, pause).ask(fails)

    assert [(call.is_retried, call.is_awaited) for call in calls] == [(True, False)] * 2


async def test_a_source_that_rests_is_waited_for() -> None:
    """It says for how long, so that the job goes on instead of ending."""
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    async def rests_first(_: Call) -> str:
        if not paused:
            raise UpstreamUnavailable("cms", "listed", "resting", retry_after=3.5)  # noqa: EM101
        return "listed"

    assert await Patience(lambda: 0.0, pause).ask(rests_first) == "listed"
    assert paused == [3.5]
