"""Of several content systems that may have a page: how long the preferred one is waited for."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bff.catalog.cached_content import Brought
from bff.catalog.first_found import first_found
from bff.catalog.reads import Read
from bff.catalog.tasks import Tasks
from bff.domain.content import ProductContent
from bff.ports import Call
from tests.catalog.fakes import document
from tests.virtual_time import run_in_virtual_time, virtual_clock

BUDGET = 0.3
DEADLINE = 60.0
ABOUT = document("about")


class Hanging:
    """A content system that answers nothing; `copy` is what there is of it from before."""

    def __init__(self, copy: ProductContent | None = None) -> None:
        self._copy = copy

    def __call__(self, *, waits: bool) -> Coroutine[Any, Any, Brought[ProductContent]]:
        return self._answer(waits=waits)

    async def _answer(self, *, waits: bool) -> Brought[ProductContent]:
        if waits:
            await asyncio.sleep(DEADLINE)
        return Brought({"about": self._copy}, None)


def test_two_systems_that_hang_cost_one_budget() -> None:
    """The second has an old copy: it is shown after the budget, not after two of them."""

    async def work() -> tuple[ProductContent, float]:
        tasks, call = Tasks(), Call(virtual_clock() + DEADLINE)
        reads = [
            Read("strapi", Hanging(), tasks, call),
            Read("sanity", Hanging(ABOUT), tasks, call),
        ]
        found = await first_found("about", reads, call, virtual_clock, BUDGET)
        assert found is not None
        return found.content, virtual_clock()

    content, seconds = run_in_virtual_time(work())

    assert content is ABOUT
    assert round(seconds, 3) == BUDGET
