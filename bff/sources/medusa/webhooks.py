"""What a Medusa server's forwarder posts: every event, signed.

    x-medusa-signature: sha256=<hex HMAC-SHA256 of the body>
    {"name": "product.updated", "data": {"id": …}, "metadata": {"created_at": …},
     "products": [{"id": …, "handle": …}]}

`data` may also have `ids`, or be a list.

Medusa has no webhooks of its own: a subscriber in the server sends these. No instant is signed, so
that an old delivery can be sent again by whoever has seen it. All that it does is to let something
be read once more.
"""

import hashlib
import hmac
from collections.abc import Sequence

from bff.bodies import json_object
from bff.domain.changes import Change
from bff.domain.commerce import MEDUSA
from bff.domain.instants import milliseconds, seconds
from bff.errors import BadInput
from bff.ports import Delivery
from bff.sources.medusa.events import Event, changes_of
from bff.upstream.deliveries import (
    check_signature,
    identifier,
    key_of,
    within,
)

_SIGNATURE = "x-medusa-signature"


class MedusaWebhooks:
    """Reads them; satisfies `WebhookReader`."""

    def __init__(self, secret: str) -> None:
        self.name = MEDUSA
        self._secret = key_of(secret)

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:  # noqa: ARG002 - see above
        """See `WebhookReader.read`."""
        digest = hmac.new(self._secret, delivery.body, hashlib.sha256).hexdigest()
        check_signature(delivery.headers.get(_SIGNATURE, ""), f"sha256={digest}")
        sent = json_object(delivery.body)
        name = sent.get("name")
        if not isinstance(name, str):
            msg = "name: the event has none"
            raise BadInput(msg)
        products = _identifiers(sent.get("products"))
        changed_at = seconds(milliseconds(within(sent, "metadata", "created_at")))
        return changes_of(Event(name, _entities(sent.get("data")), products, changed_at))


def _entities(data: object) -> Sequence[str]:
    """Return what an event is about: one thing, or several in a workflow of the shop's own."""
    several = within(data, "ids")
    if several is None:
        several = data if isinstance(data, list) else [data]
    return _identifiers(several)


def _identifiers(many: object) -> Sequence[str]:
    """Return the ids in a list of ids or of objects that have one, each once."""
    if not isinstance(many, list):
        return ()
    found = (identifier(one if isinstance(one, str) else within(one, "id")) for one in many)
    return tuple(dict.fromkeys(one for one in found if one))
