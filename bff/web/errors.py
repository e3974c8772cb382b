"""Failures as clients see them: a stable code, whether trying again may help, nothing else.

What we raise on purpose keeps its message; whatever else goes wrong is shown as `INTERNAL` and
logged under the request's id.
"""

import logging
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from bff.errors import BadInput, BffError
from bff.telemetry import log

STATUSES: Mapping[str, int] = {
    "BAD_USER_INPUT": 400,
    "UNKNOWN_MARKET": 400,
    "NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "INTERNAL": 500,
    "UPSTREAM_REJECTED": 502,
    "UPSTREAM_MALFORMED": 502,
    "UPSTREAM_UNAVAILABLE": 503,
    "UPSTREAM_TIMEOUT": 504,
}
"""The HTTP status of each code, wherever a whole answer fails with it."""

_INTERNAL = "INTERNAL"
_MASKED = "Something went wrong on our side. The log knows more under this request's id."


class NotFound(BffError):
    """There is nothing at this address, or not what a REST client asked for."""

    code = "NOT_FOUND"
    retryable = False


class MethodNotAllowed(BffError):
    """The path exists, but not for this method."""

    code = "METHOD_NOT_ALLOWED"
    retryable = False


class PayloadTooLarge(BffError):
    """The request is larger than any honest one."""

    code = "PAYLOAD_TOO_LARGE"
    retryable = False


class UnsupportedMediaType(BffError):
    """The body is not sent as what we read."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    retryable = False


def cause_of(error: GraphQLError) -> BaseException:
    """Return what went wrong below the executor's wrapping.

    Syntax, validation and coercion errors have no path, and are bad input in the executor's own
    words: these add which variable or argument was wrong.
    """
    cause: BaseException = error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, GraphQLError) or (isinstance(cause, BadInput) and not error.path):
        return BadInput(error.message)
    if isinstance(cause, ValueError) and not error.path:
        # The executor leaves literals to `int`, which refuses more digits than it would read.
        return BadInput("a number in the document cannot be read")
    return cause


def graphql_error(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Return one entry of a response's `errors`."""
    cause = cause_of(error)
    if isinstance(cause, BffError):
        code, retryable, message = cause.code, cause.retryable, str(cause)
    else:
        log_fault(cause, request_id)
        code, retryable, message = _INTERNAL, True, _MASKED
    answer = error.formatted
    return {**answer, "message": message, "extensions": {"code": code, "retryable": retryable}}


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
    if isinstance(failure, BffError):
        code, retryable, detail = failure.code, failure.retryable, str(failure)
    else:
        log_fault(failure, request_id)
        code, retryable, detail = _INTERNAL, True, _MASKED
    return {
        "type": f"urn:bff:problem:{code.lower().replace('_', '-')}",
        "title": code.replace("_", " ").capitalize(),
        "status": STATUSES[code],
        "detail": detail,
        "code": code,
        "retryable": retryable,
    }
