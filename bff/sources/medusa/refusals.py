"""Why Medusa refused a call, as one word that names nothing of the request.

Medusa says most of it in English prose only: wrong keys and unknown parameters are all 400. The
beginnings of those sentences are recorded in tests/golden/medusa/.
"""

from enum import StrEnum

from pydantic import BaseModel, ValidationError


class Refusal(StrEnum):
    """The refusals that an operator can do something about."""

    KEY_MISSING = "key_missing"
    KEY_INVALID = "key_invalid"  # unknown or revoked: Medusa does not tell which
    KEY_WITHOUT_CHANNEL = "key_without_channel"
    SEVERAL_CHANNELS = "several_channels"  # only stock is refused
    CHANNEL_NOT_OF_KEY = "channel_not_of_key"
    REGION_UNKNOWN = "region_unknown"
    REGION_MISSING = "region_missing"
    PARAMETER_UNKNOWN = "parameter_unknown"
    ORDER_UNKNOWN = "order_unknown"
    URL_TOO_LONG = "url_too_long"
    NOT_A_STORE = "not_a_store"  # something answers there, but it is no Store API


_SENTENCES = (
    ("Publishable API key required", Refusal.KEY_MISSING),
    ("A valid publishable key is required", Refusal.KEY_INVALID),
    ("Publishable key needs to have a sales channel", Refusal.KEY_WITHOUT_CHANNEL),
    ("Inventory availability cannot be calculated", Refusal.SEVERAL_CHANNELS),
    ("Requested sales channel is not part of", Refusal.CHANNEL_NOT_OF_KEY),
    ("Region with id", Refusal.REGION_UNKNOWN),
    ("Missing required pricing context", Refusal.REGION_MISSING),
    ("Invalid request: Unrecognized fields", Refusal.PARAMETER_UNKNOWN),
    ("Order field", Refusal.ORDER_UNKNOWN),
)
# The vocabulary of `type` in Medusa's errors; any other text might quote what we sent.
_TYPES = frozenset(
    (
        *("conflict", "duplicate_error", "forbidden", "invalid_argument", "invalid_data"),
        *("not_allowed", "not_found", "unauthorized", "unexpected_state", "unknown_error"),
    )
)
_NOT_FOUND = 404
_URI_TOO_LONG = 414
_HEADERS_TOO_LARGE = 431


class _Error(BaseModel):
    type: str
    message: str


def reason_of(status: int, body: bytes) -> str:
    """Return a `Refusal`, else Medusa's own error type, else the empty text."""
    if status in {_URI_TOO_LONG, _HEADERS_TOO_LARGE}:
        return Refusal.URL_TOO_LONG
    try:
        error = _Error.model_validate_json(body)
    except ValidationError:
        return Refusal.NOT_A_STORE if status == _NOT_FOUND else ""
    for beginning, refusal in _SENTENCES:
        if error.message.startswith(beginning):
            return refusal
    return error.type if error.type in _TYPES else ""
