"""What happened, as log lines for people and machines; see `lines` for their two forms.

Events are past-tense keys. Fields name things and count them; tokens, addresses and payloads are
never among them, and no traceback is attached: chained causes quote what upstreams sent.
"""

import logging

from bff.telemetry.lines import JsonLines, TextLines, shown

_LOGGER = logging.getLogger("bff")
_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
}


def show_log(level: str = "info", form: str = "text") -> None:
    """Write events of `level` and above to standard error, each with its time.

    Other libraries' warnings are written in the same form, without what they name: their lines
    hold the addresses of the sources.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        form: `text` for people, `json` for machines.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(_LEVELS[level])
    _LOGGER.propagate = False
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(max(logging.WARNING, _LEVELS[level]))


def log(event: str, *, level: int = logging.INFO, **fields: object) -> None:
    """Log one event. The fields are also on the record, as `record.fields`."""
    if _LOGGER.isEnabledFor(level):
        words = [event, *(f"{key}={shown(value)}" for key, value in fields.items())]
        _LOGGER.log(level, "%s", " ".join(words), extra={"event": event, "fields": fields})
