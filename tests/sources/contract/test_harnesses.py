"""Every content system takes part, and every exception has its reason."""

from bff.settings.content import KINDS
from tests.sources.contract.harnesses import ALL


def test_every_kind_of_content_system_takes_part() -> None:
    """A new kind of settings needs a harness; until then this fails."""
    assert {harness.chosen().kind for harness in ALL} == set(KINDS)


def test_every_kind_is_matched_by_id_and_by_handle() -> None:
    """Both are promised by the settings of all."""
    tried = {(harness.chosen().kind, harness.chosen().match) for harness in ALL}

    assert tried == {(kind, match) for kind in KINDS for match in ("id", "handle")}


def test_harnesses_have_names_of_their_own() -> None:
    """A failing test says where."""
    assert len({harness.name for harness in ALL}) == len(ALL)


def test_what_a_system_cannot_do_has_a_reason() -> None:
    """Not a shrug: words that a reader can check."""
    reasons = [reason for harness in ALL for reason in harness.cannot.values()]

    assert all(len(reason.split()) > 3 for reason in reasons)
