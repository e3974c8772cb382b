"""From an edit in Medusa, through its webhook, to the answers of every replica, under load."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.figures import Figure, Section
from benchmarks.shared import DELAYS, Load, Replicas, Shown, load, replicas, told_price
from benchmarks.shopping import WITHOUT_ADDONS, product_page

_REPLICAS = 2
_EDITS = 100
_SHOPPERS = 24
_PAUSE = 0.02
_BOUND = 1.0
_HANDLE = WITHOUT_ADDONS[0]
_SETTLED = 0.4
"""How long an edit is left alone after its webhook was taken, before the next one."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit: its price, when it was made, and when its webhook had been taken, sent so often."""

    euros: int
    made_at: float
    taken_at: float
    sent: int


async def measure() -> Sequence[Section]:
    """Return how long edits take."""
    async with (
        replicas(_REPLICAS) as shop,
        load(shop, _SHOPPERS, _PAUSE, lambda _: product_page(_HANDLE)) as seen,
    ):
        await asyncio.sleep(2)
        seen.answers.clear()
        await shop.calls()
        edits = await _edited(shop)
        await asyncio.sleep(_BOUND)
        medusa, sanity = await shop.calls()
    return [_section(edits, seen, medusa, sanity)]


async def _edited(shop: Replicas) -> list[_Edit]:
    edits = []
    for number in range(_EDITS):
        euros = 1000 + number
        made_at = time.monotonic()
        await shop.medusa.get(f"/bench/price/{_HANDLE}/{euros}")
        sent = await told_price(shop.ports[number % _REPLICAS], _HANDLE)
        edits.append(_Edit(euros, made_at, time.monotonic(), sent))
        await asyncio.sleep(_SETTLED)
    return edits


def _section(edits: Sequence[_Edit], seen: Load, medusa: int, sanity: int) -> Section:
    pages = [one for one in seen.answers if not one.failure]
    waits = [
        1000 * (visible - edit.made_at)
        for replica in range(_REPLICAS)
        for edit, visible in zip(edits, _first_shown(edits, pages, replica), strict=True)
    ]
    old = [lag for lag in _old_after_taking(edits, pages) if lag is not None]
    taking = [1000 * (edit.taken_at - edit.made_at) for edit in edits]
    took = max(one.came_at for one in pages) - min(one.asked_at for one in pages)
    percentiles = statistics.quantiles(waits, n=100, method="inclusive")
    return Section(
        f"Edit to visible through the webhook, on each of {_REPLICAS} replicas with one Redis",
        f"{len(edits)} edits of one price, told to the replicas in turns, while {_SHOPPERS} "
        f"shoppers ask for its page ({len(pages) / took:.0f} answers/s in all);\nMedusa takes "
        f"{1000 * DELAYS[0]:.0f} ms to answer, as of when it was asked. Visible is the first "
        "answer with the new price; old is one with another price\nthan the newest that was "
        "acknowledged before it was asked for.",
        (
            Figure("edit to visible, p50", statistics.median(waits), "ms"),
            Figure("edit to visible, p99", percentiles[98], "ms", 1000),
            Figure("edit to visible, longest", max(waits), "ms"),
            Figure("edit to acknowledged, p50", statistics.median(taking), "ms"),
            Figure("edit to acknowledged, longest", max(taking), "ms"),
            Figure(
                f"old answers to questions from {_BOUND:g} s after the acknowledgement on",
                sum(lag >= _BOUND for lag in old),
                "",
                0,
            ),
            Figure("old answers to questions after the acknowledgement", len(old), ""),
            Figure(
                "the last of those was asked so long after it",
                1000 * max(old, default=0.0),
                "ms",
                aim=100,
            ),
            Figure("webhooks sent again after a 503", sum(edit.sent - 1 for edit in edits), ""),
            Figure("requests that failed", len(seen.failures()), "", 0),
            Figure("without a price", sum(one.euros is None for one in pages), "", 0),
            Figure("calls to Medusa for each edit", medusa / len(edits), ""),
            Figure("calls to Sanity in all", sanity, ""),
        ),
    )


def _first_shown(edits: Sequence[_Edit], pages: Sequence[Shown], replica: int) -> list[float]:
    """Return when this replica first showed each edit, or one after it."""
    mine = sorted((one for one in pages if one.replica == replica), key=lambda one: one.came_at)
    return [
        next(
            (
                page.came_at
                for page in mine
                if page.came_at >= edit.made_at and (page.euros or 0) >= edit.euros
            ),
            float("inf"),
        )
        for edit in edits
    ]


def _old_after_taking(edits: Sequence[_Edit], pages: Sequence[Shown]) -> list[float | None]:
    """Return for each old answer how long after the acknowledgement it was asked for."""

    def lag(page: Shown) -> float | None:
        taken = [edit for edit in edits if edit.taken_at <= page.asked_at]
        overtaken = [edit for edit in taken if edit.euros > (page.euros or edit.euros)]
        return page.asked_at - overtaken[0].taken_at if overtaken else None

    return [lag(page) for page in pages]
