"""What Strapi posts, of version 5 or 4, when an entry or a file changes.

    Authorization: whatever Strapi was told to send; there is no signature
    {"event": "entry.publish", "createdAt": …, "model": …, "entry": {…}}
    {"event": "media.update", "createdAt": …, "media": {…}}

A word that is always the same says who sends, and nothing of what: a body is believed which entry
to read again, and whether it is there at all. It can be sent again by whoever has seen it, with
the same effect.

Source: Strapi, webhooks; both versions' deliveries after each kind of write.
"""

from collections.abc import Iterator, Mapping, Sequence

from bff.bodies import json_object
from bff.domain.changes import Change, DocumentChanged, SourceChanged
from bff.domain.instants import milliseconds, seconds
from bff.errors import BadInput
from bff.ports import Delivery
from bff.sources.strapi.envelopes import Row, document_id_of, opened, siblings
from bff.sources.strapi.versions import file_id, told_version_of, version_of
from bff.upstream.deliveries import check_signature, identifier, key_of

_GONE = frozenset({"entry.unpublish", "entry.delete"})
_SAVED = frozenset({"entry.create", "entry.update", "entry.publish"})
_FILES = frozenset({"media.update", "media.delete"})  # a new one is in no entry yet
_JUST_NOW = 60_000  # milliseconds


class StrapiWebhooks:
    """Reads them; satisfies `WebhookReader`.

    `authorization` is the whole value of the header `Authorization` that Strapi was told to send.
    """

    def __init__(self, name: str, authorization: str) -> None:
        self.name = name
        self._authorization = key_of(authorization).decode()

    def read(self, delivery: Delivery, now: float) -> Sequence[Change]:  # noqa: ARG002 - see above
        """See `WebhookReader.read`."""
        check_signature(delivery.headers.get("authorization", "").strip(), self._authorization)
        return tuple(self._changes(json_object(delivery.body)))

    def _changes(self, sent: Mapping[str, object]) -> Iterator[Change]:
        event, when = sent.get("event"), seconds(milliseconds(sent.get("createdAt")))
        if not isinstance(event, str):
            msg = "event: there is none"
            raise BadInput(msg)
        if event in _FILES:
            yield self._of_file(event, sent.get("media"), when)
        elif event in _GONE | _SAVED:
            row = opened(sent.get("entry"))
            if row is None:
                msg = "entry: there is none"
                raise BadInput(msg)
            yield from self._of_entry(event, row, when)

    def _of_file(self, event: str, media: object, when: float | None) -> Change:
        known = file_id(media) if isinstance(media, dict) else None
        if not isinstance(media, dict) or known is None:
            return SourceChanged(self.name, when)
        is_gone = event == "media.delete"
        version = None if is_gone else version_of(media)
        return DocumentChanged(self.name, known, version, is_gone, when)

    def _of_entry(self, event: str, row: Row, when: float | None) -> Iterator[Change]:
        document_id = identifier(document_id_of(row))
        if document_id is None:
            msg = "entry: it has no id"
            raise BadInput(msg)
        is_five = isinstance(row.get("documentId"), str)
        is_draft = "publishedAt" in row and not row["publishedAt"]
        if is_five and is_draft and event in _SAVED:
            return  # what is published goes on being so, and is told apart
        # Version 4 takes an entry back by an update that leaves it a draft.
        is_gone = event in _GONE or is_draft
        version = None if is_gone else told_version_of(row)
        yield DocumentChanged(self.name, document_id, version, is_gone, when)
        if not is_five:
            yield from self._of_languages(row, is_gone=is_gone, when=when)

    def _of_languages(self, row: Row, *, is_gone: bool, when: float | None) -> Iterator[Change]:
        """Yield what else a row of version 4 changes: each language of a document is a row there.

        One that is new is in nothing that is kept, so that the languages beside it have to be
        known, or else all is read again.
        """
        for other in siblings(row):
            other_id = identifier(document_id_of(other))
            if other_id is not None:
                yield DocumentChanged(self.name, other_id, changed_at=when)
        if "localizations" not in row and not is_gone and _is_new(row):
            yield SourceChanged(self.name, when)


def _is_new(row: Row) -> bool:
    """Tell whether a row may have been published by the very change that is told.

    Not so if it was published long before that; types without drafts do not say.
    """
    edited, published = milliseconds(row.get("updatedAt")), milliseconds(row.get("publishedAt"))
    return edited is None or published is None or edited - published < _JUST_NOW
