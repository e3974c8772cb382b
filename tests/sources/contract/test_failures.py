"""What becomes of it when a content system fails, and what nobody is told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import httpx
import pytest

from bff.errors import (
    UpstreamError,
    UpstreamMalformed,
    UpstreamRejected,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from bff.ports import Call, ContentSource, GroupKind
from tests.clock import HandClock
from tests.sources.contract.shop import SHOP
from tests.sources.contract.system import SECRETS, Harness, System, opened
from tests.sources.contract.wire import Answerer, Rule, answering, cut_short, never, raising

LEAK = '{"message": "LEAK at https://LEAK.test?token=LEAK", "error": {"message": "LEAK"}}'
PAGE = "<!doctype html><title>LEAK</title><h1>Not Found</h1>"
_AT_ONCE = 0.02
_LONG = 600.0


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and what the service has to make of it."""

    rule: Rule
    error: type[UpstreamError]
    patience: float = 10.0
    status: int | None = None


def _says(status: int, body: str = LEAK, kind: str = "application/json", **headers: str) -> Rule:
    sent = {"content-type": kind, **{name.replace("_", "-"): one for name, one in headers.items()}}
    return answering(lambda: httpx.Response(status, text=body, headers=sent))


FAULTS: Mapping[str, Fault] = {
    "who are you": Fault(_says(401), UpstreamRejected, status=401),
    "you may not": Fault(_says(403), UpstreamRejected, status=403),
    "somebody else's 404": Fault(_says(404, PAGE, "text/html"), UpstreamRejected, status=404),
    "a strange refusal": Fault(_says(418), UpstreamRejected, status=418),
    "too many": Fault(_says(429, retry_after="7"), UpstreamUnavailable),
    "broken": Fault(_says(500), UpstreamUnavailable),
    "overloaded": Fault(_says(503, PAGE, "text/html"), UpstreamUnavailable),
    "cut short": Fault(cut_short, UpstreamMalformed),
    "a page instead of JSON": Fault(_says(200, PAGE, "text/html"), UpstreamMalformed),
    "nothing": Fault(_says(200, ""), UpstreamMalformed),
    "null": Fault(_says(200, "null"), UpstreamMalformed),
    "a list": Fault(_says(200, '["LEAK"]'), UpstreamMalformed),
    "another's JSON": Fault(_says(200, '{"LEAK": 1}'), UpstreamMalformed),
    "elsewhere": Fault(_says(302, "", location="https://LEAK.test/"), UpstreamMalformed),
    "silence": Fault(never, UpstreamTimeout, _AT_ONCE),
    "slow": Fault(raising(httpx.ReadTimeout), UpstreamTimeout),
    "nobody there": Fault(raising(httpx.ConnectError), UpstreamUnavailable),
    "hung up": Fault(raising(httpx.RemoteProtocolError), UpstreamUnavailable),
}

Reading = Callable[[ContentSource, Call], Awaitable[object]]


def readings(system: System) -> Mapping[str, Reading]:
    """Return everything that a source can be asked."""
    key = system.key(SHOP.article("shirt"))
    return {
        "contents": lambda source, call: source.contents([key], call),
        "pages": lambda source, call: source.pages(["home"], call),
        "menus": lambda source, call: source.menus(["main"], call),
        "collections": lambda source, call: source.groups(GroupKind.COLLECTION, ["x"], call),
        "categories": lambda source, call: source.groups(GroupKind.CATEGORY, ["x"], call),
        "listed": lambda source, call: source.listed("", call),
    }


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_failure_is_told_in_our_own_words(
    harness: Harness, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    """Of every kind of question; neither the answer nor the log shows another's words."""
    clock = HandClock()
    async with opened(harness, SHOP, name="words", clock=clock) as system:
        system.wire.follow(fault.rule)
        system.patience = fault.patience
        for name, read in readings(system).items():
            with pytest.raises(UpstreamError) as failed:
                await read(system.source, system.call)
            clock.advance(_LONG)  # a failed login is not tried again at once

            error = failed.value
            assert type(error) is fault.error, name
            assert error.source == "words"
            assert str(error).startswith("words ")
            told = f"{error!s} {error!r} {error.args} {vars(error)} {caplog.text}"
            assert not [word for word in (*SECRETS, ".test", "<h1>") if word in told], name
            if isinstance(error, UpstreamRejected):
                assert error.status == fault.status


async def test_too_many_requests_say_how_long_to_wait(system: System) -> None:
    """Whoever decides when to ask again knows it from the content system."""
    for name, read in readings(system).items():
        system.wire.follow(FAULTS["too many"].rule, references_too=False)

        with pytest.raises(UpstreamUnavailable) as failed:
            await read(system.source, system.call)

        assert failed.value.retry_after == 7.0, name


async def test_wrong_credentials_are_named_by_a_reason(harness: Harness) -> None:
    """The operator is told what to look at, by a word of ours."""
    async with opened(harness, SHOP) as system:

        async def stranger(request: httpx.Request, answer: Answerer) -> httpx.Response:
            request.headers["authorization"] = "Bearer LEAK"
            return await answer(request)

        system.wire.follow(stranger, references_too=False)

        with pytest.raises(UpstreamRejected) as refused:
            await readings(system)["contents"](system.source, system.call)

        assert refused.value.status == 401
        assert refused.value.reason
        assert "LEAK" not in str(refused.value)


async def test_no_time_is_left(system: System) -> None:
    """Who has no time asks nobody."""
    for read in readings(system).values():
        with pytest.raises(UpstreamTimeout):
            await read(system.source, Call(system.clock()))

    assert system.wire.asked == []


async def test_a_failure_is_over_when_it_is_over(harness: Harness) -> None:
    """Nothing of it is remembered: the next shopper sees the content."""
    async with opened(harness, SHOP) as system:
        reads = readings(system)
        system.wire.follow(FAULTS["broken"].rule, references_too=False)
        for read in reads.values():
            with pytest.raises(UpstreamUnavailable):
                await read(system.source, system.call)
        system.wire.follow(None)

        for name, read in reads.items():
            assert await read(system.source, system.call), name
