"""Why Contentful refused a request, in one word of our own.

All its errors are `{sys: {type: "Error", id}, message, details}`. Message and details may quote
the request, so they are looked at and never passed on.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

_BY_ID: Mapping[str, str] = {
    "AccessTokenInvalid": "token-unknown",
    "AccessDenied": "forbidden",
    "InvalidQuery": "query-not-understood",
    "BadRequest": "bad-request",
    "NotFound": "not-found",
    "RateLimitExceeded": "rate-limited",
    "UriTooLong": "request-too-large",
}
_BY_STATUS: Mapping[int, str] = {
    401: "unauthorized",
    402: "plan-exceeded",
    403: "forbidden",
    404: "not-found",
    413: "request-too-large",
    414: "request-too-large",
    429: "rate-limited",
}
_NOT_FOUND: Mapping[str, str] = {
    "Space": "space-unknown",
    "Environment": "environment-unknown",
}


class _Refusal(BaseModel):
    sys: object = None
    message: object = None
    details: object = None


def reason_of(status: int, body: bytes) -> str:
    """Return a word for a refusal; empty when neither body nor status says anything."""
    try:
        refusal = _Refusal.model_validate_json(body)
    except ValidationError:
        refusal = _Refusal()
    error_id = refusal.sys.get("id") if isinstance(refusal.sys, dict) else None
    details = refusal.details if isinstance(refusal.details, dict) else {}
    if not isinstance(error_id, str):
        return _BY_STATUS.get(status, "")
    closer = {
        "InvalidQuery": _wrong_query(details),
        "BadRequest": _bad_request(refusal.message),
        "NotFound": _not_found(details.get("type")),
    }
    return closer.get(error_id) or _BY_ID.get(error_id) or _BY_STATUS.get(status, "")


def _wrong_query(details: Mapping[str, object]) -> str:
    errors = details.get("errors")
    for error in errors if isinstance(errors, list) else ():
        if not isinstance(error, dict):
            continue
        if error.get("name") == "unknownContentType":
            return "content-type-unknown"
        path = error.get("path")
        if error.get("name") == "unknown" and isinstance(path, list) and path[:1] == ["fields"]:
            return "field-unknown"
    return ""


def _bad_request(message: object) -> str:
    said = message.lower() if isinstance(message, str) else ""
    if "unknown locale" in said:
        return "locale-unknown"
    return "answer-too-large" if "response size too big" in said else ""


def _not_found(kind: object) -> str:
    return _NOT_FOUND.get(kind, "") if isinstance(kind, str) else ""
