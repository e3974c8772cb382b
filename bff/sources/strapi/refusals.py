"""Why Strapi refused a request, in one word of our own.

Its errors are `{"data": null, "error": {"status", "name", "message", "details"}}`. Messages may
quote the request, so none is passed on; what is, is the name of a field of the shop's model.
"""

import re
from collections.abc import Mapping

from pydantic import BaseModel, ValidationError

POPULATE_UNKNOWN = "populate-unknown"

_BY_STATUS: Mapping[int, str] = {
    400: "not-understood",
    401: "credentials-unknown",
    403: "forbidden",
    404: "not-found",
    413: "request-too-large",
    414: "request-too-large",
    431: "request-too-large",
}
_BAD_REQUEST = 400
_NOT_FOUND = 404
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,60}")
_V4_UNKNOWN = re.compile(r"Invalid parameter ([A-Za-z0-9_.-]{1,40})")
_LONGEST = 64  # what `Upstream` takes for a machine word


class _Error(BaseModel):
    name: object = None
    message: object = None
    details: object = None


class _Refusal(BaseModel):
    error: _Error


def reason_of(status: int, body: bytes) -> str:
    """Return a word for a refusal; empty when neither body nor status says anything.

    A field that the model does not have is `<parameter>-unknown:<first step>:<field>`, where the
    first step (the field of the document that it was looked for in) may be missing; of version 4,
    which does not say which parameter, `parameter-unknown:<field>`.
    """
    try:
        error = _Refusal.model_validate_json(body).error
    except ValidationError:
        # Strapi answers every unknown route like this; something else stands at the address.
        return "no-strapi" if status == _NOT_FOUND else _BY_STATUS.get(status, "")
    if status == _BAD_REQUEST:
        return _unknown_field(error) or _BY_STATUS[status]
    return _BY_STATUS.get(status, "")


def unknown_in_populate(reason: str) -> tuple[str, str] | None:
    """Return the first step ("" if nobody says) and the field that could not be populated."""
    kind, _, name = reason.partition(":")
    if kind != POPULATE_UNKNOWN or not name:
        return None
    step, _, field = name.rpartition(":")
    return step, field


def _unknown_field(error: _Error) -> str:
    details = error.details if isinstance(error.details, dict) else {}
    param, key, path = (details.get(name) for name in ("param", "key", "path"))
    if not isinstance(key, str) or not _NAME.fullmatch(key):
        found = _V4_UNKNOWN.fullmatch(error.message) if isinstance(error.message, str) else None
        return f"parameter-unknown:{found[1]}" if found else ""
    if param not in ("filters", "sort", "fields", "populate"):
        return ""
    step = path.partition(".")[0] if isinstance(path, str) else ""
    whole = f"{param}-unknown:{step}:{key}"
    if not _NAME.fullmatch(step) or len(whole) > _LONGEST:
        whole = f"{param}-unknown:{key}"
    return whole if len(whole) <= _LONGEST else ""
