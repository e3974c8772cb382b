"""Tells what of a product lies in the shared cache, as a text to read."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bff.domain.freshness import Policy
from bff.domain.marks import EVERYTHING
from bff.ports import Kept, MarkLog, Reading

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_TWO = 2


def inspection(keys: Sequence[str], reading: Reading, marks: MarkLog, now: float) -> str:
    """Return the text, several lines: each key, and what is there.

    `now` is an instant of the `WallClock`.
    """
    found = [(key, reading.kept[key]) for key in keys if key in reading.kept]
    lines = [f"{len(found)} of {len(keys)} keys are in Redis, at {_clock(now)} UTC"]
    for key, kept in found:
        lines += ["", key, *(f"  {line}" for line in _described(kept, marks, now))]
    missing = [key for key in keys if key not in reading.kept]
    if missing:
        lines += ["", "not there", *(f"  {key}" for key in missing)]
    return "\n".join(lines)


def _described(kept: Kept, marks: MarkLog, now: float) -> Iterator[str]:
    entry, mark = kept.entry, kept.mark
    policy, age = entry.policy, now - entry.started_at
    what = "says that there is none, " if entry.value is None else ""
    yield f"{kept.verdict(now).value}, {what}{_span(age)} old, {policy.name}"
    if policy.is_behind:
        yield "older than an edit that was told of: asked for again soon"
    yield f"fetched {_clock(entry.started_at)} in {entry.took * 1000:.0f} ms"
    yield f"ends: {', '.join(_ends(policy, age))}"
    known = mark or marks.newest(entry.tags, 0)
    # With a mark on everything each log begins: before the fetch it is no news.
    if known is not None and (mark is not None or known.touched.tag != EVERYTHING):
        kind = "changed since" if mark is not None else "changed before it was fetched"
        gone = ", and gone" if known.touched.is_gone else ""
        ago = _span(now - known.marked_at)
        yield f"marked: {known.touched.tag} {ago} ago: {kind}{gone}"
    yield f"tags: {', '.join(sorted(entry.tags)) or 'none'}"


def _ends(policy: Policy, age: float) -> Iterator[str]:
    spans = {"fresh": 0.0, "while refreshed": policy.while_refresh, "on failure": policy.if_error}
    for name, seconds in spans.items():
        if not seconds and name != "fresh":
            continue
        left = policy.fresh + seconds - age
        yield f"{name} {'is over' if left <= 0 else f'for {_span(left)}'}"


def _span(seconds: float) -> str:
    """Say a length of time in the unit that suits it."""
    size = abs(seconds)
    if size < _TWO * _MINUTE:
        return f"{seconds:.0f} s"
    if size < _TWO * _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    if size < _TWO * _DAY:
        return f"{seconds / _HOUR:.0f} h"
    return f"{seconds / _DAY:.0f} days"


def _clock(instant: float) -> str:
    return datetime.fromtimestamp(instant, UTC).strftime("%H:%M:%S")
