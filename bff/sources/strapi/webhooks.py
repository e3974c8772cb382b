"""What Strapi posts, of version 5 or 4, when an entry or a file changes."""

from collections.abc import Sequence

from bff.domain.changes import Change
from bff.errors import WebhookRejected
from bff.ports import Delivery


class StrapiWebhooks:
    """Reads them; satisfies `WebhookReader`.

    `authorization` is the whole value of the header `Authorization` that Strapi was told to send.
    """

    def __init__(self, name: str, authorization: str) -> None:
        self.name = name
        self._authorization = authorization.encode()

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """See `WebhookReader.read`."""
        raise WebhookRejected("unread")  # noqa: EM101
