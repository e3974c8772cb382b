"""Strapi tells of an edit: what is believed, and what is read again for it."""

import json

import pytest

from bff.domain.changes import Change, DocumentChanged, SourceChanged
from bff.errors import BadInput, WebhookRejected
from bff.sources.strapi import StrapiWebhooks
from tests.sources.webhook_deliveries import NOW, SECRET, by_strapi, delivered, recorded

RECORDED: dict[str, list[str]] = recorded("strapi")["deliveries"]
HOOK, PAGE = "he7e3a1aotfj6goa7abcqaud", "z7wu6fqkzr69ib1t0gw95fsx"
EDITED = "2026-10-15T00:00:00.250Z"
VERSION = 1_792_022_400_250


def read(body: object) -> list[Change]:
    return [*StrapiWebhooks("strapi", SECRET).read(by_strapi(body), NOW)]


def told_by(name: str) -> list[tuple[str, bool]]:
    """Return the documents that recorded deliveries name, and whether these are gone."""
    changes = [change for raw in RECORDED[name] for change in read(raw.encode())]
    assert all(isinstance(change, DocumentChanged) for change in changes)
    return [(one.document_id, one.is_gone) for one in changes if isinstance(one, DocumentChanged)]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("webhook_rest_create_published", [(HOOK, False)]),
        ("webhook_rest_update_published", [(HOOK, False)]),
        ("webhook_rest_update_es_new", [(HOOK, False)]),
        ("webhook_rest_update_shared_field", [(HOOK, False)]),
        ("webhook_admin_publish", [(HOOK, False)]),
        ("webhook_page_publish", [(PAGE, False)]),
        ("webhook_single_type_update", [("iqyx0vgeag1w4b70urrs6qd4", False)]),
        ("webhook_admin_unpublish", [(HOOK, True)]),
        ("webhook_admin_unpublish_es", [(HOOK, True)]),
        ("webhook_rest_delete", [(HOOK, True)]),
        ("webhook_rest_delete_locale", [(HOOK, True)]),
        ("webhook_page_delete", [(PAGE, True), (PAGE, True)]),
        ("webhook_rest_create_draft", []),
        ("webhook_rest_update_draft", []),
        ("webhook_admin_save_draft", []),
        ("webhook_trigger_delivery", []),
        ("webhook_media_create", []),
        ("webhook_media_delete", [("file.5", True)]),
    ],
)
def test_what_version_5_delivers_names_what_shoppers_see_change(
    name: str, told: list[tuple[str, bool]]
) -> None:
    """Drafts are nobody's business; every language of a document is one document."""
    assert told_by(name) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("v4_webhook_rest_update", [("41", False)]),
        ("v4_webhook_rest_unpublish", [("41", True)]),
        ("v4_webhook_rest_delete", [("41", True)]),
        (
            "v4_webhook_admin_publish",
            [("41", False), ("42", False), ("42", True), ("41", False), ("42", False)],
        ),
    ],
)
def test_what_version_4_delivers_names_the_rows_of_all_languages(
    name: str, told: list[tuple[str, bool]]
) -> None:
    """Each language is a row of its own there, and an update may take one back."""
    changes = [change for raw in RECORDED[name] for change in read(raw.encode())]
    rows = [(one.document_id, one.is_gone) for one in changes if isinstance(one, DocumentChanged)]

    assert rows == told


def test_no_version_is_told_of_a_row_that_shares_its_number_with_others() -> None:
    changes = [
        change for raws in RECORDED.values() for raw in raws for change in read(raw.encode())
    ]
    rows = [one for one in changes if isinstance(one, DocumentChanged)]

    assert {one.version for one in rows if one.document_id.isdecimal()} == {None}
    assert any(one.version for one in rows if one.document_id == HOOK)


def test_an_edit_names_its_version() -> None:
    entry = {"id": 7, "documentId": "d1", "updatedAt": EDITED, "publishedAt": EDITED}
    sent = {"event": "entry.publish", "createdAt": EDITED, "entry": entry}

    assert read(sent) == [DocumentChanged("strapi", "d1", VERSION, False, NOW + 0.25)]


def test_a_type_without_drafts_is_published_when_it_is_saved() -> None:
    """Version 5 gives such entries an instant of publication, version 4 none at all."""
    five = {"id": 7, "documentId": "d1", "publishedAt": EDITED}
    four = {"id": 7, "updatedAt": EDITED, "localizations": []}

    assert read({"event": "entry.update", "entry": five}) == [DocumentChanged("strapi", "d1")]
    assert read({"event": "entry.update", "entry": four}) == [DocumentChanged("strapi", "7")]


@pytest.mark.parametrize(
    ("published", "is_new"),
    [("2026-10-15T00:00:00.100Z", True), ("2026-10-14T16:00:00.000Z", False)],
)
def test_a_new_language_of_version_4_joins_what_is_shown_already(
    published: str, *, is_new: bool
) -> None:
    """Nothing that is kept was made of its row; which rows are beside it is not told."""
    entry = {"id": 9, "updatedAt": EDITED, "publishedAt": published}

    assert (SourceChanged("strapi") in read({"event": "entry.update", "entry": entry})) == is_new


def test_a_changed_picture_changes_who_shows_it() -> None:
    sent = {"event": "media.update", "media": {"id": 5, "updatedAt": EDITED}}

    assert read(sent) == [DocumentChanged("strapi", "file.5", VERSION)]
    assert read({"event": "media.update", "media": {}}) == [SourceChanged("strapi")]


@pytest.mark.parametrize(
    "sent",
    ["", SECRET[:-1], SECRET + "x", SECRET.upper(), f"Bearer {SECRET}", "ä" * 21],
)
def test_another_word_than_the_one_agreed_on_is_refused(sent: str) -> None:
    with pytest.raises(WebhookRejected):
        StrapiWebhooks("strapi", SECRET).read(by_strapi({}, sent), NOW)


def test_no_word_at_all_is_refused() -> None:
    with pytest.raises(WebhookRejected):
        StrapiWebhooks("strapi", SECRET).read(delivered(b"{}", {}), NOW)


def test_a_blank_word_is_none() -> None:
    """Else whoever sends no header at all would be believed."""
    with pytest.raises(ValueError, match="blank"):
        StrapiWebhooks("strapi", "  ")


def test_nothing_but_the_id_and_the_version_of_a_body_is_believed() -> None:
    """What it says of prices or texts is nowhere: that is read from Strapi."""
    entry = {"id": 7, "documentId": "d1", "publishedAt": EDITED, "title": "BUY ELSEWHERE"}

    assert "ELSEWHERE" not in repr(read({"event": "entry.publish", "entry": entry}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        {"event": 7},
        {"event": "entry.publish"},
        {"event": "entry.publish", "entry": []},
        {"event": "entry.publish", "entry": {}},
        {"event": "entry.publish", "entry": {"documentId": "a b"}},
        {"event": "entry.publish", "entry": {"id": True}},
    ],
)
def test_nonsense_of_strapis_own_is_told_as_such(body: object) -> None:
    with pytest.raises(BadInput):
        read(body)


def test_an_event_that_is_new_to_us_changes_nothing() -> None:
    assert read({"event": "entry.draft-discard", "entry": {"id": 1}}) == []
    assert read(json.dumps({"event": "releases.publish"}).encode()) == []
