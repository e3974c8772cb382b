"""Why Sanity refused a request, in one word of our own.

Two shapes exist: the gateway's `{statusCode, error: "text", message, errorCode}` and the lake's
`{error: {type, description}}`. Their texts may quote the request, so none is passed on.
"""

from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

_BY_CODE: Mapping[object, str] = {
    "SIO-401-ANF": "token-unknown",
    "SIO-401-AWH": "token-of-another-project",
    "SIO-401-AEX": "token-expired",
}
_BY_TYPE: Mapping[object, str] = {
    "queryParseError": "query-not-understood",
    "insufficientPermissionsError": "permission-missing",
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
_NOT_FOUND = 404


class _Refusal(BaseModel):
    error: object = None
    message: object = None
    errorCode: object = None  # noqa: N815 - Sanity's own spelling


def reason_of(status: int, body: bytes) -> str:
    """Return a word for a refusal; empty when neither body nor status says anything."""
    try:
        refusal = _Refusal.model_validate_json(body)
    except ValidationError:
        refusal = _Refusal()
    error = refusal.error
    kind = error.get("type") if isinstance(error, dict) else None
    for known, word in ((_BY_CODE, refusal.errorCode), (_BY_TYPE, kind)):
        if isinstance(word, str) and word in known:
            return known[word]
    if status == _NOT_FOUND:
        said = f"{error} {refusal.message}".lower()
        # "Dataset … not found for project …" names both: the dataset has to be looked for first.
        for thing in ("dataset", "project"):
            if thing in said:
                return f"{thing}-unknown"
    return _BY_STATUS.get(status, "")
