"""Log records as lines: `event key=value` for people, an object per line for machines.

Written by hand. What libraries do for JSON logs is to carry over all that a record holds, its
traceback and its extra fields among it; what is needed here is the reverse. Of our own events
everything is said, for nothing in them is secret. Of other libraries' records only what stands in
their source code: what they fill in names addresses, and quotes what clients and sources sent.
"""

import json
import logging
import math
import os
import re
from datetime import UTC, datetime
from typing import Final

FOREIGN: Final = "library_said"
"""The event of a record that is not ours."""
_LONGEST: Final = 1_000
_PLAIN = re.compile(r"[\w.:/+-]+", re.ASCII)
# Whatever names a machine or quotes somebody: addresses, quoted words, objects as Python shows
# them, paths, and long words that may be keys.
_TELLING = re.compile(
    r"""\w+://\S+ | "[^"]*" | '[^']*' | <[^>]*> | \([^)]*\) | \S*[@/\\:=]\S* | \d+(?:\.\d+){3}
    | \S*\w\.\w\S* | \S{25,}""",
    re.VERBOSE,
)


class TextLines(logging.Formatter):
    """`2026-11-20 20:00:03,123 WARNING upstream_failed source=sanity ...`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; without a traceback."""
        event, fields = told(record)
        words = [event, *(f"{key}={shown(value)}" for key, value in fields.items())]
        return f"{self.formatTime(record)} {record.levelname} {' '.join(words)}"


class JsonLines(logging.Formatter):
    """`{"time": "2026-11-20T20:00:03.123Z", "level": "warning", "event": ...}`."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: ASCII only, so that nothing in it can end it."""
        event, fields = told(record)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {
            "time": at.replace("+00:00", "Z"),  # RFC 3339
            "level": record.levelname.lower(),
            "event": event,
        }
        rest = {key: _plain(value) for key, value in fields.items() if key not in head}
        return json.dumps({**head, **rest}, allow_nan=False)


def told(record: logging.LogRecord) -> tuple[str, dict[str, object]]:
    """Return what a record tells: an event, and its fields."""
    fields = getattr(record, "fields", None)
    if isinstance(fields, dict) and record.name.partition(".")[0] == "bff":
        return str(getattr(record, "event", FOREIGN)), fields
    found: dict[str, object] = {"logger": record.name, "message": _said(record)}
    failure = record.exc_info[1] if record.exc_info else None
    if failure is not None:
        found["kind"] = type(failure).__name__
        found["place"] = place_of(failure)
    return FOREIGN, found


def shown(value: object) -> str:
    """Spell a value so that it cannot be taken for another field or another line."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def place_of(failure: BaseException) -> str:
    """Return in which module, and on which line of it, something was raised."""
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"


def _said(record: logging.LogRecord) -> str:
    """Return what a library says, without what it has filled in."""
    said = record.msg
    if isinstance(said, BaseException):
        number = said.errno if isinstance(said, OSError) else None
        kind = type(said).__name__
        return f"{kind}: {os.strerror(number).lower()}" if number else kind
    if not isinstance(said, str):
        return type(said).__name__
    line = (said.strip().splitlines() or [""])[0]
    if not record.args:  # it may have been put together already
        line = _TELLING.sub("...", line)
    return line[:_LONGEST]


def _plain(value: object) -> object:
    """Return a value as JSON has it, where all readers agree on it."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return str(value)[:_LONGEST].encode(errors="replace").decode()
