"""Bodies of requests: how much of them is read, and as what."""

from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from bff.web.errors import PayloadTooLarge, UnsupportedMediaType

_JSON: Final = "application/json"
_AS_IT_IS: Final = "identity"


def check_is_json(content_type: str, coding: str = "") -> None:
    """Do nothing if the body is said to be JSON, as it is; `coding` is its `Content-Encoding`.

    Raises:
        UnsupportedMediaType: it is not: a form on another site could send it. Or it is packed:
            a few kilobytes could become as many gigabytes.
    """
    if coding and coding.strip().lower() != _AS_IT_IS:
        msg = "the body must be sent as it is, without Content-Encoding"
        raise UnsupportedMediaType(msg)
    if content_type == _JSON:
        return
    if content_type.partition(";")[0].strip().lower() != _JSON:
        msg = "the body must be sent as application/json"
        raise UnsupportedMediaType(msg)


async def read_body(receive: Receive, most: int) -> bytes:
    """Return the body, of at most so many bytes: more is refused while it is still being read.

    Raises:
        PayloadTooLarge: it is longer than any honest one.
        ClientDisconnect: the client left before it had sent all.
    """
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        if len(body) + len(chunk) > most:
            msg = f"a body has at most {most} bytes"
            raise PayloadTooLarge(msg)
        if not message.get("more_body", False):
            return bytes(body + chunk) if body else chunk
        body += chunk
