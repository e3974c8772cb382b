"""Instants as other systems write them down, as numbers that can be compared."""

from datetime import UTC, datetime


def milliseconds(text: object) -> int | None:
    """Return an ISO 8601 instant in milliseconds since 1970; `None` for anything else.

    One without a time zone is in UTC, as all our sources mean it.
    """
    if not isinstance(text, str):
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return round(instant.timestamp() * 1000)


def seconds(milliseconds: int | None) -> float | None:
    """Return such a number in seconds, as changes tell when they were made."""
    return None if milliseconds is None else milliseconds / 1000


def written(milliseconds: int) -> str:
    """Return such a number as an ISO 8601 instant in UTC: `2026-11-20T15:00:00.000Z`."""
    instant = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")
