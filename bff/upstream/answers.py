"""What an answer, or its absence, means: bodies read within bounds, failures in our own words.

No word here comes from the other side: details name a status, never an address or a payload.
"""

import re
import zlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
import httpx
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import ValidationError

from bff.errors import UpstreamError, UpstreamMalformed, UpstreamTimeout, UpstreamUnavailable

_CLIENT_ERROR = 400
_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429
_SECONDS = re.compile(r"-?[0-9]{1,9}")
_LONGEST_RESET = 60.0


class BadBodyError(Exception):
    """A body that cannot be taken; the message is fit for clients."""


class CutShortError(BadBodyError):
    """A body whose end is missing."""

    def __init__(self) -> None:
        super().__init__("answer was cut short")


async def read_body(response: httpx.Response, limit: int) -> bytes:
    """Return the body, unpacked; at most `limit` bytes of it are ever in memory.

    It is done by hand because httpx unpacks a piece before one can know its size.

    Raises:
        BadBodyError: too large, cut short, or packed in a way nobody asked for.
    """
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip"}:
        detail = "unknown content encoding"
        raise BadBodyError(detail)
    unpack = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
    pieces: list[bytes] = []
    room = limit
    async for piece in response.stream:  # type: ignore[union-attr] # async clients' are async
        pieces.append(unpack.decompress(piece, room + 1) if unpack else piece)
        room -= len(pieces[-1])
        if room < 0:
            detail = "answer is too large"
            raise BadBodyError(detail)
    if unpack and pieces and not unpack.eof:
        raise CutShortError
    return b"".join(pieces)


def is_refusal(status: int) -> bool:
    """Tell whether asking again is useless: a 4xx other than 429."""
    return _CLIENT_ERROR <= status < _SERVER_ERROR and status != _TOO_MANY_REQUESTS


def unsuccessful(source: str, operation: str, response: httpx.Response) -> UpstreamError:
    """Return the error that an answer stands for which is neither a success nor a refusal."""
    detail = f"HTTP {response.status_code}"
    if response.status_code < _CLIENT_ERROR:  # a redirect, or 304 to a question without condition
        return UpstreamMalformed(source, operation, detail)
    return UpstreamUnavailable(
        source,
        operation,
        detail,
        status=response.status_code,
        retry_after=retry_after(response.headers),
    )


def failed_exchange(source: str, operation: str, exc: Exception) -> UpstreamError:
    """Return the error for an exchange that came to no answer, or to half of one.

    httpx-aiohttp translates coarsely (a reset becomes `ConnectTimeout`) and lets some errors
    through as they are, so that aiohttp's own word counts where there is one.
    """
    real = exc.__cause__ if isinstance(exc.__cause__, aiohttp.ClientError) else exc
    if isinstance(real, (TimeoutError, httpx.TimeoutException)):
        return UpstreamTimeout(source, operation)
    if isinstance(real, (aiohttp.ClientPayloadError, zlib.error)):
        real = CutShortError()
    if isinstance(real, BadBodyError):
        cut_short = isinstance(real, CutShortError)
        return UpstreamMalformed(source, operation, str(real), cut_short=cut_short)
    if isinstance(real, (aiohttp.ClientResponseError, HttpProcessingError)):
        return UpstreamMalformed(source, operation, "not HTTP")
    return UpstreamUnavailable(source, operation, "no connection")


def wrong_body(source: str, operation: str, exc: Exception, body: bytes) -> UpstreamMalformed:
    """Return the error for a body that was read and is not what its wire model says."""
    if not body:
        detail = "empty answer"
    elif isinstance(exc, ValidationError):
        kind = exc.errors(include_url=False, include_context=False, include_input=False)[0]["type"]
        detail = "not JSON" if kind == "json_invalid" else "unexpected shape"
    else:
        detail = "not JSON" if isinstance(exc, ValueError) else "unexpected shape"
    return UpstreamMalformed(source, operation, detail)


def retry_after(headers: httpx.Headers) -> float | None:
    """Return for how many seconds the source asks to be left alone; nonsense is no such wish.

    A date is compared with the answer's own, so that clocks may differ. Contentful says it in a
    header of its own, in which up to an hour was seen: of that a minute is believed.

    Source: RFC 9110, section 10.2.3; Contentful, API rate limits.
    """
    wish = headers.get("retry-after", "").strip()
    reset = headers.get("x-contentful-ratelimit-reset", "").strip()
    if not wish and _SECONDS.fullmatch(reset):
        return min(max(0.0, float(reset)), _LONGEST_RESET)
    if _SECONDS.fullmatch(wish):
        return max(0.0, float(wish))
    until = _instant(wish)
    if until is None:
        return None
    now = _instant(headers.get("date", "")) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds())


def told_limit(headers: httpx.Headers) -> int | None:
    """Return how many calls a second the source says that it takes; `None` if it does not say.

    Source: Contentful, API rate limits (since 2026, with 200 and 429 alike).
    """
    told = headers.get("x-contentful-ratelimit-second-limit", "").strip()
    return int(told) if _SECONDS.fullmatch(told) and int(told) > 0 else None


def _instant(http_date: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(http_date)
    except (ValueError, OverflowError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def root_cause(exc: BaseException) -> str:
    """Return the type of the first failure in a chain, for the log.

    Of a chain that runs in a circle: the last before it repeats itself.
    """
    seen = {id(exc)}
    while isinstance(exc.__cause__, Exception) and id(exc.__cause__) not in seen:
        exc = exc.__cause__  # no further than a cancellation, the cause of a timeout
        seen.add(id(exc))
    return type(exc).__name__
