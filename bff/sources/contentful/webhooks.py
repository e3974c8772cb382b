"""What Contentful posts when an entry or an asset is published or taken back."""

from collections.abc import Sequence

from bff.domain.changes import Change
from bff.errors import WebhookRejected
from bff.ports import Delivery


class ContentfulWebhooks:
    """Reads them; satisfies `WebhookReader`.

    `webhook_path` is the path, with its query, of the address that Contentful was given, where a
    proxy changes it on the way: the path is signed.
    """

    def __init__(
        self,
        name: str,
        secret: str,
        *,
        space_id: str,
        environment: str,
        webhook_path: str | None = None,
    ) -> None:
        self.name = name
        self._secret = secret.encode()
        self._space_id = space_id
        self._environment = environment
        self._webhook_path = webhook_path

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """See `WebhookReader.read`."""
        raise WebhookRejected("unread")  # noqa: EM101
