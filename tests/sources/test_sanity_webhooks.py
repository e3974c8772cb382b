"""Sanity tells of an edit: what is believed, and what is read again for it."""

from typing import Any

import pytest

from bff.domain.changes import Change, DocumentChanged, SourceChanged
from bff.errors import BadInput, WebhookRejected
from bff.ports import Delivery
from bff.sources.sanity import SanityWebhooks
from tests.sources.webhook_deliveries import NOW, SECRET, by_sanity, delivered, recorded

VECTORS: list[dict[str, Any]] = recorded("sanity")["vectors"]
REFUSED_ALL_THE_SAME = {"old_timestamp_2021"}
"""Well signed, and years old: Sanity's own package would take it."""
EDITED = {"_id": "prod_1", "_type": "product", "_updatedAt": "2026-10-15T00:00:00.250Z"}


def sanity(secret: str = SECRET, dataset: str = "production") -> SanityWebhooks:
    return SanityWebhooks("sanity", secret, dataset=dataset)


def read(delivery: Delivery, now: float = NOW) -> list[Change]:
    return [*sanity().read(delivery, now)]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_delivery_is_taken_for_what_sanitys_package_takes_it_for(vector: dict[str, Any]) -> None:
    """Only an old one, which the package would take for ever, is refused."""
    headers = {"sanity-webhook-signature": vector["header"]} if vector["header"] else {}
    delivery = delivered(vector["body"].encode(), headers)
    is_taken = vector["package_verdict"] == "valid" and vector["name"] not in REFUSED_ALL_THE_SAME

    if is_taken:
        assert sanity(vector["secret"]).read(delivery, NOW)
    else:
        with pytest.raises(WebhookRejected):
            sanity(vector["secret"]).read(delivery, NOW)


def test_an_edit_names_its_document_and_version() -> None:
    """A copy that is older than the edit can be told from the edit itself."""
    (change,) = read(by_sanity(EDITED))

    assert change == DocumentChanged("sanity", "prod_1", 1_792_022_400_250, False, NOW + 0.25)


def test_a_deleted_document_is_gone() -> None:
    (change,) = read(by_sanity({**EDITED, "op": "delete"}))

    assert change == DocumentChanged("sanity", "prod_1", None, True, NOW + 0.25)


@pytest.mark.parametrize("draft", ["drafts.prod_1", "versions.r1.prod_1", "private.prod_1"])
def test_nobody_is_shown_a_draft_so_that_it_changes_nothing(draft: str) -> None:
    assert read(by_sanity({**EDITED, "_id": draft})) == []


def test_an_edit_of_nobody_knows_what_has_all_of_sanity_read_again() -> None:
    """The operator's projection leaves the id out."""
    assert read(by_sanity({"title": "Hemd"})) == [SourceChanged("sanity")]


def test_another_dataset_is_none_of_ours() -> None:
    """One webhook for all datasets is allowed; what editors try out changes nothing here."""
    assert read(by_sanity(EDITED, sanity_dataset="staging")) == []
    assert read(by_sanity(EDITED, sanity_dataset="production")) != []


def test_an_alias_may_stand_for_any_dataset() -> None:
    reader = sanity(dataset="~live")

    assert reader.read(by_sanity(EDITED, sanity_dataset="production"), NOW)


def test_a_new_language_joins_what_is_shown_already() -> None:
    """With one document per language the new one is in nothing that is kept."""
    reader = SanityWebhooks("sanity", SECRET, dataset="x", one_document_per_language=True)
    when = NOW + 0.25

    new = reader.read(by_sanity({**EDITED, "op": "create"}), NOW)
    edited = reader.read(by_sanity({**EDITED, "op": "update"}), NOW)

    assert SourceChanged("sanity", when) in new
    assert edited == (DocumentChanged("sanity", "prod_1", 1_792_022_400_250, False, when),)


@pytest.mark.parametrize("age", [3600.0, 1800.0, 0.0, -299.0])
def test_a_retry_is_taken_and_a_clock_may_be_a_little_off(age: float) -> None:
    assert read(by_sanity(EDITED), NOW + age)


@pytest.mark.parametrize(("age", "reason"), [(3601.0, "too_old"), (-301.0, "from_the_future")])
def test_what_somebody_has_kept_is_refused(age: float, reason: str) -> None:
    with pytest.raises(WebhookRejected) as refused:
        read(by_sanity(EDITED), NOW + age)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "header", ["", "t=1,v1=", "v1=abc", "t=\u0661,v1=abc", "t=1,v1=ä", "t=1" * 99]
)
def test_a_header_that_is_no_signature_is_refused(header: str) -> None:
    with pytest.raises(WebhookRejected):
        read(delivered(b"{}", {"sanity-webhook-signature": header}))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", {"_id": 7}, {"_id": ["a"]}])
def test_nonsense_of_sanitys_own_is_told_as_such(body: object) -> None:
    with pytest.raises(BadInput):
        read(by_sanity(body))


def test_a_blank_secret_is_none() -> None:
    with pytest.raises(ValueError, match="blank"):
        sanity(" ")


def test_neither_secret_nor_body_is_in_what_could_be_logged() -> None:
    delivery = by_sanity(EDITED)

    assert SECRET not in repr(sanity())
    assert "prod_1" not in repr(delivery)
