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
