"""Telling somebody something, on the production transport against a real socket."""

import logging
import time

import pytest

from bff.errors import UpstreamError, UpstreamRejected, UpstreamTimeout, UpstreamUnavailable
from bff.ports import Call
from bff.upstream import Notice, Upstream, open_client
from tests.fault_server import FaultServer, Script, answers, nobody_there, reply, says_and_hangs

HUSH = (("x-key", "hush"), ("content-type", "text/plain"))
PURGE = Notice("purge", "PURGE", "/all of it", (("key", "hush&more"),), HUSH, b"\xff{}")


def soon(seconds: float = 5.0) -> Call:
    return Call(time.monotonic() + seconds)


def reason(_status: int, _body: bytes) -> str:
    return ""


async def told(url: str, notice: Notice = PURGE, call: Call | None = None) -> None:
    async with open_client(url, {}) as client:
        await Upstream("cdn", client, time.monotonic, reason).tell(notice, call or soon())


async def test_a_notice_is_sent_as_it_is() -> None:
    """Whoever checks a signature sees the bytes that were signed, under any method."""
    async with FaultServer(answers(reply(b"not JSON"))) as server:
        await told(server.url)

    asked = server.asked[0]
    assert (asked.method, asked.target) == ("PURGE", "/all%20of%20it?key=hush%26more")
    assert asked.body == PURGE.body
    assert (asked.header("x-key"), asked.header("content-type")) == ("hush", "text/plain")


async def test_a_notice_may_have_no_body() -> None:
    """A purge whose tags are in its headers sends nothing else."""
    async with FaultServer(answers(reply(b"", status="204 No Content"))) as server:
        await told(server.url, Notice("purge", "POST", "/x"))

    assert server.asked[0].body == b""
    assert server.asked[0].header("content-length") == "0"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answers(reply(b"hush", status="403 Forbidden")), UpstreamRejected),
        (answers(reply(b"hush", status="500 Oops")), UpstreamUnavailable),
        (says_and_hangs(b""), UpstreamTimeout),
    ],
)
async def test_failures_are_ours_and_say_nothing(
    script: Script, kind: type[UpstreamError], caplog: pytest.LogCaptureFixture
) -> None:
    """The log names who did not take it and which step that was."""
    caplog.set_level(logging.INFO, "bff")
    seconds = 0.5 if kind is UpstreamTimeout else 5
    async with FaultServer(script) as server:
        with pytest.raises(kind) as failed:
            await told(server.url, call=soon(seconds))

    assert "source=cdn operation=purge" in caplog.text
    assert "hush" not in f"{failed.value} {caplog.text} {PURGE}"


async def test_nobody_is_there() -> None:
    """A target that is down can be told again later."""
    with pytest.raises(UpstreamUnavailable):
        await told(nobody_there())


@pytest.mark.parametrize("path", ["x", "/a/../b"])
def test_a_path_that_leaves_the_base_is_a_mistake(path: str) -> None:
    """Such a notice cannot even be written down."""
    with pytest.raises(ValueError, match="purge"):
        Notice("purge", "POST", path)
