"""What Contentful posts when an entry or an asset is published or taken back.

    x-contentful-signature         hex HMAC-SHA256 of method, path, signed headers and body
    x-contentful-signed-headers    their names: itself and the next one are among them
    x-contentful-timestamp         in milliseconds
    x-contentful-topic             ContentManagement.<type>.<action>

What is unpublished or deleted comes as a tombstone that has nothing but `sys`: ids are enough.

Source: Contentful, webhooks and request verification; its package @contentful/node-apps-toolkit.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from bff.bodies import json_object
from bff.domain.changes import Change, DocumentChanged, SourceChanged
from bff.domain.instants import milliseconds, seconds
from bff.errors import BadInput, WebhookRejected
from bff.ports import Delivery
from bff.sources.contentful.versions import version_of
from bff.sources.contentful.wire import ASSET, ENTRY
from bff.upstream.deliveries import (
    check_age,
    check_signature,
    identifier,
    key_of,
    within,
)

_SIGNED = "x-contentful-signed-headers"
_SENT_AT = "x-contentful-timestamp"
_TOPIC = "x-contentful-topic"
_MUST_BE_SIGNED = frozenset({_SIGNED, _SENT_AT, _TOPIC})
_MILLISECONDS = re.compile(r"[0-9]{1,16}", re.ASCII)
_KNOWN_TOPIC = re.compile(r"ContentManagement\.(\w{1,64})\.(\w{1,64})", re.ASCII)
_GONE = frozenset({"unpublish", "delete"})
_LEFT_ALONE = "-_.!~*'()"  # by JavaScript's encodeURIComponent
_LEFT_IN_ADDRESSES = _LEFT_ALONE + ";/?:@&=+$,#"  # by its encodeURI


class ContentfulWebhooks:
    """Reads them; satisfies `WebhookReader`.

    `webhook_path` is the path of the address that Contentful was told to call, where a proxy
    makes another one of it on the way: the path is signed. It has the query, if there is one.
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
        self._secret = key_of(secret)
        self._space = (space_id, environment)
        self._webhook_path = webhook_path

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:
        """See `WebhookReader.read`."""
        headers = delivery.headers
        sent_at = headers.get(_SENT_AT, "").strip()
        if not _MILLISECONDS.fullmatch(sent_at):
            raise WebhookRejected("no_signature")  # noqa: EM101 - a word for the log
        digest = hmac.new(self._secret, self._signed(delivery), hashlib.sha256)
        check_signature(headers.get("x-contentful-signature", "").strip(), digest.hexdigest())
        check_age(int(sent_at) / 1000, now)
        topic = _KNOWN_TOPIC.fullmatch(headers[_TOPIC].strip())
        if topic is None:
            msg = f"{_TOPIC}: not ContentManagement.<type>.<action>"
            raise BadInput(msg)
        kind, action = topic.groups()
        return self._changes(kind, action, json_object(delivery.body))

    def _signed(self, delivery: Delivery) -> bytes:
        """Return what Contentful signs of a delivery.

        Raises:
            WebhookRejected: the signature does not cover what we go by.
        """
        names = {name.strip().lower() for name in delivery.headers.get(_SIGNED, "").split(",")}
        if not names >= _MUST_BE_SIGNED or not delivery.headers.keys() >= names:
            raise WebhookRejected("not_signed")  # noqa: EM101 - a word for the log
        headers = ";".join(f"{name}:{delivery.headers[name].strip()}" for name in sorted(names))
        path = _as_signed(self._webhook_path or delivery.path)
        return f"{delivery.method}\n{path}\n{headers}\n".encode() + delivery.body

    def _changes(self, kind: str, action: str, body: Mapping[str, object]) -> Sequence[Change]:
        if action not in _GONE | {"publish"}:
            return ()  # somebody works on it; nobody is shown that yet
        sys = body.get("sys")
        if not isinstance(sys, dict):  # a payload of the operator's own
            return (SourceChanged(self.name),)
        if not self._is_ours(sys):
            return ()
        edited = sys.get("publishedAt") or sys.get("deletedAt") or sys.get("updatedAt")
        when = seconds(milliseconds(edited))
        if kind == "ContentType":
            return (SourceChanged(self.name, when),)  # it says which fields have languages
        if kind not in (ENTRY, ASSET):
            return ()
        document_id = identifier(sys.get("id"))
        if document_id is None:
            msg = "sys.id: not an id"
            raise BadInput(msg)
        is_gone = action in _GONE
        version = None if is_gone else version_of(sys)
        return (DocumentChanged(self.name, document_id, version, is_gone, when),)

    def _is_ours(self, sys: Mapping[str, object]) -> bool:
        """Tell whether it is of the space and environment that are read, as far as it says.

        An alias is told as such where it is worked on by that name. Source: Contentful,
        environment aliases and webhooks.
        """
        told = (within(sys.get(name), "sys", "id") for name in ("space", "environment"))
        return all(one in (None, ours) for one, ours in zip(told, self._space, strict=True))


def _as_signed(path: str) -> str:
    """Return a path as it is signed: of a query the first part only, encoded twice."""
    place, *queries = path.split("?")
    query = quote(queries[0], safe=_LEFT_ALONE) if queries else ""
    return quote(f"{place}?{query}" if query else place, safe=_LEFT_IN_ADDRESSES)
