"""Failures as clients see them: a stable code, whether trying again may help, nothing else.

What we raise on purpose keeps its message; whatever else goes wrong is shown as `INTERNAL` and
logged under the request's id.
"""

import logging
import math
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, IntValueNode, ValueNode

from bff.errors import BadInput, BffError, UpstreamError, UpstreamUnavailable
from bff.telemetry import log

STATUSES: Mapping[str, int] = {
    "BAD_USER_INPUT": 400,
    "PERSISTED_QUERY_MISMATCH": 400,
    "PERSISTED_QUERY_NOT_FOUND": 400,
    "PERSISTED_QUERY_NOT_SUPPORTED": 400,
    "QUERY_TOO_COMPLEX": 400,
    "UNKNOWN_MARKET": 400,
    "UNAUTHENTICATED": 401,
    "DOCUMENT_NOT_ALLOWED": 403,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RATE_LIMITED": 429,
    "INTERNAL": 500,
    "UPSTREAM_REJECTED": 502,
    "UPSTREAM_MALFORMED": 502,
    "UPSTREAM_UNAVAILABLE": 503,
    "UPSTREAM_TIMEOUT": 504,
}
"""The HTTP status of each code, wherever a whole answer fails with it."""

_LONGEST_WAIT = 3600.0
"""Seconds that a client is told to wait at most; a source may ask for a year."""

_MASKED = "Something went wrong on our side. The log knows more under this request's id."


class Unauthenticated(BffError):
    """The request needs credentials, and has none or the wrong ones.

    `challenge` is what `WWW-Authenticate` says (RFC 9110, section 11.6.1). The message never
    tells what was wrong with them.
    """

    code = "UNAUTHENTICATED"
    retryable = False

    def __init__(self, message: str, *, challenge: str = "X-Bff-Preview") -> None:
        super().__init__(message)
        self.challenge = challenge


class NotFound(BffError):
    """There is nothing at this address, or not what a REST client asked for."""

    code = "NOT_FOUND"
    retryable = False


class MethodNotAllowed(BffError):
    """The path exists, but not for this method.

    `allowed` is what `Allow` says where nobody knows better (RFC 9110, section 15.5.6).
    """

    code = "METHOD_NOT_ALLOWED"
    retryable = False

    def __init__(self, message: str, *, allowed: str = "GET, HEAD, POST") -> None:
        super().__init__(message)
        self.allowed = allowed


class PayloadTooLarge(BffError):
    """The request is larger than any honest one."""

    code = "PAYLOAD_TOO_LARGE"
    retryable = False


class UnsupportedMediaType(BffError):
    """The body is not sent as what we read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    retryable = False


class RateLimited(BffError):
    """The client asks more often than it may.

    `retry_after` is in seconds: for how long asking again would be refused, too.
    """

    code = "RATE_LIMITED"
    retryable = True

    def __init__(self, retry_after: float, message: str = "too many requests: slow down") -> None:
        super().__init__(message)
        self.retry_after = retry_after


class QueryTooComplex(BffError):
    """A document asks for more than any storefront's; the message says what of, and the bound."""

    code = "QUERY_TOO_COMPLEX"
    retryable = False


class DocumentNotAllowed(BffError):
    """A document that is not among those that the storefront was built with."""

    code = "DOCUMENT_NOT_ALLOWED"
    retryable = False

    def __init__(self, message: str = "only trusted documents are executed here") -> None:
        super().__init__(message)


class PersistedQueryNotFound(BffError):
    """Nobody here knows the document of this hash or id.

    `is_apollos` says that Apollo's protocol was spoken. Its clients look for the code or the
    message, then send the document with its hash: to them this is no failure.
    """

    code = "PERSISTED_QUERY_NOT_FOUND"
    retryable = False  # not as it was sent: the document has to come along

    def __init__(
        self, message: str = "PersistedQueryNotFound", *, is_apollos: bool = True
    ) -> None:
        super().__init__(message)
        self.is_apollos = is_apollos


class PersistedQueryNotSupported(BffError):
    """No documents are remembered here; Apollo's clients send whole documents from then on."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"
    retryable = False

    def __init__(self, message: str = "PersistedQueryNotSupported") -> None:
        super().__init__(message)


class PersistedQueryMismatch(BffError):
    """A document came with the hash of another one."""

    code = "PERSISTED_QUERY_MISMATCH"
    retryable = False

    def __init__(
        self, message: str = "the hash or id is not that of the document that came with it"
    ) -> None:
        super().__init__(message)


def status_of(failure: BffError) -> int:
    """Return the HTTP status of an answer that is nothing but this failure.

    Apollo's clients want 200 for two of them: that is their protocol.
    """
    match failure:
        case PersistedQueryNotSupported() | PersistedQueryNotFound(is_apollos=True):
            return 200
        case _:
            return STATUSES[failure.code]


def headers_of(failure: BaseException) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that tell a client what to do about a failure, for any surface."""
    match failure:
        case Unauthenticated():
            return ((b"www-authenticate", failure.challenge.encode("latin-1")),)
        case MethodNotAllowed():
            return ((b"allow", failure.allowed.encode("ascii")),)
        case (
            RateLimited(retry_after=seconds)
            | UpstreamUnavailable(retry_after=(float() | int()) as seconds)
        ):
            return ((b"retry-after", b"%d" % _seconds_to_wait(seconds)),)
        case _:
            return ()


def _seconds_to_wait(seconds: float) -> int:
    """Return whole seconds, never too few: what a source asks for is bounded all the same."""
    return math.ceil(min(max(1.0, seconds), _LONGEST_WAIT))


def cause_of(error: GraphQLError) -> BaseException:
    """Return what went wrong below the executor's wrapping.

    What the executor has against a document and its variables is bad input, in the executor's
    own words: these add which variable or argument was wrong. What it has against a value of
    ours is a fault of ours.
    """
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, GraphQLError):
        return BadInput(error.message) if _is_about_input(error) else cause
    if isinstance(cause, BadInput) and not error.path:
        return BadInput(error.message)
    if isinstance(cause, ValueError) and _has_unreadable_number(error):
        return BadInput("a number in the document cannot be read")
    return cause


def _is_about_input(error: GraphQLError) -> bool:
    """Tell whether the client wrote what is wrong.

    Syntax, validation and variables have no path. Below a path the executor points at the value
    that the client wrote as an argument, or else at the field whose value we gave.
    """
    return not error.path or any(isinstance(node, ValueNode) for node in error.nodes or ())


def _has_unreadable_number(error: GraphQLError) -> bool:
    """Tell whether an error points at an integer with more digits than `int` would read.

    The executor leaves literals to `int`, and takes what that raises for the type's.
    """
    numbers = [node.value for node in error.nodes or () if isinstance(node, IntValueNode)]
    try:
        for number in numbers:
            int(number)
    except ValueError:
        return True
    return False


def graphql_error(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Return one entry of a response's `errors`, with its place in document and answer."""
    return {**error.formatted, **error_entry(cause_of(error), request_id)}


def error_entry(failure: BaseException, request_id: str) -> dict[str, Any]:
    """Return one entry of a response's `errors`; a source that failed is named in it."""
    code, retryable, message = _told(failure, request_id)
    extensions: dict[str, Any] = {"code": code, "retryable": retryable}
    if isinstance(failure, UpstreamError):
        extensions["source"] = failure.source
    return {"message": message, "extensions": extensions}


def _told(failure: BaseException, request_id: str) -> tuple[str, bool, str]:
    """Return code, `retryable` and message of a failure; log what is not to be told."""
    if isinstance(failure, BffError):
        return failure.code, failure.retryable, str(failure)
    log_fault(failure, request_id)
    return "INTERNAL", True, _MASKED


def log_fault(fault: BaseException, request_id: str) -> None:
    """Log a fault of our own by its kind and place; its text may quote what nobody may see."""
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"
    log(
        "request_failed",
        level=logging.ERROR,
        request_id=request_id,
        kind=type(fault).__name__,
        place=place,
    )


def problem(failure: BaseException, request_id: str) -> dict[str, Any]:
    """Return the problem details of a failure (RFC 9457).

    `type` is stable per code; `detail` is for people.
    """
    code, retryable, detail = _told(failure, request_id)
    return {
        "type": f"urn:bff:problem:{code.lower().replace('_', '-')}",
        "title": code.replace("_", " ").capitalize(),
        "status": STATUSES[code],
        "detail": detail,
        "code": code,
        "retryable": retryable,
    }
