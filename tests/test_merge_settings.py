"""Who speaks for which field, as the operator set it or as is usual."""

import pytest

from bff.domain.merge_policy import Field, MergeOrder, Reach, SourceRule
from bff.settings import MergeSettings, Settings, merge_policy
from bff.sources.medusa import MedusaSettings
from bff.sources.sanity import SanitySettings

MEDUSA, SANITY = SourceRule("medusa"), SourceRule("sanity")
TRANSLATED = SourceRule("sanity", Reach.TRANSLATED)


def settings(*content: SanitySettings, **merge: object) -> Settings:
    return Settings(
        medusa=MedusaSettings.model_validate(
            {"url": "http://shop.example:9000", "publishable_key": "pk_1"}
        ),
        content=content,
        default_country="DE",
        merge=MergeSettings.model_validate(merge),
    )


def test_medusa_speaks_alone_without_content_systems() -> None:
    """A shop that has no content system shows what Medusa says."""
    assert merge_policy(settings()).rules == dict.fromkeys(Field, (MEDUSA,))


@pytest.mark.parametrize("field", Field)
def test_sanity_speaks_before_medusa(field: Field) -> None:
    """Its title counts in translations only: in the shop's own language it is a mere copy."""
    rules = merge_policy(settings(SanitySettings(project_id="demo1234"))).rules

    assert rules[field] == (TRANSLATED if field is Field.TITLE else SANITY, MEDUSA)


def test_the_operator_decides_field_by_field() -> None:
    """What is set replaces the usual order of that field and of no other."""
    chosen = {"title": ["sanity"], "subtitle": ["medusa", "sanity:translated"]}
    sanity = SanitySettings(project_id="demo1234")

    policy = merge_policy(settings(sanity, fields=chosen, order="language"))

    assert policy.rules[Field.TITLE] == (SANITY,)
    assert policy.rules[Field.SUBTITLE] == (MEDUSA, TRANSLATED)
    assert policy.rules[Field.DESCRIPTION] == (SANITY, MEDUSA)
    assert policy.order is MergeOrder.LANGUAGE
