"""Work on large answers that must not hold up the other requests."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import orjson

Result = TypeVar("Result")

LIGHT = 12_000
"""Bytes of JSON that are worked on at once: 20 ms, if it is Markdown full of marks; else 1 ms."""


async def off_loop(work: Callable[[], Result], about: object) -> Result:
    """Return what `work` makes of `about`: in a thread if that is large.

    `about` is JSON as it was read. The thread shares the interpreter, and the event loop gets its
    turn every 5 ms. `work` must only compute: it goes on to its end even if nobody waits for it
    any more.
    """
    return work() if is_light(about) else await asyncio.to_thread(work)


def is_light(about: object) -> bool:
    """Tell whether a JSON value is small enough to be worked on at once.

    Of a list its items are measured one by one: megabytes would take milliseconds by themselves.
    """
    left = LIGHT
    try:
        for item in about if isinstance(about, list) else (about,):
            left -= len(orjson.dumps(item))
            if left < 0:
                return False
    except TypeError:  # numbers beyond 64 bits, half a surrogate pair: rare enough for a thread
        return False
    return True
