"""How late the event loop is, as an operator sees it."""

import asyncio

import pytest

from bff.operations.loop_watch import PAUSE, LoopWatch
from bff.telemetry.metrics import REGISTRY
from tests.clock import HandClock


class Held:
    """A loop that something holds up for so many seconds each time, and then ends."""

    def __init__(self, clock: HandClock, *lags: float) -> None:
        self._clock = clock
        self._lags = list(lags)

    async def sleep(self, seconds: float) -> None:
        if not self._lags:
            raise asyncio.CancelledError
        self._clock.advance(seconds + self._lags.pop(0))


def told(part: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"bff_event_loop_lag_seconds_{part}", labels) or 0.0


@pytest.mark.parametrize(
    ("lags", "late"), [((0.0, 0.0), 0), ((0.0, 0.3), 1), ((1.0, 1.0), 2), ((-PAUSE, 0.0), 0)]
)
async def test_what_holds_it_up_is_counted(lags: tuple[float, ...], late: int) -> None:
    """Each look counts, and by how much it came too late; never less than nothing."""
    clock = HandClock()
    before = told("count"), told("bucket", le="0.25"), told("sum")

    with pytest.raises(asyncio.CancelledError):
        await LoopWatch(clock, Held(clock, *lags).sleep).run()

    assert told("count") - before[0] == len(lags)
    assert len(lags) - (told("bucket", le="0.25") - before[1]) == late
    assert told("sum") - before[2] == pytest.approx(sum(max(0.0, lag) for lag in lags))
