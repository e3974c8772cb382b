"""What Sanity posts when a document changes.

    sanity-webhook-signature: t=<milliseconds>,v1=<Base64url HMAC-SHA256 of "<t>.<body>">

The body is the webhook's own projection. What we use of it:

    {_id, _updatedAt, "op": select(before() == null => "create", after() == null => "delete",
                                   "update")}

Without `_id` all of the source is read again; without `op` a deleted document is shown for as long
as Sanity cannot be asked. Other headers are not signed: what is signed decides.

Source: Sanity's GROQ-powered webhooks and its package @sanity/webhook, which has no maximum age.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence

from bff.bodies import json_object
from bff.domain.changes import Change, DocumentChanged, SourceChanged
from bff.domain.instants import seconds
from bff.errors import BadInput, WebhookRejected
from bff.ports import Delivery
from bff.sources.sanity.documents import is_published_id
from bff.sources.sanity.versions import version_of
from bff.upstream.deliveries import check_age, check_signature, key_of

_SIGNATURE = re.compile(r"t=([0-9]{1,16}),v1=[A-Za-z0-9_-]{1,100}", re.ASCII)


class SanityWebhooks:
    """Reads them; satisfies `WebhookReader`.

    With `one_document_per_language` a document that is new, or may be for all that is told, can be
    another language of something that is shown already.
    """

    def __init__(
        self, name: str, secret: str, *, dataset: str, one_document_per_language: bool = False
    ) -> None:
        self.name = name
        self._secret = key_of(secret)
        self._dataset = dataset
        self._one_document_per_language = one_document_per_language

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """See `WebhookReader.read`."""
        sent = delivery.headers.get("sanity-webhook-signature", "")
        form = _SIGNATURE.fullmatch(sent)
        if form is None:
            raise WebhookRejected("no_signature")  # noqa: EM101 - a word for the log
        instant = form.group(1)
        digest = hmac.digest(self._secret, f"{instant}.".encode() + delivery.body, hashlib.sha256)
        signature = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        check_signature(sent, f"t={instant},v1={signature}")
        check_age(int(instant) / 1000, now)
        document = json_object(delivery.body)
        if self._is_of_another(delivery.headers.get("sanity-dataset")):
            return ()
        return tuple(self._changes(document))

    def _is_of_another(self, dataset: str | None) -> bool:
        """Tell whether a delivery is of another dataset: one webhook may be for all of them.

        Whoever sends a delivery again with this header changed only lets it do nothing. An alias
        (`~production`) may stand for any of them.
        """
        is_alias = self._dataset.startswith("~")
        return dataset is not None and not is_alias and dataset != self._dataset

    def _changes(self, document: Mapping[str, object]) -> Iterator[Change]:
        document_id, version = document.get("_id"), version_of(document)
        when = seconds(version)
        if document_id is None:
            yield SourceChanged(self.name, when)
            return
        if not isinstance(document_id, str):
            msg = "_id: not an id"
            raise BadInput(msg)
        if not is_published_id(document_id):
            return  # a draft, or in a release: nobody is shown it
        is_gone = document.get("op") == "delete"
        told = None if is_gone else version
        yield DocumentChanged(self.name, document_id, told, is_gone, when)
        if self._one_document_per_language and document.get("op") in ("create", None):
            yield SourceChanged(self.name, when)
