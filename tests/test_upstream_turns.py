"""Other shoppers are served between the large answers of a source that come at the same time."""

import asyncio
import time
from itertools import pairwise
from typing import ClassVar

import httpx
import pytest
from pydantic import BaseModel, field_validator

from bff.ports import Call
from bff.upstream import Question, Upstream

_SMALL, _LARGE = 1_000, 200_000
"""Bytes; the latter take longer than a shopper should wait for somebody else's."""


class _Noted(BaseModel):
    """Notes when it is read."""

    seen: ClassVar[list[str]] = []
    text: str

    @field_validator("text")
    @classmethod
    def _note(cls, text: str) -> str:
        cls.seen.append("read")
        return text


async def _seen_while_reading(size: int) -> list[str]:
    """Return what happened in which order while three answers of a size came at once."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json={"text": "x" * size}))
    _Noted.seen.clear()
    async with httpx.AsyncClient(transport=transport, base_url="http://cms") as client:
        cms = Upstream("cms", client, time.monotonic, lambda _status, _body: "")

        async def others() -> None:
            while True:
                _Noted.seen.append("others")
                await asyncio.sleep(0)

        serving = asyncio.create_task(others())
        call = Call(time.monotonic() + 60)
        await asyncio.gather(*(cms.read(Question("all", "/"), call, _Noted) for _ in range(3)))
        serving.cancel()
    return list(_Noted.seen)


async def test_others_have_their_turn_between_large_answers() -> None:
    """However many large answers come together, nobody waits for more than one of them."""
    seen = await _seen_while_reading(_LARGE)

    assert seen.count("read") == 3
    assert ("read", "read") not in pairwise(seen)


@pytest.mark.parametrize("size", [_SMALL, _LARGE])
async def test_nothing_is_lost(size: int) -> None:
    """Small or large, every answer is read once."""
    assert (await _seen_while_reading(size)).count("read") == 3
