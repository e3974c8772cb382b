"""What the service says about itself: log events. It knows nothing of the rest."""

import logging

_logger = logging.getLogger("bff")


def log_event(event: str, **fields: object) -> None:
    """Log a past-tense event with its fields (`fetch_failed source=sanity code=…`).

    Fields carry names, codes and ids; never a token, an address, a header or a payload.
    """
    if _logger.isEnabledFor(logging.INFO):
        _logger.info("%s %s", event, " ".join(f"{key}={value}" for key, value in fields.items()))
