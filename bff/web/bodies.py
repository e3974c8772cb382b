"""Bodies of requests: how much of them is read, and as what."""

from typing import Any, Final

import orjson
from starlette.requests import Request

from bff.errors import BadInput
from bff.web.errors import PayloadTooLarge, UnsupportedMediaType

MAX_BODY: Final = 256 * 1024
"""Bytes of a request's body; more is refused while it is still being read."""


def check_is_json(request: Request) -> None:
    """Do nothing if the body is said to be JSON.

    Raises:
        UnsupportedMediaType: it is not; a form on another site could send it.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        msg = "the body must be sent as application/json"
        raise UnsupportedMediaType(msg)


async def read_body(request: Request) -> bytes:
    """Return the body.

    Raises:
        PayloadTooLarge: it is longer than any honest one.
    """
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > MAX_BODY:
            msg = f"a body has at most {MAX_BODY} bytes"
            raise PayloadTooLarge(msg)
    return bytes(chunks)


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
