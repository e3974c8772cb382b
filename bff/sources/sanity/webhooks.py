"""What Sanity posts when a document changes."""

from collections.abc import Sequence

from bff.domain.changes import Change
from bff.errors import WebhookRejected
from bff.ports import Delivery


class SanityWebhooks:
    """Reads them; satisfies `WebhookReader`."""

    def __init__(
        self, name: str, secret: str, *, dataset: str, one_document_per_language: bool = False
    ) -> None:
        self.name = name
        self._secret = secret.encode()
        self._dataset = dataset
        self._one_document_per_language = one_document_per_language

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """See `WebhookReader.read`."""
        raise WebhookRejected("unread")  # noqa: EM101
