"""Bodies that are sent to us: JSON, whether a shopper or a content system sends it."""

from typing import Any

import orjson

from bff.errors import BadInput


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object that a body is.

    Raises:
        BadInput: it is no JSON, or another JSON value.
    """
    try:
        sent = orjson.loads(body)
    except ValueError:
        msg = "the body is not JSON"
        raise BadInput(msg) from None
    if not isinstance(sent, dict):
        msg = "the body must be a JSON object"
        raise BadInput(msg)
    return sent
