"""Contentful tells of an edit: what is believed, and what is read again for it."""

from typing import Any

import pytest

from bff.domain.changes import Change, DocumentChanged, SourceChanged
from bff.errors import BadInput, WebhookRejected
from bff.ports import Delivery
from bff.sources.contentful import ContentfulWebhooks
from tests.sources.webhook_deliveries import NOW, SECRET, by_contentful, delivered, recorded

VECTORS: list[dict[str, Any]] = recorded("contentful")["vectors"]
TAKEN = [vector for vector in VECTORS if vector["package_verdict"] == "valid"]
REFUSED = [vector for vector in VECTORS if vector["package_verdict"] != "valid"]
NEEDS_A_LATER_NOW = {"old_timestamp_ttl30"}
"""Contentful's package takes what is 30 seconds old at most; a retry may be older than that."""


def contentful(secret: str = SECRET, **changes: str) -> ContentfulWebhooks:
    told = {"space_id": "labspace", "environment": "master", **changes}
    return ContentfulWebhooks("contentful", secret, **told)


def read(delivery: Delivery, now: float = NOW) -> list[Change]:
    return [*contentful().read(delivery, now)]


def of(vector: dict[str, Any]) -> Delivery:
    request = vector["request"]
    body = request["body"].encode()
    return delivered(body, request["headers"], request["path"], request["method"])


def resource(**sys: object) -> dict[str, object]:
    """Return what is posted about an entry of ours."""
    space = {"sys": {"type": "Link", "linkType": "Space", "id": "labspace"}}
    environment = {"sys": {"type": "Link", "linkType": "Environment", "id": "master"}}
    told = {"id": "e1", "type": "Entry", "space": space, "environment": environment, **sys}
    return {"sys": told, "fields": {}}


@pytest.mark.parametrize("vector", TAKEN, ids=lambda vector: vector["name"])
def test_a_delivery_that_contentful_has_signed_is_authentic(vector: dict[str, Any]) -> None:
    changes = contentful(vector["secret"]).read(of(vector), NOW)

    assert bool(changes) == ("auto_save" not in vector["name"])


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_a_delivery_that_contentfuls_package_refuses_is_refused(vector: dict[str, Any]) -> None:
    now = NOW + (3601 if vector["name"] in NEEDS_A_LATER_NOW else 0)

    with pytest.raises(WebhookRejected):
        contentful(vector["secret"]).read(of(vector), now)


def test_a_published_entry_names_its_revision() -> None:
    sent = resource(revision=3, publishedAt="2026-10-14T23:59:59.000Z")

    (change,) = read(by_contentful("Entry.publish", sent))

    assert change == DocumentChanged("contentful", "e1", 3, False, NOW - 1)


def test_a_published_picture_changes_who_shows_it() -> None:
    (change,) = read(by_contentful("Asset.publish", resource(id="a1", type="Asset", revision=2)))

    assert change == DocumentChanged("contentful", "a1", 2)


@pytest.mark.parametrize("action", ["unpublish", "delete"])
@pytest.mark.parametrize("kind", ["Entry", "Asset"])
def test_a_tombstone_has_nothing_but_an_id_and_that_is_enough(kind: str, action: str) -> None:
    sys = {"id": "e1", "type": f"Deleted{kind}", "deletedAt": "2026-10-15T00:00:00Z"}

    (change,) = read(by_contentful(f"{kind}.{action}", {"sys": {**sys, "revision": 9}}))

    assert change == DocumentChanged("contentful", "e1", None, True, NOW)


@pytest.mark.parametrize("action", ["create", "save", "auto_save", "archive", "unarchive"])
def test_what_somebody_works_on_changes_nothing_yet(action: str) -> None:
    assert read(by_contentful(f"Entry.{action}", resource())) == []


@pytest.mark.parametrize("topic", ["Release.publish", "Task.delete", "Comment.delete"])
def test_what_is_no_content_changes_nothing(topic: str) -> None:
    assert read(by_contentful(topic, resource())) == []


def test_another_content_type_has_all_of_contentful_read_again() -> None:
    """It says which fields have languages."""
    (change,) = read(by_contentful("ContentType.publish", resource(id="product")))

    assert change == SourceChanged("contentful")


@pytest.mark.parametrize("place", ["space", "environment"])
def test_another_space_or_environment_is_none_of_ours(place: str) -> None:
    other = {"sys": {"type": "Link", "id": "other"}}

    assert read(by_contentful("Entry.publish", resource(**{place: other}))) == []


def test_a_payload_of_the_operators_own_has_all_of_contentful_read_again() -> None:
    assert read(by_contentful("Entry.publish", {"slug": "x"})) == [SourceChanged("contentful")]


@pytest.mark.parametrize(
    "left_out",
    ["x-contentful-topic", "x-contentful-timestamp", "x-contentful-signed-headers"],
)
def test_what_is_gone_by_has_to_be_signed(left_out: str) -> None:
    """Else a save could be sent again as a deletion, or an old one as new."""
    names = {"x-contentful-topic", "x-contentful-timestamp", "x-contentful-signed-headers"}
    delivery = by_contentful("Entry.publish", resource(), signed=tuple(names - {left_out}))

    with pytest.raises(WebhookRejected) as refused:
        read(delivery)

    assert refused.value.reason == "not_signed"


def test_a_topic_that_was_changed_on_the_way_is_refused() -> None:
    sent = by_contentful("Entry.save", resource())
    headers = {**sent.headers, "x-contentful-topic": "ContentManagement.Entry.delete"}

    with pytest.raises(WebhookRejected) as refused:
        read(Delivery(sent.method, sent.path, headers, sent.body))

    assert refused.value.reason == "forged"


def test_a_proxy_may_have_changed_the_path() -> None:
    """What Contentful called is signed, and the operator says what that was."""
    sent = by_contentful("Entry.publish", resource(), path="/shop/webhooks/contentful")
    arrived = Delivery(sent.method, "/webhooks/contentful", sent.headers, sent.body)

    with pytest.raises(WebhookRejected):
        read(arrived)
    assert contentful(webhook_path="/shop/webhooks/contentful").read(arrived, NOW)


@pytest.mark.parametrize("age", [3600.0, 61.0, -299.0])
def test_a_retry_is_taken(age: float) -> None:
    assert read(by_contentful("Entry.publish", resource()), NOW + age)


@pytest.mark.parametrize(("age", "reason"), [(3601.0, "too_old"), (-301.0, "from_the_future")])
def test_what_somebody_has_kept_is_refused(age: float, reason: str) -> None:
    with pytest.raises(WebhookRejected) as refused:
        read(by_contentful("Entry.publish", resource()), NOW + age)

    assert refused.value.reason == reason


@pytest.mark.parametrize("instant", ["", "x", "-1", "\u0661", "9" * 17])
def test_an_instant_that_is_none_is_refused(instant: str) -> None:
    sent = by_contentful("Entry.publish", resource())
    headers = {**sent.headers, "x-contentful-timestamp": instant}

    with pytest.raises(WebhookRejected):
        read(Delivery(sent.method, sent.path, headers, sent.body))


@pytest.mark.parametrize("topic", ["Entry", "Entry.publish.more", "", "Entry.pub lish"])
def test_a_topic_that_makes_no_sense_is_told_as_such(topic: str) -> None:
    with pytest.raises(BadInput):
        read(by_contentful(topic, resource()))


@pytest.mark.parametrize("body", [b"", b"[]", resource(id=None), resource(id="a b")])
def test_nonsense_of_contentfuls_own_is_told_as_such(body: object) -> None:
    with pytest.raises(BadInput):
        read(by_contentful("Entry.publish", body))
