"""What happened, as log lines for people and machines: `event key=value key=value`.

Events are past-tense keys. Fields name things and count them; tokens, addresses and payloads are
never among them, and no traceback is attached: chained causes quote what upstreams sent.
"""

import json
import logging
import re

_LOGGER = logging.getLogger("bff")
_PLAIN = re.compile(r"[\w.:/+-]+", re.ASCII)


def show_log(level: int = logging.INFO) -> None:
    """Write events of `level` and above to standard error, each with its time.

    Only ours: the HTTP client's own lines would name the addresses of the sources.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(level)
    _LOGGER.propagate = False


def log(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log one event. The fields are also on the record, as `record.fields`, for JSON handlers."""
    if _LOGGER.isEnabledFor(level):
        words = [event, *(f"{key}={_shown(value)}" for key, value in fields.items())]
        _LOGGER.log(level, "%s", " ".join(words), extra={"event": event, "fields": fields})


def _shown(value: object) -> str:
    """Spell a value so that it cannot be taken for another field or another line."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
