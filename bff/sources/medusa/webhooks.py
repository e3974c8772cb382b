"""What a Medusa server's forwarder posts: every event, signed."""

from collections.abc import Sequence

from bff.domain.changes import Change
from bff.domain.commerce import MEDUSA
from bff.errors import WebhookRejected
from bff.ports import Delivery


class MedusaWebhooks:
    """Reads them; satisfies `WebhookReader`."""

    name = MEDUSA

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """See `WebhookReader.read`."""
        raise WebhookRejected("unread")  # noqa: EM101
