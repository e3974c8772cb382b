"""Bodies of requests: how much of them is read, and as what."""

from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from bff.web.errors import PayloadTooLarge, UnsupportedMediaType

_JSON: Final = "application/json"
_AS_IT_IS: Final = "identity"
_UTF_8: Final = frozenset({"utf-8", "utf8"})
_SHORT: Final = 5  # digits of a length that nobody need look at


def check_is_json(content_type: str, coding: str = "") -> None:
    """Do nothing if the body is said to be JSON, as it is; `coding` is its `Content-Encoding`.

    Raises:
        UnsupportedMediaType: it is not: a form on another site could send it. Or it is packed:
            a few kilobytes could become as many gigabytes. Or it is not UTF-8 (RFC 8259,
            section 8.1).
    """
    if coding and coding.strip().lower() != _AS_IT_IS:
        msg = "the body must be sent as it is, without Content-Encoding"
        raise UnsupportedMediaType(msg)
    if content_type == _JSON:
        return
    media_type, _, parameters = content_type.lower().partition(";")
    if media_type.strip() != _JSON:
        msg = "the body must be sent as application/json"
        raise UnsupportedMediaType(msg)
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in _UTF_8:
            msg = "the body must be UTF-8"
            raise UnsupportedMediaType(msg)


async def read_body(receive: Receive, most: int, told: str = "") -> bytes:
    """Return the body, of at most so many bytes: more is refused while it is still being read.

    `told` is its `Content-Length`: who says that he will send too much is not asked to begin
    (RFC 9110, section 10.1.1).

    Raises:
        PayloadTooLarge: it is longer than any honest one.
        ClientDisconnect: the client left before it had sent all.
    """
    if len(told) > _SHORT and told.isdecimal() and int(told[:20]) > most:
        raise _too_large(most)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk: bytes = message.get("body", b"")
        if len(body) + len(chunk) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(body + chunk) if body else chunk
        body += chunk


def _too_large(most: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"a body has at most {most} bytes")
